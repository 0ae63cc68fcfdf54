"""Whether a file matters, told from its bytes before anything is parsed."""

from __future__ import annotations

import re

from prefect_migrate.discovery.kinds import COMMAND_DIALECTS, JUSTFILE, PREFECT_YAML, YAML
from prefect_migrate.source.text import utf_16

_SCRIPTS = frozenset({*COMMAND_DIALECTS, YAML, JUSTFILE})
_LEFT_TO_A_CONTAINER = re.compile(rb"\s(?:deployment\s+(?:build|apply)|agent\s+start)\s")


def mentions_prefect(data: bytes) -> bool:
    """Whether any spelling of the word stands in these bytes: prefect, Prefect, PREFECT."""
    if b"refect" in data or b"REFECT" in data:
        return True
    return utf_16(data) is not None and mentions_prefect(data[2:].replace(b"\0", b""))


def is_for_prefect(kind: str, data: bytes) -> bool:
    """Whether a file is about Prefect without saying its name.

    A prefect.yaml, a manifest of Prefect 2, or a script whose commands leave the program to a container's entrypoint.
    """
    if kind == YAML and (b"parameter_openapi_schema" in data or b"work_pool:" in data):
        return True
    return kind == PREFECT_YAML or (
        kind in _SCRIPTS and b" run " in data and _LEFT_TO_A_CONTAINER.search(data) is not None
    )
