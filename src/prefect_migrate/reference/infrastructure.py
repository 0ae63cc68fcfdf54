"""Infrastructure and storage blocks of Prefect 2, and the work pools that took their place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from prefect_migrate.reference.facts import BlockFact, FieldFact, StorageFact, WorkerTemplate
from prefect_migrate.reference.tables import rows, table


@cache
def infrastructure_blocks() -> Mapping[str, BlockFact]:
    """Class name -> the block, for every infrastructure block class of Prefect 2 and its integrations."""
    meta = table("infra")["meta"]
    return MappingProxyType({row["cls"]: BlockFact(source=meta["source"], **row) for row in meta["blocks"]})


@cache
def _fields() -> dict[str, dict[str, FieldFact]]:
    source = table("infra")["meta"]["source"]
    found: dict[str, dict[str, FieldFact]] = {}
    for row in rows("infra"):
        found.setdefault(row["cls"], {})[row["field"]] = FieldFact(**{"source": source, **row})
    return found


def block_fields(cls: str) -> Mapping[str, FieldFact]:
    """Field -> where it went, of an infrastructure block class (`KubernetesJob`, or dotted); {} for any other class."""
    return MappingProxyType(_fields().get(cls.rpartition(".")[2], {}))


@cache
def storage_blocks() -> Mapping[str, StorageFact]:
    """Class name -> the storage block, those that Prefect 3 kept included."""
    source = table("storage")["meta"]["source"]
    return MappingProxyType({row["cls"]: StorageFact(**{"source": source, **row}) for row in rows("storage")})


def storage_block(cls: str) -> StorageFact | None:
    """The storage block class with this name, dotted or not."""
    return storage_blocks().get(cls.rpartition(".")[2])


@cache
def worker_templates() -> Mapping[str, WorkerTemplate]:
    """Pool type -> its default base job template.  Do not change the template: it is shared."""
    source = table("worker_templates")["meta"]["source"]
    templates = (
        WorkerTemplate(
            row["pool_type"], row["template"], row["package"], frozenset(row.get("worker_variables", ())), source
        )
        for row in rows("worker_templates")
    )
    return MappingProxyType({template.pool_type: template for template in templates})


def worker_template(pool_type: str) -> WorkerTemplate | None:
    """The default base job template of a pool type (`process`, `kubernetes` ...)."""
    return worker_templates().get(pool_type)


def job_variables(pool_type: str) -> frozenset[str]:
    """The names of the job variables that a pool of this type has by default; none for a type that is not known."""
    template = worker_template(pool_type)
    return frozenset(template.variables) if template else frozenset()
