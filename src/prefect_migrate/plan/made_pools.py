"""The work pools that an earlier run described under `work-pools/`, so that a later one takes them up again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from prefect_migrate.plan.model import WorkPool
from prefect_migrate.project import Project
from prefect_migrate.writers.work_pools import FOLDER, SCRIPT, template_text

_CREATE = re.compile(
    r"work-pool create (?P<quote>['\"]?)(?P<name>[^'\"\s]+)(?P=quote) --type (?P<type>[\w-]+)"
    r"(?P<file> --base-job-template)?"
)


@dataclass(frozen=True, slots=True)
class MadePool:
    """The type of a pool, and the text of its base job template if it has one of its own."""

    type: str
    template: str | None

    def is_for(self, pool: WorkPool) -> bool:
        """Whether it says the same as a pool of this plan; none does whose template can't be made."""
        if self.type != pool.type:
            return False
        try:
            return self.template == template_text(pool)
        except ValueError:
            return False

    def default_of(self, variable: str) -> Any:
        """What its template has for a job variable."""
        properties = json.loads(self.template)["variables"]["properties"] if self.template else {}
        return properties.get(variable, {}).get("default")


def made_pools(project: Project) -> dict[str, MadePool]:
    """Name -> pool, of the script that creates them."""
    script = project.text(SCRIPT) if project.exists(SCRIPT) else None
    found: dict[str, MadePool] = {}
    for match in _CREATE.finditer(script.text if script is not None else ""):
        file = project.text(f"{FOLDER}/{match['name']}.json") if match["file"] else None
        found[match["name"]] = MadePool(match["type"], file.text if file is not None else None)
    return found
