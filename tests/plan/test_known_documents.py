"""A block that is loaded by name, and whose settings a manifest states."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder, texts

MANIFEST = """\
name: {name}
infrastructure:
  type: process
  env: {{mem: '{memory}'}}
  _block_document_name: dev
  _block_type_slug: process
flow_name: etl
entrypoint: flows.py:etl
parameter_openapi_schema: {{title: Parameters, type: object, properties: {{}}}}
"""
DEPLOY = """\
from prefect.deployments import Deployment
from prefect.infrastructure import Process
from flows import etl

Deployment.build_from_flow(etl, "by hand", infrastructure=Process.load("dev")).apply()
"""
FILES = {
    "flows.py": "from prefect import flow\n\n\n@flow\ndef etl(): ...\n",
    "deploy.py": DEPLOY,
    "one-deployment.yaml": MANIFEST.format(name="one", memory=90),
}


def test_all_share_the_pool_with_these_settings(make_project: MakeProject) -> None:
    folder = make_project(FILES)
    plan = scan_folder(folder).plan
    assert {deployment.pool.name for deployment in plan.deployments if deployment.pool} == {"dev"}
    template = json.loads(texts(apply_folder(folder, unsafe=True))["work-pools/dev.json"] or "")
    assert template["variables"]["properties"]["env"]["default"] == {"mem": "90"}
    assert "deploy.py" not in texts(apply_folder(folder))


@pytest.mark.parametrize("memory", [90, 91])
def test_manifests_that_disagree_tell_nothing(make_project: MakeProject, memory: int) -> None:
    folder = make_project({**FILES, "two-deployment.yaml": MANIFEST.format(name="two", memory=memory)})
    by_hand = next(one for one in scan_folder(folder).plan.deployments if one.kind == "build_from_flow")
    assert by_hand.infrastructure is not None
    assert bool(by_hand.infrastructure.fields) is (memory == 90)
