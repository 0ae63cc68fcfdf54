"""What is checked, in order: imports, registration, deployments, flow runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from prefect_migrate.verify.child import Done, child_environment, run_child, runner
from prefect_migrate.verify.commands import not_run, of_documents, skipped_commands
from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.expected import ExpectedInDeployment
from prefect_migrate.verify.flow_runs import run_items
from prefect_migrate.verify.missing import missing_package
from prefect_migrate.verify.model import Check
from prefect_migrate.verify.normalise import normalise
from prefect_migrate.verify.project import Project
from prefect_migrate.verify.register import why_not_run
from prefect_migrate.verify.served import not_picked_up
from prefect_migrate.verify.snapshots import settle
from prefect_migrate.verify.trees import changed_modules

if TYPE_CHECKING:
    from prefect_migrate.verify.snapshots import SnapshotBook

Action = Callable[[Check, "SnapshotBook"], None]


@dataclass(frozen=True, slots=True)
class Item:
    """A check and what fills it in."""

    check: Check
    action: Action


def all_items(project: Project) -> Iterator[Item]:
    """Every check of a project, in the order of the report."""
    for path in changed_modules(project.trees):
        yield Item(Check("import", path), partial(_check_import, project, path))
    for major in (2, 3):
        shown = of_documents(project.inventories[major], major)
        earlier = dict(project.registrations[2].steps) if major == 3 else {}
        for label, done in project.registrations[major].steps:
            check = Check("registration", f"Prefect {major}: {label}")
            yield Item(check, partial(_check_step, project, done, label in shown, earlier.get(label)))
        for label, reason in skipped_commands(project.inventories[major], major):
            check = Check("registration", f"Prefect {major}: {label}", "skipped", f"not run: {reason}")
            yield Item(check, lambda _check, _book: None)
    for destination in sorted(project.uploads[2].keys() | project.uploads[3].keys()):
        yield Item(Check("upload", destination), partial(_check_upload, project, destination))
    yield from _deployments(project)
    if project.options.run:
        yield from run_items(project, Item)


# -- imports ---------------------------------------------------------------------------------------------------------


def _check_import(project: Project, path: str, check: Check, _book: SnapshotBook) -> None:
    """A changed module imports under Prefect 3; unless, as it was, it does not under Prefect 2 either."""
    done = _import(project, 3, path)
    if done.ok:
        return
    check.status, check.reason = "failed", done.last_lines(1) or done.what_happened()
    if (project.trees.before / path).is_file():
        before = _import(project, 2, path)
        said = before.last_lines(1)
        # an error may name a file of its side
        if not before.ok and said.replace(str(project.root(2)), str(project.root(3))) == done.last_lines(1):
            check.status, check.reason = "skipped", f"does not import in Prefect 2 either: {said}"


def _import(project: Project, major: int, path: str) -> Done:
    engine, root = project.engines[major], project.root(major)
    environment = child_environment(engine.python, engine.home, engine.url, pass_env=project.options.pass_env)
    environment["VERIFY_OFFLINE"] = "1"
    command = (str(engine.python), str(runner("import_module")), path)
    return run_child(command, cwd=root, environment=environment, timeout=project.options.timeout)


# -- registration ----------------------------------------------------------------------------------------------------


def _check_step(
    project: Project, done: Done, is_shown: bool, earlier: Done | None, check: Check, _book: SnapshotBook
) -> None:
    """A command that a document shows need not work; what it does not register is told by the deployments.

    `earlier` is how Prefect 2 ended with it: what fails there in the same words says nothing about the migration.
    """
    check.seconds = done.seconds
    if done.ok:
        return
    roots = [str(project.root(major)) for major in (2, 3)]
    lacking = missing_package(done.output, roots)
    check.status = "skipped" if is_shown else "failed"
    check.reason = lacking or f"{done.ending}\n{done.last_lines()}"
    if earlier is not None and not earlier.ok and done.code == earlier.code is not None:
        said, before = (
            one.last_lines(1).replace(root, "") for one, root in zip((done, earlier), roots[::-1], strict=True)
        )
        if said == before:
            check.status, check.reason = "skipped", f"fails in Prefect 2 as well: {lacking or done.last_lines(1)}"


def _check_upload(project: Project, destination: str, check: Check, _book: SnapshotBook) -> None:
    """The same folder went there, without the same files."""
    before, after = (project.uploads[major].get(destination) for major in (2, 3))
    if before is None or after is None:
        check.status = "different"
        check.reason = f"Prefect {2 if before is None else 3} uploads nothing there"
        return
    comparison = compare(before, after)
    check.differences = comparison.differences
    check.status = "same" if comparison.equal else "different"


def _deployments(project: Project) -> Iterator[Item]:
    before, after = project.registrations[2].records, project.registrations[3].records
    for name in sorted(before.keys() | after.keys()):
        yield Item(Check("deployment", name), partial(_check_deployment, project, name))
    seen = before.keys() | after.keys()
    defined = [(item, major) for major in (2, 3) for item in project.inventories[major]["deployments"]]
    for deployment, major in defined:
        name = f"{deployment.get('flow')}/{deployment.get('name')}"
        if deployment.get("flow") and deployment.get("name") and name not in seen:
            seen |= {name}
            why = why_not_run(deployment, project.inventories[major], project.registrations[major].steps)
            check = Check("deployment", name, "skipped", why)
            yield Item(check, lambda _check, _book: None)


def _check_deployment(project: Project, name: str, check: Check, book: SnapshotBook) -> None:
    before, after = (project.registrations[major].records.get(name) for major in (2, 3))
    if after is None:
        check.status, check.reason = "failed", f"Prefect 3 does not have it{_because(project, 3)}"
        return
    if before is None:
        unproved = _not_run_in_2(project, name)
        check.status = "skipped" if unproved else "failed"
        check.reason = unproved or f"Prefect 2 does not have it{_because(project, 2)}"
        return
    old, new = normalise(before, project.side(2)), normalise(after, project.side(3))
    comparison = compare(old, new, ExpectedInDeployment(old, new))
    settle(check, book, old, comparison)
    idle = not_picked_up(before, after, project.inventories[2], project.inventories[3])
    if idle is not None:
        check.status = "different"
        check.differences.append(idle)


def _not_run_in_2(project: Project, name: str) -> str | None:
    """Why Prefect 2 does not have a deployment that the project defines for it with a command that can't be run."""
    inventory = project.inventories[2]
    for deployment in inventory["deployments"]:
        if f"{deployment.get('flow')}/{deployment.get('name')}" == name and list(not_run(inventory, deployment)):
            return why_not_run(deployment, inventory)
    return None


def _because(project: Project, major: int) -> str:
    failures = project.registrations[major].failures
    return f": {', '.join(failures)} failed" if failures else ""
