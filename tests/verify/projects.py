"""A small project before and after its migration, written by hand, and what can go wrong with it.

Each side has an `inventory.json` in the place of a scan.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from prefect_migrate import reference

FLOWS = '''
import asyncio
import time

from prefect import flow, task
from prefect.runtime import task_run


@task(retries=2, tags=["raw"])
def extract(n: int) -> list[int]:
    if task_run.run_count == 1:
        raise ConnectionError("asleep")
    return list(range(n))


@task
def transform(rows: list[int]) -> list[int]:
    return [row * 2 for row in rows]


@task(task_run_name="load-{target}")
def load(rows: list[int], target: str) -> int:
    return len(rows)


@flow
def audit(count: int) -> str:
    return f"{count} rows"


@flow(name="etl")
def etl(n: int = 3, target: str = "table") -> dict:
    """Load a table."""
    rows = transform(extract(n))
    parts = [transform.submit([row]) for row in rows[:2]]
    count = load([part.result() for part in parts], target, wait_for=parts)
    return {"rows": rows, "count": count, "audit": audit(count)}
'''

ODD_FLOWS = """
import os
import time
import uuid

from prefect import flow, task


@flow
def rejects(reason: str = "bad input"):
    raise ValueError(f"{reason} in {os.getcwd()}")


@flow
async def drifts():
    return {"at": time.time(), "id": uuid.uuid4(), "ok": True}


@flow
def wants(n: int):
    return n


@task
def fails():
    raise KeyError("x")


@flow
def survives():
    future = fails.submit()
    future.wait()
    return "survived"


@task(retries=1, retry_delay_seconds=0.5)
def count():
    return 1


@flow
def says_nothing():
    count()
    count.submit()
"""

DEPLOY_2 = """
from datetime import datetime, timedelta, timezone

from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.deployments import Deployment
from prefect.infrastructure import KubernetesJob, Process

from flows import etl

for name in NAMES:
    Deployment.build_from_flow(
        flow=etl,
        name=name,
        version="1.0",
        tags=["etl"],
        work_queue_name="etl",
        schedule=CronSchedule(cron="0 9 * * *", timezone="America/Chicago"),
        parameters={"n": 5, "target": "prod"},
        infrastructure=Process(env={"A": "1"}),
        infra_overrides={"env.B": "2"},
    ).apply()

Deployment.build_from_flow(
    flow=etl,
    name="nightly",
    infrastructure=KubernetesJob(
        image="etl:1",
        customizations=[{"op": "add", "path": "/spec/template/spec/nodeSelector", "value": {"disk": "ssd"}}],
    ),
    schedule=IntervalSchedule(interval=timedelta(hours=6), anchor_date=datetime(2024, 1, 1, tzinfo=timezone.utc)),
    is_schedule_active=False,
).apply()
"""

DEPLOY_3 = """
from pathlib import Path

from prefect.schedules import Cron

from flows import etl

CHANGES = {}

for name in NAMES:
    given = {
        "version": "1.0",
        "tags": ["etl"],
        "work_pool_name": "process-pool",
        "work_queue_name": "etl",
        "schedules": [Cron("0 9 * * *", timezone="America/Chicago")],
        "parameters": {"n": 5, "target": "prod"},
        "job_variables": {"env": {"B": "2"}},
    }
    given.update(CHANGES.get(name, {}))
    flow = etl.from_source(source=str(Path(__file__).parent), entrypoint="flows.py:etl")
    flow.to_deployment(name, **given).apply()
"""

PREFECT_YAML = """
pull:
- prefect.deployments.steps.set_working_directory:
    directory: /opt/prefect/flows
deployments:
- name: nightly
  entrypoint: flows.py:etl
  paused: true
  work_pool: {name: kubernetes-pool}
  schedules:
  - {interval: 21600, anchor_date: "2024-01-01T00:00:00+00:00", timezone: UTC}
"""

LOST_2 = """
from prefect.deployments import Deployment
from flows import etl
Deployment.build_from_flow(flow=etl, name="lost").apply()
"""
LOST_3 = """
from pathlib import Path
from flows import etl
flow = etl.from_source(source=str(Path(__file__).parent), entrypoint="flows.py:etl")
flow.deploy("lost", work_pool_name="no-such-pool")
"""


POST_POOL = """
import json, os, sys, urllib.request
name, kind = sys.argv[1:]
body = {"name": name, "type": kind, "base_job_template": json.load(open(name + ".json"))}
request = urllib.request.Request(os.environ["PREFECT_API_URL"] + "/work_pools/", json.dumps(body).encode())
request.add_header("content-type", "application/json")
urllib.request.urlopen(request).close()
"""


def inventory(*deploying: str, flows: dict[str, list[str]] | None = None, agents: Any = ()) -> str:
    """An inventory with a deployment for each script, named by its path, and the flows of each module."""
    kinds = {".py": "build_from_flow", ".yaml": "prefect_yaml"}
    return json.dumps(
        {
            "deployments": [
                {"path": path, "line": 1, "kind": kinds[Path(path).suffix], "working_directory": ".", "name": None}
                for path in deploying
            ],
            "flows": [
                {"name": name, "function": name, "path": path, "line": 1, "entrypoint": f"{path}:{name}"}
                for path, names in (flows or {}).items()
                for name in names
            ],
            "agents": list(agents),
            "work_pools": [],
        }
    )


def scan(root: Path) -> dict[str, Any]:
    """Reads what `inventory` wrote."""
    found: dict[str, Any] = json.loads((root / "inventory.json").read_text())
    return found


def pool_template(pool_type: str, **defaults: Any) -> str:
    """A worker's own base job template with other defaults."""
    worker = reference.worker_template(pool_type)
    assert worker is not None
    template = copy.deepcopy(worker.template)
    for name, value in defaults.items():
        template["variables"]["properties"][name]["default"] = value
    if pool_type == "kubernetes":
        pod = template["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
        pod["nodeSelector"] = {"disk": "ssd"}
    return json.dumps(template)


def work_pools(*others: str) -> dict[str, str]:
    """What apply emits: templates and the commands that create the pools, with more pools to choose wrongly."""
    process = pool_template("process", env={"A": "1"})
    types = {"kubernetes-pool": "kubernetes", "docker-pool": "docker"}
    templates = {
        "process-pool": process,
        "kubernetes-pool": pool_template("kubernetes", image="etl:1"),
        "spare-pool": pool_template("process"),
        "docker-pool": pool_template("docker", env={"A": "1"}),
        "idle-pool": process,
    }
    create = "prefect work-pool create {0} --type {1} --base-job-template {0}.json"
    # Quicker than the command line, which takes a second for each.
    post = "python post_pool {0} {1}"
    lines = ["set -euo pipefail", 'cd "$(dirname "$0")"']
    lines += [create.format(name, types.get(name, "process")) for name in ("process-pool", "kubernetes-pool")]
    lines += [post.format(name, types.get(name, "process")) for name in others]
    files = {f"work-pools/{name}.json": template for name, template in templates.items()}
    script = "\n".join([*lines, "prefect work-queue create etl --pool process-pool"])
    return {**files, "work-pools/create.sh": script, "work-pools/post_pool": POST_POOL}


def write(root: Path, files: dict[str, str]) -> Path:
    """Write files below a directory and give it back."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root
