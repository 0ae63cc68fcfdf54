"""A verification from beginning to end."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from prefect_migrate.verify.api import ApiError
from prefect_migrate.verify.child import in_parallel
from prefect_migrate.verify.documents import make_documents, make_pools_of_documents
from prefect_migrate.verify.environments import find_interpreters
from prefect_migrate.verify.items import all_items
from prefect_migrate.verify.model import Check, Scan, VerifyError, VerifyOptions, VerifyReport
from prefect_migrate.verify.project import Project
from prefect_migrate.verify.register import Registration, assumed_pools, deploying_steps, register
from prefect_migrate.verify.servers import EnginePair, reset, running_engines
from prefect_migrate.verify.stand_ins import said_by_manifests, stand_ins
from prefect_migrate.verify.trees import Trees, are_identical, export_trees
from prefect_migrate.verify.uploads import read_uploads, uploads_file

Progress = Callable[[str], None]
_NOT_INSTALLED = "verify needs pytest and syrupy: pip install 'prefect-migrate[verify]'"
_NAME_BEFORE = "name the project as it was in Prefect 2 with --before"


def run(options: VerifyOptions, scan: Scan, engines: EnginePair | None, progress: Progress) -> VerifyReport:
    """See `prefect_migrate.verify.verify`."""
    started = time.monotonic()
    _need_pytest()
    with tempfile.TemporaryDirectory(prefix="prefect-migrate-", ignore_cleanup_errors=True) as folder:
        trees = export_trees(options.path, options.before, Path(folder).resolve())
        notes: list[str] = []
        if engines is None:
            pythons, notes = find_interpreters(options, trees, progress)
            progress("starting the servers")
        try:
            with nullcontext(engines) if engines is not None else running_engines(pythons) as pair:
                report = _compare(options, scan, trees, pair, progress)
        except ApiError as error:
            raise VerifyError(f"a server gave up: {error}") from error
    report.notes[:0] = notes
    report.seconds = time.monotonic() - started
    return report


def _need_pytest() -> None:
    try:
        import pytest  # noqa: F401
        import syrupy  # noqa: F401
    except ImportError:
        raise VerifyError(_NOT_INSTALLED) from None


def _compare(options: VerifyOptions, scan: Scan, trees: Trees, engines: EnginePair, progress: Progress) -> VerifyReport:
    from prefect_migrate.verify.suite import run_suite

    report = VerifyReport(trees.before_label, trees.after_label)
    if are_identical(trees):
        report.notes.append(f"{trees.after_label} is the same as {trees.before_label}; {_NAME_BEFORE}")
    report.engines = {str(major): engine.info for major, engine in engines.items()}
    progress("registering the deployments of both sides")
    project = _registered(options, scan, trees, engines)
    for registration in project.registrations.values():
        report.notes += registration.notes
    items = list(all_items(project))

    def done(check: Check) -> None:
        progress(f"[{len(report.checks) + 1}/{len(items)}] {check.id}: {check.status}")
        report.checks.append(check)

    run_suite(items, options, done)
    if len(report.checks) < len(items):
        report.notes.append(f"{len(items) - len(report.checks)} of {len(items)} checks were not asked for")
    return report


def _registered(options: VerifyOptions, scan: Scan, trees: Trees, engines: EnginePair) -> Project:
    """The project with both sides registered, at the same time."""
    inventories = {2: scan(trees.before), 3: scan(trees.after)}
    roots = {2: trees.before, 3: trees.after}
    # What code saves counts more than what a manifest once copied.
    said = [*said_by_manifests(roots[2]), *inventories[2].get("documents", [])]
    # Not in the threads: Python 3.11 can't parse in two at once.
    wanted = {major: stand_ins(major, roots[major], inventories[major], said) for major in roots}

    def one(major: int) -> Registration:
        reset(engines[major])
        uploads_file(engines[major].home).unlink(missing_ok=True)
        notes = make_documents(engines[major], wanted[major], options)
        if major == 3:
            make_pools_of_documents(engines[major], inventories, said)
        pools = assumed_pools(major, inventories[2], inventories[3])
        steps = deploying_steps(engines[major], trees, inventories)
        registration = register(engines[major], roots[major], steps, pools, options, said)
        registration.notes[:0] = notes
        return registration

    project = Project(options, trees, engines, inventories, in_parallel(one, (2, 3)))
    project.uploads = {major: read_uploads(engines[major].home, roots[major]) for major in (2, 3)}
    return project
