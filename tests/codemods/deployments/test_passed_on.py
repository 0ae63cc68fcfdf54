"""Wrappers that pass `**kwargs` on to `build_from_flow`: what their callers say must mean the same in Prefect 3."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_twice, scan_folder

HEAD = "from prefect.deployments import Deployment\nfrom flows import etl\n\n\n"
WRAPPER = (
    "def register(flow, name, **kwargs):\n    d = Deployment.build_from_flow(flow, name, **kwargs)\n    d.apply()\n\n\n"
)


def reasons(make_project: MakeProject, code: str, more: dict[str, str] | None = None) -> list[str]:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **(more or {})})
    return [one.reason for one in scan_folder(folder).findings if one.code == "PM101" and one.fix is None]


def test_it_is_passed_on_as_before(make_project: MakeProject) -> None:
    code = f"{WRAPPER}register(etl, 'a', tags=['t'], version='1')\nregister(etl, name='b', description='d')\n"
    text = apply_twice(make_project({"flows.py": FLOWS, "deploy.py": HEAD + code}))["deploy.py"] or ""
    assert '        work_pool_name="process-pool",\n' in text
    assert "        **kwargs,\n    )\n" in text
    assert "Deployment" not in text


def test_callers_in_other_files(make_project: MakeProject) -> None:
    call = "from flows import etl\nfrom lib import register\nregister(etl, 'a', parameters={'n': 2})\n"
    files = {"lib/__init__.py": "from .wrapper import register\n", "lib/wrapper.py": HEAD + WRAPPER, "deploy.py": call}
    text = apply_twice(make_project({"flows.py": FLOWS, **files}))["lib/wrapper.py"] or ""
    assert "**kwargs" in text
    assert "Deployment" not in text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("infrastructure=None", "`infrastructure=` comes through `**` from line 10 of deploy.py"),
        ("work_pool_name='p'", "`work_pool_name=` comes through `**` from line 10 of deploy.py"),
        ("version=3", "`version=` comes through `**` from line 10 of deploy.py"),
    ],
)
def test_what_has_another_name_is_told_where_it_stands(make_project: MakeProject, given: str, reason: str) -> None:
    assert reasons(make_project, f"{WRAPPER}register(etl, 'a', {given})\n") == [reason]


@pytest.mark.parametrize(
    "code",
    [
        WRAPPER,
        f"{WRAPPER}register(etl, 'a', **OPTIONS)\n",
        f"{WRAPPER}register(etl, 'a')\nfor one in [register]:\n    one(etl, 'b', path='p')\n",
        WRAPPER.replace("    d =", "    kwargs['tags'] = []\n    d =") + "register(etl, 'a')\n",
        f"@retried\n{WRAPPER}register(etl, 'a')\n",
        "class A:\n    def register(self, **kwargs):\n        Deployment.build_from_flow(etl, 'a', **kwargs).apply()\n",
    ],
)
def test_callers_that_are_not_known(make_project: MakeProject, code: str) -> None:
    (reason,) = reasons(make_project, code)
    assert "arguments come from `kwargs`" in reason


def test_a_caller_elsewhere_that_is_not_known(make_project: MakeProject) -> None:
    other = "from deploy import register\nCALL = register\n"
    (reason,) = reasons(make_project, f"{WRAPPER}register(etl, 'a')\n", {"other.py": other})
    assert "arguments come from `kwargs`" in reason


def test_prefect_yaml_can_not_say_it(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": f"{HEAD}{WRAPPER}register(etl, 'a')\n"})
    (found,) = (one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101")
    assert "what comes through `**` is only known when the code runs" in found.reason
    assert "`prefect-migrate apply --target-style auto`, which keeps it in Python" in found.next_step
