"""Records as the two servers return them, cut down to what is looked at; used by the tests of the normalisation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect_migrate.verify.normalise import Side
from prefect_migrate.verify.records import Record

BEFORE = Side(2, Path("/tmp/2/etl"), (1_700_000_000.0, 1_700_000_010.0))
AFTER = Side(3, Path("/tmp/3/etl"), (1_700_000_000.0, 1_700_000_010.0))

CRON = {"cron": "0 9 * * *", "timezone": "America/Chicago", "day_or": True}
AGENT_POOL = {"name": "default-agent-pool", "type": "prefect-agent", "base_job_template": {}}


def process_block(**data: Any) -> dict[str, Any]:
    """A Process block as Prefect 2's API returns it."""
    return block("process", {"env": {}, "labels": {}, "name": None, "command": None, "stream_output": True, **data})


def kubernetes_block(**data: Any) -> dict[str, Any]:
    """A KubernetesJob block with Prefect 2's default job."""
    container = {"name": "prefect-job", "env": []}
    pod = {"parallelism": 1, "completions": 1, "restartPolicy": "Never", "containers": [container]}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"labels": {}},
        "spec": {"template": {"spec": pod}},
    }
    return block("kubernetes-job", {"job": job, "customizations": [], "pod_watch_timeout_seconds": 60, **data})


def block(slug: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "anonymous-1", "data": {"type": slug, **data}, "block_type": {"slug": slug}, **more}


def pool(pool_type: str, name: str = "", **defaults: Any) -> dict[str, Any]:
    """A work pool of Prefect 3 whose template is the worker's own with other defaults."""
    import copy

    from prefect_migrate import reference

    worker = reference.worker_template(pool_type)
    assert worker is not None
    template = copy.deepcopy(worker.template)
    for variable, value in defaults.items():
        template["variables"]["properties"].setdefault(variable, {})["default"] = value
    return {"name": name or f"{pool_type}-pool", "type": pool_type, "base_job_template": template}


def before(infrastructure: dict[str, Any] | None = None, storage: Any = None, **deployment: Any) -> Record:
    """A deployment of Prefect 2: in the agents' pool, found in the project's root."""
    record = {
        "id": "d2",
        "name": "production",
        "entrypoint": "flows.py:etl",
        "path": "/tmp/2/etl",
        "parameters": {"n": 1},
        "tags": ["b", "a"],
        "description": "Loads it.",
        "version": "1.0",
        "work_queue_name": "etl",
        "work_pool_name": "default-agent-pool",
        "paused": False,
        "is_schedule_active": True,
        "schedules": [{"schedule": CRON, "active": True}],
        "infra_overrides": {},
        "pull_steps": None,
        "parameter_openapi_schema": {"type": "object", "properties": {}},
        "enforce_parameter_schema": False,
    }
    return Record({**record, **deployment}, "etl", AGENT_POOL, None, infrastructure, storage)


def after(work_pool: dict[str, Any] | None = None, **deployment: Any) -> Record:
    """The same deployment in Prefect 3."""
    step = {"prefect.deployments.steps.set_working_directory": {"directory": "/tmp/3/etl"}}
    record = {
        "id": "d3",
        "name": "production",
        "entrypoint": "flows.py:etl",
        "path": None,
        "parameters": {"n": 1},
        "tags": ["a", "b"],
        "description": "Loads it.",
        "version": "1.0",
        "work_queue_name": "etl",
        "work_pool_name": "process-pool",
        "paused": False,
        "schedules": [{"schedule": CRON, "active": True, "parameters": {}, "slug": None}],
        "job_variables": {},
        "pull_steps": [step],
        "parameter_openapi_schema": {"type": "object", "properties": {}},
        "enforce_parameter_schema": True,
    }
    return Record({**record, **deployment}, "etl", work_pool or pool("process"))
