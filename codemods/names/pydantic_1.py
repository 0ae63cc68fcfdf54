from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.models import Model, models_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.pydantic import Breakage, breakages
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

#: Only somebody who writes for pydantic 2 writes these.
_OF_2 = ("model_config", "field_validator", "model_validator", "ConfigDict", "model_dump")
BLOCK = "from prefect.blocks.core import Block\n"


class Pydantic1(Rule):
    """A block or a parameter's model is written for pydantic 1

    Prefect 2 made blocks and checked parameters with pydantic 1; Prefect 3 does it with pydantic 2.  A class that
    pydantic 2 refuses, or reads otherwise, fails when it is defined, when a block is loaded, or when the flow is
    called: `@root_validator` without `skip_on_failure`, validators that take `field` or `config`, `Field(regex=…)` and
    the like, `__root__`, fields without a type, renamed keys of `class Config`, `Optional` without a default and
    None by default for another type, which can be saved but not loaded (both in blocks of repositories that do not say
    they are on Prefect 3), and whatever comes from `pydantic.v1`.  What only warns
    (`@validator`, `.dict()`, `class Config`) is left alone.  `Field(required=True)` or `Field(examples="a")` in a
    parameter's model is told too: it lands in the schema of the parameters, which Prefect 3's server checks and
    answers 422.

    It only reports: bump-pydantic rewrites most of it, and its rule is named.
    """

    code = "PM331"
    name = "pydantic-1"
    reads_cells = True
    examples = (
        Example(
            f"from pydantic import root_validator\n{BLOCK}\n\nclass Store(Block):\n    url: str\n\n"
            "    @root_validator\n    def check(cls, values):\n        return values\n"
        ),
        Example(f"from typing import Optional\n\n{BLOCK}\n\nclass Store(Block):\n    url: Optional[str]\n"),
        Example(f"{BLOCK}\n\nclass Store(Block):\n    url: str = None\n"),
        Example(f"from pydantic.v1 import SecretStr\n{BLOCK}\n\nclass Store(Block):\n    key: SecretStr\n"),
        Example(
            "from prefect import flow\nfrom pydantic import BaseModel, Field\n\n\nclass Options(BaseModel):\n"
            "    day: str = Field(..., regex='x')\n\n\n@flow\ndef etl(options: Options): ...\n"
        ),
        Example(
            "from prefect import flow\nfrom pydantic import BaseModel, Field\n\n\nclass Options(BaseModel):\n"
            "    day: str = Field(..., examples='Monday')\n\n\n@flow\ndef etl(options: Options): ...\n"
        ),
        Example(
            f"from pydantic import Field, validator\n{BLOCK}\n\nclass Store(Block):\n    url: str = Field(...)\n\n"
            "    @validator('url')\n    def check(cls, value):\n        return value\n",
            clean=True,
        ),
        Example("import prefect\nfrom pydantic import BaseModel\n\n\nclass A(BaseModel):\n    b = 1\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        for model in models_of(context, file) if file is not None else ():
            if model.kind == "old-model" and file is not None and model.use is not None:
                what = Breakage(
                    model.use, "is a model of pydantic.v1, which Prefect 3 can't check parameters with", "BP004"
                )
                yield self._finding(context, file, model, what)
                continue
            implicit = model.kind == "block" and not _knows_2(context, model.file)
            in_schema = model.kind == "model"
            for found in breakages(model.file, model.node, context.target, implicit_none=implicit, in_schema=in_schema):
                if file is not None and not is_served(context, model.file, found.node):
                    yield self._finding(context, file, model, found)

    def _finding(self, context: FileContext, file: PythonFile, model: Model, found: Breakage) -> Finding:
        elsewhere = model.file is not file and model.use is not None
        node: ast.AST = model.use if elsewhere and model.use is not None else found.node
        line = getattr(found.node, "lineno", model.node.lineno)
        where = f" ({model.file.path}, line {line})" if elsewhere else ""
        step = f"Run bump-pydantic, whose rule {found.code} is about this, or write it for pydantic 2 by hand."
        message = f"`{model.node.name}`{where} {found.what}"
        reason = "nothing tells what was meant" if found.step else "bump-pydantic does this work"
        return self.finding(context, file.span(node), message, found.step or step, reason=reason)


def _knows_2(context: FileContext, file: PythonFile) -> bool:
    return was_on_3(context.project, context.config) or any(word in file.text.text for word in _OF_2)
