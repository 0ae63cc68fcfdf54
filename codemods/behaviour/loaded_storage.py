from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.reference import storage_block
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import dotted


class LoadedStorage(Rule):
    """A flow's decorator loads the block of its result storage

    `prefect deploy` reads flows in an event loop.  There `Block.load(...)` of Prefect 3 gives a coroutine, which the
    decorator refuses, so that the command fails, though the script runs by itself.  The block's name as a text, which
    is loaded when a run needs it, does the same in both.

    The change wants review: a block that does not exist is no error before the flow runs.  It only reports a name that
    is not written there, and a class that is no block of Prefect's.
    """

    code = "PM414"
    name = "loaded-storage"
    examples = (
        Example(
            "from prefect import flow\nfrom prefect.filesystems import LocalFileSystem\n\n\n"
            '@flow(result_storage=LocalFileSystem.load("results"))\ndef etl(): ...\n',
            'from prefect import flow\n\n\n@flow(result_storage="local-file-system/results")\ndef etl(): ...\n',
            unsafe=True,
            others=ON_2,
        ),
        Example(
            "import os\n\nfrom prefect import flow\nfrom prefect_aws import S3Bucket\n\n\n"
            '@flow(result_storage=S3Bucket.load(os.environ["BUCKET"]))\ndef etl(): ...\n',
            others=ON_2,
        ),
        Example(
            'from prefect import flow\n\n\n@flow(result_storage="s3-bucket/results")\ndef etl(): ...\n',
            clean=True,
            others=ON_2,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "result_storage" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            if not function.decorator_list or typer.decorated(function) != FLOW:
                continue
            for load in _loads(function.decorator_list[0]):
                if not is_served(context, file, load):
                    yield self._finding(context, file, load)

    def _finding(self, context: FileContext, file: PythonFile, load: ast.Call) -> Finding:
        what = "`prefect deploy` of Prefect 3 can't read a flow whose decorator loads a block"
        text = _as_text(context, file, load)
        if text is None:
            step = 'Give the block as a text: `result_storage="<type>/<name>"`.'
            return self.finding(context, file.span(load), what, step, reason="which block it is is not written here")
        change = Changes([Edit(*file.span(load), text)])
        return self.finding(
            context, file.span(load), what, f"Give the block as a text: `result_storage={text}`.",
            fix=Fix("Name the block", lambda: change), applicability=Applicability.REVIEW,
            reason="a block that does not exist is no error then before the flow runs",
        )  # fmt: skip


def _loads(decorator: ast.expr) -> Iterator[ast.Call]:
    """The `.load(...)` that is the value of a result storage."""
    for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
        value = keyword.value
        is_load = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "load"
        if keyword.arg == "result_storage" and is_load:
            assert isinstance(value, ast.Call)
            yield value


def _as_text(context: FileContext, file: PythonFile, load: ast.Call) -> str | None:
    """`"local-file-system/results"`; None where the class or the name can't be told."""
    assert isinstance(load.func, ast.Attribute)
    meaning = dotted(context.project, file, load.func.value)
    name = meaning.name if meaning is not None else ""
    fact = storage_block(name.rpartition(".")[2]) if name.startswith("prefect") else None
    document = load.args[0] if len(load.args) == 1 and not load.keywords else None
    if fact is None or fact.state != "kept" or not isinstance(document, ast.Constant):
        return None
    return json.dumps(f"{fact.slug}/{document.value}") if isinstance(document.value, str) else None
