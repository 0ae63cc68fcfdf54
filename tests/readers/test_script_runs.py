"""Where a script runs, as the files that run it tell; Prefect 2 named the flow's file from there."""

from __future__ import annotations

import pytest

from prefect_migrate.api import scan_inventory
from tests.conftest import FLOWS, MakeProject

HEAD = "from prefect.deployments import Deployment\nfrom flows import etl\n\n"
DEPLOY = f"{HEAD}Deployment.build_from_flow(etl, 'a').apply()\n"


def directory(make_project: MakeProject, files: dict[str, str]) -> str:
    """The working directory of the deployment that etl/ops/deploy.py makes of etl/ops/flows.py."""
    folder = make_project({"etl/ops/flows.py": FLOWS, "etl/ops/deploy.py": DEPLOY, **files})
    (found,) = scan_inventory(folder)["deployments"]
    return f"{found['working_directory']} {found['entrypoint']}"


@pytest.mark.parametrize(
    ("caller", "text", "expected"),
    [
        ("Makefile", "x:\n\tpython etl/ops/deploy.py\n", "."),
        ("Makefile", "x:\n\tcd etl && python ops/deploy.py\n", "etl"),
        ("Makefile", "x:\n\tcd etl\n\tpython etl/ops/deploy.py\n", "."),
        ("etl/Makefile", "x:\n\tpython -u ops/deploy.py\n", "etl"),
        ("run.sh", "cd etl\npoetry run ./ops/deploy.py --all\n", "etl"),
        ("run.sh", "python -m etl.ops.deploy\n", "."),
        ("etl/run.sh", 'cd "$(dirname "$0")"\npython -m ops.deploy\n', "etl"),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n    - run: python etl/ops/deploy.py\n", "."),
        ("docker-compose.yml", 'services:\n  a:\n    command: ["python", "etl/ops/deploy.py"]\n', "."),
        ("README.md", "    cd etl/ops\n    python3.11 deploy.py\n", "etl/ops"),
        ("README.md", "Run `python etl/ops/deploy.py`.\n", "."),
        ("README.md", "See etl/ops/deploy.py.\n", "etl/ops"),
        ("run.sh", "python /app/etl/ops/deploy.py\n", "etl/ops"),
        ("run.sh", "python $HOME/etl/ops/deploy.py\n", "etl/ops"),
        ("run.sh", "python ops/deploy.py\n", "etl/ops"),
        ("run.sh", "cd other\npython ../etl/ops/deploy.py\n", "etl/ops"),
        ("run.sh", "python etl/ops/redeploy.py; cat etl/ops/deploy.py\n", "etl/ops"),
    ],
)
def test_what_runs_the_script_tells(make_project: MakeProject, caller: str, text: str, expected: str) -> None:
    place = "etl/ops/flows.py"[len(expected) + 1 :] if expected != "." else "etl/ops/flows.py"
    assert directory(make_project, {caller: text}) == f"{expected} {place}:etl"


def test_commands_count_more_than_prose(make_project: MakeProject) -> None:
    files = {"README.md": "cd etl/ops\npython deploy.py\n", "run.sh": "python etl/ops/deploy.py\n"}
    assert directory(make_project, files) == ". etl/ops/flows.py:etl"


def test_what_the_imports_tell_decides_between_two(make_project: MakeProject) -> None:
    files = {"Makefile": "x:\n\tpython etl/ops/deploy.py\n", "run.sh": "cd etl/ops\npython deploy.py\n"}
    assert directory(make_project, files) == "etl/ops flows.py:etl"


def test_a_mark_of_prefect_2_counts_most(make_project: MakeProject) -> None:
    files = {"Makefile": "x:\n\tpython etl/ops/deploy.py\n", "etl/.prefectignore": ""}
    assert directory(make_project, files) == "etl ops/flows.py:etl"
