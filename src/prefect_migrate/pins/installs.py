"""What a Dockerfile installs on top of its image."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import DOCKERFILE
from prefect_migrate.pins.report import why_frozen
from prefect_migrate.pins.survey import pins_of

_NAMED = re.compile(r"(?<![\w/.-])[\w./-]*(?:requirements[\w.-]*\.txt|pyproject\.toml|Pipfile)(?![\w.-])")


def keeps_prefect_2(context: FileContext) -> str:
    """Why the image can't move yet: a file that it installs pins Prefect 2 and can't be moved without a look."""
    if context.file.kind != DOCKERFILE:
        return ""
    folder = PurePosixPath(context.path).parent
    named = {found for name in _NAMED.findall(context.text.text) for found in (str(folder / name), name)}
    for file in context.project.files:
        if file.path in named:
            other = FileContext(context.project, file, context.plan, context.config)
            for pin in pins_of(other):
                if pin.holds_back and (why := why_frozen(other, pin)):
                    return f"{file.path}, which it installs, keeps {pin.text}, as {why}"
    return ""
