"""Facts about Prefect 2 and each minor of Prefect 3, as data that a machine derived by running both.

`tools/reference` makes the tables below `data/`; nothing here imports prefect.  Each table is read on first use.
"""

from prefect_migrate.reference.facts import (
    BlockFact,
    FieldFact,
    IntegrationFact,
    MemberFact,
    NameFact,
    ParameterFact,
    SettingFact,
    StorageFact,
    WorkerTemplate,
)
from prefect_migrate.reference.index import has_name
from prefect_migrate.reference.infrastructure import (
    block_fields,
    infrastructure_blocks,
    job_variables,
    storage_block,
    storage_blocks,
    worker_template,
    worker_templates,
)
from prefect_migrate.reference.integrations import integration, integrations
from prefect_migrate.reference.names import lookup_name, module_prefixes, name_facts
from prefect_migrate.reference.settings import setting, settings

__all__ = [
    "BlockFact",
    "FieldFact",
    "IntegrationFact",
    "MemberFact",
    "NameFact",
    "ParameterFact",
    "SettingFact",
    "StorageFact",
    "WorkerTemplate",
    "block_fields",
    "has_name",
    "infrastructure_blocks",
    "integration",
    "integrations",
    "job_variables",
    "lookup_name",
    "module_prefixes",
    "name_facts",
    "setting",
    "settings",
    "storage_block",
    "storage_blocks",
    "worker_template",
    "worker_templates",
]
