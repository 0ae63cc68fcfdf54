"""`.apply(upload=...)` away from where the deployment is built."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

BUILD = """\
from prefect.deployments import Deployment
from prefect.filesystems import RemoteFileSystem
from flows import etl

dep = Deployment.build_from_flow(etl, "n"{more})
"""
STORED = ', storage=RemoteFileSystem.load("code")'


def project(make_project: MakeProject, more: str, use: str) -> dict[str, str | None]:
    folder = make_project({"flows.py": FLOWS, "build.py": BUILD.format(more=more), "cli.py": use})
    result = apply_folder(folder, unsafe=True)
    assert [finding.message for finding in result.remaining.findings] == []
    return texts(result)


@pytest.mark.parametrize(
    ("more", "argument"),
    [
        ("", "upload=True"),
        ("", "upload=False"),
        (STORED, "upload=True"),
        (STORED, "upload=None"),
        (STORED, "upload=flag"),
        (STORED + ", skip_upload=True", "upload=False"),
    ],
)
def test_it_goes(make_project: MakeProject, more: str, argument: str) -> None:
    use = f"from build import dep\n\n\ndef deploy(flag=True):\n    dep.apply({argument})  # now\n"
    files = project(make_project, more, use)
    assert files["cli.py"] == use.replace(argument, "")
    uploads = bool(more) and "skip_upload" not in more
    assert ("put_directory" in (files["build.py"] or "")) == uploads


@pytest.mark.parametrize("call", ["dep.apply(upload=ask())", "dep.apply(True)", "dep.apply(work_queue_concurrency=n)"])
def test_what_only_running_tells_is_reported_where_it_is_built(make_project: MakeProject, call: str) -> None:
    files = {"flows.py": FLOWS, "build.py": BUILD.format(more=STORED), "cli.py": f"from build import dep\n\n{call}\n"}
    found = [one for one in scan_folder(make_project(files)).findings if one.code in ("PM101", "PM104")]
    assert [one.code for one in found] == ["PM101"]
    assert f"`{call}` on line 3 of cli.py has arguments" in found[0].reason


def test_an_upload_that_building_did_not_make_is_reported(make_project: MakeProject) -> None:
    build = BUILD.format(more=STORED + ", skip_upload=True")
    files = {"flows.py": FLOWS, "build.py": build, "cli.py": "from build import dep\n\ndep.apply(upload=True)\n"}
    found = [one for one in scan_folder(make_project(files)).findings if one.code in ("PM101", "PM104")]
    assert [(one.code, one.fix) for one in found] == [("PM101", None)]


def test_a_loop_that_applies_one_that_was_not_uploaded_stays(make_project: MakeProject) -> None:
    build = (
        "from prefect.deployments import Deployment\nfrom prefect.filesystems import RemoteFileSystem\n"
        "from flows import etl\n\nCODE = RemoteFileSystem.load('code')\n\n\ndef all_of_them():\n    return [\n"
        "        Deployment.build_from_flow(etl, 'a', storage=CODE),\n"
        "        Deployment.build_from_flow(etl, 'b', storage=CODE{}),\n    ]\n\n\n"
        "for one in all_of_them():\n    one.apply(upload=True)\n"
    )
    folder = make_project({"flows.py": FLOWS, "build.py": build.format(", skip_upload=True")})
    assert {one.code for one in scan_folder(folder).findings if one.fix is None} >= {"PM101"}
    result = apply_folder(make_project({"build.py": build.format("")}), unsafe=True)
    assert "    one.apply()\n" in (texts(result)["build.py"] or "")
    assert result.remaining.findings == []
