"""Registration: run what deploys, in the engine it was written for, and read back what the server then has."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from prefect_migrate import reference
from prefect_migrate.plan.default_pool import DEFAULT_POOL
from prefect_migrate.verify.api import ApiError
from prefect_migrate.verify.child import Done, child_environment, harmless, run_child
from prefect_migrate.verify.commands import PREFECT, Step, command_steps, not_run, prefect
from prefect_migrate.verify.documents import make_documents
from prefect_migrate.verify.late_documents import run_with_documents
from prefect_migrate.verify.model import VerifyOptions
from prefect_migrate.verify.quick_prefect import quick_prefect
from prefect_migrate.verify.records import Record, read_records
from prefect_migrate.verify.scripts import start_of
from prefect_migrate.verify.servers import Engine
from prefect_migrate.verify.trees import Trees

Inventory = dict[str, Any]
POOL_SCRIPT = "work-pools/create.sh"
_AGENT_POOL = "prefect-agent"
_YAML = (".yaml", ".yml")
#: What commands of the Prefect CLI register.
_BY_COMMAND = ("deployment_yaml", "cli_build")


@dataclass(frozen=True, slots=True)
class AssumedPool:
    """A work pool that exists on the user's server; `theirs` if the project's scan says that somebody else makes it."""

    name: str
    type: str
    theirs: bool = True


@dataclass(slots=True)
class Registration:
    """What came of registering one side.

    `steps` are the commands that ran and how they ended; `records` is keyed by `flow/deployment`; `window` is the time
    (seconds since 1970) within which it happened; `notes` are assumptions that were made.
    """

    engine: Engine
    root: Path
    steps: list[tuple[str, Done]] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    window: tuple[float, float] = (0.0, 0.0)
    notes: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        return [label for label, done in self.steps if not done.ok]


def register(
    engine: Engine,
    root: Path,
    steps: list[Step],
    pools: list[AssumedPool],
    options: VerifyOptions,
    documents: Iterable[dict[str, Any]] = (),
) -> Registration:
    """Make the work pools of a project, run every step and read the records.

    `pools` are made first, if they are not there yet; `documents` is what the repository says about block documents.
    """
    started = time.time()
    result = Registration(engine, root)
    create = [Step(f"bash {POOL_SCRIPT}", ("bash", POOL_SCRIPT), ".")] if _makes_pools(engine, root) else []
    plain = _environment(engine, options)
    by_prefect = create or any(step.command[0] == PREFECT for step in steps)
    with quick_prefect(engine, plain) if by_prefect else nullcontext(plain) as environment:
        result.steps += [run_step(step, root, environment, _patient(options, root)) for step in create]
        _assume_pools(result, pools)
        for step in steps:
            label, done, notes = run_with_documents(
                partial(run_step, step, root, environment, options),
                partial(make_documents, engine, options=options),
                engine.major,
                documents,
            )
            result.steps.append((label, done))
            result.notes += notes
    result.records = read_records(engine.api)
    result.window = (started, time.time())
    return result


def _patient(options: VerifyOptions, root: Path) -> VerifyOptions:
    """The script that makes the pools is many commands, each of which may take its time."""
    count = (root / POOL_SCRIPT).read_text("utf-8", "replace").count("prefect ")
    return replace(options, timeout=options.timeout * max(count, 1))


def _makes_pools(engine: Engine, root: Path) -> bool:
    return engine.major == 3 and (root / POOL_SCRIPT).is_file()


def _environment(engine: Engine, options: VerifyOptions) -> dict[str, str]:
    environment = child_environment(engine.python, engine.home, engine.url, pass_env=options.pass_env)
    environment["VERIFY_OFFLINE"] = "1"
    if engine.major == 2:
        # Without them Prefect 2's client keeps the triggers of a deployment to itself.
        environment |= {"PREFECT_EXPERIMENTAL_EVENTS": "true", "PREFECT_API_SERVICES_TRIGGERS_ENABLED": "true"}
    return environment


def run_step(step: Step, root: Path, environment: dict[str, str], options: VerifyOptions) -> tuple[str, Done]:
    """Run a command of a project; its label, and how it ended."""
    folder = root / step.cwd
    own = environment | harmless(step.environment)
    if step.command[0] not in (PREFECT, "bash"):
        # Whoever runs a script has its project's root on Python's path, or a package installed from there.
        own["VERIFY_ROOT"] = str(root)
    return step.label, run_child(step.expanded(folder), cwd=folder, environment=own, timeout=options.timeout)


def _assume_pools(result: Registration, pools: list[AssumedPool]) -> None:
    there = {pool["name"] for pool in result.engine.api.all("/work_pools/filter")}
    for pool in pools:
        if pool.name in there:
            continue
        try:
            template = reference.worker_template(pool.type)
            body = {"name": pool.name, "type": pool.type, "base_job_template": template.template if template else {}}
            result.engine.api.call("POST", "/work_pools/", body)
        except ApiError as error:
            result.notes.append(f"Prefect {result.engine.major}: work pool {pool.name!r} can't be made: {error}")
        else:
            if pool.theirs:
                result.notes.append(
                    f"Prefect {result.engine.major}: the project names the work pool {pool.name!r} without making it; "
                    f"a plain one of type {pool.type} stands in for it"
                )


def assumed_pools(major: int, before: Inventory, after: Inventory) -> list[AssumedPool]:
    """The work pools that a project may count on before it registers anything.

    In Prefect 2 all that it names, and beside them the default pool, without which the server would give a deployment
    that names no pool the queue of any other one.  In Prefect 3 only those that are not the project's own and that it
    named in Prefect 2 already: any other is for apply, or the author, to make.
    """
    named = {pool["name"]: pool for pool in before.get("work_pools", []) if pool.get("name")}
    if major == 3:
        again = [named[pool["name"]] for pool in after.get("work_pools", []) if pool.get("name") in named]
        return [AssumedPool(pool["name"], pool.get("type") or "process") for pool in again if not pool.get("created")]
    # What `prefect deploy` is for, it refuses for a pool of agents.
    agents = _pools_of(before, "build_from_flow", "constructor") - _pools_of(before, "prefect_yaml")
    pools = [
        AssumedPool(name, _AGENT_POOL if name in agents else pool.get("type") or "process", not pool.get("created"))
        for name, pool in named.items()
    ]
    gone = [name for name in before.get("agent_pools", []) if name not in named]
    pools += [AssumedPool(name, _AGENT_POOL, theirs=False) for name in gone]
    is_there = not pools or DEFAULT_POOL in (*named, *gone)
    return pools if is_there else [AssumedPool(DEFAULT_POOL, _AGENT_POOL, theirs=False), *pools]


def _pools_of(inventory: Inventory, *kinds: str) -> set[str]:
    """The work pools that deployments of these kinds name."""
    deployments = inventory.get("deployments", [])
    return {str(one["work_pool"]) for one in deployments if one.get("kind") in kinds and one.get("work_pool")}


def deploying_steps(engine: Engine, trees: Trees, inventories: dict[int, Inventory]) -> list[Step]:
    """The commands that register the deployments of an engine's side, each once, in the order of the inventory.

    A script that deployed in Prefect 2 and is still there must run in Prefect 3, whatever it is that it does now.
    """
    own = [_site(deployment) for deployment in inventories[engine.major].get("deployments", [])]
    if engine.major == 3:
        own += [site for site in map(_site, inventories[2].get("deployments", [])) if site and site[0].endswith(".py")]
    root = trees.before if engine.major == 2 else trees.after
    sites = [site for site in dict.fromkeys(own) if site is not None and (root / site[0]).is_file()]
    steps = [step for step in (_step(engine, root, *site) for site in sites) if step is not None]
    return [*steps, *command_steps(engine, inventories[engine.major], root)]


def _site(deployment: dict[str, Any]) -> tuple[str, str] | None:
    """The file that registers a deployment, and the directory in which that is run; both relative to the root."""
    if deployment.get("kind") in _BY_COMMAND:
        return None
    path, cwd = str(deployment["path"]), str(deployment.get("working_directory") or ".")
    return (path, str(PurePosixPath(path).parent)) if path.endswith(_YAML) else (path, cwd)


def _step(engine: Engine, root: Path, path: str, cwd: str) -> Step | None:
    relative = PurePosixPath(os.path.relpath(path, cwd)).as_posix()
    if path.endswith(".py"):
        return Step(f"python {path}", (str(engine.python), *start_of(root / path, relative)), cwd)
    if path.endswith(_YAML):
        file = () if relative == "prefect.yaml" else ("--prefect-file", relative)
        label = f"prefect deploy --all ({path})"
        return Step(label, (*prefect(engine), "--no-prompt", "deploy", "--all", *file), cwd)
    return None


def why_not_run(deployment: dict[str, Any], inventory: Inventory, steps: Iterable[tuple[str, Done]] = ()) -> str:
    """Why a deployment of the inventory may be on no server; `steps` are the commands that ran."""
    path = str(deployment["path"])
    where = f"defined at {path}:{deployment.get('line', 1)}"
    reasons = [f"{place} is not run: {reason}" for place, reason in not_run(inventory, deployment)]
    # A label ends with its file, or has it in parentheses.
    ran = [(label, done) for label, done in steps if re.split(r"[ (]", label.rstrip(")"))[-1].split(":")[0] == path]
    reasons += [f"{label} {'did not register it' if done.ok else 'failed'}" for label, done in ran]
    return f"{where}; {next(iter(reasons), 'no command registered it')}"
