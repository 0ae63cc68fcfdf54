"""`prefect-migrate explain`."""

from __future__ import annotations

import click

from prefect_migrate.cli.common import UsageError


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Print what a rule does, why Prefect 3 needs it, and examples of before and after."""
    from prefect_migrate.reports.explain import explain
    from prefect_migrate.rules import rule_by_code

    rule = rule_by_code(code)
    if rule is None:
        raise UsageError(f"no rule has the code or name {code!r}; `prefect-migrate rules` lists them")
    click.echo(explain(rule))
