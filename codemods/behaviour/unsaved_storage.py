from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, TASK
from prefect_migrate.names.problems import is_served
from prefect_migrate.reference import StorageFact, storage_block
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, dotted, resolve

_DECORATORS = frozenset({"prefect.flows.flow", "prefect.tasks.task", FLOW, TASK})
_OPTIONS = frozenset({f"{FLOW}.with_options", f"{TASK}.with_options"})
_ETL = "def etl(): ...\n"


class UnsavedStorage(Rule):
    """A block that was never saved is the result storage

    Prefect 2 saved such a block itself, without a name.  Prefect 3 raises `TypeError` where the flow or task is
    decorated, so most modules can't be imported: the block has to be saved first, once, and is then given by its type
    and name as a text, or loaded.

    It only reports, because nobody can tell under which name to save it.
    """

    code = "PM417"
    name = "unsaved-storage"
    reads_cells = True
    examples = (
        Example(
            "from prefect import flow\nfrom prefect.filesystems import LocalFileSystem\n\n\n"
            f'@flow(result_storage=LocalFileSystem(basepath="results"))\n{_ETL}'
        ),
        Example(
            "from prefect import task\nfrom prefect.filesystems import LocalFileSystem\n\n"
            f'storage = LocalFileSystem(basepath="results")\n\n\n@task(result_storage=storage)\n{_ETL}'
        ),
        Example(
            "from prefect import task\nfrom prefect.filesystems import LocalFileSystem\n\n"
            'storage = LocalFileSystem(basepath="results")\nstorage.save("results", overwrite=True)\n\n\n'
            f"@task(result_storage=storage)\n{_ETL}",
            clean=True,
        ),
        Example(f'from prefect import flow\n\n\n@flow(result_storage="local-file-system/results")\n{_ETL}', clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "result_storage" not in file.text.text:
            return
        typer = typer_of(context, file)
        for call in file.calls():
            given = [keyword.value for keyword in call.keywords if keyword.arg == "result_storage"]
            if not given or typer.callable_of(call.func) not in _DECORATORS | _OPTIONS:
                continue
            fact = _unsaved(context, file, given[0])
            if fact is not None and not is_served(context, file, given[0]):
                what = "Prefect 3 raises TypeError here: the block that is the result storage was never saved"
                step = f'Save it once under a name, and give that: `result_storage="{_slug(fact)}/NAME"`.'
                reason = "the name to save it under is not written here"
                yield self.finding(context, file.span(given[0]), what, step, reason=reason)


def _unsaved(context: FileContext, file: PythonFile, value: ast.expr) -> StorageFact | None:
    """The storage that an expression makes, and that nothing saves; None for any other expression."""
    where, made = file, value
    if isinstance(value, ast.Name):
        found = resolve(context.project, file, value)
        if not isinstance(found, Definition) or found.value is None or _may_be_saved(file, value.id):
            return None
        where, made = found.file, found.value
        if _may_be_saved(where, found.binding.name):
            return None
    if not isinstance(made, ast.Call):
        return None
    meaning = dotted(context.project, where, made.func)
    return storage_block(meaning.name.rpartition(".")[2]) if meaning and meaning.name.startswith("prefect") else None


def _may_be_saved(file: PythonFile, name: str) -> bool:
    """Whether something is done with a variable besides giving it as the storage of results."""
    uses = [use for use in file.named(name) if isinstance(use.ctx, ast.Load)]
    owners = [file.parents[use] for use in uses]
    return not all(isinstance(owner, ast.keyword) and owner.arg == "result_storage" for owner in owners)


def _slug(fact: StorageFact) -> str:
    new = storage_block((fact.replacement or "").partition("(")[0].rpartition(".")[2])
    return new.slug if new is not None else fact.slug
