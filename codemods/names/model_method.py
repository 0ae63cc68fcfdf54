from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.messages import version
from prefect_migrate.names.problems import is_served
from prefect_migrate.reference import lineage
from prefect_migrate.rules import Example, PythonRule
from prefect_migrate.source.python import PythonFile

#: Keywords that only Prefect 2's own models took: keyword -> (method, method of pydantic 2, what it takes, next step).
_KEYWORDS = {
    "json_compatible": ("dict", "model_dump", "mode={q}json{q}", "Use `.model_dump(mode='json')`."),
    "include_secrets": (
        "json", "model_dump_json", "context={{{q}include_secrets{q}: True}}",
        "Use `.model_dump_json(context={'include_secrets': True})`.",
    ),
    "shallow": ("dict", "", "", "`dict(model)` gives the fields as they are."),
    "reset_fields": ("copy", "", "", "Use `.fresh_copy()` of a state, else `.model_copy(update={'id': ...})`."),
}  # fmt: skip


class ModelMethod(PythonRule):
    """`.dict(json_compatible=True)` and `.json(include_secrets=True)` of Prefect's models are gone

    Prefect 2's models had keywords of their own for `dict`, `json` and `copy`.  Those of Prefect 3 are plain models of
    pydantic 2, which raise a TypeError for them: it is `model_dump(mode="json")` now, and
    `model_dump_json(context={"include_secrets": True})`.

    It is safe where the code tells that the object is one of Prefect's models, and for review elsewhere.  `shallow=`
    and `reset_fields=` are only reported, and so is what is no literal True.
    """

    code = "PM315"
    name = "model-method"
    reads_cells = True
    examples = (
        Example(
            """\
            from prefect.states import Cancelled

            body = Cancelled().dict(json_compatible=True, exclude={"id"})
            """,
            """\
            from prefect.states import Cancelled

            body = Cancelled().model_dump(mode="json", exclude={"id"})
            """,
        ),
        Example(
            "import prefect\n\n\ndef send(state):\n    return state.dict(json_compatible=True)\n",
            "import prefect\n\n\ndef send(state):\n    return state.model_dump(mode='json')\n",
            unsafe=True,
        ),
        Example("from prefect.states import Cancelled\n\nCancelled().dict(shallow=True)\n"),
        Example(
            "import prefect\n\n\nclass Mine:\n    def dict(self, json_compatible): ...\n\n\n"
            "Mine().dict(json_compatible=True)\n",
            clean=True,
        ),
    )

    def visit_Call(self, node: ast.Call, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not isinstance(node.func, ast.Attribute) or node.args:
            return
        for keyword in node.keywords:
            method, *_, step = _KEYWORDS.get(keyword.arg or "", ("", ""))
            if node.func.attr != method or _is_own(file, keyword.arg or "") or is_served(context, file, keyword):
                continue
            owner = typer_of(context, file).type_of(node.func.value)
            known = owner is not None and "pydantic.main.BaseModel" in lineage(owner, context.target)
            if not known and keyword.arg == "shallow":
                continue
            whose = f"`{owner}`" if known else "a model"
            message = f"`{method}` of {whose} does not take `{keyword.arg}=` in {version(context.target)}"
            yield self._finding(context, file, node.func, keyword, (message, step), known=known)

    def _finding(
        self, context: FileContext, file: PythonFile, function: ast.Attribute, keyword: ast.keyword,
        said: tuple[str, str], *, known: bool,
    ) -> Finding:  # fmt: skip
        span = file.span(keyword)
        edits = _edits(file, function, keyword)
        if not edits:
            return self.finding(context, span, *said, reason="it is said in another way")
        return self.finding(
            context, span, *said, fix=Fix(said[1].rstrip("."), lambda: Changes(edits)),
            applicability=Applicability.SAFE if known else Applicability.REVIEW,
            reason="pydantic 2 writes the same" if known else "nothing tells that it is one of Prefect's models",
        )  # fmt: skip


def _edits(file: PythonFile, function: ast.Attribute, keyword: ast.keyword) -> list[Edit]:
    _, new, argument, _ = _KEYWORDS[keyword.arg or ""]
    if not new or not (isinstance(keyword.value, ast.Constant) and keyword.value.value is True):
        return []
    _, end = file.span(function)
    quote = '"' if '"' in file.text.text else "'"
    return [Edit(end - len(function.attr), end, new), Edit(*file.span(keyword), argument.format(q=quote))]


def _is_own(file: PythonFile, name: str) -> bool:
    """Whether a function of the file has a parameter of that name itself."""
    return any(argument.arg == name for argument in file.of_type(ast.arg))
