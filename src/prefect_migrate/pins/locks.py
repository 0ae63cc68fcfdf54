"""Lock files: which there are, what they hold of Prefect, and the command that renews them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.pins.constraints import verdict
from prefect_migrate.pins.versions import canonical

#: Name -> the command that resolves again.
LOCKS = {
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
    "pdm.lock": "pdm lock",
    "Pipfile.lock": "pipenv lock",
    "pixi.lock": "pixi lock",
    "conda-lock.yml": "conda-lock",
    "requirements.lock": "rye lock",
    "requirements-dev.lock": "rye lock",
}
_NAME = r"(?P<name>prefect(?:[-_][a-z]+)*)"
_ENTRIES = re.compile(
    rf"^name = \"{_NAME}\"\r?\nversion = \"(?P<toml>[^\"\n]+)\""
    rf"|\"{_NAME.replace('name', 'key')}\": \{{[^{{}}]*?\"version\": \"==(?P<json>[^\"\n]+)\""
    rf"|^[ \t]*-?[ \t]*name: {_NAME.replace('name', 'item')}\r?\n[ \t]*version: [\"']?(?P<yaml>[\w.]+)"
    rf"|/{_NAME.replace('name', 'file')}-(?P<url>\d[\w.]*)-[\w.]+\.(?:conda|tar\.bz2)"
    rf"|^{_NAME.replace('name', 'line')}==(?P<plain>[\w.]+)",
    re.MULTILINE,
)


class Locked(NamedTuple):
    package: str
    version: str
    start: int
    end: int


def read_lock(text: str) -> Iterator[Locked]:
    """The packages of Prefect's that a lock file holds in a release for Prefect 2."""
    seen = set()
    for match in _ENTRIES.finditer(text):
        names = [match[group] for group in ("name", "key", "item", "file", "line")]
        versions = [match[group] for group in ("toml", "json", "yaml", "url", "plain")]
        package = canonical(next(name for name in names if name))
        version = next(version for version in versions if version)
        if package and (package, version) not in seen and verdict(package, f"=={version}") == "2":
            seen.add((package, version))
            yield Locked(package, version, *match.span())
