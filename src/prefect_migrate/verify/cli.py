"""`prefect-migrate verify`."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import click

from prefect_migrate.verify.model import VerifyError, VerifyOptions

_PATH = click.Path(path_type=Path)


class _UsageError(click.ClickException):
    """Wrong use, or a machine on which nothing can be proved."""

    exit_code = 2


@click.command("verify")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option(
    "--before",
    metavar="REV|DIR",
    default="HEAD",
    show_default=True,
    help="The project before: a git revision of PATH, or a directory.",
)
@click.option("--target", metavar="3.x", help="The minor version of Prefect 3 to prove it on; 3.8 by default.")
@click.option(
    "--prefect2-python",
    type=_PATH,
    metavar="PATH",
    help="An interpreter that has Prefect 2 and what the project needs.",
)
@click.option("--prefect3-python", type=_PATH, metavar="PATH", help="The same with Prefect 3.")
@click.option("--no-run", is_flag=True, help="Stop after the deployments; run no flow.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="For each flow run, script and import.",
)
@click.option(
    "--pass-env",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="Let the project's code see this variable; by default it sees no credentials and settings of yours.",
)
@click.option(
    "--snapshot-dir",
    type=_PATH,
    metavar="DIR",
    help="Where the snapshots lie; PATH/.prefect-migrate/verify by default.",
)
@click.option("--snapshot-update", is_flag=True, help="Record again what Prefect 2 does.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-k", "keyword", metavar="EXPRESSION", help="Only checks whose names match, in pytest's words.")
@click.option("-x", "exit_first", is_flag=True, help="Stop at the first check that is different or failed.")
@click.option("-v", "--verbose", count=True, help="Show pytest's own output, on standard error.")
@click.option("--junit-xml", type=_PATH, metavar="FILE", help="Write the results as JUnit XML.")
@click.option(
    "--pytest", "pytest_args", metavar="ARGUMENTS", default="", help="More arguments for pytest, in one string."
)
def verify_command(path: Path, output: str, **given: Any) -> None:
    """Prove that the migrated project in PATH does what it did: real Prefect 2 and real Prefect 3, side by side.

    Both sides are copied, registered with a local server of their engine, and their flows are run, with the
    deployments' parameters.  So the project's code is executed: what a flow does to the outside world, it does, once in
    each engine.  Your Prefect profile, API and home are not touched.

    What Prefect 2 does is kept as snapshots, which Prefect 3 must match.  Exit code 0: nothing is different or failed,
    1: something is, 2: wrong use.

    \b
    prefect-migrate verify                                 HEAD against the working tree
    prefect-migrate verify --before main~3 flows/
    prefect-migrate verify --before ../etl-prefect2 --no-run
    prefect-migrate verify --prefect2-python ~/envs/p2 --prefect3-python ~/envs/p3
    prefect-migrate verify -k "deployment and etl" -x --junit-xml verify.xml
    prefect-migrate verify --pytest "--maxfail=3"
    """
    from prefect_migrate.verify import verify
    from prefect_migrate.verify.report import as_json, text_lines

    options = _options(path, given)
    # Ended politely, as a CI system does it, a verification tidies up as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        report = verify(options, _scan(options.target), progress=lambda line: click.echo(line, err=True))
    except VerifyError as error:
        raise _UsageError(str(error)) from error
    if output == "json":
        from prefect_migrate.reports.json import dump

        click.echo(dump(as_json(report)))
    else:
        for line in text_lines(report):
            click.echo(line)
    sys.exit(report.exit_code)


def _options(path: Path, given: dict[str, Any]) -> VerifyOptions:
    """The options as they were given.  Raises _UsageError for a target that is unknown."""
    from prefect_migrate.config import ConfigError, load_config, parse_target

    target, no_run = given.pop("target"), given.pop("no_run")
    try:
        pair = parse_target(target) if target else load_config(path).target
    except ConfigError as error:
        raise _UsageError(str(error)) from error
    given["pytest_args"] = tuple(shlex.split(given["pytest_args"]))
    return VerifyOptions(path=path, target=".".join(map(str, pair)), run=not no_run, **given)


def _scan(target: str) -> Any:
    def scan(root: Path) -> Any:
        from prefect_migrate.api import scan_inventory
        from prefect_migrate.config import ConfigError

        try:
            return scan_inventory(root, target)
        except ConfigError as error:
            raise VerifyError(str(error)) from error

    return scan


#: The name that `prefect_migrate.cli.main` looks for.
command = verify_command
