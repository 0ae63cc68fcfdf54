"""What becomes of an infrastructure block: the job variables of a typed work pool."""

from __future__ import annotations

import datetime
import math
import re
import shlex
from dataclasses import dataclass, field
from typing import Any

from prefect_migrate import reference
from prefect_migrate.plan.model import Block, Value

_PULL_POLICY = re.compile(r"ImagePullPolicy\.(\w+)$")
_PULL_POLICIES = {"ALWAYS": "Always", "IF_NOT_PRESENT": "IfNotPresent", "NEVER": "Never"}
#: Fields that shape the pool's template and are no variables of it.
TEMPLATE_FIELDS = frozenset({"job", "customizations", "task_definition", "task_customizations"})
_CONSTANTS = frozenset({"type", "block_type_slug"})
#: The command that Prefect 2.0 to 2.3 wrote into each manifest by itself; a worker has its own.
ENGINE_COMMAND = ["python", "-m", "prefect.engine"]


@dataclass(slots=True)
class BlockSettings:
    """A block's fields under the names of Prefect 3.

    `variables` are known; `expressions` are known only when the code runs (variable -> the field's expression);
    `template` holds what changes the job itself; `lost` what has no place in Prefect 3 (field -> what to do).
    """

    variables: dict[str, Any] = field(default_factory=dict)
    expressions: dict[str, str] = field(default_factory=dict)
    template: dict[str, Any] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)


#: What pydantic takes for a switch.
_SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
#: Variables that hold nothing but texts.
TEXTS = frozenset({"env", "labels"})


def settings_of(block: Block) -> BlockSettings:
    """Sort a block's fields into the places that Prefect 3 has for them."""
    facts = reference.block_fields(block.cls)
    settings = BlockSettings()
    for name, value in block.fields.items():
        if name in _CONSTANTS or (value.known and _says_nothing(name, value.literal)):
            continue
        fact = facts.get(name)
        variable = fact.job_variable if fact else None
        if name in TEMPLATE_FIELDS:
            _template_field(settings, name, value)
        elif variable is None:
            settings.lost[name] = (fact.note if fact else None) or "the worker has no such variable"
        elif fact is not None and "reference to a block" in (fact.note or "") and not _may_be_block(value):
            settings.lost[name] = (
                f"`{value.text}` is no block, and neither version takes it"
                if value.known
                else f"save `{value.text}` as a block and name its document in the work pool's template"
            )
        else:
            _variable(settings, name, variable, value, block.cls)
    return settings


def is_settled(block: Block) -> bool:
    """Whether all that a block says is known without running the code."""
    settings = settings_of(block)
    return not settings.expressions and not any(
        not value.known and name in settings.lost for name, value in block.fields.items()
    )


def _says_nothing(name: str, literal: Any) -> bool:
    return literal is None or (name == "command" and literal in (ENGINE_COMMAND, tuple(ENGINE_COMMAND)))


def _may_be_block(value: Value) -> bool:
    """Whether a field says which block it holds: the name of a document, or the block's own fields."""
    return value.known and (is_document(value.literal) or isinstance(value.literal, dict))


def is_document(value: Any) -> bool:
    """Whether a value names a block document, which the worker resolves."""
    return isinstance(value, str) and value.startswith("{{ prefect.blocks.")


def _template_field(settings: BlockSettings, name: str, value: Value) -> None:
    if value.known:
        settings.template[name] = value.literal
    else:
        settings.lost[name] = f"it is only known when `{value.text}` runs; edit the work pool's base job template"


def _variable(settings: BlockSettings, name: str, variable: str, value: Value, cls: str) -> None:
    literal = value.literal if value.known else _pull_policy(value.text)
    if literal is None:
        settings.expressions[variable] = value.text
    elif name == "memory_unit":
        settings.variables["memory"] = f"{settings.variables.get('memory', '')}{literal}"
    elif variable == "memory" and isinstance(settings.variables.get("memory"), str):
        settings.variables["memory"] = f"{literal}{settings.variables['memory']}"
    else:
        settings.variables[variable] = as_variable(variable, literal, cls)
        if isinstance(literal, datetime.timedelta) and literal.total_seconds() % 3600:
            settings.lost[name] = f"{literal} are rounded up to whole hours"


def _pull_policy(text: str) -> str | None:
    match = _PULL_POLICY.search(text)
    return _PULL_POLICIES.get(match.group(1)) if match else None


def as_variable(variable: str, literal: Any, cls: str = "") -> Any:
    """A field's value in the shape of the job variable: commands as one line, durations in hours, policies by name,
    CPUs as each cloud counts them.

    """
    if variable in TEXTS and isinstance(literal, dict):
        return {name: as_text(value) for name, value in literal.items() if _takes(variable, value, cls)}
    if cls == "CloudRunJob" and variable == "cpu" and isinstance(literal, (int, float)):
        return f"{round(literal * 1000)}m"
    if cls == "ECSTask" and variable in ("cpu", "memory") and isinstance(literal, str) and literal.isdigit():
        return int(literal)
    if variable == "image_pull_policy" and isinstance(literal, str):
        return _PULL_POLICIES.get(literal, literal)
    if variable == "command" and isinstance(literal, (list, tuple)):
        return shlex.join(str(part) for part in literal)
    if isinstance(literal, datetime.timedelta):
        return math.ceil(literal.total_seconds() / 3600)
    return list(literal) if isinstance(literal, (tuple, set)) else _fitting(variable, literal, cls)


def _fitting(variable: str, literal: Any, cls: str) -> Any:
    """A number, a switch or a text as the type that the worker has.

    Prefect 2 turned one into the other; Prefect 3's server refuses what is of another type.
    """
    kinds = _kinds(cls, variable)
    if isinstance(literal, (bool, int, float)) and kinds == {"string"}:
        return str(literal)
    if isinstance(literal, str) and kinds == {"integer"} and literal.strip().isdigit():
        return int(literal)
    if isinstance(literal, str) and kinds == {"boolean"}:
        return _SWITCHES.get(literal.strip().lower(), literal)
    return literal


def _kinds(cls: str, variable: str) -> set[str | None]:
    """The types that a worker's variable may have, besides null."""
    block = reference.infrastructure_blocks().get(cls)
    template = reference.worker_template(block.pool_type) if block is not None else None
    schema = template.variables.get(variable, {}) if template is not None else {}
    options = schema.get("anyOf", [schema])
    return {option.get("type") for option in options if option.get("type") != "null"}


def as_text(value: Any) -> Any:
    """A label, or the value of an environment variable: the blocks of Prefect 2 made texts of numbers and switches, and
    Prefect 3's server refuses others."""
    return str(value) if isinstance(value, (bool, int, float)) else value


def _takes(variable: str, value: Any, cls: str) -> bool:
    """Whether a value can be said: only a process may be told that a variable is not there."""
    return value is not None or variable != "env" or cls in ("", "Process")


def nest_dotted(overrides: dict[str, Any]) -> dict[str, Any]:
    """`{"env.A": 1}` -> `{"env": {"A": 1}}`; Prefect 2 applied the keys in order, a later one over an earlier."""
    result: dict[str, Any] = {}
    for key, value in overrides.items():
        *parents, last = str(key).split(".")
        target = result
        for parent in parents:
            child = target.get(parent)
            target[parent] = child = dict(child) if isinstance(child, dict) else {}
            target = child
        target[last] = value
    return result
