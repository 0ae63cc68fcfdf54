"""`python tools/beside.py`: the oldest releases that can be installed beside the target and its integrations.

Asks uv for the lowest resolution of each, and keeps of it what is a bound: with anything older there is no solution at
all.  `--check` asks only whether the rows of the table are still bounds.  uv must find the index that pip uses.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = "prefect==3.8.8"
INTEGRATIONS = {
    "prefect-aws": "prefect-aws",
    "prefect-azure": "prefect-azure",
    "prefect-dask": "prefect-dask",
    "prefect-dbt": "prefect-dbt",
    "prefect-docker": "prefect-docker",
    "prefect-gcp": "prefect-gcp[bigquery,cloud_storage,secret_manager]",
    "prefect-snowflake": "prefect-snowflake",
    "prefect-sqlalchemy": "prefect-sqlalchemy",
}
#: Packages that keep what Prefect needs too old, up to the release before this one; found with `uv pip compile`.
HOLD_BACK = {"evidently": "0.4.16", "mlflow": "2.9.2"}
DATA = Path(__file__).parents[1] / "src/prefect_migrate/reference/data/beside.json"


def resolution(*requirements: str) -> dict[str, str] | None:
    """The lowest releases of all that these need; None if nothing fulfils them together."""
    command = ["uv", "pip", "compile", "-q", "--no-header", "--no-annotate", "--no-build", "--python-version", "3.10"]
    done = subprocess.run(
        [*command, "--resolution", "lowest", "-"], input="\n".join(requirements), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode and "No solution found" not in done.stderr:
        raise RuntimeError(done.stderr)
    return None if done.returncode else dict(line.split("==") for line in done.stdout.split() if "==" in line)


def is_bound(needed: list[str], package: str, version: str) -> bool:
    """Whether nothing older goes with what is needed; what holds other packages back was found by hand."""
    return package in HOLD_BACK or resolution(*needed, f"{package}<{version}") is None


def main() -> None:
    table = {name: _row(name, needed) for name, needed in _needed().items()}
    for package in table["prefect"]:
        for name in INTEGRATIONS:
            if table[name].get(package) == table["prefect"][package]:
                del table[name][package]
    DATA.write_text(json.dumps({"": TARGET, **table}, indent=1) + "\n", "utf-8")


def _row(name: str, needed: list[str]) -> dict[str, str]:
    found = resolution(*needed)
    assert found is not None, f"nothing goes with {needed}"
    held = HOLD_BACK if name == "prefect" else {}
    return {
        package: version
        for package, version in sorted({**found, **held}.items())
        if not package.startswith("prefect") and is_bound(needed, package, version)
    }


def _needed() -> dict[str, list[str]]:
    """What the rows of each package go with."""
    needed = {"prefect": [TARGET]}
    for name, newest in _newest():
        needed[name] = [TARGET, f"{INTEGRATIONS[name]}=={newest}"]
    return needed


def _newest() -> list[tuple[str, str]]:
    from prefect_migrate import reference

    return [(name, fact.newest) for name in INTEGRATIONS if (fact := reference.integration(name)) is not None]


def stale() -> Iterator[str]:
    """The rows of the table that are no bounds any more."""
    table = json.loads(DATA.read_text("utf-8"))
    for name, needed in _needed().items():
        for package, version in table[name].items():
            if not is_bound(needed, package, version):
                yield f"{name}: something older than {package} {version} can be installed"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        found = list(stale())
        sys.exit("\n".join(found) or 0)
    main()
