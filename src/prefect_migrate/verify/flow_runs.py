"""Which flows are run, with what, and how their outcomes compare."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from prefect_migrate.verify.compare import Keys, compare
from prefect_migrate.verify.expected_in_runs import expected_in_run
from prefect_migrate.verify.model import Check
from prefect_migrate.verify.normalise import normalise
from prefect_migrate.verify.project import Project
from prefect_migrate.verify.runs import MAY_VARY, VARIES, Ran, Request, masked, run_one, run_pair, with_variation
from prefect_migrate.verify.snapshots import settle

if TYPE_CHECKING:
    from prefect_migrate.verify.snapshots import SnapshotBook

Action = Callable[[Check, "SnapshotBook"], None]
ItemT = TypeVar("ItemT")
_UNSTEADY = "changes from run to run in Prefect 2, too"


def run_items(project: Project, make: Callable[[Check, Action], ItemT]) -> Iterator[ItemT]:
    """One item for each deployment that both engines have, and one for each flow that no deployment runs."""
    before, after = project.registrations[2].records, project.registrations[3].records
    deployed: set[tuple[str, str]] = set()
    for name in sorted(before.keys() & after.keys()):
        requests = {major: _deployed(project, major, name) for major in (2, 3)}
        deployed.add(_place(requests[2]))
        yield make(Check("run", name), partial(_check_run, project, requests))
    names = Counter(_name(flow) for flow in project.inventories[2]["flows"])
    for flow in project.inventories[2]["flows"]:
        found = _request(project, 2, flow)
        if _place(found) in deployed:
            continue
        deployed.add(_place(found))
        name = f"{_name(flow)} (defaults)" if names[_name(flow)] == 1 else f"{_name(flow)} ({flow['entrypoint']})"
        again = _same_flow(flow, project.inventories[2]["flows"], project.inventories[3]["flows"])
        if again is None:
            check = Check("run", name, "failed", f"the project has no flow {flow['entrypoint']} any more")
            yield make(check, lambda _check, _book: None)
        else:
            pair = {2: found, 3: _request(project, 3, again)}
            yield make(Check("run", name), partial(_check_run, project, pair))


def _name(flow: dict[str, Any]) -> str:
    return str(flow.get("name") or flow["function"])


def _same_flow(
    flow: dict[str, Any], before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The flow in the same place, or the only new one of that name: it has moved."""
    places = {other["entrypoint"] for other in before}
    named = [other for other in after if other["entrypoint"] not in places and _name(other) == _name(flow)]
    placed = [other for other in after if other["entrypoint"] == flow["entrypoint"]]
    return placed[0] if placed else named[0] if len(named) == 1 else None


def _request(project: Project, major: int, flow: dict[str, Any]) -> Request:
    root = project.root(major)
    return Request(root, root, str(flow["entrypoint"]))


def _deployed(project: Project, major: int, name: str) -> Request:
    """The run that a deployment's schedule would start: its parameters and its environment."""
    record = project.registrations[major].records[name]
    normal, root = normalise(record, project.side(major)), project.root(major)
    entrypoint = str(normal["entrypoint"])
    env = {key: str(value) for key, value in (normal["job_variables"].get("env") or {}).items() if value is not None}
    folders = [str(normal["code"].get("directory", ".")), ".", *_registered_in(project, major, name)]
    cwd = _working_directory(root, folders, entrypoint)
    return Request(root, cwd, entrypoint, record.deployment.get("parameters") or {}, env)


def _registered_in(project: Project, major: int, name: str) -> list[str]:
    """The folders in which a deployment is registered: what `serve` registers is run there."""
    deployments = project.inventories[major]["deployments"]
    named = (one for one in deployments if f"{one.get('flow')}/{one.get('name')}" == name)
    return [str(one["working_directory"]) for one in named if one.get("working_directory")]


def _working_directory(root: Path, folders: list[str], entrypoint: str) -> Path:
    """The first folder in which the entrypoint is found; code of an image or a bucket stands in the project's root."""
    file = entrypoint.partition(":")[0]
    # An absolute directory takes the place of the root here, and is not ours to run in.
    inside = (folder for folder in (root / name for name in folders) if folder.is_relative_to(root))
    return next((folder for folder in inside if (folder / file).is_file()), root)


def _place(request: Request) -> tuple[str, str]:
    """The flow's file, relative to the project, and its function."""
    file, _, function = request.entrypoint.partition(":")
    return PurePosixPath(os.path.relpath(request.cwd / file, request.root)).as_posix(), function


# -- comparing -------------------------------------------------------------------------------------------------------


def _check_run(project: Project, requests: dict[int, Request], check: Check, book: SnapshotBook) -> None:
    options = project.options
    ran = run_pair(project.engines, requests, options.timeout, options.pass_env)
    before, after = ran[2], ran[3]
    if before.outcome is None or after.outcome is None:
        check.status, check.reason = _not_run(before, after)
        return
    pattern = book.stored() or before.outcome
    old, new = masked(before.outcome, pattern), masked(after.outcome, pattern)
    comparison = compare(old, new, expected_in_run)
    if any(not item.expected and item.field.startswith(MAY_VARY) for item in comparison.differences):
        again = run_one(project.engines[2], requests[2], options.timeout, options.pass_env)
        if again.outcome is not None:
            old = with_variation(old, again.outcome)
            comparison = compare(old, new, _unsteady_or_expected)
    settle(check, book, old, comparison)
    check.reason = check.reason or _summary(old)


def _unsteady_or_expected(keys: Keys, before: Any, after: Any) -> str | None:
    return _UNSTEADY if before == VARIES else expected_in_run(keys, before, after)


def _not_run(before: Ran, after: Ran) -> tuple[Any, str]:
    """Status and reason where at least one engine has no outcome; Prefect 2 says what can run at all."""
    if before.outcome is None:
        if after.outcome is None or not before.missing:
            return "skipped", f"Prefect 2: {before.obstacle}"
        return "different", f"in Prefect 2 {before.obstacle}, but Prefect 3 runs it"
    return "failed", f"Prefect 3: {after.obstacle}\n{after.done.last_lines()}"


def _summary(outcome: dict[str, Any]) -> str | None:
    """What both did, where it is not simply success: an equal failure proves less than it seems to."""
    error = outcome.get("exception")
    if not error:
        return None
    message = f": {error['message'].splitlines()[0]}" if error["message"] else ""
    return f"Prefect 2 ends with {error['type']}{message}"
