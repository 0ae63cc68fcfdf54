"""What is run to register, and which work pools are taken for granted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from prefect_migrate.api import scan_inventory
from prefect_migrate.verify.child import Done, Home, child_environment
from prefect_migrate.verify.commands import Step
from prefect_migrate.verify.model import EngineInfo, VerifyOptions
from prefect_migrate.verify.register import AssumedPool, _patient, assumed_pools, deploying_steps, run_step, why_not_run
from prefect_migrate.verify.servers import Engine
from prefect_migrate.verify.trees import Trees
from tests.verify.projects import write


def deployment(path: str, kind: str = "build_from_flow", cwd: str = ".", **more: Any) -> dict[str, Any]:
    return {"path": path, "kind": kind, "working_directory": cwd, "line": 3, **more}


def engine(root: Path, major: int) -> Engine:
    info = EngineInfo(f"{major}.0.0", "python")
    return Engine(major, info, root / "bin" / "python", Home(root), "http://127.0.0.1:1/api")


def commands(root: Path, *deployments: dict[str, Any]) -> list[tuple[str, tuple[str, ...], str]]:
    for item in deployments:
        (root / item["path"]).parent.mkdir(parents=True, exist_ok=True)
        (root / item["path"]).write_text("")
    inventories: dict[int, dict[str, Any]] = {2: {"deployments": list(deployments)}, 3: {}}
    found = deploying_steps(engine(root, 2), Trees(root, root, "", ""), inventories)
    return [(step.label, tuple(part.replace(str(root), "") for part in step.command), step.cwd) for step in found]


def test_script_that_deployed_is_run_in_prefect_3_too(tmp_path: Path) -> None:
    (tmp_path / "deploy.py").write_text("")
    deployed = [deployment("deploy.py"), deployment("gone.py"), deployment("prefect.yaml", "prefect_yaml")]
    inventories: dict[int, dict[str, Any]] = {2: {"deployments": deployed}, 3: {"deployments": []}}
    found = deploying_steps(engine(tmp_path, 3), Trees(tmp_path, tmp_path, "", ""), inventories)
    assert [step.label for step in found] == ["python deploy.py"]


def test_each_script_runs_once_where_it_is_run(tmp_path: Path) -> None:
    found = commands(
        tmp_path,
        deployment("deploy.py"),
        deployment("deploy.py", "to_deployment"),
        deployment("etl/scripts/deploy.py", cwd="etl"),
    )
    assert found == [
        ("python deploy.py", ("/bin/python", "deploy.py"), "."),
        ("python etl/scripts/deploy.py", ("/bin/python", "scripts/deploy.py"), "etl"),
    ]


def test_prefect_yaml_is_deployed_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "prefect").write_text("")
    found = commands(tmp_path, deployment("etl/prefect.yaml", "prefect_yaml"), deployment("b.yaml", "prefect_yaml"))
    assert found == [
        (
            "prefect deploy --all (etl/prefect.yaml)",
            ("prefect", "--no-prompt", "deploy", "--all"),
            "etl",
        ),
        (
            "prefect deploy --all (b.yaml)",
            ("prefect", "--no-prompt", "deploy", "--all", "--prefect-file", "b.yaml"),
            ".",
        ),
    ]


def test_environment_without_a_prefect_script(tmp_path: Path) -> None:
    [(_, command, _)] = commands(tmp_path, deployment("prefect.yaml", "prefect_yaml"))
    assert command[:2] == ("/bin/python", "-c")


def test_what_is_not_run_says_why(tmp_path: Path) -> None:
    shell = deployment("deploy.sh", "cli_build")
    assert commands(tmp_path, shell, deployment("etl-deployment.yaml", "deployment_yaml")) == []
    stuck = {"arguments": ["deployment", "build"], "path": "deploy.sh", "line": 3, "why_not": "`$V` is unknown"}
    assert why_not_run(shell, {"commands": [stuck]}) == (
        "defined at deploy.sh:3; deploy.sh:3 is not run: `$V` is unknown"
    )
    assert why_not_run(deployment("deploy.py"), {}) == "defined at deploy.py:3; no command registered it"


@pytest.mark.parametrize(
    ("label", "code", "expected"),
    [
        ("python deploy.py", 1, "python deploy.py failed"),
        ("python deploy.py", 0, "python deploy.py did not register it"),
        ("prefect deploy --all (deploy.py)", None, "prefect deploy --all (deploy.py) failed"),
        ("prefect deployment build (deploy.py:7)", 1, "prefect deployment build (deploy.py:7) failed"),
        ("python flows/deploy.py", 1, "no command registered it"),
    ],
)
def test_what_ran_in_vain_is_named(label: str, code: int | None, expected: str) -> None:
    why = why_not_run(deployment("deploy.py"), {}, [(label, Done(code, "", 1.0))])
    assert why == f"defined at deploy.py:3; {expected}"


def pool(name: str, created: bool, pool_type: str | None = "process") -> dict[str, Any]:
    return {"name": name, "type": pool_type, "created": created}


def test_pools_that_prefect_2_is_given() -> None:
    before = {
        "work_pools": [pool("agents", True), pool("theirs", False, None)],
        "deployments": [deployment("deploy.py", work_pool="agents")],
    }
    assert assumed_pools(2, before, {}) == [
        AssumedPool("default-agent-pool", "prefect-agent", theirs=False),
        AssumedPool("agents", "prefect-agent", theirs=False),
        AssumedPool("theirs", "process"),
    ]


def test_a_pool_of_prefect_deploy_is_none_of_agents() -> None:
    both = [
        deployment("deploy.py", "build_from_flow", work_pool="both"),
        deployment("prefect.yaml", "prefect_yaml", work_pool="both"),
    ]
    before = {"work_pools": [pool("both", False, "kubernetes")], "deployments": both}
    assert assumed_pools(2, before, {})[1:] == [AssumedPool("both", "kubernetes")]


def test_the_default_pool_is_the_projects_own_or_the_servers() -> None:
    named = {"work_pools": [pool("default-agent-pool", False, "prefect-agent")]}
    assert [one.name for one in assumed_pools(2, named, {})] == ["default-agent-pool"]
    assert assumed_pools(2, {}, {}) == []


SPLIT = """
from flows import etl
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer, KubernetesJob

