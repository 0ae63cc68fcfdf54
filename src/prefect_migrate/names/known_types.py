"""The types that expressions are known to have, and what Prefect's functions give.

A type is the dotted name of a class (`prefect.flows.Flow`); `list[...]` is anything that is gone through one by one,
`dict[...]` what has such values.
"""

from __future__ import annotations

FLOW = "prefect.flows.Flow"
TASK = "prefect.tasks.Task"
FUTURE = "prefect.futures.PrefectFuture"
STATE = "prefect.client.schemas.objects.State"
CLIENT = "prefect.client.orchestration.PrefectClient"
#: The class that Prefect 3 has no more.
OLD_DEPLOYMENT = "prefect.deployments.deployments.Deployment"
OLD_DEPLOYMENTS = frozenset({OLD_DEPLOYMENT, "prefect.deployments.Deployment"})
DECORATED = {"prefect.flows.flow": FLOW, "prefect.tasks.task": TASK}
#: callable -> the type of what it gives, awaited or not; `=`: that of the receiver.
RESULTS = {
    "prefect.client.orchestration.get_client": CLIENT,
    f"{FLOW}.with_options": "=",
    f"{FLOW}.from_source": FLOW,
    f"{FLOW}.afrom_source": FLOW,
    "prefect.flows.flow.from_source": FLOW,
    "prefect.flows.flow.afrom_source": FLOW,
    f"{FLOW}.to_deployment": "prefect.deployments.runner.RunnerDeployment",
    f"{TASK}.with_options": "=",
    f"{TASK}.submit": FUTURE,
    f"{TASK}.map": f"list[{FUTURE}]",
    "prefect.context.EngineContext.get": "prefect.context.EngineContext",
    "prefect.context.TaskRunContext.get": "prefect.context.TaskRunContext",
    # A task's or a flow's: what is known to be gone from the latter is not in the former either.
    "prefect.context.get_run_context": "prefect.context.EngineContext",
    "prefect.deployments.flow_runs.run_deployment": "prefect.client.schemas.objects.FlowRun",
}
#: What may give something else as well.
EITHER = frozenset({"prefect.context.get_run_context"})
STATES = frozenset(
    {"AwaitingRetry", "Cancelled", "Cancelling", "Completed", "Crashed", "Failed", "Late", "Paused", "Pending",
     "Retrying", "Running", "Scheduled", "Suspended"}
)  # fmt: skip
#: Where classes are that nobody derives others from, so that an annotation tells the class of the object.
PLAIN = tuple(f"prefect.{name}." for name in ("client", "context", "flows", "futures", "results", "tasks"))

#: How far up the bases of a class are looked at.
MAX_BASES = 4
MODELS = "prefect.client.schemas."
#: Where classes are that an annotation of Prefect's own does not mean others by, which are derived from them.
SAID = tuple(
    f"prefect.{name}."
    for name in ("artifacts", "automations", "client", "context", "deployments", "events.schemas", "flows", "futures",
                 "results", "runner.runner", "settings", "tasks", "variables")
)  # fmt: skip


def element_of(kind: str | None) -> str | None:
    """The type of what a list holds."""
    return kind[5:-1] if kind is not None and kind.startswith("list[") else None


def is_collection(kind: str) -> bool:
    return kind.startswith(("list[", "dict["))


def valued(kind: str | None) -> str | None:
    """The type of a dictionary whose values have a type."""
    return f"dict[{kind}]" if kind is not None else None


def listed(kind: str | None) -> str | None:
    """The type of a list of things of a type."""
    return f"list[{kind}]" if kind is not None else None
