"""Writer: base job templates of the work pools, and the script that creates pools and queues."""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from prefect_migrate import reference
from prefect_migrate.plan.infrastructure import is_document
from prefect_migrate.plan.model import WorkPool

FOLDER = "work-pools"
SCRIPT = f"{FOLDER}/create.sh"
#: Where a request to run an ECS task says what it is connected to.
_NETWORK = "/networkConfiguration/awsvpcConfiguration"
_HEAD = """\
#!/usr/bin/env bash
# Creates the work pools and work queues that the deployments of this repository name.
# Needs Prefect 3 and PREFECT_API_URL; safe to run again.
set -euo pipefail
cd "$(dirname "$0")"

"""


def template_path(pool: WorkPool) -> str:
    return f"{FOLDER}/{pool.name}.json"


def template_of(pool: WorkPool) -> dict[str, Any] | None:
    """The pool's base job template: the worker's default with the block's settings as defaults.

    None when it would be that default, the type is not known or not bundled, or the settings are on the server.
    """
    if (pool.block is not None and pool.block.loaded) or not (pool.variables or pool.template or pool.documents):
        return None
    default = reference.worker_template(pool.type) if pool.type else None
    if default is None:
        return None
    template = copy.deepcopy(dict(default.template))
    properties = template["variables"]["properties"]
    for name, value in pool.variables.items():
        variable = properties.setdefault(name, {})
        variable["default"] = value
        if is_document(value):
            _allow_text(variable)
    for name in sorted(pool.documents - set(pool.variables)):
        _allow_text(properties.setdefault(name, {}))
    if pool.template:
        _shape_job(template, pool.template)
    return template


def _allow_text(variable: dict[str, Any]) -> None:
    """The server wants a value that fits the schema; the worker puts the document in its place."""
    options = variable.setdefault("anyOf", variable.pop("allOf", []))
    if "$ref" in variable:
        options.append({"$ref": variable.pop("$ref")})
    options.append({"type": "string"})


def _shape_job(template: dict[str, Any], shape: dict[str, Any]) -> None:
    configuration = template["job_configuration"]
    if "job" in shape:
        configuration["job_manifest"] = _merge(configuration.get("job_manifest", {}), shape["job"])
    if "customizations" in shape:
        manifest = _with_lists(configuration["job_manifest"], shape["customizations"])
        configuration["job_manifest"] = patched(manifest, shape["customizations"])
    if "task_definition" in shape:
        definition = _merge(configuration.get("task_definition", {}), shape["task_definition"])
        configuration["task_definition"] = _with_image(definition)
    if "task_customizations" in shape:
        request = _with_network(configuration["task_run_request"], shape["task_customizations"])
        configuration["task_run_request"] = patched(request, shape["task_customizations"])


def _with_lists(manifest: dict[str, Any], patch: Any) -> dict[str, Any]:
    """A job's manifest with the lists that a patch adds to.

    The worker puts its variables in front of a list of them, as Prefect 2 did.
    """
    added = [str(one.get("path")) for one in patch if isinstance(one, dict)] if isinstance(patch, list) else []
    for index, container in enumerate(manifest["spec"]["template"]["spec"].get("containers", [])):
        if f"/spec/template/spec/containers/{index}/env/-" in added and not isinstance(container.get("env"), list):
            container["env"] = []
    return manifest


def _with_network(request: dict[str, Any], patch: Any) -> dict[str, Any]:
    """The request with the network that Prefect 2 had put there before it was patched.  Raises ValueError.

    Where the request has one, the worker looks for none; but which subnets a VPC has can't be known here.
    """
    paths = [str(one.get("path")) for one in patch if isinstance(one, dict)] if isinstance(patch, list) else []
    if "networkConfiguration" in request or not any(path.startswith(f"{_NETWORK}/") for path in paths):
        return request
    if not {_NETWORK, f"{_NETWORK}/subnets"} & set(paths):
        raise ValueError(
            "task_customizations change the network that Prefect 2 made of all subnets of the VPC, which a work pool"
            f" wants named: add them, as {_NETWORK}/subnets"
        )
    network = {"subnets": [], "assignPublicIp": "ENABLED", "securityGroups": []}
    return {**request, "networkConfiguration": {"awsvpcConfiguration": network}}


def _with_image(definition: dict[str, Any]) -> dict[str, Any]:
    """A task definition whose container without an image has the pool's, as Prefect 2 put the block's there."""
    containers = [dict(container) for container in definition.get("containerDefinitions") or []]
    named = [container for container in containers if container.get("name") == "prefect"]
    for container in (named or containers)[:1]:
        container.setdefault("image", "{{ image }}")
    return {**definition, "containerDefinitions": containers} if containers else definition


def patched(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """The document after a JSON 6902 patch (a list), or merged with a mapping.  Raises ValueError."""
    import jsonpatch

    if isinstance(patch, dict):
        merged: dict[str, Any] = _merge(document, patch)
        return merged
    try:
        result = jsonpatch.apply_patch(document, list(patch))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError) as error:
        reason = str(error).partition(" in {")[0]
        raise ValueError(f"the customizations don't fit the job's template: {reason}") from error
    if not isinstance(result, dict):
        raise ValueError("the customizations replace the whole job")
    return result


def _merge(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{key: _merge(base.get(key), value) for key, value in over.items()}}
    return over


def template_text(pool: WorkPool) -> str | None:
    """The template as the JSON file that `prefect work-pool create --base-job-template` reads."""
    template = template_of(pool)
    return None if template is None else json.dumps(template, indent=2, ensure_ascii=False) + "\n"


def commands_for(pool: WorkPool) -> list[str]:
    """The commands that create one pool and its queues; they run in the folder of the templates."""
    name = shlex.quote(pool.name)
    file = f" --base-job-template {shlex.quote(pool.name + '.json')}" if template_of(pool) else ""
    create = f"prefect --no-prompt work-pool create {name} --type {pool.type}"
    if file:
        commands = [f"{create}{file} --overwrite"]
    else:
        commands = [f"prefect work-pool inspect {name} >/dev/null 2>&1 || {create}"]
    for queue, limit in pool.queues.items():
        commands += _queue_commands(name, shlex.quote(queue), limit)
    return commands


def _queue_commands(pool: str, queue: str, limit: int | None) -> list[str]:
    there = f"prefect work-queue inspect {queue} --pool {pool} >/dev/null 2>&1"
    commands = [f"{there} || prefect --no-prompt work-queue create {queue} --pool {pool}"]
    if limit is not None:
        commands.append(f"prefect --no-prompt work-queue set-concurrency-limit {queue} {limit} --pool {pool}")
    return commands


def script(pools: Sequence[WorkPool], existing: str | None) -> str:
    """The script; what an earlier run wrote stays, only missing lines are added."""
    lines = [line for pool in pools for line in (*_comments(pool), *commands_for(pool))]
    if existing is None:
        return _HEAD + "".join(f"{line}\n" for line in lines)
    missing = [line for line in lines if line not in existing.splitlines()]
    return existing + "".join(f"{line}\n" for line in missing)


def _comments(pool: WorkPool) -> list[str]:
    """What the code said about the block, which is gone from it now."""
    return pool.comments


def creatable(pools: Iterable[WorkPool]) -> list[WorkPool]:
    """The pools that the repository's own settings describe, by name."""
    return sorted((pool for pool in pools if pool.ours and pool.type), key=lambda pool: pool.name)
