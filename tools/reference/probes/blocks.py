"""Find the job variable of each field of Prefect 2's infrastructure blocks.  Run under Prefect 2: `blocks.py <out>`.

Each field is set to a probe value, and the base job template that Prefect 2 itself generates from the block is compared
with that of a default block.
{class: {module, slug, fields: {field: {type, required, default?, changes: {path: value}, error?}}}}
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import re
import sys
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CLASSES = {
    "Process": "prefect.infrastructure",
    "DockerContainer": "prefect.infrastructure",
    "KubernetesJob": "prefect.infrastructure",
    "ECSTask": "prefect_aws.ecs",
    "CloudRunJob": "prefect_gcp.cloud_run",
    "VertexAICustomTrainingJob": "prefect_gcp.aiplatform",
    "AzureContainerInstanceJob": "prefect_azure.container_instance",
}
_CONTAINER = {"name": "prefect-job", "env": [], "resources": {"limits": {"memory": "1Gi"}}}
_POD = {"parallelism": 1, "completions": 1, "restartPolicy": "Never", "containers": [_CONTAINER]}
_JOB = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"labels": {}}, "spec": {"template": {"spec": _POD}}}
_PATCH = {"op": "add", "path": "/spec/template/spec/nodeName", "value": "node"}
_NETWORK = {"op": "add", "path": "/networkConfiguration/awsvpcConfiguration/subnets", "value": ["subnet"]}
#: Values for fields that take no ordinary ones.
SPECIAL: dict[str, list[Any]] = {
    "auto_deregister_task_definition": [False],
    "cpu": ["512", 2000, 512],
    "customizations": [[_PATCH]],
    "entrypoint": ["/entry.sh"],
    "image_pull_policy": ["ALWAYS", "Always"],
    "job": [_JOB],
    "launch_type": ["EC2"],
    "max_retries": [7],
    "maximum_run_time": ["PT2H"],
    "memory": ["1024", 1024],
    "memory_unit": ["Mi"],
    "restart_policy": ["OnFailure"],
    "task_customizations": [[_NETWORK]],
    "task_definition": [{"family": "probe", "containerDefinitions": [{"name": "prefect", "image": "x"}]}],
    "volumes": [["/outside:/inside"]],
    "working_dir": ["/probe"],
}
REFERENCES = re.compile(r"credentials|image_registry|cluster_config|^type$")
Values = dict[str, Any]


def credentials(module: str, name: str, **fields: Any) -> Any:
    """A credentials block that looks saved."""
    block = getattr(importlib.import_module(module), name)(**fields)
    object.__setattr__(block, "_block_document_id", uuid.uuid4())
    return block


def required(cls: str) -> Values:
    """What a block can't be made without."""
    if cls == "ECSTask":
        return {"aws_credentials": credentials("prefect_aws", "AwsCredentials")}
    if cls == "CloudRunJob":
        return {"image": "i", "region": "r", "credentials": credentials("prefect_gcp", "GcpCredentials", project="p")}
    if cls == "VertexAICustomTrainingJob":
        gcp = credentials("prefect_gcp", "GcpCredentials", project="p")
        return {"image": "i", "region": "r", "gcp_credentials": gcp}
    if cls == "AzureContainerInstanceJob":
        aci = credentials("prefect_azure.credentials", "AzureContainerInstanceCredentials")
        return {"aci_credentials": aci, "resource_group_name": "g", "subscription_id": str(uuid.UUID(int=0))}
    return {}


def companions(cls: str, field: str) -> Values:
    """Fields that must be set for another to be accepted."""
    extra: Values = {}
    if field in ("configure_cloudwatch_logs", "cloudwatch_logs_options", "stream_output") and cls == "ECSTask":
        extra = {"execution_role_arn": "arn:x"}
    if field == "cloudwatch_logs_options":
        extra["configure_cloudwatch_logs"] = True
    if cls == "CloudRunJob" and field in ("memory", "memory_unit"):
        extra = {"memory": 512, "memory_unit": "Gi"}
    return extra


def template(block: Any) -> dict[str, Any]:
    """The generated base job template as {dotted path: leaf}."""
    found = block.generate_work_pool_base_job_template()
    return dict(flat(asyncio.run(found) if inspect.iscoroutine(found) else found))


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, (dict, list)):
        yield path, json.dumps(value, default=str)[:400]
    else:
        yield path, value


def candidates(name: str, kind: str, default: Any) -> list[Any]:
    values = list(SPECIAL.get(name, ()))
    kind = kind.lower()
    values += [not default] if "bool" in kind else []
    values += [{"key": "value"}] if "dict" in kind else []
    values += [["one", "two"]] if "list" in kind else []
    values += [77] if "int" in kind else []
    values += [77.5] if "float" in kind else []
    return [*values, "probe"]


def probe(make: Callable[..., Any], cls: str, base: Values, name: str, kind: str, default: Any) -> dict[str, Any]:
    """{changes} of the first value that the field takes and that shows in the template, or {error}."""
    result: dict[str, Any] = {}
    for value in candidates(name, kind, default):
        beside = {**base, **companions(cls, name)}
        try:
            before, after = template(make(**beside)), template(make(**{**beside, name: value}))
        except Exception as error:
            result = result or {"error": f"{type(error).__name__}: {error}"[:160]}
            continue
        changes = {path: after[path] for path in after if after[path] != before.get(path, "\0")}
        if changes:
            return {"changes": changes, "value": value}
        result = {"value": value}
    return result


def block(cls: str) -> dict[str, Any]:
    make = getattr(importlib.import_module(CLASSES[cls]), cls)
    base = required(cls)
    fields: dict[str, Any] = {}
    for name, field in make.__fields__.items():
        if name.startswith("_") or name == "block_type_slug":
            continue
        kind = re.sub(r"typing\.|pydantic\.v1\.types\.|<class '|<enum '|'>", "", str(field.outer_type_))
        row: dict[str, Any] = {"type": kind[:120], "required": bool(field.required)}
        if field.default is not None:
            row["default"] = repr(field.default)[:80]
        fields[name] = row if REFERENCES.search(name) else {**row, **probe(make, cls, base, name, kind, field.default)}
    return {"module": make.__module__, "slug": make.get_block_type_slug(), "fields": fields}


def main() -> None:
    warnings.simplefilter("ignore")
    import google.auth  # type: ignore[import-not-found]
    from google.auth.credentials import AnonymousCredentials  # type: ignore[import-not-found]

    google.auth.default = lambda *_, **__: (AnonymousCredentials(), "project")
    found = {cls: block(cls) for cls in CLASSES}
    Path(sys.argv[1]).write_text(json.dumps(found, sort_keys=True, default=str), "utf-8")


if __name__ == "__main__":
    main()
