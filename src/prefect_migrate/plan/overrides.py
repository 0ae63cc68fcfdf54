"""What overrides of a block's fields are called, and look like, as job variables."""

from __future__ import annotations

from typing import Any

from prefect_migrate import reference
from prefect_migrate.plan.infrastructure import TEXTS, as_text, as_variable, nest_dotted
from prefect_migrate.plan.model import UNKNOWN, Deployment
from prefect_migrate.plan.obstacles import overrides_of
from prefect_migrate.readers.python_chosen_infrastructure import blocks_of
from prefect_migrate.readers.python_deployments import PythonDeployment


def translated(cls: str, key: str, value: Any = UNKNOWN) -> tuple[str, Any]:
    """An override of a block's field as (job variable, value); what is no field stays as it is."""
    fact = reference.block_fields(cls).get(key)
    if fact is None or fact.job_variable is None:
        return key, value
    return fact.job_variable, value if value is UNKNOWN else as_variable(fact.job_variable, value, cls)


def block_class(deployment: Deployment) -> str:
    """The class of the block that the overrides are for: Prefect 2's default is a Process.

    Of several that it may be, one: the overrides mean the same for all of them.
    """
    if deployment.infrastructure is not None:
        return deployment.infrastructure.cls
    choices = deployment.choices if isinstance(deployment, PythonDeployment) else None
    classes = [block.cls for block in blocks_of(choices) if block is not None and block.cls != "Process"]
    return next(iter(classes), "Process")


def base_variables(deployment: Deployment, heads: set[str]) -> dict[str, Any]:
    """The block's settings that the deployment must say itself, because the work pool does not.

    Also those of the pool that an override changes a part of: Prefect 3 adds up `env` only.
    """
    pool = deployment.pool.variables if deployment.pool is not None else {}
    partly = {key: pool[key] for key in pool if key in heads and key != "env" and isinstance(pool[key], dict)}
    return {**partly, **deployment.own_variables}


def dotted_heads(deployment: Deployment) -> set[str]:
    """The variables of which an override changes a part: `labels` of `labels.team`."""
    overrides = overrides_of(deployment)
    keys = overrides.literal if overrides is not None and isinstance(overrides.literal, dict) else ()
    return {str(key).split(".")[0] for key in keys if "." in str(key)}


def job_variables_of(deployment: Deployment) -> dict[str, Any]:
    """All job variables of a deployment whose overrides are known."""
    base = base_variables(deployment, dotted_heads(deployment))
    overrides = overrides_of(deployment)
    given = overrides.literal if overrides is not None and isinstance(overrides.literal, dict) else {}
    merged = dict(base)
    for name, value in _said(given, block_class(deployment)).items():
        merged.pop(name, None)
        merged[name] = value
    return nest_dotted(merged)


def stays(given: dict[str, Any], cls: str) -> bool:
    """Whether overrides say the same as job variables."""
    return nest_dotted(_said(given, cls)) == given


def said_by(deployment: Deployment, cls: str) -> dict[str, Any]:
    """What the overrides of a deployment are for a block of a class, as far as they are known."""
    overrides = overrides_of(deployment)
    given = overrides.literal if overrides is not None and isinstance(overrides.literal, dict) else {}
    return nest_dotted(_said(given, cls))


def _said(given: dict[str, Any], cls: str) -> dict[str, Any]:
    """Overrides under the names of job variables, in their order; dots are still there."""
    said: dict[str, Any] = {}
    for key, value in given.items():
        name, value = translated(cls, str(key), value)
        said.pop(name, None)
        said[name] = as_text(value) if name.split(".")[0] in TEXTS else value
    return said
