"""Writer: where a flow is inside its storage, as code."""

from __future__ import annotations

import ast
import re

from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.writers.literals import text_literal

#: Expressions that need no parentheses in front of an operator.
_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant, ast.JoinedStr)
#: An f-string that text can be put in front of, inside.
_ONE_LINE = re.compile(r"""f(?:"(?!"")|'(?!''))[^\n]*$""")


def entrypoint_code(deployment: PythonDeployment) -> str:
    """The entrypoint, relative to the root of the storage: `path=` and the one that Prefect 2 had below it.

    A `path=` that is only known when the code runs stays the expression that it is.
    """
    given, folder = deployment.arguments.get("entrypoint"), folder_code(deployment)
    target = deployment.storage_target
    folder = "" if target is not None and target.folded else folder
    if given is not None and not given.known:
        return _below(deployment, given.text, deployment.nodes["entrypoint"]) if folder else given.text
    entrypoint = given.literal if given is not None and isinstance(given.literal, str) else deployment.entrypoint
    path = deployment.arguments.get("path")
    if path is None or not folder:
        return text_literal(str(entrypoint))
    if path.known:
        return text_literal(f"{_stripped(path.literal)}/{entrypoint}")
    node = deployment.nodes["path"]
    if isinstance(node, ast.Name):
        return f'f"{{{node.id}}}/{entrypoint}"'
    text = folder if isinstance(node, _ATOMS) else f"({folder})"
    return f"{text} + {text_literal(f'/{entrypoint}')}"


def _below(deployment: PythonDeployment, entrypoint: str, node: ast.expr) -> str:
    """An entrypoint that is only known when the code runs, below the folder of `path=`."""
    path = deployment.nodes["path"]
    known = deployment.arguments["path"].known
    begin = _stripped(deployment.arguments["path"].literal) if known else f"{{{ast.unparse(path)}}}"
    is_plain = known or isinstance(path, ast.Name)
    if is_plain and isinstance(node, ast.JoinedStr) and _ONE_LINE.match(entrypoint):
        return f"{entrypoint[:2]}{begin}/{entrypoint[2:]}"
    folder = text_literal(f"{begin}/") if known else f'f"{begin}/"'
    if not is_plain:
        code = folder_code(deployment)
        folder = f"{code if isinstance(path, _ATOMS) else f'({code})'} + {text_literal('/')}"
    return f"{folder} + {entrypoint if isinstance(node, _ATOMS) else f'({entrypoint})'}"


def folder_code(deployment: PythonDeployment) -> str:
    """`path=` as code, the folder inside the storage that the code lies in; "" for its root."""
    path = deployment.arguments.get("path")
    if deployment.storage is None or path is None:
        return ""
    if not path.known:
        return path.text
    return text_literal(_stripped(path.literal)) if _stripped(path.literal) else ""


def _stripped(path: object) -> str:
    return path.strip("./") if isinstance(path, str) else ""
