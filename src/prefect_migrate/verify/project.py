"""All that the checks of one verification share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from prefect_migrate.verify.model import VerifyOptions
from prefect_migrate.verify.normalise import Side
from prefect_migrate.verify.register import Inventory, Registration
from prefect_migrate.verify.servers import EnginePair
from prefect_migrate.verify.trees import Trees
from prefect_migrate.verify.uploads import Uploads


@dataclass(slots=True)
class Project:
    """Both sides of a project; the mappings have the keys 2 and 3."""

    options: VerifyOptions
    trees: Trees
    engines: EnginePair
    inventories: dict[int, Inventory]
    registrations: dict[int, Registration]
    uploads: dict[int, Uploads] = field(default_factory=lambda: {2: {}, 3: {}})

    def root(self, major: int) -> Path:
        return self.trees.before if major == 2 else self.trees.after

    def side(self, major: int) -> Side:
        return Side(major, self.root(major), self.registrations[major].window)
