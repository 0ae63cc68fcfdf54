"""PM203: the type of a pool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import apply_folder, scan_folder, texts

MakeProject = Callable[..., Path]

FIXED = [
    ("prefect work-pool create p", "prefect work-pool create p --type process"),
    ("prefect work-pool create p --paused", "prefect work-pool create p --paused --type process"),
    ("prefect work-pool create --type=prefect-agent p", "prefect work-pool create --type=process p"),
    ("prefect work-pool create p -t 'prefect-agent'", "prefect work-pool create p -t 'process'"),
    ("prefect work-pool create $P --set-as-default", "prefect work-pool create $P --set-as-default --type process"),
]


@pytest.mark.parametrize(("before", "after"), FIXED)
def test_agents_ran_processes(make_project: MakeProject, before: str, after: str) -> None:
    folder = make_project({"a.sh": f"{before} # x\n"})
    (finding,) = scan_folder(folder, select=("PM203",)).findings
    assert finding.applicability is Applicability.REVIEW
    assert texts(apply_folder(folder, select=("PM203",), unsafe=True)) == {"a.sh": f"{after} # x\n"}


def test_the_configuration_tells_the_type(make_project: MakeProject) -> None:
    folder = make_project({"a.yaml": "run: [prefect, work-pool, create, p]\n"})
    result = texts(apply_folder(folder, select=("PM203",), pool_types={"p": "kubernetes"}))
    assert result == {"a.yaml": "run: [prefect, work-pool, create, p, --type, kubernetes]\n"}


@pytest.mark.parametrize(
    "command",
    ["prefect work-pool create p -t docker", "prefect work-pool create p --type $TYPE", "prefect work-pool create"],
)
def test_what_is_typed(make_project: MakeProject, command: str) -> None:
    assert not scan_folder(make_project({"a.sh": command}), select=("PM203",)).findings


def test_a_template_chooses_the_type(make_project: MakeProject) -> None:
    lines = "pool:\n    prefect work-pool create \\\n    {% if run -%}\n    a --type cloud-run\n    {%- endif %}\n"
    assert not scan_folder(make_project({"justfile.jinja": lines}), select=("PM203",)).findings