Deployment.build_from_flow(etl, "a", work_pool_name="agents", infrastructure=DockerContainer(image="a")).apply()
Deployment.build_from_flow(etl, "b", work_pool_name="agents", infrastructure=KubernetesJob(image="a")).apply()
Deployment.build_from_flow(etl, "c", work_pool_name="old").apply()
"""


def test_a_pool_that_becomes_others_is_there_in_prefect_2(tmp_path: Path) -> None:
    flows = "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"
    rename = '[tool.prefect-migrate.work-pools.rename]\nold = "new"\n'
    write(tmp_path, {"deploy.py": SPLIT, "flows.py": flows, "pyproject.toml": rename})
    before = scan_inventory(tmp_path)
    assert [one.name for one in assumed_pools(2, before, {}) if one.type == "prefect-agent"][-2:] == ["agents", "old"]


def test_pools_that_prefect_3_is_given() -> None:
    before = {"work_pools": [pool("ours", True), pool("theirs", False, "docker"), pool("gone", False)]}
    after = {"work_pools": [pool("ours", False), pool("theirs", False), pool("mistyped", False)]}
    assert assumed_pools(3, before, after) == [AssumedPool("theirs", "docker")]


def test_script_below_the_root_imports_from_the_root(tmp_path: Path) -> None:
    files = {"flows/__init__.py": "", "flows/a.py": "x = 1\n", "flows/deploy.py": "from flows.a import x\n"}
    files["prefect/__init__.py"] = "raise ImportError('not that one')\n"
    files["flows/named.py"] = "import prefect\n"
    files |= {"src/acme/__init__.py": "", "src/acme/deploy.py": "import acme\n"}
    write(tmp_path / "project", files)
    python, home = Path(sys.executable), Home(tmp_path / "home").create()
    environment = child_environment(python, home, "http://127.0.0.1:9/api")
    options = VerifyOptions(tmp_path / "project", timeout=60)
    for script in ("flows/deploy.py", "flows/named.py", "src/acme/deploy.py"):
        step = Step(f"python {script}", (str(python), script), ".")
        _, done = run_step(step, tmp_path / "project", environment, options)
        assert done.ok, done.output


def test_script_of_many_pools_has_time_for_each(tmp_path: Path) -> None:
    options = VerifyOptions(tmp_path, timeout=10)
    line = "prefect --no-prompt work-pool create a --type process\n"
    write(tmp_path, {"work-pools/create.sh": f"#!/bin/sh\n{line * 3}"})
    assert _patient(options, tmp_path).timeout == 30
    write(tmp_path, {"work-pools/create.sh": "make pools\n"})
    assert _patient(options, tmp_path).timeout == 10
