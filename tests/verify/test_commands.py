"""Which commands of a project's scripts are run, and how."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from prefect_migrate.api import scan_inventory
from prefect_migrate.verify.child import Done, Home
from prefect_migrate.verify.commands import Step, command_steps, not_run, of_documents, skipped_commands
from prefect_migrate.verify.items import _check_step
from prefect_migrate.verify.model import Check, EngineInfo
from prefect_migrate.verify.servers import Engine
from tests.verify.projects import write

FLOWS = "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1):\n    return n\n"
#: Registering keeps no snapshot.
NO_BOOK: Any = None
MANIFEST = "name: weekly\nflow_name: etl\nparameter_openapi_schema: {}\nentrypoint: flows.py:etl\nversion: '1'\n"


def engine(root: Path, major: int) -> Engine:
    (root / "bin").mkdir(exist_ok=True)
    (root / "bin" / "prefect").write_text("")
    return Engine(
        major, EngineInfo(f"{major}.0.0", "python"), root / "bin" / "python", Home(root), "http://127.0.0.1:1"
    )


def inventory(root: Path, **files: str) -> dict[str, Any]:
    names = {
        "deploy": "deploy.sh",
        "other": "a_other.sh",
        "readme": "README.md",
        "make": "Makefile",
        "sub": "etl/deploy.sh",
    }
    return scan_inventory(
        write(root, {"flows.py": FLOWS} | {names.get(name, name): text for name, text in files.items()})
    )


def lines(root: Path, files: dict[str, str] | None = None, major: int = 2, **more: str) -> list[str]:
    """The commands that are run, with the directory before those that run elsewhere."""
    steps = command_steps(engine(root, major), inventory(root, **(files or {}), **more), root)
    assert all(step.command[:2] == ("prefect", "--no-prompt") for step in steps)
    return [" ".join((*([f"[{step.cwd}]"] if step.cwd != "." else []), *step.command[2:])) for step in steps]


def test_only_what_registers_is_run(tmp_path: Path) -> None:
    script = """
