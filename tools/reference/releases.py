"""The releases that are examined, and their throw-away environments."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
R = TypeVar("R")
HERE = Path(__file__).parent
PROBES = HERE / "probes"


@dataclass(frozen=True, slots=True)
class Release:
    """One release of Prefect: what to install beside it, and whether it is the first patch of its minor."""

    version: str
    before: str | None = None
    extra: tuple[str, ...] = ()
    override: tuple[str, ...] = ()
    first: bool = False

    @property
    def key(self) -> tuple[int, ...]:
        return tuple(map(int, self.version.split(".")))

    @property
    def minor(self) -> tuple[int, int]:
        return self.key[0], self.key[1]


@cache
def _config() -> dict[str, Any]:
    loaded: dict[str, Any] = tomllib.loads((HERE / "releases.toml").read_text("utf-8"))
    return loaded


@cache
def releases() -> tuple[Release, ...]:
    """All, the oldest first."""
    found = (
        Release(
            row["version"],
            row.get("before"),
            tuple(row.get("with", ())),
            tuple(row.get("override", ())),
            row.get("first", False),
        )
        for row in _config()["release"]
    )
    return tuple(sorted(found, key=lambda release: release.key))


def samples(major: int) -> tuple[Release, ...]:
    """The samples of Prefect 2, or for Prefect 3 the newest patch of each minor."""
    return tuple(release for release in releases() if release.key[0] == major and not release.first)


def side_by_side(do: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Do something that waits for other processes for all of them, as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(do, items))


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folder where environments and dumps are, and the uv that makes them."""

    folder: Path
    uv: str = "uv"

    def python(self, name: str) -> Path:
        return self.folder / "environments" / name / "bin" / "python"

    def dump(self, name: str) -> Path:
        return self.folder / "dumps" / f"{name}.json"

    def build(self, release: Release) -> None:
        """Make the environment of a release, unless it is there."""
        python = self.python(release.version)
        if python.exists() and self.dump(f"{release.version}.built").exists():
            return
        self.new_environment(release.version)
        options = ["--exclude-newer", release.before] if release.before else []
        if release.override:
            overrides = self.folder / f"overrides-{release.version}.txt"
            overrides.write_text("\n".join(release.override), "utf-8")
            options += ["--override", str(overrides)]
        self.install(release.version, [f"prefect=={release.version}", *release.extra], options)
        for extra in _config()["extras"]:
            # One by one: an old release may refuse one of them.
            self.install(release.version, [extra, f"prefect=={release.version}", *release.extra], options, check=False)
        self.dump(f"{release.version}.built").parent.mkdir(parents=True, exist_ok=True)
        self.dump(f"{release.version}.built").write_text("{}", "utf-8")

    def new_environment(self, name: str) -> None:
        folder = self.python(name).parent.parent
        self._uv("venv", "-q", "--allow-existing", "--python", _config()["python"], str(folder))

    def install(self, name: str, what: list[str], options: list[str], *, check: bool = True) -> None:
        self._uv("pip", "install", "-q", "-p", str(self.python(name)), *options, *what, check=check)

    def _uv(self, *arguments: str, check: bool = True) -> None:
        done = subprocess.run([self.uv, *arguments], capture_output=True, text=True)
        if check and done.returncode:
            raise SystemExit(f"uv {' '.join(arguments)}\n{done.stderr}")

    def install_alone(self, what: str, folder: Path) -> None:
        """Install one package without what it requires, to read its metadata."""
        self._uv("pip", "install", "-q", "--no-deps", "--target", str(folder), what)

    def probe(self, name: str, script: str, *arguments: str) -> None:
        """Run a probe with an environment's interpreter."""
        self.run(name, "python", "-W", "ignore", str(PROBES / script), *arguments)

    def run(self, name: str, program: str, *arguments: str) -> None:
        """Run a program of an environment, in a home of its own and without the caller's settings."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "PREFECT_HOME": str(home / name),
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        command = [str(self.python(name).with_name(program)), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{program} {' '.join(arguments[:3])} failed under {name}:\n{done.stderr[-2000:]}")

    def dump_api(self, release: Release) -> None:
        """Dump what the release has, unless that was done."""
        out = self.dump(release.version)
        if not out.exists():
            out.parent.mkdir(parents=True, exist_ok=True)
            self.probe(release.version, "api.py", "prefect", str(out))
