"""The bundled projects on real engines: what before/ registers in Prefect 2, after/ registers in Prefect 3."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from prefect_migrate.api import scan_inventory
from prefect_migrate.changes.write import write_changes
from prefect_migrate.verify import VerifyOptions, VerifyReport, verify
from prefect_migrate.verify.servers import Engine
from tests.conftest import FIXTURES, apply_folder
from tests.verify.conftest import checks, unexpected
from tests.verify.nesting import nested_pytest

pytestmark = pytest.mark.engine

#: fixture -> its deployments
DEPLOYMENTS = {
    "compose_and_dockerfile": ["Weekly report/weekly", "read-stations/hourly"],
    "constructed_deployments": ["Daily totals/nightly", "Strict audit/strict", "archive/in-image", "audit/shared"],
    "enterprise_data_pipeline": ["Enterprise Data Pipeline/production-etl"],
    "futures_and_states": ["measure-acidity/daily", "sieve-samples/on-demand"],
    "kubernetes_and_ci": ["clean/nightly", "send-invoices/monthly"],
    "lakehouse_ingestion": ["compact-tables/nightly", "ingest-batch/hourly"],
    "notebook": ["count-answers/nightly", "summarise-open/hourly"],
    "prefect_yaml_v2": ["Stock taking/stocktaking", "overdue/archive", "overdue/overdue"],
    "shell_manifests": [
        "Refresh prices/quarter-hourly",
        "Refresh prices/sale",
        "daily-sales/nightly",
        "stock-report/weekly",
    ],
}
#: Those whose flows are run as well: what they are deployed with reaches them, and their own code is rewritten.
RUN = frozenset({"compose_and_dockerfile", "futures_and_states"})


def verified(
    engines: dict[int, Engine] | None, name: str, tmp_path: Path, *, run: bool, timeout: float = 300
) -> VerifyReport:
    """A verification of copies; registering writes files beside the flows.

    Without engines it makes environments that have what the project requires.
    """
    for side in ("before", "after"):
        shutil.copytree(FIXTURES / name / side, tmp_path / side / name)
    before, after = (tmp_path / side / name for side in ("before", "after"))
    options = VerifyOptions(after, before=str(before), snapshot_dir=tmp_path / "snapshots", run=run, timeout=timeout)
    with nested_pytest():
        return verify(options, scan_inventory, engines=engines)


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_commands_and_entries_register_the_same(engines: dict[int, Engine], name: str, tmp_path: Path) -> None:
    report = verified(engines, name, tmp_path, run=name in RUN)
    faults = [
        f"{check.id}: {check.status} {check.reason} {unexpected(check)}" for check in report.checks if not check.ok
    ]
    assert faults == []
    assert [check.id for check in report.checks if check.status == "skipped"] == []
    assert sorted(checks(report, "deployment")) == DEPLOYMENTS[name]
    assert sorted(checks(report, "run")) == (DEPLOYMENTS[name] if name in RUN else [])


def test_every_storage_registers_and_uploads_the_same(tmp_path: Path) -> None:
    report = verified(None, "storage_blocks", tmp_path, run=False)
    faults = [
        f"{check.id}: {check.status} {check.reason} {unexpected(check)}" for check in report.checks if not check.ok
    ]
    assert faults == []
    assert len(checks(report, "deployment")) == 23
    assert len(checks(report, "upload")) == 14


def test_every_infrastructure_registers_the_same(tmp_path: Path) -> None:
    report = verified(None, "infrastructure_blocks", tmp_path, run=False, timeout=1200)
    faults = [
        f"{check.id}: {check.status} {check.reason} {unexpected(check)}" for check in report.checks if not check.ok
    ]
    assert faults == []
    assert len(checks(report, "deployment")) == 16


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("constructed_deployments", "flow-deploy"),
        ("lakehouse_ingestion", "prefect-yaml"),
    ],
)
def test_the_other_style_registers_the_same(engines: dict[int, Engine], name: str, style: str, tmp_path: Path) -> None:
    for side in ("before", "after"):
        shutil.copytree(FIXTURES / name / "before", tmp_path / side / name)
    before, after = (tmp_path / side / name for side in ("before", "after"))
    write_changes(after, apply_folder(after, unsafe=True, target_style=style).changes)
    options = VerifyOptions(after, before=str(before), snapshot_dir=tmp_path / "snapshots", run=False, timeout=900)
    with nested_pytest():
        report = verify(options, scan_inventory, engines=engines)
    assert [f"{check.id}: {check.status} {unexpected(check)}" for check in report.checks if not check.ok] == []
    assert checks(report, "deployment")


@pytest.mark.parametrize(("name", "deployments"), [("infrastructure_blocks", 16), ("storage_blocks", 23)])
def test_every_block_registers_the_same_from_prefect_yaml(tmp_path: Path, name: str, deployments: int) -> None:
    for side in ("before", "after"):
        shutil.copytree(FIXTURES / name / "before", tmp_path / side / name)
    before, after = (tmp_path / side / name for side in ("before", "after"))
    result = apply_folder(after, unsafe=True, target_style="prefect-yaml")
    assert [one for one in result.remaining.findings if one.code == "PM101"] == []
    write_changes(after, result.changes)
    options = VerifyOptions(after, before=str(before), snapshot_dir=tmp_path / "snapshots", run=False, timeout=1200)
    with nested_pytest():
        report = verify(options, scan_inventory)
    assert [f"{check.id}: {check.status} {unexpected(check)}" for check in report.checks if not check.ok] == []
    assert len(checks(report, "deployment")) == deployments
