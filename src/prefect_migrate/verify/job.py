"""What a run gets from its infrastructure: the job variables that are in effect, in one form for both engines.

In Prefect 2 they are the fields of the infrastructure block with the deployment's overrides put into it, key by dotted
key, as the agent did.  In Prefect 3 they are the defaults of the work pool's template with the deployment's variables
over them; `env` alone is merged, as the worker does.  Nothing, empty texts and empty collections count as not set.
"""

from __future__ import annotations

import copy
import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prefect_migrate import reference
from prefect_migrate.plan.infrastructure import ENGINE_COMMAND, TEXTS, as_variable
from prefect_migrate.verify.api import Json
from prefect_migrate.verify.manifest import manifest_2, manifest_3, request_2, request_3
from prefect_migrate.verify.records import Record

#: Fields of blocks that say nothing about the job.
_CONSTANTS = frozenset({"type", "block_type_slug"})
#: Fields that shape the job itself, of those that are compared as that.
_TEMPLATES = {"kubernetes-job": ("job", "customizations"), "ecs-task": ("task_customizations",)}
_PULL_POLICIES = {"ALWAYS": "Always", "IF_NOT_PRESENT": "IfNotPresent", "NEVER": "Never"}
#: Where runs go that have neither a block nor a typed pool: the agent's own machine.
_DEFAULT_TYPE = "process"
AGENT_POOL = "prefect-agent"
#: Stands for what an infrastructure block holds of another block, such as a password.
IN_THE_BLOCK = "<in the block>"
#: The same, where a verification made up all that it says.
ONLY_MADE_UP = "<the account of this verification>"
#: What a verification makes Google's library say about the account that it looks for; see `guard/sitecustomize.py`.
_MADE_UP = "stand-in"
_NEW_SLUGS = {"docker-registry": "docker-registry-credentials"}


@dataclass(slots=True)
class Job:
    """`variables` by the names of Prefect 3; `manifest` the flattened Kubernetes job, or request to ECS; `lost` fields
    of the block that no variable stands for, if they are not at their default."""

    variables: Json = field(default_factory=dict)
    manifest: Json = field(default_factory=dict)
    lost: Json = field(default_factory=dict)


def effective_job(record: Record, major: int) -> Job:
    """The job of a deployment."""
    if major == 2 and record.infrastructure is not None and not _is_typed(record):
        return _of_block(record)
    return _of_pool(record, major)


def pool_type(record: Record, major: int) -> str:
    """The type of work pool that does what this deployment runs in."""
    if record.pool is not None and _is_typed(record):
        return str(record.pool["type"])
    if major == 2 and record.infrastructure is not None:
        slug = record.infrastructure["block_type"]["slug"]
        fact = _block_facts().get(slug)
        return fact.pool_type if fact else str(slug)
    return _DEFAULT_TYPE


def _is_typed(record: Record) -> bool:
    return record.pool is not None and record.pool.get("type") != AGENT_POOL


def _block_facts() -> dict[str, reference.BlockFact]:
    return {fact.slug: fact for fact in reference.infrastructure_blocks().values()}


def overrides_of(record: Record) -> Json:
    """`job_variables`, or what Prefect 2's server calls `infra_overrides`."""
    deployment = record.deployment
    given: Json = deployment.get("job_variables") or deployment.get("infra_overrides") or {}
    return given


# -- Prefect 2 -------------------------------------------------------------------------------------------------------


def _of_block(record: Record) -> Job:
    assert record.infrastructure is not None
    slug = record.infrastructure["block_type"]["slug"]
    fact = _block_facts().get(slug)
    fields = reference.block_fields(fact.cls) if fact else {}
    data = _with_names(record.infrastructure, fields)
    _override(data, overrides_of(record))
    defaults = _defaults(record.infrastructure)
    job = Job()
    for name, value in data.items():
        known = fields.get(name)
        if name in _CONSTANTS or (name in _TEMPLATES.get(slug, ())):
            continue
        if known is not None and known.job_variable:
            is_texts = fact is not None and known.job_variable in TEXTS
            # Prefect 2's blocks made texts of them when a run began.
            value = as_variable(known.job_variable, value, fact.cls) if is_texts and fact is not None else value
            _put(job.variables, name, known.job_variable, value)
        elif known is None:
            job.variables[name] = value
        elif value != defaults.get(name):
            job.lost[name] = value
    job.variables = clean(job.variables)
    job.lost = clean(job.lost)
    if slug == "kubernetes-job":
        job.manifest = manifest_2(data, job.variables)
    elif slug == "ecs-task" and data.get("task_customizations"):
        job.manifest = request_2(_own_request(), data["task_customizations"])
    return job


