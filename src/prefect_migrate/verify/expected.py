"""Differences between deployments that the change of engine brings, each with its reason."""

from __future__ import annotations

import ast
import shlex
from typing import Any

from prefect_migrate import reference
from prefect_migrate.verify.api import Json
from prefect_migrate.verify.compare import Keys, same
from prefect_migrate.verify.job import AGENT_POOL
from prefect_migrate.verify.model import MISSING

NO_AGENTS = "Prefect 3 has no agents, so every deployment needs a typed work pool"
ENFORCED = "Prefect 3 checks the parameters when a run is created, Prefect 2 when it starts"
WORKER_DEFAULT = "not set in Prefect 2; the default of Prefect 3's worker"
BOTH_DEFAULTS = "the engines' own defaults differ; set the variable in the work pool to keep the old one"
BLOCK_DEFAULT = "the default of Prefect 2's block, which Prefect 3's worker does not have"

#: Defaults of block fields whose job variable counts otherwise: seven days, in hours.
_IN_OTHER_UNITS = {"maximum_run_time_hours": 168}


class ExpectedInDeployment:
    """Tells the expected differences between a deployment's two normalised records."""

    def __init__(self, before: Json, after: Json) -> None:
        self.before = before
        self.after = after

    def __call__(self, keys: Keys, before: Any, after: Any) -> str | None:
        if keys[0] == "pool" and self.before["pool"]["type"] in (None, AGENT_POOL):
            return NO_AGENTS
        if keys == ("enforce_parameter_schema",) and after is True:
            return ENFORCED
        if keys[0] == "job_variables" and len(keys) == 2:
            return self._default(str(keys[1]), before, after)
        return None

    def _default(self, variable: str, before: Any, after: Any) -> str | None:
        """Whether a variable has what nobody chose, on both sides."""
        pool_type = self.after["runs_in"]
        old = block_default(pool_type, variable)
        unset_before = before is MISSING or same(before, old)
        unset_after = after is MISSING or same(after, worker_default(pool_type, variable))
        if not (unset_before and unset_after):
            return None
        if before is MISSING:
            return WORKER_DEFAULT
        return BLOCK_DEFAULT if after is MISSING else BOTH_DEFAULTS


def worker_default(pool_type: str, variable: str) -> Any:
    """The default in the worker's own template, None if there is none."""
    template = reference.worker_template(pool_type)
    default = template.variables.get(variable, {}).get("default") if template else None
    return shlex.split(default) if variable == "command" and isinstance(default, str) else default


def block_default(pool_type: str, variable: str) -> Any:
    """The default of the block field that became a job variable, None if there is none or it is no literal."""
    for fact in reference.infrastructure_blocks().values():
        if fact.pool_type == pool_type:
            for field in reference.block_fields(fact.cls).values():
                if field.job_variable == variable and field.default:
                    return _IN_OTHER_UNITS.get(variable, _literal(field.default))
    return None


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
