"""Scripts that make and save blocks of infrastructure become work pools."""

from __future__ import annotations

import json

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, apply_twice, scan_folder, texts

IMPORTS = "from prefect.infrastructure import DockerContainer, KubernetesJob\n"
DEPLOY = """\
from flows import etl
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer

Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer.load("big")).apply()
"""
SAVE = f'{IMPORTS}\nblock = DockerContainer(image="me/etl:1")\nblock.save("big", overwrite=True)\n'


def default_of(after: dict[str, str | None], pool: str, variable: str) -> object:
    text = after[f"work-pools/{pool}.json"]
    assert text is not None
    return json.loads(text)["variables"]["properties"][variable]["default"]


def test_the_pool_of_the_deployments_that_load_it(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "blocks.py": SAVE})
    after = apply_twice(folder)
    assert after["blocks.py"] is None
    assert "name: big" in (after["prefect.yaml"] or "")
    assert default_of(after, "big", "image") == "me/etl:1"
    assert not scan_folder(folder).findings


def test_the_deploying_script_itself(make_project: MakeProject) -> None:
    deploy = DEPLOY.replace(
        "\n\n",
        '\n\n# the big one\nblock = DockerContainer(image="me/etl:1")\nuuid = block.save("big", overwrite=True)\n'
        'print(f"saved: {uuid}")\n\n',
    )
    storage = "from prefect.filesystems import GitHub\n"
    deploy = deploy.replace('load("big"))', 'load("big"), storage=GitHub(repository="https://github.com/a/b"))')
    after = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": storage + deploy}))
    assert after["deploy.py"] == (
        "from flows import etl\n\n"
        'etl.from_source(source="https://github.com/a/b.git", entrypoint="flows.py:etl")'
        '.deploy(name="a", work_pool_name="big")\n'
    )
    assert "# the big one\n" in (after["work-pools/create.sh"] or "")


def test_several_blocks_of_one_name(make_project: MakeProject) -> None:
    policy = "from prefect.infrastructure.kubernetes import KubernetesImagePullPolicy\n"
    code = f"""{policy}{IMPORTS}
if __name__ == "__main__":
    block = DockerContainer(image="a")
    block.save("first")
    block = KubernetesJob(image="b", image_pull_policy=KubernetesImagePullPolicy.ALWAYS)
    block.save("second")
"""
    after = apply_twice(make_project({"blocks.py": code}))
    assert after["blocks.py"] is None
    assert default_of(after, "first", "image") == "a"
    assert default_of(after, "second", "image_pull_policy") == "Always"


def test_a_function_that_does_more(make_project: MakeProject) -> None:
    code = f"{IMPORTS}\n\ndef main():\n    DockerContainer(image='a').save('one')\n    go()\n\n\nmain()\n"
    after = apply_twice(make_project({"blocks.py": code}))
    assert after["blocks.py"] == "def main():\n    go()\n\n\nmain()\n"


@pytest.mark.parametrize(
    "code",
    [
        "def main():\n    DockerContainer(image='a').save('one')\n\nmain()",
        "for name in 'ab':\n    DockerContainer(image='a').save('one')",
        "DockerContainer(image='a').save(name)",
        "DockerContainer(image=image()).save('one')",
        "DockerContainer('a').save('one')",
        "DockerContainer(image='a')",
        "block = DockerContainer(image='a')\nblock.save('one')\nblock.run()",
        "block = DockerContainer(image='a')\nblock.image = 'b'\nblock.save('one')",
        "block = DockerContainer(image='a')\nuuid = block.save('one')\nremember(uuid)",
        "block = DockerContainer(image='a')\nif new:\n    block = DockerContainer(image='b')\nblock.save('one')",
        "DockerContainer(image='a').save('one/two')",
    ],
)
def test_left_to_a_person(make_project: MakeProject, code: str) -> None:
    folder = make_project({"blocks.py": f"{IMPORTS}\n{code}\n"})
    assert "blocks.py" not in {change.path for change in apply_folder(folder, unsafe=True, select=("PM105",)).changes}
    assert next(one.applicability.value for one in scan_folder(folder, select=("PM301",)).findings) == "manual"


def test_what_another_file_reads_stays(make_project: MakeProject) -> None:
    folder = make_project({"blocks.py": SAVE, "use.py": "from blocks import block\n\nblock.run()\n"})
    assert not apply_folder(folder, unsafe=True, select=("PM105",)).changes


def test_it_waits_for_the_deployments_that_load_it(make_project: MakeProject) -> None:
    deploy = DEPLOY.replace('"a",', '"a", **options(),')
    folder = make_project({"flows.py": FLOWS, "deploy.py": deploy, "blocks.py": SAVE})
    assert not apply_folder(folder, unsafe=True, select=("PM1",)).changes


def test_a_pool_that_an_earlier_run_described(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "blocks.py": SAVE})
    assert "blocks.py" not in apply_twice(folder, select=("PM101",))
    before = (folder / "work-pools/create.sh").read_text()
    after = apply_twice(folder)
    assert after["blocks.py"] is None
    assert (folder / "work-pools/create.sh").read_text() == before


def test_a_package_stays_one(make_project: MakeProject) -> None:
    assert (
        apply_twice(make_project({"blocks/__init__.py": SAVE.replace(", KubernetesJob", "")}))["blocks/__init__.py"]
        == ""
    )


@pytest.mark.parametrize("other", ["DockerContainer(image='b')", "KubernetesJob(image='me/etl:1')"])
def test_two_blocks_of_one_name(make_project: MakeProject, other: str) -> None:
    folder = make_project({"blocks.py": SAVE, "more.py": f"{IMPORTS}\n{other}.save('big')\n"})
    assert not apply_folder(folder, unsafe=True, select=("PM105",)).changes
    (folder / "more.py").write_text(SAVE)
    assert len(apply_folder(folder, unsafe=True, select=("PM105",)).changes) == 4


def test_customizations_that_no_worker_takes(make_project: MakeProject) -> None:
    patch = '[{"op": "add", "path": "/spec/template/spec/containers/0/command/-", "value": "x"}]'
    code = f"{IMPORTS}\nKubernetesJob(customizations={patch}).save('big')\n"
    assert not scan_folder(make_project({"blocks.py": code}), select=("PM105",)).findings


def test_the_name_of_another_pool_is_taken(make_project: MakeProject) -> None:
    deploy = DEPLOY.replace('infrastructure=DockerContainer.load("big")', 'work_pool_name="big"')
    folder = make_project({"flows.py": FLOWS, "deploy.py": deploy, "blocks.py": SAVE})
    assert "blocks.py" not in texts(apply_folder(folder, unsafe=True, select=("PM105",)))
