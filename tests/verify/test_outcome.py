"""Task runs are compared by what they are, not by what they happen to be called."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.outcome import grouped, label_of, read_outcome

DONE = {"id": "s", "type": "COMPLETED", "name": "Completed"}


@pytest.mark.parametrize(
    ("name", "key", "label"),
    [
        ("extract-0", "0", "extract"),
        ("extract-12", "12", "extract"),
        ("extract-0f3", "0f3b5a1e-0000", "extract"),
        ("load-orders", "0f3b5a1e-0000", "load-orders"),
        ("load-0f3", "1", "load-0f3"),
        ("n-3", "2", "n-3"),
        ("plain", "", "plain"),
    ],
)
def test_label(name: str, key: str, label: str) -> None:
    assert label_of({"name": name, "dynamic_key": key}) == label


def test_runs_that_are_alike_are_counted_and_others_numbered() -> None:
    entries: list[tuple[str, dict[str, Any]]] = [
        ("t", {"state": "ok"}),
        ("u", {}),
        ("t", {"state": "ok"}),
        ("t", {"state": "bad"}),
    ]
    assert grouped(entries) == {
        "t": {"count": 1, "state": "bad"},
        "t (2)": {"count": 2, "state": "ok"},
        "u": {"count": 1},
    }


class FakeApi:
    """A server with one flow run, which started one subflow."""

    def __init__(self, *tasks: dict[str, Any]) -> None:
        self.tasks = list(tasks)
        self.subflow = {"id": "sub", "parent_task_run_id": "p", "flow_id": "f", "run_count": 1, "state": DONE}

    def call(self, _method: str, path: str) -> dict[str, Any]:
        return {**self.subflow, "name": "brave-owl", "empirical_policy": {"retries": 1, "retry_delay": 2}, "id": path}

    def all(self, path: str, body: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        if path == "/flows/filter":
            return [{"id": "f", "name": "child"}]
        if path == "/flow_runs/filter":
            wanted = (body or {})["flow_runs"]["parent_task_run_id"]["any_"]
            return [self.subflow] if "p" in wanted else []
        if "flow_runs" in (body or {}):
            return self.tasks if (body or {})["flow_runs"]["id"]["any_"] == ["top"] else []
        return self.tasks


def task(identifier: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": identifier, "name": f"{name}-0", "dynamic_key": "0", "state": DONE, "run_count": 1, "tags": ["b", "a"],
        "empirical_policy": {"retries": None}, "task_inputs": {}, **more,
    }  # fmt: skip


def test_outcome_has_the_graph() -> None:
    inputs = {
        "x": [{"input_type": "task_run", "id": "a"}],
        "n": [{"input_type": "constant", "type": "int"}],
        "__parents__": [{"input_type": "task_run", "id": "a"}],
    }
    cached = {"state": {"id": "c", "type": "COMPLETED", "name": "Cached"}}
    api: Any = FakeApi(task("a", "extract"), task("b", "load", task_inputs=inputs, **cached), task("p", "owl"))
    reply = {
        "flow_run_id": "top",
        "task_run_ids": ["a"],
        "state": {"type": "COMPLETED", "name": "Completed"},
        "result": 3,
        "exception": None,
    }
    outcome = read_outcome(api, reply)
    assert outcome["result"] == 3
    assert outcome["retries"] == 1
    assert outcome["retry_delay"] == 2.0
    assert set(outcome["tasks"]) == {"extract", "load", "subflow child"}
    assert outcome["tasks"]["load"]["depends_on"] == {"x": ["extract"]}
    assert "run_count" not in outcome["tasks"]["load"]
    assert outcome["tasks"]["extract"]["tags"] == ["a", "b"]
    assert outcome["tasks"]["subflow child"]["subflow"]["tasks"] == {}
