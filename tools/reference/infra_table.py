"""infra.json, storage.json and worker_templates.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.reference.releases import Workshop

_VARIABLE = re.compile(r"variables\.properties\.([^.]+)\.default")
POOLS = {
    "AzureContainerInstanceJob": (
        "azure-container-instance",
        "prefect_azure.workers.container_instance.AzureContainerWorker",
    ),
    "CloudRunJob": ("cloud-run", "prefect_gcp.workers.cloud_run.CloudRunWorker"),
    "DockerContainer": ("docker", "prefect_docker.worker.DockerWorker"),
    "ECSTask": ("ecs", "prefect_aws.workers.ECSWorker"),
    "KubernetesJob": ("kubernetes", "prefect_kubernetes.worker.KubernetesWorker"),
    "Process": ("process", "prefect.workers.process.ProcessWorker"),
    "VertexAICustomTrainingJob": ("vertex-ai", "prefect_gcp.workers.vertex.VertexAIWorker"),
}
#: The last release of each package that works with Prefect 2.
INFRASTRUCTURE = "integrations-2"


def dump_blocks(workshop: Workshop) -> dict[str, Any]:
    out = workshop.dump("blocks")
    if not out.exists():
        workshop.probe(INFRASTRUCTURE, "blocks.py", str(out))
    loaded: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return loaded


def worker_templates(workshop: Workshop, version: str) -> dict[str, dict[str, Any]]:
    """Pool type -> {package, template}, from the metadata that the server of a release ships."""
    pattern = "lib/python*/site-packages/prefect/server/api/collections_data/views/aggregate-worker-metadata.json"
    path = next(workshop.python(version).parents[1].glob(pattern))
    packages = json.loads(path.read_text("utf-8"))
    return {
        pool: {"package": package, "template": metadata["default_base_job_configuration"]}
        for package, pools in packages.items()
        for pool, metadata in pools.items()
    }


def server_template(workshop: Workshop, version: str, pool: str) -> Any:
    """What `prefect work-pool get-default-base-job-template` of a release prints."""
    out = workshop.folder / f"template.{pool}.json"
    workshop.run(version, "prefect", "work-pool", "get-default-base-job-template", "--type", pool, "--file", str(out))
    return json.loads(Path(out).read_text("utf-8"))


def template_rows(templates: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for pool, found in sorted(templates.items()):
        yield {"pool_type": pool, **found}


def block_rows(blocks: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "cls": cls,
            "module": block["module"],
            "slug": block["slug"],
            "pool_type": POOLS[cls][0],
            "worker": POOLS[cls][1],
        }
        for cls, block in sorted(blocks.items())
    ]


def field_rows(
    blocks: Mapping[str, Any], templates: Mapping[str, Mapping[str, Any]], curated: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Where every field of every block went; a hand-written row may say it better."""
    by_hand = {(row["cls"], row["field"]): row for row in curated}
    for cls, block in sorted(blocks.items()):
        variables = templates[POOLS[cls][0]]["template"]["variables"]["properties"]
        for name, field in sorted(block["fields"].items()):
            row = {"cls": cls, "field": name, **_place(name, field, variables)}
            row.update({key: field.get(key) for key in ("type", "default", "required")})
            row.update(by_hand.get((cls, name), {}))
            if row.get("job_variable") is not None and row["job_variable"] not in variables:
                raise SystemExit(f"{cls}.{name}: {row['job_variable']} is no variable of a {POOLS[cls][0]} pool")
            yield row


def _place(name: str, field: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """{status, job_variable} from what the probe saw change."""
    if name == "type":
        return {"status": "dropped", "job_variable": None}
    changes = field.get("changes", {})
    changed = [match.group(1) for path in changes for match in [_VARIABLE.match(path)] if match]
    if not changed and any(path.startswith("job_configuration.") for path in changes):
        return {"status": "template_only", "job_variable": None}
    variable = name if name in changed or not changed else changed[0]
    if variable not in variables:
        return {"status": "no_counterpart", "job_variable": None}
    return {"status": "same_name" if variable == name else "renamed", "job_variable": variable}
