"""Run a flow in this engine: `run_flow.py REQUEST ANSWER`, both JSON files.

Request: `{"entrypoint": "flows.py:etl", "parameters": {...}}`, run from the working directory.
Answer: `{"stage": "load" | "run" | "done", "error": {type, message} | None, "missing": [parameter],
"flow_run_id": ..., "task_run_ids": [...], "state": {type, name}, "result": JSON, "exception": {type, message} | None}`;
with `missing` parameters, which have neither a value nor a default, nothing is run.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
import traceback
from pathlib import Path
from types import FunctionType
from typing import Any

from canonical import canonical  # type: ignore[import-not-found]  # the file next to this one

# From here on this is the project's process: its modules, and none of ours.
del sys.modules["canonical"]
sys.path[0] = str(Path.cwd())

_SCALARS = {str, bytes, int, float, complex}


def watch_links(seen: set[str]) -> None:
    """Note the task runs that end, and make the engine's tracking of dependencies repeatable.

    Prefect finds out what a task depends on by the identity of the objects that it is given.  For numbers and texts
    inside of a returned collection that identity says little: equal ones are shared, and free memory is used again.
    So they are left out here, and results are kept alive.  What a task returns as a whole is tracked as ever.
    """
    from prefect.utilities import engine

    original: Any = getattr(engine, "link_state_to_result", None)
    if original is None or not hasattr(engine, "UNTRACKABLE_TYPES"):
        return
    names = {**vars(engine), "UNTRACKABLE_TYPES": engine.UNTRACKABLE_TYPES | _SCALARS}
    without_scalars = FunctionType(original.__code__, names, original.__name__, original.__defaults__)
    kept: list[Any] = []

    def link_state_to_result(state: Any, result: Any, *more: Any, **options: Any) -> None:
        kept.append(result)
        if state.state_details.task_run_id:
            seen.add(str(state.state_details.task_run_id))
        link = original if type(result) in _SCALARS else without_scalars
        link(state, result, *more, **options)

    engine.link_state_to_result = link_state_to_result


def load(entrypoint: str) -> Any:
    """The flow at an entrypoint, as an agent or worker loads it."""
    from prefect.flows import load_flow_from_entrypoint

    options: dict[str, Any] = {}
    if "use_placeholder_flow" in inspect.signature(load_flow_from_entrypoint).parameters:
        # A stand-in for a flow that can't be imported would hide why.
        options["use_placeholder_flow"] = False
    return load_flow_from_entrypoint(entrypoint, **options)


def missing(flow: Any, parameters: dict[str, Any]) -> list[str]:
    """The parameters that have neither a value nor a default."""
    return [
        name
        for name, parameter in inspect.signature(flow.fn).parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and name not in parameters
    ]


def run(flow: Any, parameters: dict[str, Any]) -> Any:
    """The final state."""
    state = flow(return_state=True, **parameters)
    return asyncio.run(state) if inspect.iscoroutine(state) else state


def result_of(state: Any) -> Any:
    """What the run returned or raised."""
    options = {"fetch": True} if "fetch" in inspect.signature(type(state).result).parameters else {}
    result = state.result(raise_on_failure=False, **options)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def error_of(error: BaseException) -> dict[str, str]:
    return {"type": type(error).__qualname__, "message": str(error)}


def answer(request: dict[str, Any], reply: dict[str, Any]) -> None:
    """Fill in the reply as far as it goes."""
    seen: set[str] = set()
    watch_links(seen)
    flow = load(request["entrypoint"])
    reply["missing"] = missing(flow, request["parameters"])
    if reply["missing"]:
        return
    reply["stage"] = "run"
    state = run(flow, request["parameters"])
    result = result_of(state)
    failed = isinstance(result, BaseException)
    reply.update(
        stage="done",
        flow_run_id=str(state.state_details.flow_run_id),
        task_run_ids=sorted(seen),
        state={"type": str(state.type.value), "name": state.name},
        result=None if failed else canonical(result),
        exception=error_of(result) if failed else None,
    )


def main() -> None:
    request = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    reply: dict[str, Any] = {"stage": "load", "error": None, "missing": []}
    try:
        answer(request, reply)
    except BaseException as error:
        traceback.print_exc()
        reply["error"] = error_of(error)
    Path(sys.argv[2]).write_text(json.dumps(reply), "utf-8")


main()
