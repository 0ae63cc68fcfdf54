"""Saving the stand-ins of block documents on a throw-away server, and the work pools that take their place."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prefect_migrate import reference
from prefect_migrate.findings import Place
from prefect_migrate.plan.infrastructure import settings_of
from prefect_migrate.plan.model import Block, Site, Value, WorkPool
from prefect_migrate.verify.api import ApiError
from prefect_migrate.verify.child import child_environment, run_child, runner
from prefect_migrate.verify.model import VerifyOptions
from prefect_migrate.verify.servers import Engine
from prefect_migrate.verify.stand_ins import StandIn, infrastructure_fields
from prefect_migrate.writers.work_pools import template_of

_NOWHERE = Site("", Place(1, 1, 1, 1))


def make_documents(engine: Engine, wanted: list[StandIn], options: VerifyOptions) -> list[str]:
    """Save what a project loads; notes about what was made up, and what could not be."""
    if not wanted:
        return []
    environment = child_environment(engine.python, engine.home, engine.url, pass_env=options.pass_env)
    environment["VERIFY_OFFLINE"] = "1"
    with TemporaryDirectory(dir=engine.home.temporary) as folder:
        request = Path(folder) / "blocks.json"
        request.write_text(json.dumps([item.as_json() for item in wanted], default=str), "utf-8")
        command = (str(engine.python), str(runner("make_blocks")), str(request))
        done = run_child(command, cwd=Path(folder), environment=environment, timeout=options.timeout)
    named = ", ".join(sorted({f"{item.cls.rpartition('.')[2]} {item.name!r}" for item in wanted}))
    notes = [f"Prefect {engine.major}: stand-ins were saved for the blocks that the project loads: {named}"]
    # What a block logs while it is made is nobody's business.
    said = [line for line in done.output.splitlines() if line.startswith(tuple(f"{item.cls} " for item in wanted))]
    lines = said if done.ok else [done.what_happened()]
    return notes + [f"Prefect {engine.major}: no stand-in for {line}" for line in lines]


def make_pools_of_documents(engine: Engine, inventories: dict[int, dict[str, Any]], said: list[dict[str, Any]]) -> None:
    """Make the work pools that stand for a document whose settings only the server knows, as a person would: with the
    settings of the stand-in."""
    made: set[str] = set()
    for deployment in inventories[2].get("deployments", []):
        block, name = deployment.get("infrastructure") or {}, deployment.get("work_pool")
        document = block.get("document")
        if not block.get("loaded") or not isinstance(document, str) or not name or name in made:
            continue
        pool = pool_of_document(str(name), block["class"], document, said)
        made.add(pool.name)
        template = template_of(pool)
        if template is not None:
            body = {"name": pool.name, "type": pool.type, "base_job_template": template}
            # One whose settings no server takes is for the project's own script to fail over.
            with contextlib.suppress(ApiError):
                engine.api.call("POST", "/work_pools/", body)


def pool_of_document(name: str, cls: str, document: str, said: list[dict[str, Any]]) -> WorkPool:
    """The work pool with a stand-in's settings."""
    fields = infrastructure_fields(cls, document, said)
    values = {field: Value(repr(value), value) for field, value in fields.items()}
    settings = settings_of(Block(_NOWHERE, cls, "infrastructure", values))
    pool = WorkPool(name, reference.infrastructure_blocks()[cls].pool_type, settings.variables)
    pool.template = settings.template or None
    return pool
