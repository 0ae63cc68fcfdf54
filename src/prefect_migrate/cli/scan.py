"""`prefect-migrate scan`."""

from __future__ import annotations

import click

from prefect_migrate.cli.common import UsageError, make_config, open_project, selection_options, split_root
from prefect_migrate.cli.leave import leave
from prefect_migrate.config import ConfigError
from prefect_migrate.scan import scan


@click.command("scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@selection_options
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    output: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    target: str | None,
    exclude: tuple[str, ...],
    no_gitignore: bool,
) -> None:
    """Report every use of something that Prefect 3 lacks or treats differently.

    Reads the files below PATH (default: this directory), Python and others; nothing is changed and no Prefect API is
    contacted.  Exit code 0: clean, 1: findings, 2: wrong use or configuration.

    \b
    prefect-migrate scan
    prefect-migrate scan flows/ --select PM1 --format json
    """
    root, _ = split_root(paths)
    config = make_config(root, target, select=select, ignore=ignore, exclude=exclude)
    project = open_project(paths, config, gitignore=not no_gitignore)
    try:
        result = scan(project, config)
    except ConfigError as error:
        raise UsageError(str(error)) from error
    if output == "json":
        from prefect_migrate.reports.json import dump, scan_report

        click.echo(dump(scan_report(result)))
    elif not result.files_relevant:
        target_name = ".".join(map(str, config.target))
        click.echo(f"No findings for Prefect {target_name}: {result.files_seen} files seen, none mentions Prefect.")
    else:
        from prefect_migrate.reports.text import print_scan

        print_scan(result, project)
    leave(context, 1 if result.findings else 0)
