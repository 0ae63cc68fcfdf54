"""PM511: packages that code imports and nothing installs."""

from __future__ import annotations

import pytest

from tests.codemods.project.helpers import rewritten
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

_CODE = "from prefect_gcp import GcpCredentials\nimport prefect_aws.s3\n"
_PINS = "x==1\nprefect==2.20.0\ny==1"


def test_all_go_below_the_pin_at_once(make_project: MakeProject) -> None:
    folder = make_project({"flows/a.py": _CODE, "requirements.txt": _PINS})
    after = "x==1\nprefect==2.20.0\nprefect-aws>=0.7.12\nprefect-gcp>=0.6.22\ny==1"
    assert rewritten(folder, "requirements.txt", "PM511", unsafe=True) == after


def test_line_endings_stay(make_project: MakeProject) -> None:
    folder = make_project({"a.py": _CODE, "requirements.txt": b"prefect==2.20.0\r\n"})
    after = "prefect==2.20.0\r\nprefect-aws>=0.7.12\r\nprefect-gcp>=0.6.22\r\n"
    assert rewritten(folder, "requirements.txt", "PM511", unsafe=True) == after


def test_import_that_a_rewrite_brings(make_project: MakeProject) -> None:
    """Prefect 2's own block, the integration's after it."""
    code = 'from prefect.filesystems import S3\n\nlake = S3.load("lake")\n'
    result = apply_folder(make_project({"a.py": code, "requirements.txt": "prefect==2.20.0\n"}), unsafe=True)
    assert texts(result)["requirements.txt"] == "prefect==3.8.8\nprefect-aws>=0.7.12\n"
    assert "prefect_aws" in (texts(result)["a.py"] or "")


def test_in_two_steps(make_project: MakeProject) -> None:
    """The pin moves first, and the block later."""
    code = 'from prefect.filesystems import GitHub\n\ncode = GitHub(repository="https://github.com/a/b")\n'
    folder = make_project({"a.py": code, "setup.cfg": "[options]\ninstall_requires =\n    prefect==2.20.0\n"})
    for unsafe in (False, True):
        result = apply_folder(folder, unsafe=unsafe)
        for path, text in texts(result).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text or "")
    assert [finding.code for finding in result.remaining.findings] == ["PM511"]
    assert (folder / ".prefect-migrate/migration.toml").exists()


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "prefect==2.20.0\nprefect-aws\nprefect_gcp==0.5\n"},
        {"requirements.txt": "prefect[aws,gcp]==2.20.0\n"},
        {"Dockerfile": "FROM prefecthq/prefect:2.20.0-python3.11\nRUN pip install prefect-aws prefect-gcp\n"},
        {"setup.py": "setup(install_requires=['prefect<3', 'prefect-aws', 'prefect-gcp'])\n"},
        {"requirements.txt": "prefect==3.8.8\n"},
        {"README.md": "An example.\n"},
        {
            "requirements.txt": "prefect==2.20.0\n",
            "prefect_aws/__init__.py": "",
            "src/prefect_gcp.py": "import prefect",
        },
    ],
)
def test_left_alone(make_project: MakeProject, files: dict[str, str | bytes]) -> None:
    assert scan_folder(make_project({"a.py": _CODE, **files}), select=("PM511",)).findings == []


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM prefecthq/prefect:2.20.0-python3.11\n"},
        {"requirements.txt": "prefect==2.20.0\n", "dev/requirements.txt": "prefect==2.20.0\n"},
        {"requirements.txt": "prefect==2.20.0 --hash=sha256:00\n"},
    ],
)
def test_reported_at_the_import(make_project: MakeProject, files: dict[str, str | bytes]) -> None:
    found = scan_folder(make_project({"a.py": _CODE, **files}), select=("PM511",)).findings
    assert [(one.path, one.message.split()[0], one.fix) for one in found] == [
        ("a.py", "prefect-gcp", None),
        ("a.py", "prefect-aws", None),
    ]


def test_guarded_import_is_left_alone(make_project: MakeProject) -> None:
    code = "try:\n    import prefect_aws\nexcept ImportError:\n    prefect_aws = None\n"
    folder = make_project({"a.py": code, "requirements.txt": "prefect==2.20.0\n"})
    assert scan_folder(folder, select=("PM511",)).findings == []
