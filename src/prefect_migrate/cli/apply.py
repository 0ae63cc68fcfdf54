"""`prefect-migrate apply`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from prefect_migrate.apply import ApplyResult, apply
from prefect_migrate.changes.write import ChangedMeanwhile, uncommitted, write_changes
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


@click.command("apply")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--dry-run", is_flag=True, help="Write nothing; print a unified diff that `git apply` accepts.")
@click.option("--unsafe", is_flag=True, help="Also make the fixes that want a person's review.")
@click.option("--allow-dirty", is_flag=True, help="Work on a tree with uncommitted changes.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@planning_options
@selection_options
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    dry_run: bool,
    unsafe: bool,
    allow_dirty: bool,
    output: str,
    target: str | None,
    no_gitignore: bool,
    **given: Any,
) -> None:
    """Rewrite the files below PATH (default: this directory) for Prefect 3.

    Makes the safe fixes; --unsafe adds those that want review.  Creates prefect.yaml and work-pools/ where deployments
    need them.  A file is rewritten whole or left as it was.  Exit code 0: nothing is left to do, 1: findings are left
    for a person, 2: wrong use or configuration.

    \b
    prefect-migrate apply --dry-run
    prefect-migrate apply --unsafe
    """
    will_leave(context)
    root, _ = split_root(paths)
    config = make_config(root, target, **given)
    if not dry_run and not allow_dirty:
        _refuse_dirty(root)
    project = open_project(paths, config, gitignore=not no_gitignore)
    try:
        result = apply(project, config, unsafe=unsafe)
        if not dry_run:
            write_changes(root, result.changes)
    except (ConfigError, ChangedMeanwhile, OSError) as error:
        raise UsageError(str(error)) from error
    _report(result, output, dry_run=dry_run, project=project)
    leave(context, 1 if result.remaining.findings else 0)


def _refuse_dirty(root: Path) -> None:
    changed = uncommitted(root)
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise UsageError(
            f"{root} has uncommitted changes ({changed[0]}{more}); commit or stash them, or pass --allow-dirty"
        )


def _report(result: ApplyResult, output: str, *, dry_run: bool, project: Any) -> None:
    from prefect_migrate.changes.diff import unified_diff

    if output == "json":
        from prefect_migrate.reports.json import apply_report, dump

        click.echo(dump(apply_report(result, dry_run=dry_run)))
    elif dry_run:
        diff = "".join(unified_diff(change) for change in result.changes)
        click.echo(_coloured(diff) if sys.stdout.isatty() else diff.encode("utf-8", "surrogateescape"), nl=False)
        _summary(result, project, to_stderr=True)
    else:
        _summary(result, project, to_stderr=False)


def _coloured(diff: str) -> str:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    lines = [click.style(line, fg=colours.get(line[:1])) for line in diff.splitlines(keepends=True)]
    return "".join(lines)


def _summary(result: ApplyResult, project: Any, *, to_stderr: bool) -> None:
    from prefect_migrate.reports.text import print_apply

    print_apply(result, project, to_stderr=to_stderr)
