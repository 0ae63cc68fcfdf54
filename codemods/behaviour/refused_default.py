from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.defaults import Refused, refused_defaults
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix, ImportRequest
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW
from prefect_migrate.names.places import is_free
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.quotes import favourite_quote

_FLOW = "from prefect import flow\n\n\n@flow\n"


class RefusedDefault(Rule):
    """A flow's own default is not of the parameter's type

    Prefect 2 checked the parameters of a flow with pydantic 1 where that was installed, as all its releases before 2.14
    did: `day: str = None` could be None, and `year: str = 2024` became a text.  Prefect 3 checks them with pydantic 2,
    defaults included: a run that takes such a default fails with a `ParameterTypeError`.

    None becomes `Optional[...]`, a number a text, for you to look at: the schema of the parameter tells of it.  It
    looks at types that are plain for certain, and not at flows that do not validate their parameters.
    """

    code = "PM416"
    name = "refused-default"
    reads_cells = True
    examples = (
        Example(
            f"{_FLOW}def etl(day: str = None): ...\n",
            "from typing import Optional\n\nfrom prefect import flow\n\n\n"
            "@flow\ndef etl(day: Optional[str] = None): ...\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            f"{_FLOW}def etl(year: str = 2024): ...\n",
            f'{_FLOW}def etl(year: str = "2024"): ...\n',
            unsafe=True,
            others=ON_2,
        ),
        Example(f"{_FLOW}def etl(day: 'str | None' = None, n: int = 3): ...\n", clean=True, others=ON_2),
        Example(
            "from prefect import flow\n\n\n@flow(validate_parameters=False)\ndef etl(day: str = None): ...\n",
            clean=True,
            others=ON_2,
        ),
        Example("from prefect import task\n\n\n@task\ndef load(day: str = None): ...\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            if function.decorator_list and typer.decorated(function) == FLOW and not is_served(context, file, function):
                for refused in refused_defaults(file, function, context.target):
                    yield self._finding(context, file, refused)

    def _finding(self, context: FileContext, file: PythonFile, refused: Refused) -> Finding:
        annotation, default = refused.annotation, refused.default
        span = (file.span(refused.parameter)[0], file.span(default)[1])
        given = f"`{_quoted(file.source(annotation))[1]}` of `{refused.parameter.arg}`"
        what = f"Prefect 3 refuses the default `{file.source(default)}` for the {given}"
        if not refused.is_none:
            quote = favourite_quote(file)
            text = f"{quote}{ast.literal_eval(default)}{quote}"
            edits = [Edit(*file.span(default), text)]
            return self.finding(
                context, span, what, f"Write {text}.", fix=Fix("Make it a text", lambda: Changes(edits)),
                applicability=Applicability.REVIEW, reason="the type may be what is wrong",
            )  # fmt: skip
        step = "Make the type `Optional[...]`, or give another default."
        if not is_free(file, "Optional", "typing.Optional"):
            return self.finding(context, span, what, step, reason="`Optional` means something else in this file")
        quote, said = _quoted(file.source(annotation))
        edits = [Edit(*file.span(annotation), f"{quote}Optional[{said}]{quote}")]
        changes = Changes(edits, [ImportRequest("typing", "Optional")])
        return self.finding(
            context, span, what, step, fix=Fix("Let it be None", lambda: changes),
            applicability=Applicability.REVIEW, reason="the schema of the parameter says null then",
        )  # fmt: skip


def _quoted(annotation: str) -> tuple[str, str]:
    """The quotes around a type, if any, and the type."""
    match = re.fullmatch(r"(?P<quote>[\"']?)(?P<said>[^\"']*)(?P=quote)", annotation)
    return (match["quote"], match["said"]) if match else ("", annotation)
