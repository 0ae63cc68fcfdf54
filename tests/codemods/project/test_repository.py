"""PM505 and PM509: lock files, and the versions of the whole repository."""

from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings
from tests.conftest import MakeProject

LOCK = '[[package]]\nname = "prefect"\nversion = "2.10.13"\n'
MANIFEST = '[project]\ndependencies = ["prefect<3"]\n'


@pytest.mark.parametrize("name", ["poetry.lock", "uv.lock", "pdm.lock"])
def test_locks_are_reported_where_they_lie(make_project: MakeProject, name: str) -> None:
    files: dict[str, str | bytes] = {f"a/{name}": LOCK, "a/pyproject.toml": MANIFEST, "b/other.lock": LOCK}
    (finding,) = findings(make_project, files, "PM505")
    assert (finding.path, finding.place.line) == (f"a/{name}", 2)
    assert name.partition(".")[0] in finding.next_step
    assert "in `a`" in finding.next_step


def test_a_lock_of_the_workspace_above(make_project: MakeProject) -> None:
    (finding,) = findings(make_project, {"uv.lock": LOCK, "packages/a/pyproject.toml": MANIFEST}, "PM505")
    assert finding.path == "uv.lock"


@pytest.mark.parametrize(
    "files",
    [
        {"uv.lock": LOCK.replace("2.10.13", "3.8.8"), "pyproject.toml": MANIFEST},
        {"uv.lock": LOCK, "pyproject.toml": "[project]\n"},
        {"uv.lock": LOCK, "pyproject.toml": MANIFEST, ".git/HEAD": "", ".gitignore": "*.lock\n"},
    ],
)
def test_locks_left_alone(make_project: MakeProject, files: dict[str, str]) -> None:
    assert not findings(make_project, dict(files), "PM505")


def test_all_versions_in_one_finding(make_project: MakeProject) -> None:
    files: dict[str, str | bytes] = {
        "requirements.txt": "prefect==2.14.9\nprefect-aws==0.4.1\n",
        "Dockerfile": "FROM prefecthq/prefect:2.10-python3.11\n",
        "prefect.yaml": "prefect-version: 2.16.9\n",
        "compose.yaml": "image: prefecthq/prefect:3-latest\n",
        "charts/Chart.yaml": "dependencies:\n  - name: prefect-server\n    version: 2023.10.18\n",
        "install.sh": "helm install a prefect/prefect-worker --version 2025.3.1\n",
    }
    (finding,) = findings(make_project, files, "PM509")
    for part in ("==2.14.9", "image 2.10-python3.11", "made with 2.16.9", "image 3-latest", "prefect-aws==0.4.1"):
        assert part in finding.message
    assert "chart prefect-server 2023.10.18 (charts/Chart.yaml:3)" in finding.message


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "prefect==2.14.9\n", "Dockerfile": "FROM prefecthq/prefect:2-python3.11\n"},
        {"requirements.txt": "prefect==2.14.9\n", "setup.py": "x = ['prefect>=2.10']\n"},
        {"requirements.txt": "prefect==3.1\n", "Dockerfile": "FROM prefecthq/prefect:3.4-python3.11\n"},
        {"requirements.txt": "prefect<3\n", "a/requirements.txt": "prefect~=2.10\n"},
        {"requirements.txt": "prefect==3.1\n", "README.md": "pip install prefect==2.10\n"},
    ],
)
def test_what_goes_together(make_project: MakeProject, files: dict[str, str]) -> None:
    assert not findings(make_project, dict(files), "PM509")
