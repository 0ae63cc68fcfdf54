"""`python tools/beside.py`: the oldest releases that can be installed beside the target and its integrations.

Asks uv for the lowest resolution of each; uv must find the index that pip uses.
"""

from __future__ import annotations

import json
import subprocess
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
HOLD_BACK = {"evidently": "0.4.16", "mlflow": "2.10.0"}
DATA = Path(__file__).parents[1] / "src/prefect_migrate/reference/data/beside.json"


def lowest(*requirements: str) -> dict[str, str]:
    command = ["uv", "pip", "compile", "-q", "--no-header", "--no-annotate", "--no-build", "--python-version", "3.10"]
    done = subprocess.run(
        [*command, "--resolution", "lowest", "-"], input="\n".join(requirements), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return dict(line.split("==") for line in done.stdout.split() if "==" in line)


def main() -> None:
    own = lowest(TARGET)
    table = {"prefect": {**own, **HOLD_BACK}}
    newest = {line[0]: line for line in _integrations()}
    for name, requirement in INTEGRATIONS.items():
        found = lowest(TARGET, f"{requirement}=={newest[name][1]}")
        table[name] = {package: version for package, version in found.items() if own.get(package) != version}
    for name, row in table.items():
        table[name] = {
            package: version for package, version in sorted(row.items()) if not package.startswith("prefect")
        }
    DATA.write_text(json.dumps({"": TARGET, **table}, indent=1) + "\n", "utf-8")


def _integrations() -> list[list[str]]:
    from prefect_migrate import reference

    return [[name, fact.newest] for name in INTEGRATIONS if (fact := reference.integration(name)) is not None]


if __name__ == "__main__":
    main()
