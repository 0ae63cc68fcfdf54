"""The catalogue: one rule a file, in folders by subject.

PM1xx deployments, PM2xx infrastructure, storage, pools, queues and agents, PM3xx names, parameters and settings,
PM4xx behaviour, PM5xx the project around (pins, images, Python), PM9xx the file itself.

Every Python rule is a LibCST codemod command too, under its code:
`python -m libcst.tool codemod --no-format -x prefect_migrate.codemods.PM101 DIR`.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name.startswith("PM") and name[2:].isdigit():
        from prefect_migrate.libcst_command import command_for

        return command_for(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
