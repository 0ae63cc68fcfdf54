"""Throw-away virtual environments with Prefect 2 and Prefect 3, kept by the hash of what is in them."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from prefect_migrate.verify.model import EngineInfo, VerifyError, VerifyOptions
from prefect_migrate.verify.requirements import Requirements, read_requirements, without
from prefect_migrate.verify.trees import Trees

#: Part of each hash: count it up when environments are made otherwise.
_FORMAT = 1
#: The newest Python that Prefect 2.20 runs on, and the target whose constraints are packaged.
_NEWEST_PYTHON_OF_2 = (3, 12)
_CONSTRAINED_TARGET = "3.8"
#: The day of the last release of each earlier minor: what was new then works with it, what came later may not.
_LAST_DAY = {
    "3.0": "2024-10-25", "3.1": "2025-01-30", "3.2": "2025-03-28", "3.3": "2025-04-28", "3.4": "2025-10-23",
    "3.5": "2025-10-31", "3.6": "2026-05-01", "3.7": "2026-07-09",
}  # fmt: skip
NO_UV = (
    "uv was not found, which makes the two environments; install it (pip install 'prefect-migrate[verify]'), "
    "or name interpreters that have Prefect: --prefect2-python PATH --prefect3-python PATH"
)

Progress = Callable[[str], None]


def find_interpreters(options: VerifyOptions, trees: Trees, progress: Progress) -> tuple[dict[int, Path], list[str]]:
    """The interpreters of Prefect 2 and 3, and notes about what they lack.

    Raises VerifyError if uv is missing, an environment can't be made or an interpreter has another Prefect.
    """
    given = {2: options.prefect2_python, 3: options.prefect3_python}
    roots = {2: trees.before, 3: trees.after}
    pythons: dict[int, Path] = {}
    notes: list[str] = []
    for major, python in given.items():
        if python is not None:
            pythons[major] = _given(python)
            continue
        requirements = read_requirements(roots[major])
        notes += [f"Prefect {major}: {note}" for note in requirements.notes]
        pythons[major] = build_environment(major, options.target, requirements, progress)
    return pythons, notes


def _given(python: Path) -> Path:
    found = python / "bin" / "python" if python.is_dir() else python
    if not found.is_file():
        raise VerifyError(f"{python} is no Python interpreter and no virtual environment")
    # Not resolved: the link is what makes it the interpreter of its environment.
    return Path(os.path.abspath(found))  # noqa: PTH100


def engine_info(major: int, python: Path) -> EngineInfo:
    """The version of Prefect that an interpreter has.  Raises VerifyError if it has none, or another major."""
    code = "import importlib.metadata as m; print(m.version('prefect'))"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    version = done.stdout.strip()
    if done.returncode or version.split(".")[0] != str(major):
        found = f"has Prefect {version}" if version else "has no Prefect"
        raise VerifyError(f"{python} {found}; --prefect{major}-python wants one with Prefect {major}")
    return EngineInfo(version, str(python))


def cache_directory() -> Path:
    """Where environments are kept: `$XDG_CACHE_HOME/prefect-migrate/envs`, or below `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "prefect-migrate" / "envs"


def build_environment(major: int, target: str, requirements: Requirements, progress: Progress) -> Path:
    """The interpreter of an environment with Prefect and the project's requirements; made unless it is there.

    Raises VerifyError if uv is missing or can't install.
    """
    wanted = [prefect_requirement(major, target), *requirements.lines]
    constraints = without(_constraints(major, target), requirements.names)
    last_day = _LAST_DAY.get(target) if major == 3 else None
    home = cache_directory() / environment_hash(major, wanted, constraints, last_day)
    if not _python_in(home).exists():
        progress(f"making the Prefect {major} environment {home}")
        _build(major, home, wanted, constraints, last_day)
    return _python_in(home)


def prefect_requirement(major: int, target: str) -> str:
    """`prefect>=2.20,<3`, or the target's minor of Prefect 3."""
    if major == 2:
        return "prefect>=2.20,<3"
    minor = int(target.split(".")[1])
    return f"prefect>=3.{minor},<3.{minor + 1}"


def environment_hash(major: int, wanted: list[str], constraints: str, last_day: str | None = None) -> str:
    """A name for an environment's content: 16 hex digits."""
    content = [_FORMAT, _interpreter(major), sys.version, platform.platform(), wanted, constraints, last_day]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def _interpreter(major: int) -> str:
    if major == 2 and sys.version_info[:2] > _NEWEST_PYTHON_OF_2:
        return ".".join(map(str, _NEWEST_PYTHON_OF_2))
    return sys.executable


def _constraints(major: int, target: str) -> str:
    """The packaged pins; none for a target that they were not made for."""
    if major == 3 and target != _CONSTRAINED_TARGET:
        return ""
    return (resources.files(__package__) / "constraints" / f"prefect{major}.txt").read_text("utf-8")


def _python_in(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _build(major: int, home: Path, wanted: list[str], constraints: str, last_day: str | None) -> None:
    """Make it under another name and rename it, so that a half-made environment is never used."""
    uv = _find_uv()
    home.parent.mkdir(parents=True, exist_ok=True)
    draft = home.with_name(f".{home.name}-{os.getpid()}")
    try:
        _uv(uv, "venv", "--relocatable", "--python", _interpreter(major), str(draft))
        (draft / "requirements.in").write_text("\n".join(wanted) + "\n", "utf-8")
        (draft / "constraints.txt").write_text(constraints, "utf-8")
        _install(uv, major, draft, ("--exclude-newer", last_day) if last_day else ())
        if not home.exists():
            draft.rename(home)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _install(uv: str, major: int, draft: Path, limits: tuple[str, ...]) -> None:
    install = ("pip", "install", "--python", str(_python_in(draft)), "-r", str(draft / "requirements.in"))
    try:
        _uv(uv, *install, "-c", str(draft / "constraints.txt"), *limits)
    except VerifyError:
        # The project may want an older release of something that one of our pins needs newer.
        try:
            _uv(uv, *install)
        except VerifyError as error:
            raise VerifyError(
                f"the project's requirements can't be installed together with Prefect {major}; mend them, or name an "
                f"interpreter that has both: --prefect{major}-python PATH\n{error}"
            ) from None


def _find_uv() -> str:
    """uv of the extra `verify`, or of the PATH.  Raises VerifyError."""
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise VerifyError(NO_UV)
    return found


def _uv(uv: str, *arguments: str) -> None:
    # The caller's environment as it is: which index to use is the machine's business.
    done = subprocess.run([uv, *arguments, "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise VerifyError(f"uv {' '.join(arguments[:2])}: {done.stderr.strip()}")
