"""What each target really has: its modules and their names.

`target_index.json` has one line a module, `["prefect.flows", "", "Flow= flow serve@2- old@-3"]`: the module, the minors that
have it, and its names.  `@2-` means from 3.2 on, `@-3` up to 3.3, `@2-4,6-` both; nothing means all.  Lines are only
parsed when their module is asked for.
"""

from __future__ import annotations

import json
from functools import cache

from prefect_migrate.reference.tables import DATA, Target


@cache
def _lines() -> dict[str, str]:
    """Module -> its line, not parsed yet."""
    lines: dict[str, str] = {}
    path = DATA / "target_index.json"
    if not path.exists():
        return lines
    for line in path.read_text("utf-8").splitlines():
        if line.startswith('["'):
            lines[line[2 : line.index('"', 2)]] = line.rstrip(",")
    return lines


def has_name(dotted: str, target: Target | None = None) -> bool | None:
    """Whether the target has a module or a module's name.  None: not known, as for names outside `prefect`."""
    if not _lines():
        return None
    raise NotImplementedError(dotted, target, json)
