"""Parameters that Prefect 3's server would refuse: the deployment says that they are not to be checked."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_folder, texts

FLOWS = "from prefect import flow\n\n\n@flow\ndef etl(year: int, key: str = '', when=None):\n    pass\n"
HEAD = "from prefect.deployments import Deployment\nfrom flows import etl\n\n"


def written(make_project: MakeProject, arguments: str, style: str) -> str:
    code = f"{HEAD}Deployment.build_from_flow(etl, name='a', {arguments}).apply()\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    files = texts(apply_folder(folder, unsafe=True, target_style=style))
    return files.get("prefect.yaml" if style == "prefect-yaml" else "deploy.py") or ""


@pytest.mark.parametrize(
    ("arguments", "is_unchecked"),
    [
        ("parameters={'year': '2020'}", True),
        ("parameters={'year': 2020, 'key': None}, tags=['x']", True),
        ("parameters={'year': 2020, 'when': 1, 'other': None}", False),
        ("tags=['x']", False),
    ],
)
@pytest.mark.parametrize("style", ["flow-deploy", "prefect-yaml"])
def test_what_does_not_fit(make_project: MakeProject, arguments: str, is_unchecked: bool, style: str) -> None:
    text = written(make_project, arguments, style)
    assert ("enforce_parameter_schema: false" in text or "enforce_parameter_schema=False" in text) is is_unchecked


@pytest.mark.parametrize(
    ("code", "is_unchecked"),
    [
        ("{'year': os.environ['YEAR']}", True),
        ("{'year': os.getenv('YEAR', 2020)}", True),
        ("{'year': YEAR}", True),
        ("{'year': f'{1}'}", True),
        ("PARAMETERS", True),
        ("{'key': os.getenv('KEY')}", True),
        ("{'key': os.getenv('KEY', 'a')}", False),
        ("{'key': str(1), 'when': os.getenv('WHEN')}", False),
        ("{'year': int(os.environ['YEAR'])}", False),
        ("made()", False),
    ],
)
def test_what_the_environment_gives(make_project: MakeProject, code: str, is_unchecked: bool) -> None:
    head = "import os\n\nYEAR = os.environ.get('YEAR')\nPARAMETERS = {'year': YEAR, 'key': 'a'}\n"
    text = f"{head}{HEAD}Deployment.build_from_flow(etl, name='a', parameters={code}).apply()\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": text})
    written = texts(apply_folder(folder, unsafe=True, target_style="flow-deploy")).get("deploy.py") or ""
    assert ".apply()" in written or ".deploy(" in written
    assert ("enforce_parameter_schema=False" in written) is is_unchecked


def test_the_known_items_count(make_project: MakeProject) -> None:
    assert "enforce_parameter_schema=False" in written(make_project, "parameters={'key': 1, 'year': now()}", "auto")


@pytest.mark.parametrize("given", ["True", "False", "CHECK"])
def test_what_is_given_stays(make_project: MakeProject, given: str) -> None:
    arguments = f"parameters={{'year': '2020'}}, enforce_parameter_schema={given}"
    text = written(make_project, arguments, "flow-deploy")
    assert text.count("enforce_parameter_schema") == 1
    assert f"enforce_parameter_schema={given}" in text
