"""Flow runs: the same flow in both engines."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect_migrate.verify.api import Json
from prefect_migrate.verify.child import Done, child_environment, in_parallel, run_child, runner
from prefect_migrate.verify.outcome import generated_names, read_outcome
from prefect_migrate.verify.scrub import Scrubber
from prefect_migrate.verify.servers import Engine


@dataclass(frozen=True, slots=True)
class Request:
    """What to run on one side; `cwd` is absolute, `entrypoint` relative to it, `env` what the deployment sets."""

    root: Path
    cwd: Path
    entrypoint: str
    parameters: Json = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of it: the runner's reply (None if it was killed) and the outcome (None if the flow did not run)."""

    done: Done
    reply: Json | None
    outcome: Json | None = None

    @property
    def missing(self) -> list[str]:
        return list((self.reply or {}).get("missing") or [])

    @property
    def obstacle(self) -> str | None:
        """Why there is no outcome, in one line; None if there is one."""
        if self.outcome is not None:
            return None
        if self.reply is None:
            return self.done.what_happened()
        if self.missing:
            return f"no value and no default for {', '.join(self.missing)}"
        error = self.reply["error"]
        message = f": {error['message'].splitlines()[0]}" if error["message"] else ""
        return f"the flow can't be loaded: {error['type']}{message}"


def run_pair(
    engines: Mapping[int, Engine], requests: Mapping[int, Request], timeout: float, pass_env: Iterable[str]
) -> dict[int, Ran]:
    """Run several requests at the same time, each in its engine."""
    passed = tuple(pass_env)
    return in_parallel(lambda major: run_one(engines[major], requests[major], timeout, passed), requests)


def run_one(engine: Engine, request: Request, timeout: float, pass_env: Iterable[str] = ()) -> Ran:
    """Run a flow and read what its server knows of it.  Raises ApiError."""
    extra = {"PREFECT_LOGGING_TO_API_ENABLED": "false", **request.env}
    environment = child_environment(engine.python, engine.home, engine.url, extra=extra, pass_env=pass_env)
    with tempfile.TemporaryDirectory(dir=engine.home.root) as folder:
        asked, answered = Path(folder) / "request.json", Path(folder) / "answer.json"
        asked.write_text(json.dumps({"entrypoint": request.entrypoint, "parameters": request.parameters}), "utf-8")
        started = time.time()
        command = (str(engine.python), str(runner("run_flow")), str(asked), str(answered))
        done = run_child(command, cwd=request.cwd, environment=environment, timeout=timeout)
        window = (started, time.time())
        reply: Json | None = json.loads(answered.read_text("utf-8")) if answered.exists() else None
    if reply is None or reply["stage"] == "load":
        return Ran(done, reply)
    return Ran(done, reply, _outcome(engine, request, reply, window))


def _outcome(engine: Engine, request: Request, reply: Json, window: tuple[float, float]) -> Json:
    names: dict[str, str] = {}
    if reply["stage"] == "done":
        outcome = read_outcome(engine.api, reply)
        names = generated_names(engine.api, reply["flow_run_id"])
    else:
        # Something that even a run with return_state=True lets through, such as SystemExit.
        outcome = {"state": None, "result": None, "exception": reply["error"], "tasks": {}}
    places = {
        str(request.root): "<project>",
        str(engine.home.temporary): "<tmp>",
        str(engine.home.user): "<home>",
        str(engine.home.prefect): "<prefect home>",
    }
    scrubbed: Json = Scrubber(places, window, names).value(outcome)
    return scrubbed


# -- what changes from run to run ------------------------------------------------------------------------------------

VARIES = "<varies>"
#: Only what the project's code says of itself may vary; states and tasks may not.
MAY_VARY = ("result", "exception")


def masked(outcome: Any, pattern: Any) -> Any:
    """`outcome` with VARIES wherever `pattern` has it."""
    if pattern == VARIES:
        return VARIES
    if isinstance(outcome, dict) and isinstance(pattern, dict):
        return {key: masked(value, pattern.get(key)) for key, value in outcome.items()}
    if isinstance(outcome, list) and isinstance(pattern, list) and len(outcome) == len(pattern):
        return [masked(value, part) for value, part in zip(outcome, pattern, strict=True)]
    return outcome


def with_variation(first: Json, second: Json) -> Json:
    """The first of two outcomes of the same engine, with VARIES where the second has something else."""
    varied: Json = {
        key: _variation(value, second.get(key)) if key in MAY_VARY else value for key, value in first.items()
    }
    return varied


def _variation(first: Any, second: Any) -> Any:
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return {key: _variation(value, second[key]) for key, value in first.items()}
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [_variation(one, other) for one, other in zip(first, second, strict=True)]
    return first if first == second and type(first) is type(second) else VARIES
