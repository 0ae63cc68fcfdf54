"""Python that loads a manifest and registers it: `Deployment.load_from_yaml("etl.yaml").apply()`."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from prefect_migrate.changes.statements import statement_edit
from prefect_migrate.findings import CannotFix, Changes
from prefect_migrate.plan.model import Deployment, Plan
from prefect_migrate.project import Project
from prefect_migrate.readers.deployment_yaml import Manifest
from prefect_migrate.readers.places import normal
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.readers.python_uses import assigned_name, read_uses
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.values import value_of


def loaded_manifest(project: Project, plan: Plan, file: PythonFile, call: ast.Call) -> Deployment | None:
    """The deployment whose manifest a call loads, if it becomes an entry in prefect.yaml."""
    nodes = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "path")]
    name = value_of(project, file, nodes[0]).literal if len(nodes) == 1 else None
    if not isinstance(name, str):
        return None
    here = PurePosixPath(file.path).parent
    folders = dict.fromkeys(str(folder) for folder in (here, *here.parents, PurePosixPath(".")))
    paths = [normal(folder, name) for folder in folders]
    found = [one for one in plan.manifests if isinstance(one, Manifest) and one.site.path in paths]
    if len(found) != 1:
        return None
    subject = found[0].made_by or found[0]
    return subject if subject.target == "prefect-yaml" and not subject.obstacles else None


def removal_of_load(project: Project, file: PythonFile, call: ast.Call) -> Changes:
    """The edits that take away the statements which load a manifest and register it.  Raises CannotFix."""
    statements = _statements(file, call)
    if statements is None:
        raise CannotFix("what is loaded is used for more than `.apply()`")
    changes = Changes(edits=[statement_edit(file.text, statement) for statement in statements])
    names = [node.id for statement in statements for node in ast.walk(statement) if isinstance(node, ast.Name)]
    changes.orphans = [name for name in dict.fromkeys(names) if not is_imported_elsewhere(project, file, name)]
    return changes


def only_registers(file: PythonFile, call: ast.Call) -> bool:
    """Whether nothing else is done with what a call loads."""
    return _statements(file, call) is not None


def _statements(file: PythonFile, call: ast.Call) -> list[ast.stmt] | None:
    statement = file.statement_of(call)
    if isinstance(statement, ast.Expr):
        value = _awaited(statement.value)
        owner = value.func.value if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else None
        is_apply = owner is not None and isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "apply"
        return [statement] if is_apply and owner is not None and _awaited(owner) is call else None
    parent = file.parents[call]
    target = assigned_name(statement, parent if isinstance(parent, ast.Await) else call)
    if target is None:
        return None
    uses = read_uses(file, target, set())
    applies = [file.statement_of(apply) for apply in uses.apply_calls]
    plain = all(isinstance(one, ast.Expr) and isinstance(_awaited(one.value), ast.Call) for one in applies)
    return [statement, *applies] if applies and plain and not uses.others else None


def _awaited(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Await) else node
