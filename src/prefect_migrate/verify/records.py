"""What a server has registered, read through its REST API."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

from prefect_migrate.verify.api import Api, ApiError, Json


@dataclass(slots=True)
class Record:
    """A deployment with everything that it points to, as the server returns it."""

    deployment: Json
    flow: str
    pool: Json | None = None
    queue: Json | None = None
    infrastructure: Json | None = None
    storage: Json | None = None
    automations: list[Json] = field(default_factory=list)
    #: The block that a pull step names.
    pulled: Json | None = None

    @property
    def name(self) -> str:
        """`flow/deployment`, which is how Prefect names a deployment."""
        return f"{self.flow}/{self.deployment['name']}"


def read_records(api: Api) -> dict[str, Record]:
    """All deployments of a server, by name.  Raises ApiError."""
    flows = {flow["id"]: flow["name"] for flow in api.all("/flows/filter")}
    pools = {pool["name"]: pool for pool in api.all("/work_pools/filter")}
    automations = _automations(api)
    records = []
    for deployment in api.all("/deployments/filter"):
        record = Record(deployment, flows.get(deployment["flow_id"], "?"))
        record.pool = pools.get(deployment.get("work_pool_name"))
        record.queue = _queue(api, record)
        record.infrastructure = _block(api, deployment.get("infrastructure_document_id"))
        record.storage = _block(api, deployment.get("storage_document_id"))
        record.pulled = _pulled(api, deployment.get("pull_steps") or [])
        record.automations = [a for a in automations if deployment["id"] in _deployments_of(a)]
        records.append(record)
    return {record.name: record for record in sorted(records, key=lambda record: record.name)}


def _queue(api: Api, record: Record) -> Json | None:
    name = record.deployment.get("work_queue_name")
    if not name or record.pool is None:
        return None
    queues = api.all(f"/work_pools/{quote(record.pool['name'])}/queues/filter")
    return next((queue for queue in queues if queue["name"] == name), None)


def _block(api: Api, document: str | None) -> Json | None:
    return api.read(f"/block_documents/{document}?include_secrets=true") if document else None


def _pulled(api: Api, steps: list[Json]) -> Json | None:
    for step in steps:
        name, arguments = next(iter(step.items()))
        if name.endswith("pull_with_block") and arguments:
            slug, document = (quote(str(arguments.get(f"block_{key}"))) for key in ("type_slug", "document_name"))
            try:
                return api.read(f"/block_types/slug/{slug}/block_documents/name/{document}?include_secrets=true")
            except ApiError:
                return None
    return None


def _automations(api: Api) -> list[Json]:
    try:
        return api.all("/automations/filter")
    except ApiError:
        # A server of Prefect 2 may be set up without them.
        return []


def _deployments_of(automation: Json) -> set[str]:
    actions = [*automation.get("actions", []), *automation.get("actions_on_trigger", [])]
    return {action["deployment_id"] for action in actions if action.get("deployment_id")}
