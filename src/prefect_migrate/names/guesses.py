"""What somebody who wrote a name that never was may have meant."""

from __future__ import annotations

import difflib
import re

from prefect_migrate.reference import definition, names_of
from prefect_migrate.reference.lines import lines
from prefect_migrate.reference.tables import Target

#: Names of Prefect 1, of the Prefect 2 betas, and of other packages.
_KNOWN = {
    "DaskTaskRunner": "prefect_dask.DaskTaskRunner",
    "RayTaskRunner": "prefect_ray.RayTaskRunner",
    "DaskExecutor": "prefect_dask.DaskTaskRunner",
    "LocalDaskExecutor": "prefect.task_runners.ThreadPoolTaskRunner",
    "LocalExecutor": "prefect.task_runners.ThreadPoolTaskRunner(max_workers=1)",
    "ProcessTaskRunner": "prefect.task_runners.ProcessPoolTaskRunner",
    "MultiprocessTaskRunner": "prefect.task_runners.ProcessPoolTaskRunner",
    "ShellOperation": "prefect_shell.ShellOperation",
    "DbtCoreOperation": "prefect_dbt.cli.DbtCoreOperation",
    "Parameter": "a parameter of the flow function",
    "DeploymentSpec": "flow.deploy(...)",
    "Client": "prefect.client.orchestration.get_client",
    "task_map": "task.map",
    "AsyncMock": "unittest.mock.AsyncMock",
    "MagicMock": "unittest.mock.MagicMock",
    "unmapped": "prefect.unmapped",
    "DockerContainer": "a docker work pool",
    "KubernetesJob": "a kubernetes work pool",
    "S3Bucket": "prefect_aws.S3Bucket",
    "GcsBucket": "prefect_gcp.GcsBucket",
    "Cron": "prefect.schedules.Cron",
    "Interval": "prefect.schedules.Interval",
}
_MAX_HOMES = 2
#: Modules that are not for flow code.
_INNER = re.compile(r"prefect\.(server|cli|testing)(\.|$)|.*\._")


def guesses(dotted: str, target: Target, used: str = "") -> list[str]:
    """Names that exist: those of the same name elsewhere, then those spelled alike in the same module.

    `used` is the whole of what was written, of which `dotted` is the part that is missing.
    """
    whole = used.rpartition(".")[2]
    if used != dotted and whole[:1].isupper() and (found := guesses(f"{dotted}.{whole}", target)):
        return found
    module, _, name = dotted.rpartition(".")
    if name in _KNOWN:
        return [_KNOWN[name]]
    homes = [f"{home}.{name}" for home in _modules_with(name) if name in (names_of(home, target) or ())]
    if homes:
        return sorted(homes, key=lambda home: (_is_borrowed(home, target), home.count("."), home))[:_MAX_HOMES]
    public = [other for other in names_of(module, target) or () if not other.startswith("_")]
    same = [other for other in public if other.lower() == name.lower()]
    return [f"{module}.{other}" for other in same or difflib.get_close_matches(name, public, 1, 0.8)]


def _is_borrowed(home: str, target: Target) -> bool:
    """Whether a module has the name only because it imports it for itself."""
    module = home.rpartition(".")[0]
    return not (definition(home, target) or home).startswith(f"{module}.")


def _modules_with(name: str) -> list[str]:
    """Public modules for flow code that have a name, be it only because they import it for themselves."""
    word = re.compile(rf"[ \"]{re.escape(name)}[ @=\"]")
    return [
        module
        for module, rows in lines("target_index").items()
        if module and not _INNER.match(module) and any(word.search(row) for row in rows)
    ]
