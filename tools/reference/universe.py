"""Every public name of the Prefect 2 samples, and what importing it does under each target."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tools.reference.dumps import Dump, Row
from tools.reference.releases import Workshop

#: What importing a name did: [status] or [status, message]; see probes/check.py.
Status = list[str]


@dataclass(slots=True)
class OldName:
    """A public name of Prefect 2.  `definition` is where its object was defined in the last sample that had it."""

    path: str
    kind: str
    first: str
    last: str
    definition: str | None = None
    incidental: bool = False


def old_names(dumps: Sequence[Dump]) -> dict[str, OldName]:
    """All of them, without what modules import from outside Prefect."""
    found: dict[str, OldName] = {}
    for dump in dumps:
        for path, row in dump.public():
            if not _is_ours(path, row):
                continue
            name = found.setdefault(path, OldName(path, row["kind"], dump.version, dump.version))
            name.last, name.kind = dump.version, row["kind"]
            name.definition = dump.definition(path) if ":" in path else None
            name.incidental = ":" in path and is_incidental(dump, path, row)
    return found


def _is_ours(path: str, row: Row) -> bool:
    """Whether a module, or a name that Prefect's own code defines."""
    if ":" not in path:
        return True
    if row["kind"] == "module":
        return False
    at = row.get("at")
    if at is not None:
        return str(at).startswith("prefect")
    return str(row.get("from", "prefect")).startswith("prefect")


def is_incidental(dump: Dump, path: str, row: Row) -> bool:
    """Whether the name is there only because its module needs it itself, or is a detail such as a type variable."""
    module, _, name = path.partition(":")
    if name == "logger" or len(name) == 1:
        return True
    elsewhere = "from" in row or (row.get("at") not in (None, path) and str(row["at"]).partition(":")[0] != module)
    return elsewhere and not row.get("exported") and not dump.is_package(module)


def check(workshop: Workshop, version: str, paths: Sequence[str], tag: str) -> dict[str, Status]:
    """Import each path under a release."""
    asked, answered = workshop.dump(f"{version}.{tag}.asked"), workshop.dump(f"{version}.{tag}.answered")
    text = json.dumps(sorted(paths))
    if not (asked.exists() and answered.exists() and asked.read_text("utf-8") == text):
        asked.write_text(text, "utf-8")
        workshop.probe(version, "check.py", str(asked), str(answered))
    loaded: dict[str, Status] = json.loads(answered.read_text("utf-8"))
    return loaded
