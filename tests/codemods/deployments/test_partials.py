"""`partial(Deployment.build_from_flow, ...)`: written out where every call is known, else reported."""

from __future__ import annotations

import pytest
import yaml

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
import functools
from functools import partial
from prefect.deployments import Deployment
from flows import etl

"""
BUILD = 'build = partial(Deployment.build_from_flow, work_queue_name="q", tags=["t"], version=1)\n'


def migrated(make_project: MakeProject, code: str, style: str = "auto") -> dict[str, str | None]:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    result = apply_folder(folder, unsafe=True, target_style=style)
    assert [one.message for one in result.remaining.findings if one.code in ("PM101", "PM102", "PM301")] == []
    return texts(result)


@pytest.mark.parametrize(
    "code",
    [
        BUILD + 'build(etl, "n").apply()\n',
        BUILD.replace("partial(", "functools.partial(") + 'd = build(flow=etl, name="n")\nd.apply()\n',
        "def main():\n    " + BUILD + '    build(etl, "n", tags=["t"]).apply()\n\n\nmain()\n',
        "# the queue of all\n" + BUILD + 'build(\n    etl,\n    name="n",  # nightly\n).apply()\n',
        BUILD.replace('"q"', '"p"') + 'build(etl, "n", work_queue_name="q").apply()\n',
    ],
)
def test_what_it_fixed_is_in_each_call(make_project: MakeProject, code: str) -> None:
    changed = migrated(make_project, code, "prefect-yaml")
    (entry,) = yaml.safe_load(changed["prefect.yaml"] or "")["deployments"]
    assert entry["tags"] == ["t"]
    assert entry["version"] == "1"
    assert entry["work_pool"]["work_queue_name"] == "q"
    text = migrated(make_project, code)["deploy.py"] or ""
    compile(text, "deploy.py", "exec")
    assert "build" not in text
    assert all(comment in text for comment in ("# the queue of all", "# nightly") if comment in code)


@pytest.mark.parametrize(
    "code",
    [
        BUILD,
        BUILD + 'build = partial(build, name="n")\nbuild(etl).apply()\n',
        BUILD + 'for one in (build,):\n    one(etl, "n").apply()\n',
        BUILD + 'options = {"name": "n"}\nbuild(etl, **options).apply()\n',
        'tags = ["a"]\n' + BUILD.replace('["t"]', "tags") + 'tags = ["b"]\nbuild(etl, "n").apply()\n',
        BUILD.replace('["t"]', "next(numbers)") + 'build(etl, "n").apply()\n',
        BUILD.replace('["t"]', "[  # all\n    't']") + 'build(etl, "n").apply()\n',
        'build = partial(Deployment.build_from_flow, etl)\nbuild("n").apply()\n',
        'build = partial(Deployment.build_from_flow, **{"tags": ["t"]})\nbuild(etl, "n").apply()\n',
        'build = wrapped(partial(Deployment.build_from_flow, tags=["t"]))\nbuild(etl, "n").apply()\n',
    ],
)
def test_what_is_not_known_is_left_to_a_person(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM102")
    assert finding.applicability is Applicability.MANUAL
    assert finding.fix is None


def test_one_that_another_module_calls(make_project: MakeProject) -> None:
    other = 'from deploy import build\nfrom flows import etl\n\nbuild(etl, "m").apply()\n'
    folder = make_project(
        {"flows.py": FLOWS, "deploy.py": HEAD + BUILD + 'build(etl, "n").apply()\n', "other.py": other}
    )
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM102")
    assert finding.fix is None
