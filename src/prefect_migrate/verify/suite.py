"""The checks as pytest items, so that pytest's own options choose, stop and report them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prefect_migrate.verify.items import Item
from prefect_migrate.verify.model import TITLES, Check, VerifyError, VerifyOptions
from prefect_migrate.verify.snapshots import SnapshotBook

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

#: The kind of a check -> the file that its items seem to come from, after which syrupy names its directories.
_FILES = {
    "import": "imports", "registration": "registration", "upload": "uploads",
    "deployment": "deployments", "run": "runs",
}  # fmt: skip
_SNAPSHOT_DIRECTORY = Path(".prefect-migrate") / "verify"


def snapshot_directory(options: VerifyOptions) -> Path:
    """The directory that holds `__snapshots__/deployments/*.json` and `__snapshots__/runs/*.json`."""
    return (options.snapshot_dir or options.path / _SNAPSHOT_DIRECTORY).resolve()


def run_suite(items: list[Item], options: VerifyOptions, done: Callable[[Check], None]) -> list[Check]:
    """Run the checks that pytest's options choose, in order; `done` gets each when it has run.

    Raises VerifyError if pytest does not understand its options, or they choose nothing.
    """
    directory = snapshot_directory(options)
    directory.mkdir(parents=True, exist_ok=True)
    suite = _Suite(items, directory, done)
    with _quiet(options), _no_other_plugins():
        code = pytest.main(_arguments(options, directory), plugins=[suite])
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        raise VerifyError("pytest could not run the checks, see above")
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if items and not suite.ran:
        raise VerifyError("no check was chosen; see their names with -v and without -k")
    return suite.ran


def _arguments(options: VerifyOptions, directory: Path) -> list[str]:
    arguments = [
        str(directory), "--rootdir", str(directory), "-c", os.devnull, "--noconftest", "-s",
        "-p", "syrupy", "-p", "no:cacheprovider", "--snapshot-warn-unused",
    ]  # fmt: skip
    arguments += ["--snapshot-update"] * options.snapshot_update
    arguments += ["-x"] * options.exit_first
    arguments += ["-v"] * options.verbose
    arguments += ["-k", options.keyword] if options.keyword else []
    arguments += ["--junit-xml", str(options.junit_xml)] if options.junit_xml else []
    return [*arguments, *options.pytest_args]


@contextlib.contextmanager
def _quiet(options: VerifyOptions) -> Iterator[None]:
    """Pytest's own words: on standard error if asked for, else only where it refuses its options."""
    words = io.StringIO()
    out = sys.stderr if options.verbose else words
    with contextlib.redirect_stdout(out):
        yield


@contextlib.contextmanager
def _no_other_plugins() -> Iterator[None]:
    """Plugins that happen to be installed, such as one that shuffles, are none of the project's business."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


class _Suite:
    """A pytest plugin that puts the checks in the place of collected tests."""

    def __init__(self, items: list[Item], directory: Path, done: Callable[[Check], None]) -> None:
        self.items = items
        self.directory = directory
        self.done = done
        self.ran: list[Check] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        modules: dict[str, pytest.Module] = {}
        session.items = []
        for item in self.items:
            kind = item.check.kind
            if kind not in modules:
                path = self.directory / f"{_FILES[kind]}.py"
                modules[kind] = pytest.Module.from_parent(session, path=path)
            function = self._function(item)
            test = pytest.Function.from_parent(modules[kind], name=item.check.id, callobj=function)
            session.items.append(test)
        hook = session.config.hook
        hook.pytest_collection_modifyitems(session=session, config=session.config, items=session.items)
        hook.pytest_collection_finish(session=session)
        session.testscollected = len(session.items)
        return True

    def _function(self, item: Item) -> Callable[..., None]:
        check = item.check

        def test(snapshot: SnapshotAssertion, request: pytest.FixtureRequest) -> None:
            self.ran.append(check)
            started = time.monotonic()
            try:
                item.action(check, SnapshotBook(snapshot))
            except Exception as error:
                check.status, check.reason = "failed", f"{type(error).__name__}: {error}"
            check.seconds = check.seconds or time.monotonic() - started
            request.node.user_properties.append(("status", TITLES[check.status]))
            self.done(check)
            _tell_pytest(check)

        test.__name__ = check.kind
        return test


def _tell_pytest(check: Check) -> None:
    lines = [check.reason or "", *(str(item) for item in check.differences if not item.expected)]
    text = "\n".join(filter(None, lines))
    if check.status == "skipped":
        pytest.skip(text)
    elif not check.ok:
        pytest.fail(f"{TITLES[check.status]}: {text}", pytrace=False)
