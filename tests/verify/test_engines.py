"""Verification on real engines: a migration that is right, and one with a fault of each kind planted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prefect_migrate.verify.expected_in_runs import RETURNS_NOTHING, WHOLE_SECONDS
from tests.verify.conftest import Verifier, checks, unexpected
from tests.verify.projects import (
    DEPLOY_2,
    DEPLOY_3,
    FLOWS,
    LOST_2,
    LOST_3,
    ODD_FLOWS,
    PREFECT_YAML,
    inventory,
    work_pools,
    write,
)

pytestmark = pytest.mark.engine

ODD = ["rejects", "drifts", "wants", "survives", "says_nothing", "gone"]
AGENT = {
    "kind": "agent",
    "command": "prefect agent start -q etl",
    "work_queues": ["etl"],
    "work_pool": None,
    "path": "Makefile",
    "line": 3,
}
WORKERS: list[dict[str, Any]] = [
    {"kind": "worker", "command": "prefect worker start", "work_queues": [], "work_pool": pool}
    for pool in ("process-pool", "spare-pool", "docker-pool", "kubernetes-pool")
]


def before(root: Path, *names: str, **scripts: str) -> Path:
    files = {"flows.py": FLOWS, "deploy.py": DEPLOY_2.replace("NAMES", repr(names))}
    files |= {f"{name}.py": text for name, text in scripts.items()}
    found = inventory("deploy.py", *(f"{name}.py" for name in scripts), flows={"flows.py": ["etl"]}, agents=[AGENT])
    return write(root / "before", {**files, "inventory.json": found})


def after(root: Path, *names: str, changes: str = "{}", pools: tuple[str, ...] = (), **scripts: str) -> Path:
    deploy = DEPLOY_3.replace("NAMES", repr(names)).replace("CHANGES = {}", f"CHANGES = {changes}")
    files = {"flows.py": FLOWS, "deploy.py": deploy, "prefect.yaml": PREFECT_YAML, **work_pools(*pools)}
    files |= {f"{name}.py": text for name, text in scripts.items()}
    deploying = ("deploy.py", "prefect.yaml", *(f"{name}.py" for name in scripts))
    found = inventory(*deploying, flows={"flows.py": ["etl"]}, agents=WORKERS)
    return write(root / "after", {**files, "inventory.json": found})


def test_right_migration_is_equal(verifier: Verifier, tmp_path: Path) -> None:
    report = verifier(before(tmp_path, "daily"), after(tmp_path, "daily"))
    assert [f"{check.id}: {unexpected(check)} {check.reason}" for check in report.checks if not check.ok] == []
    assert report.exit_code == 0
    assert set(checks(report, "import")) == {"deploy.py"}
    assert {name: check.status for name, check in checks(report, "deployment").items()} == {
        "etl/daily": "expected",
        "etl/nightly": "expected",
    }
    assert {name: check.status for name, check in checks(report, "run").items()} == {
        "etl/daily": "same",
        "etl/nightly": "same",
    }
    snapshots = verifier.snapshots / "__snapshots__"
    outcome = json.loads((snapshots / "runs" / "run[etl - daily].json").read_text())
    assert outcome["result"] == {"rows": [0, 2, 4, 6, 8], "count": 2, "audit": "2 rows"}
    assert set(outcome["tasks"]) == {"extract", "transform", "transform (2)", "load-prod", "subflow audit"}
    parts = ["transform", "transform"]
    assert outcome["tasks"]["load-prod"]["depends_on"] == {"rows": parts, "wait_for": parts}
    assert outcome["tasks"]["extract"]["run_count"] == 2
    deployment = json.loads((snapshots / "deployments" / "deployment[etl - nightly].json").read_text())
    assert deployment["job_manifest"]["spec.template.spec.nodeSelector.disk"] == "ssd"
    assert deployment["code"] == {"directory": "/opt/prefect/flows"}


# -- planted faults --------------------------------------------------------------------------------------------------

#: deployment -> (its other arguments in Prefect 3, what verify must say)
FAULTS = {
    "cron": (
        '{"schedules": [Cron("0 10 * * *", timezone="America/Chicago")]}',
        ["schedules[0].cron: '0 9 * * *' -> '0 10 * * *'"],
    ),
    "parameter": ('{"parameters": {"n": 5}}', ["parameters.target: 'prod' -> nothing"]),
    "pool-type": (
        '{"work_pool_name": "docker-pool"}',
        ["runs_in: 'process' -> 'docker'"],
    ),
    "pool": ('{"work_pool_name": "spare-pool"}', ["job_variables.env.A: '1' -> nothing"]),
    "idle-pool": (
        '{"work_pool_name": "idle-pool"}',
        ["picked up by: 'prefect agent start -q etl (Makefile:3)' -> nothing"],
    ),
    "variable": ('{"job_variables": {}}', ["job_variables.env.B: '2' -> nothing"]),
    "tag": ('{"tags": []}', ["tags: ['etl'] -> []"]),
    "paused": ('{"paused": True}', ["paused: False -> True", "schedules[0].active: True -> False"]),
    "none": ("{}", []),
}


def test_planted_faults_in_deployments_are_named(verifier: Verifier, tmp_path: Path) -> None:
    changes = "{" + ", ".join(f"{name!r}: {change}" for name, (change, _) in FAULTS.items()) + "}"
    old = before(tmp_path, *FAULTS, lost=LOST_2)
    pools = ("spare-pool", "docker-pool", "idle-pool")
    new = after(tmp_path, *FAULTS, changes=changes, pools=pools, lost=LOST_3)
    report = verifier(old, new, run=False)
    assert report.exit_code == 1
    found = checks(report, "deployment")
    for name, (_, expected) in FAULTS.items():
        check = found[f"etl/{name}"]
        assert check.status == ("different" if expected else "expected"), name
        assert set(expected) <= set(unexpected(check)), name
        # A fault is told once: only another type of work pool brings other variables with it.
        assert name == "pool-type" or unexpected(check) == expected
    assert found["etl/lost"].status == "failed"
    assert found["etl/lost"].reason == "Prefect 3 does not have it: python lost.py failed"
    script = checks(report, "registration")["Prefect 3: python lost.py"]
    assert script.status == "failed"
    assert "no-such-pool" in str(script.reason)
    assert not checks(report, "run")


def odd_side(root: Path, side: str, flows: str = FLOWS, odd: str = ODD_FLOWS) -> Path:
    names = [name for name in ODD if side == "before" or name != "gone"]
    found = inventory(flows={"flows.py": ["etl"], "odd.py": names})
    return write(root / side, {"flows.py": flows, "odd.py": odd, "inventory.json": found})


def test_flows_without_deployments(verifier: Verifier, tmp_path: Path) -> None:
    after = odd_side(tmp_path, "after", odd=ODD_FLOWS + "\n# changed\n")
    report = verifier(
        odd_side(tmp_path, "before"),
        after,
        keyword="import or rejects or drifts or waits or wants or survives or says or gone",
    )
    found = checks(report, "run")
    assert checks(report, "import")["odd.py"].status == "same"
    assert found["rejects (defaults)"].status == "same"
    assert found["rejects (defaults)"].reason == "Prefect 2 ends with ValueError: bad input in <project>"
    assert found["drifts (defaults)"].status == "expected"
    assert [item.field for item in found["drifts (defaults)"].differences] == ["result.at"]
    assert found["survives (defaults)"].status == "same"
    assert [item.reason for item in found["says_nothing (defaults)"].differences] == [RETURNS_NOTHING, WHOLE_SECONDS]
    assert found["says_nothing (defaults)"].status == "expected"
    assert found["wants (defaults)"].status == "skipped"
    assert found["wants (defaults)"].reason == "Prefect 2: no value and no default for n"
    assert found["gone (defaults)"].status == "failed"
    assert any("were not asked for" in note for note in report.notes)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("row * 2 for", "row * 3 for", ["result.rows: [0, 2, 4] -> [0, 3, 6]"]),
        ("retries=2, ", "", ["state.name: 'Completed' -> 'Failed'", "tasks.extract.retries: 2 -> 0"]),
        (", wait_for=parts", "", ["tasks.load-table.depends_on.wait_for: ['transform', 'transform'] -> nothing"]),
    ],
    ids=["another value", "dropped retry", "dropped dependency"],
)
def test_planted_faults_in_flows_are_named(
    verifier: Verifier, tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert old in FLOWS
    after = odd_side(tmp_path, "after", flows=FLOWS.replace(old, new))
    report = verifier(odd_side(tmp_path, "before"), after, keyword="etl")
    [check] = report.checks
    assert report.exit_code == 1
    assert check.status == "different"
    assert set(expected) <= set(unexpected(check))
    assert len(unexpected(check)) == len(expected) or "retries" in old


def test_module_that_no_longer_imports(verifier: Verifier, tmp_path: Path) -> None:
    flows = "from prefect.orion import api\n" + FLOWS
    both = "import no_such_package\n"
    old = write(odd_side(tmp_path, "before"), {"other.py": both})
    new = write(odd_side(tmp_path, "after", flows=flows), {"other.py": both + "\n# changed\n"})
    report = verifier(old, new, keyword="import", run=False)
    found = checks(report, "import")
    assert found["flows.py"].status == "failed"
    assert found["flows.py"].reason == "ModuleNotFoundError: No module named 'prefect.orion'"
    assert found["other.py"].status == "skipped"
    assert "no_such_package" in str(found["other.py"].reason)
