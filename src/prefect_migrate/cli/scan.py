"""`prefect-migrate scan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from prefect_migrate.cache import Report, ScanCache
from prefect_migrate.cli.common import (
    UsageError,
    make_config,
    open_project,
    planning_options,
    selection_options,
    split_root,
)
from prefect_migrate.cli.leave import leave, will_leave
from prefect_migrate.config import ConfigError
from prefect_migrate.reports.lines import Lines

if TYPE_CHECKING:
    from prefect_migrate.project import Project
    from prefect_migrate.scan import ScanResult


@click.command("scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--no-cache", is_flag=True, help="Neither take nor keep the report of an unchanged tree.")
@planning_options
@selection_options
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    output: str,
    target: str | None,
    no_gitignore: bool,
    no_cache: bool,
    **given: Any,
) -> None:
    """Report every use of something that Prefect 3 lacks or treats differently.

    Reads the files below PATH (default: this directory), Python and others; nothing is changed and no Prefect API is
    contacted.  Exit code 0: clean, 1: findings, 2: wrong use or configuration.

    \b
    prefect-migrate scan
    prefect-migrate scan flows/ --select PM1 --format json
    """
    will_leave(context)
    root, starts = split_root(paths)
    config = make_config(root, target, **given)
    cache = ScanCache(root, starts, config, gitignore=not no_gitignore, output=output) if not no_cache else None
    known = cache.load() if cache is not None else None
    if known is not None:
        _print_again(known, output)
        leave(context, known.exit_code)
    from prefect_migrate.scan import scan  # not before: an unchanged tree needs none of it

    project = open_project(paths, config, gitignore=not no_gitignore)
    try:
        result = scan(project, config, fixes=False)
    except ConfigError as error:
        raise UsageError(str(error)) from error
    report = Report(_print(result, project, output), 1 if result.findings else 0)
    if cache is not None and result.files_relevant and not list(project.failures):
        cache.store(project, report)
    leave(context, report.exit_code)


def _print(result: ScanResult, project: Project, output: str) -> Any:
    """Print a report; what it said, for the cache."""
    if output == "json":
        from prefect_migrate.reports.json import dump, scan_report

        text = dump(scan_report(result))
        click.echo(text)
        return text
    out = Lines()
    if result.files_relevant:
        from prefect_migrate.reports.text import print_scan

        print_scan(out, result, project)
    else:
        target = ".".join(map(str, result.config.target))
        out.print(f"No findings for Prefect {target}: {result.files_seen} files seen, none concerns Prefect.")
    return out.kept


def _print_again(report: Report, output: str) -> None:
    if output == "json":
        click.echo(report.content)
        return
    Lines().print_all(report.content)
