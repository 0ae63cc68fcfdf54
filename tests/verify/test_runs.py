"""What varies from run to run is taken out; nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prefect_migrate.verify.child import Done
from prefect_migrate.verify.flow_runs import _not_run, _same_flow, _working_directory, run_items
from prefect_migrate.verify.model import VerifyOptions
from prefect_migrate.verify.project import Project
from prefect_migrate.verify.register import Registration
from prefect_migrate.verify.runs import VARIES, Ran, masked, with_variation
from prefect_migrate.verify.trees import Trees


def outcome(result: Any, **more: Any) -> dict[str, Any]:
    return {"result": result, "exception": None, "tasks": {"t": {"count": 1}}, **more}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1, 1, 1),
        (1, 2, VARIES),
        (1, 1.0, VARIES),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1, "b": VARIES}),
        ({"a": 1}, {"b": 1}, VARIES),
        ([1, 2], [1, 3], [1, VARIES]),
        ([1, 2], [1], VARIES),
    ],
)
def test_variation_of_a_result(first: Any, second: Any, expected: Any) -> None:
    assert with_variation(outcome(first), outcome(second)) == outcome(expected)


def test_tasks_and_states_may_not_vary() -> None:
    first, second = outcome(1), outcome(1, tasks={})
    assert with_variation(first, second) == first


def test_masked_puts_the_same_into_both() -> None:
    pattern = {"a": VARIES, "b": [1, VARIES]}
    assert masked({"a": 5, "b": [1, 2], "c": 3}, pattern) == {"a": VARIES, "b": [1, VARIES], "c": 3}
    assert masked({"b": [1]}, pattern) == {"b": [1]}
    assert masked(5, 6) == 5


def ran(reply: dict[str, Any] | None, result: Any = None, code: int | None = 0) -> Ran:
    done = Done(code, "Traceback\nError: bad\n", 3.0)
    return Ran(done, reply, outcome(result) if reply and reply["stage"] == "done" else None)


LOADED: dict[str, Any] = {"stage": "done", "missing": [], "error": None}
BROKEN = {"stage": "load", "missing": [], "error": {"type": "ImportError", "message": "no\nmore"}}
UNBOUND = {"stage": "load", "missing": ["n"], "error": None}


@pytest.mark.parametrize(
    ("before", "after", "status", "reason"),
    [
        (BROKEN, LOADED, "skipped", "Prefect 2: the flow can't be loaded: ImportError: no"),
        (UNBOUND, UNBOUND, "skipped", "Prefect 2: no value and no default for n"),
        (UNBOUND, LOADED, "different", "in Prefect 2 no value and no default for n, but Prefect 3 runs it"),
        (LOADED, BROKEN, "failed", "Prefect 3: the flow can't be loaded: ImportError: no"),
        (LOADED, UNBOUND, "failed", "Prefect 3: no value and no default for n"),
    ],
)
def test_run_that_did_not_happen(before: Any, after: Any, status: str, reason: str) -> None:
    found, why = _not_run(ran(before), ran(after))
    assert found == status
    assert why.splitlines()[0] == reason


def test_run_that_took_too_long() -> None:
    assert _not_run(ran(None, code=None), ran(None, code=None)) == ("skipped", "Prefect 2: did not end within 3 s")
    status, reason = _not_run(ran(LOADED), ran(None, code=None))
    assert status == "failed"
    assert reason.startswith("Prefect 3: did not end within 3 s")


def test_flow_is_found_again() -> None:
    flow = {"name": "etl", "entrypoint": "flows.py:etl"}
    moved = {"name": "etl", "entrypoint": "new.py:etl"}
    renamed = {"name": "other", "entrypoint": "flows.py:etl"}
    assert _same_flow(flow, [flow], [moved, renamed]) == renamed
    assert _same_flow(flow, [flow], [moved]) == moved
    assert _same_flow(flow, [flow, moved], [moved]) is None
    assert _same_flow(flow, [flow], [moved, moved]) is None
    assert _same_flow(flow, [flow], []) is None


def test_flow_runs_where_its_code_is(tmp_path: Path) -> None:
    (tmp_path / "etl").mkdir()
    (tmp_path / "etl" / "flows.py").write_text("")
    assert _working_directory(tmp_path, ["etl"], "flows.py:etl") == tmp_path / "etl"
    assert _working_directory(tmp_path, ["."], "flows.py:etl") == tmp_path
    assert _working_directory(tmp_path, ["/opt/prefect/flows"], "etl/flows.py:etl") == tmp_path


def test_flows_of_one_name_are_told_apart(tmp_path: Path) -> None:
    flows: list[dict[str, Any]] = [
        {"name": "etl", "function": "etl", "entrypoint": f"{name}.py:etl"} for name in ("a", "b")
    ]
    flows.append({"name": None, "function": "load", "entrypoint": "c.py:load"})
    engines: dict[int, Any] = {2: None, 3: None}
    nothing = {major: Registration(engines[major], tmp_path) for major in (2, 3)}
    inventories = {2: {"flows": flows}, 3: {"flows": flows[1:]}}
    trees = Trees(tmp_path, tmp_path, "", "")
    project = Project(VerifyOptions(tmp_path), trees, engines, inventories, nothing)
    found = list(run_items(project, lambda check, _action: check))
    assert [check.name for check in found] == ["etl (a.py:etl)", "etl (b.py:etl)", "load (defaults)"]
    assert [check.status for check in found] == ["failed", "same", "same"]
