"""Writer: where a flow is inside its storage, as code."""

from __future__ import annotations

import ast

from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.writers.literals import text_literal

#: Expressions that need no parentheses in front of an operator.
_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant, ast.JoinedStr)


def entrypoint_code(deployment: PythonDeployment) -> str:
    """The entrypoint, relative to the root of the storage: `path=` and the one that Prefect 2 had below it.

    A `path=` that is only known when the code runs stays the expression that it is.
    """
    given, folder = deployment.arguments.get("entrypoint"), folder_code(deployment)
    entrypoint = given.literal if given is not None and isinstance(given.literal, str) else deployment.entrypoint
    if deployment.kind == "constructor" and given is not None and not given.known:
        return given.text
    path, target = deployment.arguments.get("path"), deployment.storage_target
    if path is None or not folder or (target is not None and target.folded):
        return text_literal(str(entrypoint))
    if path.known:
        return text_literal(f"{_stripped(path.literal)}/{entrypoint}")
    node = deployment.nodes["path"]
    if isinstance(node, ast.Name):
        return f'f"{{{node.id}}}/{entrypoint}"'
    text = folder if isinstance(node, _ATOMS) else f"({folder})"
    return f"{text} + {text_literal(f'/{entrypoint}')}"


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