def _own_request() -> Json:
    """What the worker of Prefect 3 asks ECS for, if nobody changed its template."""
    template = reference.worker_template("ecs")
    configuration = template.template.get("job_configuration", {}) if template else {}
    return dict(configuration.get("task_run_request") or {})


def _with_names(block: Json, fields: Mapping[str, reference.FieldFact]) -> Json:
    """A block's data, in which blocks are their documents' names, as a work pool's template names them."""
    data: Json = copy.deepcopy(block.get("data", {}))
    references = block.get("block_document_references") or {}
    if block["block_type"]["slug"] == "cloud-run-job" and isinstance(data.get("cpu"), int):
        data["cpu"] = f"{data['cpu'] * 1000}m"
    for name, value in data.items():
        document = (references.get(name) or {}).get("block_document")
        known = fields.get(name)
        if document is not None:
            slug = document["block_type"]["slug"]
            data[name] = f"{{{{ prefect.blocks.{_NEW_SLUGS.get(slug, slug)}.{document['name']} }}}}"
        elif isinstance(value, dict) and known is not None and "reference to a block" in (known.note or ""):
            data[name] = IN_THE_BLOCK if _says_something(value) else ONLY_MADE_UP if _is_made_up(value) else None
    return data


def _says_something(value: Any) -> bool:
    """Whether anything is set in a block that stands in another one; credentials may hold nothing but defaults."""
    if isinstance(value, dict):
        return any(_says_something(item) for key, item in value.items() if key not in _CONSTANTS)
    # the switches of all blocks of credentials are on unless somebody turned them off
    return value is not True and value not in (None, "", [], _MADE_UP)


def _is_made_up(value: Any) -> bool:
    return value == _MADE_UP or (isinstance(value, dict) and any(map(_is_made_up, value.values())))


def _override(data: Json, overrides: Json) -> None:
    """Put overrides into a block's data, key by dotted key, in the order given."""
    for key, value in overrides.items():
        *parents, last = key.split(".")
        target = data
        for parent in parents:
            child = target.get(parent)
            if not isinstance(child, dict):
                child = target[parent] = {}
            target = child
        target[last] = value


def _defaults(block: Json) -> Json:
    properties = ((block.get("block_schema") or {}).get("fields") or {}).get("properties", {})
    return {name: schema.get("default") for name, schema in properties.items()}


def _put(variables: Json, name: str, variable: str, value: Any) -> None:
    """A field's value in the shape of the job variable."""
    if name == "memory_unit":
        if value is not None and variables.get("memory") is not None:
            variables["memory"] = f"{variables['memory']}{value}"
    elif name == "maximum_run_time":
        variables[variable] = math.ceil(float(value) / 3600) if value is not None else None
    elif isinstance(value, str) and value.isdigit() and name in ("cpu", "memory"):
        variables[variable] = int(value)
    elif name == "image_pull_policy":
        variables[variable] = _PULL_POLICIES.get(str(value), value)
    else:
        variables[variable] = value


# -- Prefect 3 -------------------------------------------------------------------------------------------------------


def _of_pool(record: Record, major: int) -> Job:
    template = (record.pool or {}).get("base_job_template") or {}
    properties = (template.get("variables") or {}).get("properties") or {}
    defaults = {name: copy.deepcopy(schema.get("default")) for name, schema in properties.items()}
    variables = clean(merge_overrides(defaults, overrides_of(record)))
    manifest = (template.get("job_configuration") or {}).get("job_manifest")
    request = (template.get("job_configuration") or {}).get("task_run_request")
    if pool_type(record, major) == "ecs" and request and request != _own_request():
        return Job(variables, request_3(request))
    if pool_type(record, major) != "kubernetes" or not manifest:
        return Job(variables)
    return Job(variables, manifest_3(manifest, variables))


def merge_overrides(defaults: Json, overrides: Json) -> Json:
    """A deployment's variables over the pool's, as a worker merges them: only `env` keeps what is not overridden."""
    nested: Json = {}
    _override(nested, {key: value for key, value in overrides.items() if "." in key})
    for key, value in overrides.items():
        if "." not in key:
            both_dicts = isinstance(nested.get(key), dict) and isinstance(value, dict)
            nested[key] = {**nested[key], **value} if both_dicts else value
    merged = {**defaults, **nested}
    if isinstance(defaults.get("env"), dict) and isinstance(nested.get("env"), dict):
        merged["env"] = {**defaults["env"], **nested["env"]}
    return merged


def clean(variables: Json) -> Json:
    """Without what is not set; a command as the list of its words, but the one that each run has anyway."""
    kept = {name: value for name, value in variables.items() if value not in (None, "", [], {})}
    if isinstance(kept.get("command"), str):
        kept["command"] = shlex.split(kept["command"])
    if kept.get("command") == ENGINE_COMMAND:
        del kept["command"]
    return dict(sorted(kept.items()))
