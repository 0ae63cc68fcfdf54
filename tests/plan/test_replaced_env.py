"""Overrides that replace a block's environment: Prefect 3 adds them to the pool's, which must have none then."""

from __future__ import annotations

import json

import pytest

from tests.conftest import FLOWS, MakeProject, apply_twice

HEAD = (
    "from prefect.deployments import Deployment\nfrom prefect.infrastructure import Process\nfrom flows import etl\n\n"
    'block = Process(env={"A": "1"})\n'
)
BUILD = 'Deployment.build_from_flow(etl, "{}", infrastructure=block, infra_overrides={}).apply()\n'


@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_the_whole_environment(make_project: MakeProject, style: str) -> None:
    code = HEAD + BUILD.format("a", '{"env": {"B": "2"}}')
    files = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": code}), target_style=style)
    assert "work-pools/process-pool.json" not in files
    assert "--base-job-template" not in (files["work-pools/create.sh"] or "")


def test_a_part_of_it(make_project: MakeProject) -> None:
    code = HEAD + BUILD.format("a", '{"env.B": "2"}') + BUILD.format("b", '{"env": {}}')
    files = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": code}))
    template = json.loads(files["work-pools/process-pool-2.json"] or "")
    assert template["variables"]["properties"]["env"]["default"] == {"A": "1"}
    text = files["deploy.py"] or ""
    assert text.index('work_pool_name="process-pool-2"') < text.index('work_pool_name="process-pool",')
