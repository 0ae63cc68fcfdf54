"""The outcome of a flow run, read from its server and brought into the form that is compared.

`{"state": {type, name}, "run_count", "retries", "retry_delay", "result", "exception": {type, message} | None,
"tasks": {label: {count, state, run_count, retries, retry_delay, tags, depends_on: {parameter: [label]}, subflow}}}`

- A task run's label is its name without the suffix that both engines append to tell runs of a task apart (2: a number,
  3: the beginning of a random key).  The placeholder of a subflow, whose name is random in 2, is `subflow NAME`.
- Runs of one label that are alike are one entry with their `count`; others get ` (2)`, ` (3)` behind it.
- Cached runs have no run count: Prefect 2 says 0, Prefect 3 says 1.
- `__parents__`, which Prefect 3 adds to the inputs of nested tasks, is left out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

from prefect_migrate.verify.api import Api, Json

_SUFFIXED = "-"
#: How long task runs of Prefect 3, which travel as events, may take to arrive once the flow has ended.
_PATIENCE = 30.0
_PAUSE = 0.4
_FINAL = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]


def read_outcome(api: Api, reply: Json) -> Json:
    """The outcome of the run that a runner's reply is about.  Raises ApiError."""
    _wait_for(api, reply["task_run_ids"])
    outcome = _flow_run(api, reply["flow_run_id"])
    return {**outcome, "state": reply["state"], "result": reply["result"], "exception": reply["exception"]}


def generated_names(api: Api, flow_run: str) -> dict[str, str]:
    """The flow runs' names that Prefect made up, with the word that stands for them."""
    record = api.call("GET", f"/flow_runs/{flow_run}")
    return {record["name"]: "<flow run>"}


def _wait_for(api: Api, task_runs: list[str]) -> None:
    """Wait until the server knows how these task runs, which have ended, did."""
    deadline = time.monotonic() + _PATIENCE
    wanted = {"task_runs": {"id": {"any_": task_runs}, "state": {"type": {"any_": _FINAL}}}}
    while task_runs and time.monotonic() < deadline:
        if len(api.all("/task_runs/filter", wanted)) >= len(task_runs):
            return
        time.sleep(_PAUSE)


def _flow_run(api: Api, flow_run: str) -> Json:
    tasks = _settled_task_runs(api, flow_run)
    record = api.call("GET", f"/flow_runs/{flow_run}")
    subflows = _subflows(api, [task["id"] for task in tasks])
    flows = {flow["id"]: flow["name"] for flow in api.all("/flows/filter")} if subflows else {}
    labels = {}
    for task in tasks:
        subflow = subflows.get(task["id"])
        labels[task["id"]] = f"subflow {flows.get(subflow['flow_id'])}" if subflow else label_of(task)
    entries = []
    for task in tasks:
        entry = _entry(task, labels)
        if task["id"] in subflows:
            entry["subflow"] = _flow_run(api, subflows[task["id"]]["id"])
        entries.append((labels[task["id"]], entry))
    return {
        "run_count": record["run_count"],
        **_policy(record),
        "state": _state(record),
        "tasks": grouped(entries),
    }


def _settled_task_runs(api: Api, flow_run: str) -> list[Json]:
    """The task runs, once nothing has changed between two looks: some never end, such as those that wait in vain."""
    deadline = time.monotonic() + _PATIENCE
    before: Any = None
    while True:
        tasks = api.all("/task_runs/filter", {"flow_runs": {"id": {"any_": [flow_run]}}})
        now = sorted((task["id"], (task.get("state") or {}).get("id")) for task in tasks)
        if now == before or time.monotonic() > deadline:
            return tasks
        before = now
        time.sleep(_PAUSE)


def _subflows(api: Api, task_runs: list[str]) -> dict[str, Json]:
    """Task run -> the flow run that it stands for."""
    if not task_runs:
        return {}
    found = api.all("/flow_runs/filter", {"flow_runs": {"parent_task_run_id": {"any_": task_runs}}})
    return {run["parent_task_run_id"]: run for run in found}


def label_of(task: Json) -> str:
    """A task run's name without what only tells it apart from other runs of the task."""
    name, key = str(task["name"]), str(task.get("dynamic_key") or "")
    head, _, tail = name.rpartition(_SUFFIXED)
    return head if head and tail and key.startswith(tail) else name


def _state(record: Json) -> Json:
    state = record.get("state") or {}
    return {"type": state.get("type"), "name": state.get("name")}


def _policy(record: Json) -> Json:
    policy = record.get("empirical_policy") or {}
    return {"retries": policy.get("retries") or 0, "retry_delay": _seconds(policy.get("retry_delay"))}


def _seconds(delay: Any) -> Any:
    return [float(item) for item in delay] if isinstance(delay, list) else float(delay or 0)


def _entry(task: Json, labels: dict[str, str]) -> Json:
    state = _state(task)
    entry = {
        "state": state,
        **_policy(task),
        "tags": sorted(task.get("tags") or []),
        "depends_on": _dependencies(task.get("task_inputs") or {}, labels),
    }
    if state["name"] != "Cached":
        entry["run_count"] = task["run_count"]
    return entry


def _dependencies(inputs: Json, labels: dict[str, str]) -> dict[str, list[str]]:
    found = {}
    for parameter, sources in inputs.items():
        if parameter != "__parents__":
            runs = [labels.get(source["id"], "?") for source in sources if source.get("input_type") == "task_run"]
            if runs:
                found[parameter] = sorted(runs)
    return found


def grouped(entries: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """Entries by label; those that are alike are counted, those that are not are numbered."""
    variants: dict[str, dict[str, int]] = {}
    for label, entry in entries:
        counts = variants.setdefault(label, {})
        text = json.dumps(entry, sort_keys=True)
        counts[text] = counts.get(text, 0) + 1
    result = {}
    for label, counts in sorted(variants.items()):
        for number, text in enumerate(sorted(counts), start=1):
            name = label if number == 1 else f"{label} ({number})"
            result[name] = {"count": counts[text], **json.loads(text)}
    return result
