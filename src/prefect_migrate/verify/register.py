"""Registration: run what deploys, in the engine it was written for, and read back what the server then has."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from prefect_migrate.verify.api import ApiError
from prefect_migrate.verify.child import Done, child_environment, run_child
from prefect_migrate.verify.model import VerifyOptions
from prefect_migrate.verify.records import Record, read_records
from prefect_migrate.verify.servers import Engine

Inventory = dict[str, Any]
POOL_SCRIPT = "work-pools/create.sh"
_AGENT_POOL = "prefect-agent"
#: Deployments that are written down where there is nothing to run.
_NOT_RUN = {
    "deployment_yaml": "verify does not run `prefect deployment apply`",
    "cli_build": "verify does not run `prefect deployment build` lines of shell scripts",
}
#: Runs the command line of a Prefect whose environment has no `prefect` script.
_CLI = "from prefect.cli import app; app()"


@dataclass(frozen=True, slots=True)
class Step:
    """A command that registers something; `cwd` is relative to the project."""

    label: str
    command: tuple[str, ...]
    cwd: str


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
    engine: Engine, root: Path, inventory: Inventory, pools: list[AssumedPool], options: VerifyOptions
) -> Registration:
    """Make the work pools, run every deploying script of a project and read the records.

    `pools` are made first, if they are not there yet.
    """
    started = time.time()
    result = Registration(engine, root)
    environment = _environment(engine, options)
    if engine.major == 3 and (root / POOL_SCRIPT).is_file():
        result.steps.append(_run(Step(f"bash {POOL_SCRIPT}", ("bash", POOL_SCRIPT), "."), root, environment, options))
    _assume_pools(result, pools)
    for step in steps(engine, root, inventory):
        result.steps.append(_run(step, root, environment, options))
    result.records = read_records(engine.api)
    result.window = (started, time.time())
    return result


def _environment(engine: Engine, options: VerifyOptions) -> dict[str, str]:
    environment = child_environment(engine.python, engine.home, engine.url, pass_env=options.pass_env)
    environment["VERIFY_OFFLINE"] = "1"
    if engine.major == 2:
        # Without them Prefect 2's client keeps the triggers of a deployment to itself.
        environment |= {"PREFECT_EXPERIMENTAL_EVENTS": "true", "PREFECT_API_SERVICES_TRIGGERS_ENABLED": "true"}
    return environment


def _run(step: Step, root: Path, environment: dict[str, str], options: VerifyOptions) -> tuple[str, Done]:
    folder = root / step.cwd
    return step.label, run_child(step.command, cwd=folder, environment=environment, timeout=options.timeout)


def _assume_pools(result: Registration, pools: list[AssumedPool]) -> None:
    there = {pool["name"] for pool in result.engine.api.all("/work_pools/filter")}
    for pool in pools:
        if pool.name in there:
            continue
        try:
            result.engine.api.call("POST", "/work_pools/", {"name": pool.name, "type": pool.type})
        except ApiError as error:
            result.notes.append(f"Prefect {result.engine.major}: work pool {pool.name!r} can't be made: {error}")
        else:
            if pool.theirs:
                result.notes.append(
                    f"Prefect {result.engine.major}: the project names the work pool {pool.name!r} without making it; "
                    f"an empty one of type {pool.type} stands in for it"
                )


def assumed_pools(major: int, before: Inventory, after: Inventory) -> list[AssumedPool]:
    """The work pools that a project may count on before it registers anything.

    In Prefect 2 all that it names.  In Prefect 3 only those that are not the project's own and that it named in
    Prefect 2 already: any other is for apply, or the author, to make.
    """
    named = {pool["name"]: pool for pool in before.get("work_pools", []) if pool.get("name")}
    if major == 3:
        again = [named[pool["name"]] for pool in after.get("work_pools", []) if pool.get("name") in named]
        return [AssumedPool(pool["name"], pool.get("type") or "process") for pool in again if not pool.get("created")]
    agents = {
        deployment.get("work_pool")
        for deployment in before.get("deployments", [])
        if deployment.get("kind") in ("build_from_flow", "constructor")
    }
    return [
        AssumedPool(name, _AGENT_POOL if name in agents else pool.get("type") or "process", not pool.get("created"))
        for name, pool in named.items()
    ]


def steps(engine: Engine, root: Path, inventory: Inventory) -> Iterator[Step]:
    """The commands that register a project's deployments, each once, in the order of the inventory."""
    seen: set[tuple[str, str]] = set()
    for deployment in inventory.get("deployments", []):
        path, cwd = str(deployment["path"]), str(deployment.get("working_directory") or ".")
        if path.endswith((".yaml", ".yml")):
            cwd = str(PurePosixPath(path).parent)
        if (path, cwd) in seen or deployment.get("kind") in _NOT_RUN:
            continue
        seen.add((path, cwd))
        step = _step(engine, path, cwd)
        if step is not None and (root / path).is_file():
            yield step


def _step(engine: Engine, path: str, cwd: str) -> Step | None:
    relative = PurePosixPath(os.path.relpath(path, cwd)).as_posix()
    if path.endswith(".py"):
        return Step(f"python {path}", (str(engine.python), relative), cwd)
    if path.endswith((".yaml", ".yml")):
        cli = engine.python.with_name("prefect")
        prefect = (str(cli),) if cli.exists() else (str(engine.python), "-c", _CLI)
        file = () if relative == "prefect.yaml" else ("--prefect-file", relative)
        label = f"prefect deploy --all ({path})"
        return Step(label, (*prefect, "--no-prompt", "deploy", "--all", *file), cwd)
    return None


def why_not_run(deployment: dict[str, Any]) -> str:
    """Why a deployment of the inventory may be on no server."""
    where = f"defined at {deployment['path']}:{deployment.get('line', 1)}"
    return f"{where}; {_NOT_RUN.get(str(deployment.get('kind')), 'no command registered it')}"
