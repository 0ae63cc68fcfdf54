"""What a module loads while it is imported can't be loaded by `prefect deploy`."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

IMPORT = "from prefect.blocks.system import Secret\n"
DEPLOY = """\
from flows import etl
from prefect.deployments import Deployment

Deployment.build_from_flow(etl, "a", apply=True)
"""
FLOWS_WITH_CONFIG = FLOWS.replace("from prefect", "from config import KEY\nfrom prefect", 1)


@pytest.mark.parametrize(
    ("config", "line"),
    [
        (f'{IMPORT}KEY = Secret.load("key").get()\n', 2),
        (f'{IMPORT}secret = Secret.load("key")\nKEY = secret.get()\n', 2),
        (f'{IMPORT}KEY = connect(Secret.load("key"))\n', 2),
        (f'{IMPORT}class Config:\n    KEY = Secret.load("key").get()\nKEY = Config.KEY\n', 3),
        (f'{IMPORT}KEY = Secret.load("key")\n', None),
        (f'{IMPORT}def KEY():\n    return Secret.load("key").get()\n', None),
        (f'{IMPORT}KEY = 1\nif __name__ == "__main__":\n    Secret.load("key").get()\n', None),
        ('import json\nKEY = json.load(open("key")).get("prefect")\n', None),
    ],
)
def test_a_module_that_the_flow_imports(make_project: MakeProject, config: str, line: int | None) -> None:
    files = {"config.py": config, "flows.py": FLOWS_WITH_CONFIG, "deploy.py": DEPLOY}
    after = texts(apply_folder(make_project(files), unsafe=True, target_style="prefect-yaml"))
    assert ("prefect.yaml" in after) == (line is None)
    (finding,) = scan_folder(make_project(files), select=("PM101",), target_style="prefect-yaml").findings
    reason = f"config.py:{line} loads a block while it is imported, which fails in `prefect deploy`"
    assert (reason in finding.reason) == (line is not None)


def test_the_flow_s_own_module_may(make_project: MakeProject) -> None:
    flows = f'{IMPORT}KEY = Secret.load("key").get()\n{FLOWS}'
    folder = make_project({"flows.py": flows, "deploy.py": DEPLOY})
    assert "prefect.yaml" in texts(apply_folder(folder, unsafe=True, target_style="prefect-yaml"))


def test_a_command_wants_review(make_project: MakeProject) -> None:
    config = f'{IMPORT}KEY = Secret.load("key").get()\n'
    build = "prefect deployment build flows.py:etl -n a -q q --apply\n"
    files = {"package/__init__.py": "", "package/config.py": config, "deploy.sh": build}
    flows = FLOWS.replace("from prefect", "from package import config\nfrom prefect", 1)
    (finding,) = scan_folder(make_project({**files, "flows.py": flows}), select=("PM110",)).findings
    assert finding.applicability.value == "review"
    assert "package/config.py:2 loads a block while it is imported" in finding.reason
    (finding,) = scan_folder(make_project({**files, "flows.py": FLOWS}), select=("PM110",)).findings
    assert "loads a block" not in finding.reason