docker push shop && rm -rf build
prefect work-queue create etl
prefect --profile prod deployment build flows.py:etl -n a && prefect deployment apply etl-deployment.yaml; make clean
prefect deployment set-schedule etl/a --cron '0 3 * * *'
prefect deployment run etl/a
prefect agent start -q etl
"""
    assert lines(tmp_path, deploy=script) == [
        "deployment build flows.py:etl -n a",
        "deployment apply etl-deployment.yaml",
        "deployment set-schedule etl/a --cron 0 3 * * *",
    ]


def test_what_a_file_needs_comes_before_it(tmp_path: Path) -> None:
    """By their names, a_other.sh is before deploy.sh."""
    found = lines(
        tmp_path,
        deploy="prefect deployment build flows.py:etl -n a -o a.yaml\n",
        other="prefect deployment apply a.yaml\nprefect deployment pause-schedule etl/a\n",
    )
    assert found == [
        "deployment build flows.py:etl -n a -o a.yaml",
        "deployment apply a.yaml",
        "deployment pause-schedule etl/a",
    ]


def test_document_has_not_the_last_word(tmp_path: Path) -> None:
    readme = "```\nprefect deployment build flows.py:etl -n a -t old -a\n```\n"
    found = lines(tmp_path, readme=readme, deploy="prefect deployment build flows.py:etl -n a -t new -a\n")
    assert [line.split()[-2] for line in found] == ["old", "new"]


def test_command_of_a_document_need_not_work(tmp_path: Path) -> None:
    readme = "```\nprefect deployment build flows.py:etl -n a -a\n```\n"
    found = inventory(tmp_path, readme=readme, deploy="prefect deployment build flows.py:etl -n b -a\n")
    assert of_documents(found, 2) == {"prefect deployment build (README.md:2)"}
    check, failed = Check("registration", "x"), Done(1, "no such flow", 1.0)
    project: Any = SimpleNamespace(root=lambda _: tmp_path)
    _check_step(project, failed, True, None, check, NO_BOOK)
    assert (check.status, check.reason) == ("skipped", "ended with exit code 1\nno such flow")
    _check_step(project, failed, False, None, check, NO_BOOK)
    assert check.status == "failed"


def test_what_nobody_applies_is_applied(tmp_path: Path) -> None:
    found = lines(tmp_path, deploy="prefect deployment build flows.py:etl -n a\n", files={"weekly.yaml": MANIFEST})
    assert found == [
        "deployment build flows.py:etl -n a",
        "deployment apply etl-deployment.yaml",
        "deployment apply weekly.yaml",
    ]


def test_manifest_that_a_command_writes_anew_was_on_the_server(tmp_path: Path) -> None:
    build = "prefect deployment build flows.py:etl -n weekly -o weekly.yaml -a\n"
    found = lines(tmp_path, deploy=build, files={"weekly.yaml": MANIFEST})
    assert found == ["deployment apply weekly.yaml", build.strip().removeprefix("prefect ")]


def test_each_command_runs_where_the_script_is(tmp_path: Path) -> None:
    script = 'cd "$(dirname "$0")"\nprefect deployment build jobs.py:etl -n a -a\n'
    assert lines(tmp_path, sub=script, files={"etl/jobs.py": FLOWS}) == ["[etl] deployment build jobs.py:etl -n a -a"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('prefect deployment build flows.py:etl -n "$NAME" -a', '`"$NAME"` is only known when it runs'),
        (
            "prefect deployment build flows.py:etl -n a -v $(git rev-parse HEAD) -a",
            "`$(git rev-parse HEAD)` is only known",
        ),
        ("prefect deployment build flows.py:etl -n a -o ../a -a", "`../a` lies outside of the project"),
        ("prefect deployment build flows.py:etl -n a -o /etc/a.yaml -a", "`/etc/a.yaml` lies outside of the project"),
        ("prefect deployment build flows.py:etl -n a -o ~/a.yaml -a", "`~/a.yaml` lies outside of the project"),
        ("prefect deployment build lost.py:etl -n a -a", "the flow's file `lost.py` is not in this repository"),
        (
            "prefect deployment build flows.py:etl -n a --cron @daily --interval 60 -a",
            "it gives more than one schedule",
        ),
        ("prefect deploy lost.py:etl -n a", "the flow's file `lost.py` is not in this repository"),
        ("prefect deployments build flows.py:etl -n $A", "`$A` is only known when it runs"),
        ("prefect deployment apply lost.yaml", "`lost.yaml` is made by nothing in this repository"),
        ("prefect deployment pause-schedule etl/lost", "the deployment that it names is not of this repository"),
    ],
)
def test_what_can_t_be_run_says_why_and_where(tmp_path: Path, line: str, reason: str) -> None:
    found = inventory(tmp_path, deploy=f"set -e\n{line}\n")
    assert command_steps(engine(tmp_path, 2), found, tmp_path) == []
    [(label, why)] = skipped_commands(found, 2)
    verb = "deploy" if line.startswith("prefect deploy ") else f"deployment {line.split()[2]}"
    assert label == f"prefect {verb} (deploy.sh:2)"
    assert why.startswith(reason)


def test_what_follows_from_it_is_not_run_either(tmp_path: Path) -> None:
    script = "prefect deployment build flows.py:etl -n a -v $V -o a.yaml\nprefect deployment apply a.yaml\n"
    found = inventory(tmp_path, deploy=script)
    assert command_steps(engine(tmp_path, 2), found, tmp_path) == []
    assert [why for _, why in skipped_commands(found, 2)] == [
        "`$V` is only known when it runs",
        "deploy.sh:1 is not run",
    ]
    assert next(iter(not_run(found, found["deployments"][0]))) == ("deploy.sh:1", "`$V` is only known when it runs")


def test_prefect_3_runs_what_stands_there_now(tmp_path: Path) -> None:
    script = """
prefect deployment build flows.py:etl -n old -a
prefect --no-prompt deploy --all
prefect deploy flows.py:etl -n a --pool p
prefect deploy --name nightly
prefect deployment schedule create etl/a --cron '0 3 * * *' --accept-yes
"""
    assert lines(tmp_path, major=3, deploy=script) == [
        "deploy flows.py:etl -n a --pool p",
        "deploy --name nightly",
        "deployment schedule create etl/a --cron 0 3 * * * --accept-yes",
    ]


def test_patterns_are_expanded_as_a_shell_does(tmp_path: Path) -> None:
    write(tmp_path, {"b.yaml": "", "a.yaml": "", "c.txt": ""})
    step = Step("", ("apply", "*.yaml", "*.yml", "[a].yaml"), ".", patterns=("*.yaml", "*.yml"))
    assert step.expanded(tmp_path) == ("apply", "a.yaml", "b.yaml", "*.yml", "[a].yaml")


def test_variables_before_a_command_are_its_environment(tmp_path: Path) -> None:
    found = inventory(tmp_path, deploy="STAGE=prod prefect deployment build flows.py:etl -n a -a\n")
    [step] = command_steps(engine(tmp_path, 2), found, tmp_path)
    assert step.environment == {"STAGE": "prod"}
