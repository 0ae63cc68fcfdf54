"""The wheel, the source distribution and the editable install hold the same package, codemods and data included."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
LIST_RULES = "from prefect_migrate.rules import catalogue; print(*(rule.code for rule in catalogue()))"


def sources() -> dict[str, Path]:
    """path in the installed package -> file in the repository."""
    roots = {"prefect_migrate": ROOT / "src" / "prefect_migrate", "prefect_migrate/codemods": ROOT / "codemods"}
    return {
        f"{name}/{path.relative_to(root).as_posix()}": path
        for name, root in roots.items()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_package_is_listed() -> None:
    packages = {name.rpartition("/")[0].replace("/", ".") for name in sources() if name.endswith("/__init__.py")}
    assert packages == set(SETUPTOOLS["packages"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    copy = tmp_path_factory.mktemp("source") / "prefect-migrate"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
    for name, path in sources().items():
        part = name.removeprefix("prefect_migrate/")
        target = copy / part if part.startswith("codemods/") else copy / "src" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, "-m", "build", "--outdir", str(folder), str(copy)], check=True, capture_output=True)
    return folder


@pytest.mark.engine
def test_wheel_holds_every_file(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assert set(sources()) <= names


@pytest.mark.engine
def test_source_distribution_holds_every_file(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    missing = {
        name for name in sources() if f"src/{name}" not in names and name.removeprefix("prefect_migrate/") not in names
    }
    assert not missing


@pytest.mark.engine
def test_the_installed_wheel_finds_its_rules(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path)
    installed = _rules({"PYTHONPATH": str(tmp_path)}, tmp_path)
    assert installed == _rules({}, tmp_path)
    assert "PM101" in installed


def _rules(environment: dict[str, str], folder: Path) -> list[str]:
    import os

    done = subprocess.run(
        [sys.executable, "-c", LIST_RULES],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()
