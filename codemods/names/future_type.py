from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.messages import version
from prefect_migrate.names.problems import is_served
from prefect_migrate.rules import Example, PythonRule
from prefect_migrate.source.tokens import comments_of
from prefect_migrate.symbols import dotted


class FutureType(PythonRule):
    """`PrefectFuture[int, Sync]` has a type too many

    Prefect 2's `PrefectFuture` had a second type that told whether it is awaited.  Prefect 3's has that of the result
    only, and Python raises a TypeError where an annotation with two is evaluated, which for a function is when its
    module is imported.  (Both were subscripted in Prefect 2.20.26 and 3.8.8.)
    """

    code = "PM316"
    name = "future-type"
    reads_cells = True
    examples = (
        Example(
            """\
            from prefect.futures import PrefectFuture
            from prefect.utilities.asyncutils import Sync


            def start() -> list[PrefectFuture[int, Sync]]: ...
            """,
            """\
            from prefect.futures import PrefectFuture


            def start() -> list[PrefectFuture[int]]: ...
            """,
        ),
        Example(
            "from prefect.futures import PrefectFuture\n\ndone: PrefectFuture[\n    int,  # rows\n    bool,\n]\n",
        ),
        Example("import prefect.futures as f\n\ndone: f.PrefectFuture[int]\n", clean=True),
        Example("from concurrent import PrefectFuture\n\ndone: PrefectFuture[int, bool]\n", clean=True),
    )

    def visit_Subscript(self, node: ast.Subscript, context: FileContext) -> Iterator[Finding]:
        file = context.python
        types = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
        if file is None or len(types) != 2:
            return
        meaning = dotted(context.project, file, node.value)
        if meaning is None or meaning.name != "prefect.futures.PrefectFuture" or is_served(context, file, node):
            return
        start, end = file.span(types[0])[1], file.span(types[1])[1]
        plain = not comments_of(file.source(node))
        kept = file.source(types[0])
        yield self.finding(
            context, file.span(node), f"`PrefectFuture` has one type in {version(context.target)}: that of its result",
            f"Write `PrefectFuture[{kept}]`.",
            fix=Fix("Drop the second type", lambda: Changes([Edit(start, end, "")])) if plain else None,
            applicability=Applicability.SAFE if plain else Applicability.MANUAL,
            reason="" if plain else "comments stand between the types",
        )  # fmt: skip
