"""Facts about Prefect 2 and each minor of Prefect 3, as data that a machine derived by running both.

`tools/reference` makes the tables below `data/`; nothing here imports prefect.  Importing this costs next to
nothing: a function's module is loaded when the function is first asked for, and a table on its first use.

A `target` is a minor such as `(3, 8)`; none means the newest that was examined.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect_migrate.reference.changes import (
        first_patch,
        flavour,
        flavour_facts,
        member,
        member_facts,
        parameter,
        parameter_facts,
        parameters,
    )
    from prefect_migrate.reference.facts import (
        BlockFact,
        FieldFact,
        FlavourFact,
        IntegrationFact,
        MemberFact,
        NameFact,
        ParameterFact,
        SettingFact,
        StorageFact,
        WorkerTemplate,
    )
    from prefect_migrate.reference.index import (
        Parameter,
        Signature,
        definition,
        has_member,
        has_name,
        is_closed,
        is_function,
        kind_of,
        lineage,
        members_of,
        names_of,
        signature,
    )
    from prefect_migrate.reference.infrastructure import (
        block_fields,
        infrastructure_blocks,
        job_variables,
        storage_block,
        storage_blocks,
        worker_template,
        worker_templates,
    )
    from prefect_migrate.reference.lines import targets
    from prefect_migrate.reference.names import lookup_name, module_prefixes, name_facts
    from prefect_migrate.reference.packages import integration, integrations, names_of_runs, run_of_integration
    from prefect_migrate.reference.variables import setting, setting_facts, settings
    from prefect_migrate.reference.words import trigger_words

_WHERE = {
    "changes": "first_patch flavour flavour_facts member member_facts parameter parameter_facts parameters",
    "facts": "BlockFact FieldFact FlavourFact IntegrationFact MemberFact NameFact ParameterFact SettingFact StorageFact"
    " WorkerTemplate",
    "index": "Parameter Signature definition has_member has_name is_closed is_function kind_of lineage members_of"
    " names_of signature",
    "infrastructure": "block_fields infrastructure_blocks job_variables storage_block storage_blocks worker_template"
    " worker_templates",
    "packages": "integration integrations names_of_runs run_of_integration",
    "lines": "targets",
    "names": "lookup_name module_prefixes name_facts",
    "variables": "setting setting_facts settings",
    "words": "trigger_words",
}
_MODULES = {name: module for module, names in _WHERE.items() for name in names.split()}

__all__ = [
    "BlockFact",
    "FieldFact",
    "FlavourFact",
    "IntegrationFact",
    "MemberFact",
    "NameFact",
    "Parameter",
    "ParameterFact",
    "SettingFact",
    "Signature",
    "StorageFact",
    "WorkerTemplate",
    "block_fields",
    "definition",
    "first_patch",
    "flavour",
    "flavour_facts",
    "has_member",
    "has_name",
    "infrastructure_blocks",
    "integration",
    "integrations",
    "is_closed",
    "is_function",
    "job_variables",
    "kind_of",
    "lineage",
    "lookup_name",
    "member",
    "member_facts",
    "members_of",
    "module_prefixes",
    "name_facts",
    "names_of",
    "names_of_runs",
    "parameter",
    "parameter_facts",
    "parameters",
    "run_of_integration",
    "setting",
    "setting_facts",
    "settings",
    "signature",
    "storage_block",
    "storage_blocks",
    "targets",
    "trigger_words",
    "worker_template",
    "worker_templates",
]


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
