"""Deployments that one loop registers go to prefect.yaml together, or not at all."""

from __future__ import annotations

import pytest
import yaml

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = "from prefect.deployments import Deployment\nfrom prefect.filesystems import GitHub\nfrom flows import etl\n\n"
SAFE = 'Deployment.build_from_flow(etl, "a")'
REVIEW = 'Deployment.build_from_flow(etl, "b", storage=GitHub.load("x"))'
STAYS = 'Deployment.build_from_flow(etl, "b", parameters=make())'
LIST = "ALL = [  # all of them\n    {},  # the first\n    {},\n]\n"
LOOP = "for one in ALL:\n    one.apply()\n"


def files_of(make_project: MakeProject, code: str, *, unsafe: bool = True) -> dict[str, str | None]:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    return texts(apply_folder(folder, unsafe=unsafe, target_style="prefect-yaml"))


@pytest.mark.parametrize(
    "code",
    [
        LIST + LOOP,
        LIST + 'if __name__ == "__main__":\n    for one in ALL:\n        one.apply()\n        print(one.name)\n',
        "for one in ({}, {}):\n    one.apply()\n",
        "def deploy():\n    ALL = [{}, {}]\n    for one in ALL:\n        one.apply()\n\n\ndeploy()\n",
        "a = {}\nb = {}\nfor one in (a, b):\n    one.apply()\n",
        "a = {}\nb = {}\nALL = [a, b]\nfor one in ALL:\n    one.apply()\n",
        "a = {}\nb = {}\nALL = [a, b]\n\n\ndef main():\n    for one in ALL:\n        print(one.name)\n"
        "        one.apply()\n\n\nif __name__ == '__main__':\n    main()\n",
    ],
)
def test_all_go(make_project: MakeProject, code: str) -> None:
    files = files_of(make_project, code.format(SAFE, SAFE.replace('"a"', '"c"')))
    entries = yaml.safe_load(files["prefect.yaml"] or "")["deployments"]
    assert [entry["name"] for entry in entries] == ["a", "c"]
    left = files["deploy.py"] or ""
    assert "Deployment" not in left
    assert ".apply" not in left
    if "# the first" in code:
        assert "# the first" in (files["prefect.yaml"] or "")


NAMED = "a = {}\nb = {}\nfor one in (a, b):\n    one.apply()\n"
LISTED = "a = {}\nb = {}\nALL = [a, b]\n" + LOOP


@pytest.mark.parametrize("code", [LIST + LOOP, NAMED, LISTED])
def test_the_safe_tier_waits_for_those_that_are_for_review(make_project: MakeProject, code: str) -> None:
    assert files_of(make_project, code.format(SAFE, REVIEW), unsafe=False) == {}
    found = [one for one in scan_folder(make_project({}), target_style="prefect-yaml").findings if one.code == "PM101"]
    assert [one.applicability.value for one in found] == ["review", "review"]
    assert found[0].reason == "the loop that registers it registers 'b' too, which is for review"
    files = files_of(make_project, code.format(SAFE, REVIEW))
    assert len(yaml.safe_load(files["prefect.yaml"] or "")["deployments"]) == 2


@pytest.mark.parametrize("code", [LIST + LOOP, NAMED, LISTED])
def test_one_that_stays_keeps_the_others(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code.format(SAFE, STAYS)})
    found = [one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101"]
    assert [one.fix for one in found] == [None, None]
    assert "too, which stays in Python" in found[0].reason


@pytest.mark.parametrize(
    "code",
    [
        LIST + "for one in ALL:\n    one.apply(upload=ask())\n",
        LIST + "for one in ALL:\n    if one.name == 'a':\n        one.apply()\n",
        LIST + LOOP + "print(len(ALL))\n",
        LIST + LOOP + "ALL = None\n",
        LIST + "for one in ALL[:1]:\n    one.apply()\n",
        LIST + "for one in ALL:\n    one.apply()\nelse:\n    done()\n",
        LIST,
        "a = {}\nb = {}\nALL = [a, b]\n",
        LISTED + "send(a)\n",
        LISTED + "a.apply()\n",
        "a = {}\nb = {}\nALL = [a, b, a]\n" + LOOP,
        "a = {}\nb = {}\nALL = [a, b, make()]\n" + LOOP,
        "if x:\n    a = {}\nb = {}\nALL = [a, b]\n" + LOOP,
    ],
)
def test_a_list_that_more_is_done_with_stays(make_project: MakeProject, code: str) -> None:
    files = files_of(make_project, code.format(SAFE, SAFE.replace('"a"', '"c"')))
    assert "prefect.yaml" not in files


def test_a_list_that_another_file_takes_stays(make_project: MakeProject) -> None:
    code = HEAD + (LIST + LOOP).format(SAFE, SAFE.replace('"a"', '"c"'))
    folder = make_project({"flows.py": FLOWS, "deploy.py": code, "other.py": "from deploy import ALL\n\nprint(ALL)\n"})
    assert "prefect.yaml" not in texts(apply_folder(folder, unsafe=True, target_style="prefect-yaml"))


@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_a_flow_that_prefect_deploy_can_not_load_stays(make_project: MakeProject, style: str) -> None:
    code = 'Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer(), entrypoint="p/f.py:etl").apply()\n'
    head = HEAD + "from prefect.infrastructure import DockerContainer\n\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": head + code})
    result = apply_folder(folder, unsafe=True, target_style=style)
    assert "prefect.yaml" not in texts(result)
    reasons = [one.reason for one in result.remaining.findings if one.code == "PM101"]
    reason = "the flow's file `p/f.py` is not in this repository, and `prefect deploy` loads it"
    assert reasons == ([] if style == "auto" else [reason])
