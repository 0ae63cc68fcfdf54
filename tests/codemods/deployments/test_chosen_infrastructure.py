"""Infrastructure that is one of several blocks: the names of their work pools are chosen among instead."""

from __future__ import annotations

import json

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, apply_twice, scan_folder

HEAD = (
    "import os\nfrom prefect.deployments import Deployment\n"
    "from prefect.infrastructure import DockerContainer, KubernetesJob, Process\n"
    "from prefect.filesystems import LocalFileSystem\nfrom flows import etl\n\n"
)
LOCAL, IMAGE = "Process(env={'A': '1'})", "DockerContainer(image='me/a')"
BUILD = "Deployment.build_from_flow(etl, 'n', infrastructure={}).apply()\n"
SPELLINGS = {
    "inline": BUILD.format(f"{LOCAL} if os.sep else {IMAGE}"),
    "named": f"infra = {LOCAL} if os.sep else {IMAGE}\n" + BUILD.format("infra"),
    "blocks with names": f"a = {LOCAL}\nb = {IMAGE}\ninfra = a if os.sep else b\n" + BUILD.format("infra"),
    "statements": f"if os.sep:\n    infra = {LOCAL}\nelse:\n    infra = {IMAGE}\n" + BUILD.format("infra"),
    "dict": f"INFRA = {{'a': {LOCAL}, 'b': {IMAGE}}}\n" + BUILD.format("INFRA[os.sep]"),
    "dict with a default": f"INFRA = {{'a': {LOCAL}}}\n" + BUILD.format(f"INFRA.get(os.sep, {IMAGE})"),
    "function": f"def infra():\n    if os.sep:\n        return {LOCAL}\n    return {IMAGE}\n\n\n"
    + BUILD.format("infra()"),
    "function with a type": (
        f"def infra() -> Process:\n    if os.sep:\n        return {LOCAL}\n    return {IMAGE}\n\n\n"
        + BUILD.format("infra()")
    ),
    "parameter": (f"def register(infra):\n    {BUILD.format('infra')}\n\nregister({LOCAL})\nregister(infra={IMAGE})\n"),
    "class": f"class Settings:\n    infra = {LOCAL} if os.sep else {IMAGE}\n\n\n" + BUILD.format("Settings.infra"),
    "attribute": (
        f"class Deployer:\n    def __init__(self):\n        self.infra = {LOCAL} if os.sep else {IMAGE}\n\n"
        f"    def go(self):\n        {BUILD.format('self.infra')}\n\nDeployer().go()\n"
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_names_take_the_place_of_blocks(make_project: MakeProject, spelling: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + SPELLINGS[spelling]})
    files = apply_twice(folder)
    assert scan_folder(folder).findings == []
    text = files["deploy.py"] or ""
    assert '"process-pool"' in text
    assert '"docker-pool"' in text
    assert '.work_pool_name == "process-pool" else "/opt/prefect/flows")' in text
    assert not any(word in text for word in ("Process", "DockerContainer", "Deployment."))
    docker = json.loads(files["work-pools/docker-pool.json"] or "")["variables"]["properties"]
    assert docker["image"]["default"] == "me/a"
    process = json.loads(files["work-pools/process-pool.json"] or "")["variables"]["properties"]
    assert process["env"]["default"] == {"A": "1"}


def test_processes_alone_need_no_directory_of_their_own(make_project: MakeProject) -> None:
    code = BUILD.format(f"{LOCAL} if os.sep else Process()")
    text = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": HEAD + code}))["deploy.py"] or ""
    assert 'work_pool_name="process-pool-2" if os.sep else "process-pool",' in text
    assert "LocalStorage" not in text


def test_images_alone_have_one_directory(make_project: MakeProject) -> None:
    code = BUILD.format(f"KubernetesJob(image='me/a') if os.sep else {IMAGE}")
    text = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": HEAD + code}))["deploy.py"] or ""
    assert 'deployment.storage = LocalStorage("/opt/prefect/flows")\n' in text


def test_overrides_that_mean_the_same_for_each(make_project: MakeProject) -> None:
    overrides = "infra_overrides={'image_pull_policy': 'ALWAYS', 'env.A': '1'}"
    code = BUILD.format(f"KubernetesJob(image='me/a') if os.sep else {IMAGE}, {overrides}")
    text = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": HEAD + code}))["deploy.py"] or ""
    assert 'job_variables={"image_pull_policy": "Always", "env": {"A": "1"}}' in text.replace("'", '"')


def test_blocks_that_are_loaded_have_pools_of_their_names(make_project: MakeProject) -> None:
    calls = "register(Process.load('p'))\nregister(Process.load('q'))\n"
    code = f"def register(infra):\n    {BUILD.format('infra')}\n\n{calls}"
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert "`Process.load('q').publish_as_work_pool('q')`" in found.next_step
    text = apply_twice(folder)["deploy.py"] or ""
    assert 'register("p")\nregister("q")\n' in text


def test_a_queue_is_made_in_each_pool(make_project: MakeProject) -> None:
    code = f"Deployment.build_from_flow(etl, 'n', work_queue_name='q', infrastructure={LOCAL} if os.sep else {IMAGE})"
    script = "#!/bin/sh\nprefect agent start -q q\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code + "\n", "agent.sh": script})
    (agent,) = (one for one in scan_folder(folder).findings if one.code == "PM201")
    assert agent.reason.endswith("each of which needs a worker: process-pool, docker-pool")
    create = apply_twice(folder)["work-pools/create.sh"] or ""
    assert "work-queue create q --pool process-pool" in create
    assert "work-queue create q --pool docker-pool" in create


def test_comments_of_the_blocks_go_to_the_script(make_project: MakeProject) -> None:
    code = f"infra = {LOCAL} if os.sep else DockerContainer(\n    image='me/a',  # pinned\n)\n" + BUILD.format("infra")
    files = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": HEAD + code}))
    assert "# pinned\n" in (files["work-pools/create.sh"] or "")


def test_definitions_that_share_the_blocks_go_together(make_project: MakeProject) -> None:
    code = (
        f"infra = {LOCAL} if os.sep else {IMAGE}\n"
        + BUILD.format("infra")
        + BUILD.format("infra").replace("'n'", "'m'")
    )
    text = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": HEAD + code}))["deploy.py"] or ""
    assert text.count("work_pool_name=infra") == 2


def test_with_one_that_stays_all_stay(make_project: MakeProject) -> None:
    other = "Deployment.build_from_flow(etl, 'm', infrastructure=infra, **os.environ).apply()\n"
    code = f"infra = {LOCAL} if os.sep else {IMAGE}\n" + BUILD.format("infra") + other
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    reasons = [finding.reason for finding in scan_folder(folder).findings if finding.code == "PM101"]
    assert "chosen together with that of a definition that stays" in reasons[0]
    (change,) = (change for change in apply_folder(folder, unsafe=True).changes if change.path == "deploy.py")
    assert change.codes == ["PM301"]  # an import that nothing uses


@pytest.mark.parametrize(
    "code",
    [
        f"infra = {LOCAL} if os.sep else {IMAGE}\nif isinstance(infra, Process):\n    pass\n" + BUILD.format("infra"),
        f"infra = {LOCAL} if os.sep else {IMAGE}\nprint(infra.env)\n" + BUILD.format("infra"),
        f"infra = {LOCAL} if os.sep else os.environ\n" + BUILD.format("infra"),
        f"infra = {LOCAL} if os.sep else {IMAGE}\nshow(infra)\n" + BUILD.format("infra"),
        f"def infra():\n    if os.sep:\n        return {LOCAL}\n\n\n" + BUILD.format("infra()"),
        f"def register(infra):\n    {BUILD.format('infra')}\n\nregister({LOCAL})\nregister(**os.environ)\n",
        f"infra = {LOCAL} if os.sep else {IMAGE}\nother = 1 if infra else 2\n" + BUILD.format("infra"),
        BUILD.format(f"{LOCAL} if os.sep else DockerContainer(image=os.getcwd())"),
        BUILD.format(f"{LOCAL} if os.sep else {IMAGE}, work_pool_name='old'"),
        BUILD.format(f"{LOCAL} if os.sep else {IMAGE}, storage=LocalFileSystem.load('l') if os.sep else None"),
        f"try:\n    infra = Process.load('p')\nexcept ValueError:\n    infra = {IMAGE}\n" + BUILD.format("infra"),
        BUILD.format(f"{LOCAL} if os.sep else {IMAGE}, path='app'"),
        f"ALL = [Deployment.build_from_flow(etl, 'n', infrastructure={LOCAL} if os.sep else {IMAGE})]\n",
    ],
)
def test_what_is_used_otherwise_or_not_known_stays(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.fix is None


def test_blocks_that_another_file_imports_stay(make_project: MakeProject) -> None:
    code = f"infra = {LOCAL} if os.sep else {IMAGE}\n" + BUILD.format("infra")
    files = {"flows.py": FLOWS, "deploy.py": HEAD + code, "other.py": "from deploy import infra\ninfra.run()\n"}
    (found,) = (one for one in scan_folder(make_project(files)).findings if one.code == "PM101")
    assert found.fix is None


def test_in_prefect_yaml_the_choice_is_for_a_person(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + SPELLINGS["inline"]})
    (found,) = (one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101")
    assert found.fix is None
    assert "is only known when the code runs, and prefect.yaml must say it" in found.reason
