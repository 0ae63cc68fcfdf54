"""prefect.yaml says names that the code takes from its flow; an id that is only told goes with the deployment."""

from __future__ import annotations

import pytest
import yaml

from tests.conftest import FLOWS, MakeProject, apply_folder, apply_twice, scan_folder

HEAD = "import asyncio\nfrom prefect.deployments import Deployment\nfrom flows import etl, named\n"
NAMED = '\n\n@flow(name="The Flow", description="What it does.", version="3")\ndef named():\n    """Else."""\n'
BUILD = 'Deployment.build_from_flow(etl, "n")'


def in_yaml(make_project: MakeProject, code: str, files: dict[str, str] | None = None) -> dict[str, str | None]:
    folder = make_project({"flows.py": FLOWS + NAMED, "deploy.py": HEAD + code, **(files or {})})
    return apply_twice(folder, target_style="prefect-yaml")


def reason(make_project: MakeProject, code: str) -> str:
    folder = make_project({"flows.py": FLOWS + NAMED, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101")
    return found.reason


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('etl, etl.name + "-x"', {"name": "etl-x"}),
        ('named, f"{named.name}-x", description=named.description', {"name": "The Flow-x"}),
        ('named, "n", version=named.version, tags=[named.name]', {"version": "3", "tags": ["The Flow"]}),
        ('named, "n", description=named.description + "!"', {"description": "What it does.!"}),
    ],
)
def test_names_of_the_flow(make_project: MakeProject, arguments: str, expected: dict[str, object]) -> None:
    files = in_yaml(make_project, f"Deployment.build_from_flow({arguments}).apply()\n")
    (entry,) = yaml.safe_load(files["prefect.yaml"] or "")["deployments"]
    assert entry.items() >= expected.items()


@pytest.mark.parametrize("argument", ["version=etl.version", "tags=[etl.fn.name]", "tags=[other.name]"])
def test_what_the_decorator_does_not_say(make_project: MakeProject, argument: str) -> None:
    text = reason(make_project, f'Deployment.build_from_flow(etl, "n", {argument}).apply()\n')
    assert "is only known when the code runs" in text


@pytest.mark.parametrize(
    "code",
    [
        f"uid = {BUILD}.apply()\nprint(f'made {{uid}}')\n",
        f"print({BUILD}.apply())\n",
        f"d = {BUILD}\nuid = d.apply()\nprint(d.name, uid)\n",
        f"\ndef main():\n    uid = {BUILD}.apply()\n    return uid\n\n\nmain()\n",
        f"\ndef main():\n    return {BUILD}.apply()\n\n\nif __name__ == '__main__':\n    main()\n",
        f"\nasync def main():\n    uid = await (await {BUILD}).apply()\n    print(uid)\n\n\nasyncio.run(main())\n",
    ],
)
def test_what_only_tells_the_id_goes_with_the_deployment(make_project: MakeProject, code: str) -> None:
    files = in_yaml(make_project, code)
    assert files["deploy.py"] is None
    assert yaml.safe_load(files["prefect.yaml"] or "")["deployments"][0]["name"] == "n"


@pytest.mark.parametrize(
    "code",
    [
        f"uid = {BUILD}.apply()\nopen('id', 'w').write(str(uid))\n",
        f"ids = [{BUILD}.apply()]\nprint(ids)\n",
        f"d = {BUILD}\nuid: str = d.apply()\nassert uid\n",
    ],
)
def test_an_id_that_is_used_for_more_stays(make_project: MakeProject, code: str) -> None:
    assert "what `.apply()` returns is used" in reason(make_project, code)


def test_an_id_that_a_caller_wants_stays(make_project: MakeProject) -> None:
    code = f"\ndef main():\n    return {BUILD}.apply()\n\n\nuid = main()\n"
    assert "it is not registered every time that the script runs" in reason(make_project, code)


def test_an_id_that_another_file_imports_stays(make_project: MakeProject) -> None:
    make_project({"other.py": "from deploy import uid\n"})
    assert "what `.apply()` returns is used" in reason(make_project, f"uid = {BUILD}.apply()\n")


def test_a_function_that_only_deployed_goes(make_project: MakeProject) -> None:
    code = f'\ndef main():\n    """Deploys."""\n    {BUILD}.apply()\n\n\nmain()\nX = 1\n'
    assert in_yaml(make_project, code)["deploy.py"] == "import asyncio\nfrom flows import named\n\nX = 1\n"


@pytest.mark.parametrize("manifest", ['[project.scripts]\ndeploy = "deploy:main"\n', "main = deploy: main\n"])
def test_a_function_that_a_manifest_names_stays(make_project: MakeProject, manifest: str) -> None:
    name = "pyproject.toml" if "project" in manifest else "setup.cfg"
    code = f"\ndef main():\n    {BUILD}.apply()\n\n\nmain()\nX = 1\n"
    assert "\ndef main():\n    pass\n\n\nmain()\nX = 1\n" in (
        in_yaml(make_project, code, {name: manifest})["deploy.py"] or ""
    )


def test_a_function_that_does_more_stays(make_project: MakeProject) -> None:
    code = f"\ndef main():\n    {BUILD}.apply()\n    print('done')\n\n\nmain()\n"
    folder = make_project({"flows.py": FLOWS + NAMED, "deploy.py": HEAD + code})
    changes = {one.path: one.after for one in apply_folder(folder, unsafe=True, target_style="prefect-yaml").changes}
    assert b"def main():\n    print('done')\n\n\nmain()\n" in (changes["deploy.py"] or b"")
