"""infra.json, storage.json and worker_templates.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
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
#: Pool types whose template is printed by a real installation, and compared.
PRINTED = ("process", "kubernetes", "docker")
#: The last release of each package that works with Prefect 2.
INFRASTRUCTURE = "integrations-2"


def dump_blocks(workshop: Workshop) -> dict[str, Any]:
    out = workshop.dump("blocks")
    if not out.exists():
        workshop.probe(INFRASTRUCTURE, "blocks.py", str(out))
    loaded: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return loaded


def shipped_templates(workshop: Workshop, version: str) -> dict[str, tuple[str, Any]]:
    """Pool type -> (package, template), from the metadata that the server of a release ships."""
    pattern = "lib/python*/site-packages/prefect/server/api/collections_data/views/aggregate-worker-metadata.json"
    path = next(workshop.python(version).parents[1].glob(pattern))
    packages = json.loads(path.read_text("utf-8"))
    return {
        pool: (package, metadata["default_base_job_configuration"])
        for package, pools in packages.items()
        for pool, metadata in pools.items()
    }


def printed_template(workshop: Workshop, environment: str, pool: str) -> Any:
    """What `prefect work-pool get-default-base-job-template` prints in an environment."""
    out = workshop.dump(f"{environment}.template.{pool}")
    if not out.exists():
        command = ("work-pool", "get-default-base-job-template", "--type", pool, "--file", str(out))
        workshop.run(environment, "prefect", *command)
    return json.loads(out.read_text("utf-8"))


def template_rows(workshop: Workshop, version: str, workers: str) -> list[dict[str, Any]]:
    """The templates that a plain installation prints, and the variables of the newest workers.

    Prefect prints its own worker's template, and what it ships for workers that are not installed; the latter is
    checked for two of them.
    """
    rows = []
    for pool, (package, shipped) in sorted(shipped_templates(workshop, version).items()):
        template = printed_template(workshop, version, pool) if pool in PRINTED else shipped
        if package != "prefect" and template != shipped:
            raise SystemExit(f"{version} prints another template for {pool} than it ships")
        worker = printed_template(workshop, workers, pool)["variables"]["properties"]
        rows.append({"pool_type": pool, "package": package, "worker_variables": sorted(worker), "template": template})
    return rows


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
    blocks: Mapping[str, Any], templates: Sequence[Mapping[str, Any]], curated: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Where every field of every block went; a hand-written row may say it better.

    A job variable must be in the template as well as known to the newest worker, which ignores any other.
    """
    known = {row["pool_type"]: _known_variables(row) for row in templates}
    by_hand = {(row["cls"], row["field"]): row for row in curated}
    for cls, block in sorted(blocks.items()):
        variables = known[POOLS[cls][0]]
        for name, field in sorted(block["fields"].items()):
            row = {"cls": cls, "field": name, **_place(name, field, variables)}
            row.update({key: field.get(key) for key in ("type", "default", "required")})
            said = by_hand.get((cls, name), {})
            row.update({"job_variable": said.get("job_variable")} if "status" in said else {}, **said)
            if row.get("job_variable") is not None and row["job_variable"] not in variables:
                raise SystemExit(f"{cls}.{name}: {row['job_variable']} is no variable of a {POOLS[cls][0]} pool")
            yield row


def _known_variables(row: Mapping[str, Any]) -> set[str]:
    return set(row["template"]["variables"]["properties"]) & set(row["worker_variables"])


def _place(name: str, field: Mapping[str, Any], variables: set[str]) -> dict[str, Any]:
    """{status, job_variable} from what the probe saw change."""
    if name == "type":
        return {"status": "dropped", "job_variable": None}
    changes = field.get("changes", {})
    changed = [match.group(1) for path in changes for match in [_VARIABLE.match(path)] if match]
    if name not in changed and any(path.startswith("job_configuration.") for path in changes):
        return {"status": "template_only", "job_variable": None}
    variable = name if name in changed or not changed else changed[0]
    if variable not in variables:
        return {"status": "no_counterpart", "job_variable": None}
    return {"status": "same_name" if variable == name else "renamed", "job_variable": variable}
