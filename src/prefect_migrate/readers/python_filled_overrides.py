"""Reader: overrides in a dict that is filled step by step before the definition."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from prefect_migrate.plan.model import Value
from prefect_migrate.project import Project
from prefect_migrate.readers.python_fills import fills_of, written_items
from prefect_migrate.readers.python_splats import may_move
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, resolve

if TYPE_CHECKING:
    from prefect_migrate.readers.python_deployments import PythonDeployment


def read_filled_overrides(project: Project, deployment: PythonDeployment, name: str) -> None:
    """Overrides in a dict of the same block that is filled before the definition, as the one dict that they make."""
    file, node = deployment.file, deployment.nodes[name]
    found = resolve(project, file, node) if isinstance(node, ast.Name) else None
    if not isinstance(found, Definition) or found.value is None or found.file is not file:
        return
    written = written_items(found.value)
    fills = fills_of(file, found.binding.name, found.value, deployment.call) if written is not None else None
    if fills is None or fills.conditional or written is None:
        return
    items = {**written, **fills.items}
    values = {key: value_of(project, file, value) for key, value in items.items()}
    scopes = found.binding.scope, file.scopes.scope_of(node)
    if all(value.known for value in values.values()):
        literals = {key: value.literal for key, value in values.items()}
        deployment.arguments[name] = Value(deployment.arguments[name].text, literals)
    elif all(may_move(value, *scopes) and "\n" not in file.source(value) for value in items.values()):
        deployment.override_items = values
        pairs = ", ".join(f"{key!r}: {value.text}" for key, value in values.items())
        deployment.override_code = f"{{{pairs}}}"
    else:
        return
    deployment.override_fills = [file.statement_of(found.value), *fills.statements]
