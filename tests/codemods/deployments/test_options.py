"""`**options` whose dict is written down: in the call, in its module or in another one."""

from __future__ import annotations

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = (
    "import shared\nfrom shared import FAR\nfrom prefect.deployments import Deployment\n"
    "from prefect.server.schemas.schedules import CronSchedule\nfrom flows import etl\n\n"
)
SHARED = "FAR = {'tags': ['far'], 'version': 2}\nSCHEDULED = {'schedule': made()}\n"
PLAIN = 'COMMON = {"tags": ["a"], "work_queue_name": "q"}\n'


def written(make_project: MakeProject, code: str) -> str:
    folder = make_project({"flows.py": FLOWS, "shared.py": SHARED, "deploy.py": HEAD + code})
    text = texts(apply_folder(folder, unsafe=True)).get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (PLAIN + 'Deployment.build_from_flow(etl, "a", **COMMON).apply()\n', "**COMMON"),
        (PLAIN + 'd = Deployment.build_from_flow(etl, "a", **COMMON)\nd.tags = []\nd.apply()\n', "tags=[]"),
        ('C = dict(version=3)\nDeployment.build_from_flow(etl, "a", **C).apply()\n', 'version="3"'),
        ('Deployment.build_from_flow(etl, **{"name": "a", "version": 1}).apply()\n', 'name="a"'),
        ('Deployment.build_from_flow(etl, "a", **FAR).apply()\n', "tags=[\"far\"], version='2'"),
        ('Deployment.build_from_flow(etl, "a", **shared.FAR).apply()\n', 'tags=["far"]'),
        (
            'C = {"schedule": CronSchedule(cron="0 3 * * *")}\nDeployment.build_from_flow(etl, "a", **C).apply()\n',
            'schedules=[Cron("0 3 * * *")]',
        ),
        (
            "def f(name):\n    given = {'name': name, 'infra_overrides': {'env.A': name}}\n"
            "    Deployment.build_from_flow(flow=etl, **given).apply()\n",
            'job_variables={"env": {"A": name}}',
        ),
        ('C = {"tags": []}\nC["version"] = 1\nDeployment.build_from_flow(etl, "a", **C).apply()\n', 'version="1"'),
        (
            "def f(name, cron=None, tags=None):\n    given = {'name': name, 'flow': etl, 'output': 'x.yaml'}\n"
            "    if cron:\n        # only where there is one\n        given['schedule'] = CronSchedule(cron=cron)\n"
            "    if tags is not None:\n        given['tags'] = tags\n"
            "    return Deployment.build_from_flow(**given)\n\nf('a').apply(work_queue_concurrency=2)\n",
            "schedule=Cron(cron) if cron else None, tags=tags if tags is not None else None",
        ),
        (
            'C = {\n    # nobody works at night\n    "is_schedule_active": False,\n}\n'
            'Deployment.build_from_flow(etl, "a", **C).apply()\n',
            "# nobody works at night",
        ),
    ],
)
def test_known(make_project: MakeProject, code: str, expected: str) -> None:
    text = written(make_project, code)
    assert expected.replace("'2'", '"2"') in text
    assert "build_from_flow" not in text


@pytest.mark.parametrize(
    "code",
    [
        'C = load()\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {"tags": []}\nif x:\n    C["version"] = 1\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {"tags": []}\nif x:\n    C["tags"] = [1]\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {}\nif x:\n    C["tags"] = [1]\nelse:\n    C["tags"] = []\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {}\nC["tags"] = []\nprint(C)\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {}\nC["tags"] = ask()\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {}\nif x:\n    C["tags"] = []\n    print()\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {}\nDeployment.build_from_flow(etl, "a", **C)\nC["tags"] = []\n',
        'K = "tags"\nDeployment.build_from_flow(etl, "a", **{K: []})\n',
        'x = 1\nC = {"parameters": {"n": x}}\nx = 2\nDeployment.build_from_flow(etl, "a", **C)\n',
        'C = {"parameters": {"n": ask()}}\nDeployment.build_from_flow(etl, "a", **C)\n',
        'Deployment.build_from_flow(etl, "a", **shared.SCHEDULED)\n',
        "def f(x):\n    C = {'tags': [x]}\n    def g(x):\n        Deployment.build_from_flow(etl, 'a', **C)\n",
    ],
)
def test_unknown(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "shared.py": SHARED, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.applicability is Applicability.MANUAL
    assert "arguments come from" in found.reason


def test_given_twice(make_project: MakeProject) -> None:
    folder = make_project(
        {
            "flows.py": FLOWS,
            "deploy.py": HEAD + PLAIN + "Deployment.build_from_flow(etl, tags=[], name='a', **COMMON)\n",
        }
    )
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert "`tags` is given twice" in found.reason


def test_limits_where_a_factory_is_called(make_project: MakeProject) -> None:
    code = (
        "def f():\n    C = {'work_queue_name': 'slow'}\n    C['tags'] = []\n"
        "    return Deployment.build_from_flow(etl, 'a', **C)\n\nd = f()\nd.apply(work_queue_concurrency=2)\n"
    )
    folder = make_project({"flows.py": FLOWS, "shared.py": SHARED, "deploy.py": HEAD + code})
    made = texts(apply_folder(folder))
    assert "d = f()\nd.apply()\n" in str(made["deploy.py"])
    assert "set-concurrency-limit slow 2 --pool process-pool" in str(made["work-pools/create.sh"])
