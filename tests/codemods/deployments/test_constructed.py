"""`Deployment(...)` that is put together by hand: where its flow is, what it is called, how it is registered."""

from __future__ import annotations

import pytest

from prefect_migrate.findings import Applicability, Finding
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = "import os\nfrom prefect.deployments import Deployment\nfrom prefect.filesystems import S3, LocalFileSystem\n\n"
NAMED = 'name="a", flow_name="etl", entrypoint="flows.py:etl"'


def finding(make_project: MakeProject, code: str, **others: str) -> Finding:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})
    found = [one for one in scan_folder(folder).findings if one.code == "PM103"]
    assert len(found) == 1
    return found[0]


def written(make_project: MakeProject, code: str, **others: str) -> str:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})
    text = texts(apply_folder(folder, unsafe=True)).get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ('name="a", entrypoint="flows.py:etl"', "it names no flow_name"),
        ('name="a", flow_name="etl"', "only the server knows where the flow is"),
        ('name="a", flow_name="etl", manifest_path="m.json"', "it names a manifest"),
        ('name="a", flow_name="etl", entrypoint="flows.etl"', "names no file"),
        (f"{NAMED}, skip_upload=True", "is no argument of Prefect 2's Deployment"),
        (f"{NAMED}, **OPTIONS", "its arguments are not all named"),
        ('name="a", flow_name="etl", entrypoint=E, storage=S3.load("s"), path="p"', "only known when `E` runs"),
    ],
)
def test_only_reported(make_project: MakeProject, arguments: str, reason: str) -> None:
    found = finding(make_project, f"d = Deployment({arguments})\nd.apply()\n")
    assert found.applicability is Applicability.MANUAL
    assert reason in found.reason
    assert "flow.from_source" in found.next_step


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f'Deployment({NAMED}, path="/srv").apply()', '( source="/srv", entrypoint="flows.py:etl", ).deploy('),
        (f'Deployment({NAMED}, path=os.getcwd()).apply()', "source=os.getcwd()"),
        (f'Deployment({NAMED}, storage=LocalFileSystem(basepath="/srv"), path="x").apply()', '"x/flows.py:etl"'),
        ('Deployment(name="a", flow_name="O", entrypoint="flows.py:etl").apply()', '.with_options(name="O").deploy('),
        ('Deployment(name="a", flow_name=F, entrypoint="flows.py:etl").apply()', ".with_options(name=F).deploy("),
        ('Deployment(name="a", flow_name="x", entrypoint=E).apply()', 'entrypoint=E, ).with_options(name="x")'),
        (f"d = Deployment({NAMED})\nprint(d.name)\nd.apply()", ").to_deployment("),
        (f"async def f():\n    return await Deployment({NAMED}).apply()", "return await (await flow.from_source("),
        (f"async def f():\n    g(Deployment({NAMED}))", "g(await (await flow.from_source("),
    ],
)  # fmt: skip
def test_rewritten(make_project: MakeProject, code: str, expected: str) -> None:
    assert expected in written(make_project, f"{code}\n")


def test_the_upload_that_apply_asks_for(make_project: MakeProject) -> None:
    code = 'S = LocalFileSystem.load("s")\nDeployment({}, storage=S).apply({})\n'
    assert "put_directory" not in written(make_project, code.format(NAMED, ""))
    assert 'S.put_directory(local_path=".")' in written(make_project, code.format(NAMED, "upload=True"))


def test_in_an_image_goes_to_prefect_yaml(make_project: MakeProject) -> None:
    code = "from prefect.infrastructure import DockerContainer\n"
    code += f'Deployment({NAMED}, infrastructure=DockerContainer(image="i"), path="/app").apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD.replace(", LocalFileSystem", "") + code})
    changed = texts(apply_folder(folder, unsafe=True))
    assert "directory: /app" in (changed["prefect.yaml"] or "")
    assert changed["deploy.py"] is None


@pytest.mark.parametrize("apply", ["Deployment({}).apply()", "d = Deployment({})\nd.apply()"])
def test_in_an_image_in_python(make_project: MakeProject, apply: str) -> None:
    given = f'{NAMED}, infrastructure=DockerContainer(image="i"), path="/app"'
    code = "from prefect.infrastructure import DockerContainer\n" + apply.format(given) + "\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD.replace(", LocalFileSystem", "") + code})
    text = texts(apply_folder(folder, unsafe=True, target_style="flow-deploy"))["deploy.py"] or ""
    assert 'source=str(Path(__file__).parent), entrypoint="flows.py:etl"' in " ".join(text.split())
    assert text.rstrip().endswith(
        '.storage = LocalStorage("/app")\n' + ("d" if "d =" in apply else "deployment") + ".apply()"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"d = Deployment({NAMED}, path='/x')\nd.load()\nd.apply()\n", "`.load()` took over what the server had"),
        (f"Deployment({NAMED}).apply()\n", "no run of Prefect 2 found its code"),
        (f"Deployment({NAMED}, path='/x').apply()\n", "deploying loads the flow from '/x'"),
        (f"Deployment({NAMED}, path='here').apply()\n", "was one of the agent's"),
        ("Deployment(name='a', flow_name='x', entrypoint='gone.py:x', path='/x').apply()\n", "no flow gone.py:x"),
    ],
)
def test_for_review(make_project: MakeProject, code: str, reason: str) -> None:
    found = finding(make_project, code)
    assert found.applicability is Applicability.REVIEW
    assert reason.replace("'", '"') in found.reason.replace("'", '"')


def test_load_that_is_asked_about_stays_with_a_person(make_project: MakeProject) -> None:
    found = finding(make_project, f"d = Deployment({NAMED})\nif not d.load():\n    raise SystemExit\nd.apply()\n")
    assert found.applicability is Applicability.MANUAL
    assert "d.load" in found.reason


def test_what_only_changes_a_deployment_of_the_server(make_project: MakeProject) -> None:
    code = (
        "def change(name, flow):\n    d = Deployment(name=name, flow_name=flow)\n    if d.load():\n        d.apply()\n"
    )
    found = finding(make_project, code)
    assert found.applicability is Applicability.MANUAL
    assert 'client.read_deployment_by_name(f"{flow}/{name}")' in found.next_step


def test_a_flow_that_loads_the_script_again(make_project: MakeProject) -> None:
    flows = FLOWS + "\n\nimport deploy\n"
    found = finding(make_project, f"Deployment({NAMED}).apply()\n", **{"flows.py": flows})
    assert "runs this line again" in found.reason


@pytest.mark.parametrize(
    ("path", "files", "folder"),
    [
        ("jobs", ("jobs/flows.py",), "jobs"),
        ("/home/me/jobs", ("jobs/flows.py", "jobs/deploy.py"), "jobs"),
        ("", ("a/flows.py",), "a"),
    ],
)
def test_where_the_entrypoint_begins(make_project: MakeProject, path: str, files: tuple[str, ...], folder: str) -> None:
    script = "jobs/deploy.py" if "jobs/deploy.py" in files else "a/deploy.py" if folder == "a" else "deploy.py"
    code = HEAD + f"Deployment({NAMED}, path={path!r}).apply()\n"
    made = make_project({**dict.fromkeys(files, FLOWS), script: code})
    (deployment,) = scan_folder(made).plan.deployments
    assert deployment.working_directory == folder
    assert deployment.flow is not None
