"""`Deployment.load_from_yaml(...)` of a manifest that becomes an entry in prefect.yaml."""

from __future__ import annotations

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

FLOWS = "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1):\n    return n\n"
MANIFEST = """\
name: nightly
infrastructure: {type: process, block_type_slug: process, _block_type_slug: process}
flow_name: etl
manifest_path: null
entrypoint: flows.py:etl
parameter_openapi_schema: {title: Parameters, type: object, properties: {}}
"""
HEAD = "from prefect.deployments import Deployment\n\n"


@pytest.mark.parametrize(
    "code",
    [
        'Deployment.load_from_yaml("etl.yaml").apply()\n',
        'd = Deployment.load_from_yaml(path="./etl.yaml")\nd.apply()\n',
        'PATH = "etl.yaml"\n\n\nasync def main():\n    d = await Deployment.load_from_yaml(PATH)\n    await d.apply()\n'
        "    print(1)\n",
    ],
)
def test_goes_with_the_manifest(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "etl.yaml": MANIFEST, "deploy.py": HEAD + code})
    changed = texts(apply_folder(folder, unsafe=True))
    assert changed["etl.yaml"] is None
    assert "name: nightly" in (changed["prefect.yaml"] or "")
    assert "Deployment" not in (changed["deploy.py"] or "")
    found = [one for one in scan_folder(folder).findings if one.code == "PM102"]
    assert [(one.applicability, one.next_step) for one in found] == [
        (Applicability.REVIEW, "Run `prefect --no-prompt deploy --name nightly` where this script ran.")
    ]


@pytest.mark.parametrize(
    "code",
    [
        'Deployment.load_from_yaml("other.yaml").apply()\n',
        "Deployment.load_from_yaml(find()).apply()\n",
        'd = Deployment.load_from_yaml("etl.yaml")\nd.tags = []\nd.apply()\n',
        'print(Deployment.load_from_yaml("etl.yaml"))\n',
        'Deployment.load_from_yaml("etl.yaml")\n',
    ],
)
def test_only_reported(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "etl.yaml": MANIFEST, "deploy.py": HEAD + code})
    assert "deploy.py" not in texts(apply_folder(folder, unsafe=True))
    found = [one for one in scan_folder(folder).findings if one.code == "PM102"]
    assert [one.applicability for one in found] == [Applicability.MANUAL]
