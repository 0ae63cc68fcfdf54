"""The Kubernetes job that a run gets, or the request to ECS, flattened for both engines.

It is `{"spec.template.spec.nodeSelector": ...}`.

Prefect 2 takes the block's `job`, puts the block's other fields in, and applies `customizations` last.  Prefect 3 fills
the variables into the `job_manifest` of the work pool's template.  What only carries a job variable is left out, for
it is compared as that; so is `backoffLimit: 0`, which Prefect 3's template says and Prefect 2's did not.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from prefect_migrate.verify.api import Json
from prefect_migrate.verify.json_patch import apply_patch, at

_LABEL_OR_ENV = re.compile(r"(?:metadata\.labels|spec\.template\.spec\.containers\.\d+\.env)\.(.+)")
_BACKOFF = "spec.backoffLimit"
_PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
#: job variable -> its place in the job, in both engines
_PLACES = {
    "image": ("spec", "template", "spec", "containers", "0", "image"),
    "image_pull_policy": ("spec", "template", "spec", "containers", "0", "imagePullPolicy"),
    "command": ("spec", "template", "spec", "containers", "0", "args"),
    "namespace": ("metadata", "namespace"),
    "service_account_name": ("spec", "template", "spec", "serviceAccountName"),
    "finished_job_ttl": ("spec", "ttlSecondsAfterFinished"),
}


def manifest_2(block: Json, variables: Json) -> Json:
    """The job of a KubernetesJob block's data whose fields, as job variables, are `variables`."""
    job = copy.deepcopy(block.get("job") or {})
    for variable, place in _PLACES.items():
        if variable in variables:
            apply_patch(job, [{"op": "add", "path": "/" + "/".join(place), "value": variables[variable]}])
    customizations = block.get("customizations") or []
    if isinstance(customizations, dict):
        _merge(job, customizations)
    else:
        apply_patch(job, customizations)
    return _flattened(job, variables)


def manifest_3(template: Json, variables: Json) -> Json:
    """The job of a template's `job_manifest` with these variables."""
    return _flattened(_filled(template, variables) or {}, variables)


def request_2(request: Json, customizations: Any) -> Json:
    """The request to ECS that `task_customizations` of a block make of the worker's own."""
    request = copy.deepcopy(request)
    if isinstance(customizations, dict):
        _merge(request, customizations)
    else:
        apply_patch(request, customizations)
    return request_3(request)


def request_3(request: Json) -> Json:
    """The request to ECS of a work pool's template."""
    return dict(sorted(_leaves(request)))


def _filled(value: Any, variables: Json) -> Any:
    """Placeholders replaced; a part whose variable is not set is left out (None)."""
    if isinstance(value, dict):
        items = {key: _filled(item, variables) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None}
    if isinstance(value, list):
        return [item for item in (_filled(item, variables) for item in value) if item is not None]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value.strip())
    if whole:
        return variables.get(whole.group(1))
    return _PLACEHOLDER.sub(lambda match: str(variables.get(match.group(1), "")), value)


def _flattened(job: Json, variables: Json) -> Json:
    """All leaves by path, without those that are a job variable and nothing else."""
    job = _with_named_env(job)
    for variable, place in _PLACES.items():
        if variable in variables and at(job, place) == variables[variable]:
            apply_patch(job, [{"op": "remove", "path": "/" + "/".join(place)}])
    leaves = {path: value for path, value in _leaves(job) if not _is_carried(path, value, variables)}
    # A name is made for each run.
    kept = {path: value for path, value in leaves.items() if path not in ("metadata.generateName", "metadata.name")}
    if kept.get(_BACKOFF) == 0:
        del kept[_BACKOFF]
    return dict(sorted(kept.items()))


def _is_carried(path: str, value: Any, variables: Json) -> bool:
    """Whether a leaf is a label, or a variable of the environment, that is a job variable as well."""
    match = _LABEL_OR_ENV.match(path)
    if match is None:
        return False
    kind = "labels" if path.startswith("metadata.") else "env"
    return bool((variables.get(kind) or {}).get(match.group(1)) == value)


def _with_named_env(job: Json) -> Json:
    """Containers' `env` as a mapping, whose order says nothing."""
    job = copy.deepcopy(job)
    pod = ((job.get("spec") or {}).get("template") or {}).get("spec") or {}
    for container in pod.get("containers") or []:
        if isinstance(container, dict) and isinstance(container.get("env"), list):
            container["env"] = {
                item.get("name"): item.get("value", item.get("valueFrom"))
                for item in container["env"]
                if isinstance(item, dict)
            }
    return job


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif value is not None:
        yield path, value


def _merge(target: Json, changes: Json) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = value
