"""settings.json: what became of every PREFECT_ variable of Prefect 2, for each range of targets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.reference.ranges import since_until, stretches
from tools.reference.releases import Release, Workshop

Settings = dict[str, dict[str, Any]]
#: (status, new name, path, default)
Outcome = tuple[str, str | None, str | None, str | None]
#: Old spellings and what Prefect 2 itself called them later.
_RENAMED = (
    ("PREFECT_LOGGING_ORION_", "PREFECT_LOGGING_TO_API_"),
    ("PREFECT_ORION_", "PREFECT_API_"),
    ("PREFECT_ORION_", "PREFECT_SERVER_"),
    ("PREFECT_ORION_", "PREFECT_"),
)


def dump_settings(workshop: Workshop, release: Release, probed: Sequence[str] = ()) -> dict[str, Any]:
    out = workshop.dump(f"{release.version}.settings")
    if not out.exists():
        names = workshop.dump(f"{release.version}.settings.names")
        names.write_text(json.dumps(list(probed)), "utf-8")
        workshop.probe(release.version, "settings.py", str(out), *([str(names)] if probed else []))
    loaded: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return loaded


class Target:
    """The settings of one target: which variable it reads for what.

    `renamed` fills up while outcomes are asked for: variable of Prefect 2 -> the target's name for it.
    """

    def __init__(self, dump: Mapping[str, Any]) -> None:
        self.settings: Settings = dump["settings"]
        self.probed: dict[str, list[str]] = dump["probed"]
        self.renamed: dict[str, str] = {}
        self.readers = {name: name for name in self.settings}
        for canonical, setting in self.settings.items():
            for name in setting["accepted"]:
                self.readers.setdefault(name, canonical)

    def outcome(self, name: str, renamed: str | None) -> Outcome:
        """What declared names say, unless setting the variable showed otherwise."""
        canonical = self.readers.get(name)
        if canonical is not None and name in self.settings[canonical]["accepted"]:
            status = "kept" if canonical == name else "renamed_alias_accepted"
            return self._as(status, name, canonical)
        if any(not path.startswith("<") for path in self.probed.get(name, ())):
            raise SystemExit(f"{name} changes {self.probed[name]} although the target does not declare it")
        for guess in (renamed, *(name.replace(old, new, 1) for old, new in _RENAMED if name.startswith(old))):
            if guess is not None and guess != name and guess in self.readers:
                return self._as("renamed_old_name_ignored", name, self.readers[guess])
        return "removed_ignored", None, None, None

    def _as(self, status: str, name: str, canonical: str) -> Outcome:
        setting = self.settings[canonical]
        if canonical != name:
            self.renamed[name] = canonical
        return status, canonical if canonical != name else None, setting["path"], setting["default"]


def setting_rows(dumps: Mapping[str, Mapping[str, Any]], targets: Sequence[Target]) -> Iterator[dict[str, Any]]:
    """`dumps`: version of Prefect 2 -> its dump, the oldest first."""
    names: dict[str, dict[str, Any]] = {}
    for version, dump in dumps.items():
        for name, setting in dump["settings"].items():
            names.setdefault(name, {"first2": version}).update(setting, last2=version)
    for name, setting in sorted(names.items()):
        outcomes: list[Outcome | None] = [target.outcome(name, setting["renamed"]) for target in targets]
        for (status, new, path, default), start, end in stretches(outcomes):
            yield {
                "name": name,
                "status": status,
                "new": new,
                "path": path,
                "first2": setting["first2"],
                "last2": setting["last2"],
                "default2": setting["default"],
                "default3": default if default != setting["default"] else None,
                **since_until(start, end, len(targets)),
            }


def all_names(dumps: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return sorted({name for dump in dumps.values() for name in dump["settings"]})
