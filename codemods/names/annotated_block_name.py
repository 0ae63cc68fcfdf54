from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.models import models_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

#: What a block class says of its type.
_SAYS = frozenset(
    {"_block_schema_capabilities", "_block_type_name", "_block_type_slug", "_code_example", "_description",
     "_documentation_url", "_logo_url"}
)  # fmt: skip
_BLOCK = "from prefect.blocks.core import Block\n\n\nclass Store(Block):\n"


class AnnotatedBlockName(Rule):
    """A block class gives its type's name an annotation

    Prefect 3 makes blocks with pydantic 2, for which `_block_type_name: str = "Store"` is an attribute of each object,
    not of the class: the name is not seen, the type is called after its class, and blocks that were saved under the
    other name are not found any more.  So it is with the slug, the logo, the description and the like.  Without the
    annotation, or as a `ClassVar`, it holds in both.

    It says nothing in repositories that are on Prefect 3.
    """

    code = "PM332"
    name = "annotated-block-name"
    reads_cells = True
    examples = (
        Example(f"{_BLOCK}    _block_type_name: str = 'My Store'\n", f"{_BLOCK}    _block_type_name = 'My Store'\n"),
        Example(
            f"from typing import Optional\n\n{_BLOCK}    _logo_url: Optional[str] = 'https://a.b/c.png'\n",
            f"{_BLOCK}    _logo_url = 'https://a.b/c.png'\n",
        ),
        Example(
            f"from typing import ClassVar\n\n{_BLOCK}    _block_type_name: ClassVar[str] = 'My Store'\n", clean=True
        ),
        Example(f"{_BLOCK}    _block_type_name = 'My Store'\n    _path: str = ''\n", clean=True),
        Example("import prefect\n\n\nclass Store:\n    _block_type_name: str = 'My Store'\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or was_on_3(context.project, context.config):
            return
        for model in models_of(context, file):
            for node in model.node.body if model.kind == "block" else ():
                if _is_lost(node) and not is_served(context, file, node):
                    yield self._finding(context, file, model.node.name, node)

    def _finding(self, context: FileContext, file: PythonFile, owner: str, node: ast.AnnAssign) -> Finding:
        name = file.source(node.target)
        start, end = file.span(node.target)[1], file.span(node.annotation)[1]
        what = f"`{owner}` annotates `{name}`, so that Prefect 3 does not see it"
        step = "Leave the annotation out, or make it a `ClassVar`."
        if "#" in file.text.text[start:end]:
            return self.finding(context, file.span(node), what, step, reason="a comment stands in the annotation")
        return self.finding(
            context, file.span(node), what, step, fix=Fix("Leave it out", lambda: Changes([Edit(start, end, "")])),
            applicability=Applicability.SAFE, reason="Prefect 2 takes it either way",
        )  # fmt: skip


def _is_lost(node: ast.stmt) -> TypeGuard[ast.AnnAssign]:
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name) or node.value is None:
        return False
    return node.target.id in _SAYS and "ClassVar" not in ast.unparse(node.annotation)
