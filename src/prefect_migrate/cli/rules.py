"""`prefect-migrate rules`."""

from __future__ import annotations

import json

import click


@click.command("rules")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(output: str) -> None:
    """List the catalogue: code, name, what it is about."""
    from prefect_migrate.rules import catalogue

    rows = [
        {"code": rule.code, "name": rule.name, "title": rule.title(), "fixes": rule.fixes()} for rule in catalogue()
    ]
    if output == "json":
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        click.echo(f"{row['code']}  {row['name']:<{width}}  {'fix' if row['fixes'] else '   '}  {row['title']}")
