"""Overrides that shape the job itself, such as `customizations`: they go into a work pool of their own.

Prefect 2 put them into a copy of the block at each run; Prefect 3 has them in the pool's base job template only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from prefect_migrate import reference
from prefect_migrate.plan.infrastructure import TEMPLATE_FIELDS
from prefect_migrate.plan.model import Deployment, Plan, Value
from prefect_migrate.plan.obstacles import overrides_of
from prefect_migrate.plan.splitting import type_of
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_fills import written_items
from prefect_migrate.source.tokens import comments_of


def move_template_overrides(plan: Plan) -> None:
    """Give such overrides to the deployment's block, as fields of it."""
    for deployment in plan.deployments:
        block = deployment.infrastructure
        if not deployment.is_prefect_2 or block is None or block.doubt or not _can_go(deployment):
            continue
        taken = {key: value for key, value in given_overrides(deployment).items() if _is_of_template(deployment, key)}
        if taken and all(value.known for value in taken.values()):
            comments = [*block.comments, *_comments(deployment, taken)]
            deployment.infrastructure = replace(block, fields={**block.fields, **taken}, comments=comments)
            deployment.in_template = frozenset(taken)
            _take_away(deployment)


def given_overrides(deployment: Deployment) -> dict[str, Value]:
    """Key -> value, as far as they are written down."""
    overrides = overrides_of(deployment)
    if overrides is not None and isinstance(overrides.literal, dict):
        return {str(key): Value(repr(value), value) for key, value in overrides.literal.items()}
    return deployment.override_items if isinstance(deployment, PythonDeployment) else {}


def _is_of_template(deployment: Deployment, key: str) -> bool:
    block = deployment.infrastructure
    return (
        key in TEMPLATE_FIELDS
        and block is not None
        and key in reference.block_fields(block.cls)
        and key not in reference.job_variables(type_of(block))
    )


def _can_go(deployment: Deployment) -> bool:
    """Whether a key of the overrides can be taken away where they are written."""
    overrides = overrides_of(deployment)
    if overrides is None or overrides.known or not isinstance(deployment, PythonDeployment):
        return overrides is not None
    name = "job_variables" if "job_variables" in deployment.arguments else "infra_overrides"
    return isinstance(deployment.nodes.get(name), ast.Dict)


def _comments(deployment: Deployment, keys: Iterable[str]) -> Iterator[str]:
    """The comments inside overrides that go from the code, for the script that creates the pool."""
    if isinstance(deployment, PythonDeployment):
        for name in ("job_variables", "infra_overrides"):
            node = deployment.nodes.get(name)
            items = (written_items(node) or {}) if isinstance(node, ast.Dict) else {}
            for key in keys:
                yield from comments_of(deployment.file.source(items[key])) if key in items else ()


def _take_away(deployment: Deployment) -> None:
    for name in ("job_variables", "infra_overrides"):
        value = deployment.arguments.get(name)
        if value is not None and isinstance(value.literal, dict):
            left = {key: item for key, item in value.literal.items() if key not in deployment.in_template}
            deployment.arguments[name] = Value(value.text, left)
