from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Literal

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.helpers import is_run
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix, ImportRequest
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_own_module, is_served
from prefect_migrate.names.strings import last_name
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.pins.versions import integration_release
from prefect_migrate.reference import IntegrationFact, integrations
from prefect_migrate.reference.tables import Target
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_GCP = "from prefect import flow\nfrom prefect_gcp.bigquery import {0}\n\n\n@flow\n"
_AWS = "from prefect import flow\nfrom prefect_aws.s3 import {0}\n\n\n@flow\n"
_GATHERS = frozenset({"gather", "create_task", "ensure_future", "wait_for", "shield"})


class ChangedRun(Rule):
    """A task of an integration is awaited that is not async any more, or submitted though it is a function now

    `bigquery_query`, `snowflake_query`, `execute_graphql`, `run_namespaced_job` and others are plain tasks and flows in
    the integrations for Prefect 3: what they give can't be awaited.  `s3_upload` and other tasks of prefect-aws are
    functions there, which have no `.submit`, `.map` or `.with_options`.

    The async task that stands beside them takes their place with `--unsafe`: `abigquery_query`, `aupload_to_bucket`.
    """

    code = "PM422"
    name = "changed-run"
    reads_cells = True
    examples = (
        Example(
            f"{_GCP.format('bigquery_query')}async def etl(key):\n    return await bigquery_query('select 1', key)\n",
            f"{_GCP.format('abigquery_query')}async def etl(key):\n    return await abigquery_query('select 1', key)\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            f"{_AWS.format('s3_upload')}def etl(key):\n    s3_upload.submit('bucket', 'a.csv', key, b'').wait()\n",
            f"{_AWS.format('aupload_to_bucket')}def etl(key):\n"
            "    aupload_to_bucket.submit('bucket', 'a.csv', key, b'').wait()\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            f"import asyncio\n{_GCP.format('bigquery_query')}async def etl(key):\n"
            "    return await asyncio.gather(bigquery_query('select 1', key), bigquery_query('select 2', key))\n",
            others=ON_2,
        ),
        Example(
            f"{_GCP.format('bigquery_query')}def etl(key):\n    return bigquery_query('select 1', key)\n",
            clean=True,
            others=ON_2,
        ),
        Example(
            f"{_AWS.format('s3_upload')}async def etl(key):\n    await s3_upload('bucket', 'a.csv', key, b'')\n",
            clean=True,
            others=ON_2,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "prefect_" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer, known = typer_of(context, file), _changed(context.target)
        if not any(package in file.text.text for package in {name.partition(".")[0] for name in known}):
            return
        nodes: list[ast.Name | ast.Attribute] = [*file.of_type(ast.Name), *file.of_type(ast.Attribute)]
        for node in nodes:
            name = typer.name_of(node) or "" if isinstance(node.ctx, ast.Load) else ""
            if name not in known or is_own_module(context, name) or is_served(context, file, node):
                continue
            kind, twin = known[name]
            how = _how(file, node, kind)
            if how is not None:
                yield self._finding(context, file, node, kind, twin, how)

    def _finding(
        self, context: FileContext, file: PythonFile, node: ast.expr, kind: str, twin: str, how: str
    ) -> Finding:
        what = f"`{file.source(node)}` is a plain function in the newest release, and has no `{how}`"
        if kind == "sync":
            what = f"`{file.source(node)}` is not async in the newest release, and can't be awaited"
        step = f"Use `{twin}`." if twin else "Take the `await` away: it runs where it is called."
        if not twin or how == "asyncio" or not isinstance(node, ast.Name):
            reason = "what is around it may have to change as well"
            return self.finding(context, file.span(node), what, step, reason=reason)
        module, _, name = twin.rpartition(".")
        changes = Changes(edits=[Edit(*file.span(node), name)], imports=[ImportRequest(module, name)])
        return self.finding(
            context, file.span(node), what, step, fix=Fix(f"Use {name}", lambda: changes),
            applicability=Applicability.REVIEW, reason="older releases of the integration do not have it",
        )  # fmt: skip


@cache
def _changed(target: Target) -> dict[str, tuple[Literal["sync", "function"], str]]:
    """What changed in the releases that go with the target; of older ones than the newest nothing is known."""
    facts: list[IntegrationFact] = [
        fact for package, fact in integrations().items() if integration_release(package, target)[0] == fact.newest
    ]
    return {name: now for fact in facts for name, now in fact.were_async.items()}


def _how(file: PythonFile, node: ast.expr, kind: str) -> str | None:
    """How the code uses it as what it was: `await`, `asyncio`, or an attribute that only tasks have; None if not so."""
    parent = file.parents[node]
    if kind == "function":
        return parent.attr if isinstance(parent, ast.Attribute) and not parent.attr.startswith("__") else None
    if not isinstance(parent, ast.Call) or parent.func is not node:
        return None
    outer = file.parents[parent]
    if isinstance(outer, ast.Await):
        return "await"
    is_handed = isinstance(outer, ast.Call) and last_name(outer.func) in _GATHERS
    return "asyncio" if is_handed or is_run(file, parent) else None
