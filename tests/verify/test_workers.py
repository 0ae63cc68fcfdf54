"""What the migrated projects start and create is taken by Prefect 3: a worker runs their runs, a server their pools."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from prefect_migrate import reference
from prefect_migrate.api import scan_inventory
from prefect_migrate.changes.write import write_changes
from prefect_migrate.plan.model import WorkPool
from prefect_migrate.verify.child import child_environment, run_child
from prefect_migrate.verify.model import VerifyOptions
from prefect_migrate.verify.quick_prefect import quick_prefect
from prefect_migrate.verify.register import deploying_steps, register
from prefect_migrate.verify.servers import Engine, reset
from prefect_migrate.verify.trees import Trees
from prefect_migrate.writers.work_pools import template_text
from tests.conftest import FIXTURES, FLOWS, MakeProject, apply_folder

pytestmark = pytest.mark.engine

NAME = "Enterprise Data Pipeline/production-etl"
TYPES = sorted({fact.pool_type for fact in reference.infrastructure_blocks().values()})
#: Something to be the default of a variable that every type has.
VARIABLES = {"env": {"LOG_LEVEL": "DEBUG"}}


def test_worker_of_the_makefile_finishes_a_run(engines: dict[int, Engine], tmp_path: Path) -> None:
    engine = engines[3]
    project = tmp_path / "project"
    shutil.copytree(FIXTURES / "enterprise_data_pipeline" / "after", project)
    inventory = scan_inventory(project)
    [worker] = inventory["agents"]
    reset(engine)
    steps = deploying_steps(engine, Trees(project, project, "", ""), {2: {}, 3: inventory})
    registration = register(engine, project, steps, [], VerifyOptions(project))
    assert registration.failures == []
    deployment = registration.records[NAME].deployment
    run = engine.api.call("POST", f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})

    environment = child_environment(engine.python, engine.home, engine.url)
    command = [*shlex.split(worker["command"]), "--run-once"]
    done = run_child(command, cwd=project, environment=environment, timeout=300)

    assert done.ok, done.output
    after = engine.api.call("GET", f"/flow_runs/{run['id']}")
    assert (after["state"]["type"], after["work_pool_name"]) == ("COMPLETED", worker["work_pool"]), done.output
    tasks = engine.api.all("/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    assert tasks


def test_templates_of_every_type_are_accepted(engines: dict[int, Engine], tmp_path: Path) -> None:
    engine = engines[3]
    reset(engine)
    environment = child_environment(engine.python, engine.home, engine.url)
    environment["VERIFY_OFFLINE"] = "1"
    with quick_prefect(engine, environment) as quick:
        for pool_type in TYPES:
            file = tmp_path / f"{pool_type}.json"
            text = template_text(WorkPool(pool_type, pool_type, variables=VARIABLES))
            assert text is not None
            file.write_text(text)
            command = ["prefect", "--no-prompt", "work-pool", "create", pool_type, "--type", pool_type]
            done = run_child([*command, "--base-job-template", str(file)], cwd=tmp_path, environment=quick, timeout=120)
            assert done.ok, done.output
    made = {pool["name"]: pool for pool in engine.api.all("/work_pools/filter")}
    assert sorted(made) == TYPES
    for pool_type, pool in made.items():
        assert pool["type"] == pool_type
        assert pool["base_job_template"] == json.loads((tmp_path / f"{pool_type}.json").read_text())
        assert pool["base_job_template"]["variables"]["properties"]["env"]["default"] == VARIABLES["env"]


DEPLOY = """\
from prefect.deployments import Deployment
from prefect.infrastructure import Process

from flows import etl

first = Deployment.build_from_flow(etl, "first", work_queue_name="slow", infrastructure=Process(env={"A": "1"}))
first.apply(work_queue_concurrency=3)
second = Deployment.build_from_flow(etl, "second", work_queue_name="fast")
second.apply()
"""


def test_the_script_of_pools_and_queues_runs_again(
    engines: dict[int, Engine], make_project: MakeProject, tmp_path: Path
) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    write_changes(folder, apply_folder(folder).changes)
    engine = engines[3]
    reset(engine)
    environment = child_environment(engine.python, engine.home, engine.url)
    seen = []
    with quick_prefect(engine, environment) as quick:
        for _ in range(2):
            done = run_child(["bash", "work-pools/create.sh"], cwd=folder, environment=quick, timeout=300)
            assert done.ok, done.output
            pools = {pool["name"]: pool for pool in engine.api.all("/work_pools/filter")}
            queues = {name: engine.api.all(f"/work_pools/{name}/queues/filter") for name in pools}
            seen.append((pools, queues))
            # What a person sets in between stays.
            if len(seen) == 1:
                place = "/work_pools/process-pool/queues/fast"
                engine.api.call("PATCH", place, {"priority": 7, "concurrency_limit": 5})
    first, second = seen
    assert {name: pool["id"] for name, pool in first[0].items()} == {name: p["id"] for name, p in second[0].items()}
    assert {pool["type"] for pool in second[0].values()} == {"process"}
    limits = {queue["name"]: queue["concurrency_limit"] for found in second[1].values() for queue in found}
    assert limits == {"default": None, "slow": 3, "fast": 5}
    assert {queue["priority"] for found in second[1].values() for queue in found if queue["name"] == "fast"} == {7}
    env = [pool["base_job_template"]["variables"]["properties"]["env"].get("default") for pool in second[0].values()]
    assert {"A": "1"} in env
