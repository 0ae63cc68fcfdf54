from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings, rewritten
from tests.conftest import MakeProject

PIN = "prefect==2.10.13\n"
CI = ".github/workflows/a.yml"


@pytest.mark.parametrize(
    ("files", "path", "old", "new"),
    [
        ({".python-version": "3.8\n", "a/requirements.txt": PIN}, ".python-version", "3.8", "3.10"),
        ({"Dockerfile": "FROM python:3.9\r\nRUN pip install -r requirements.txt\r\n"}, "Dockerfile", "3.9", "3.10"),
        ({"setup.py": "setup(python_requires='>=3.8')\n"}, "setup.py", "3.8", "3.10"),
        ({"setup.cfg": "[options]\npython_requires = >=3.8\n"}, "setup.cfg", "3.8", "3.10"),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.8"\n'}, "pyproject.toml", "3.8", "3.10"),
        ({CI: "- python-version: '3.8'\n- run: pip install .\n"}, CI, "3.8", "3.10"),
        (
            {
                CI: "- python-version: '3.8'\n- run: pip install -r requirements.txt\n  working-directory: flows\n",
                "requirements.txt": "x\n",
                "flows/requirements.txt": PIN,
            },
            CI,
            "3.8",
            "3.10",
        ),
        (
            {"ops/w.Dockerfile": "FROM python:3.9\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"},
            "ops/w.Dockerfile",
            "3.9",
            "3.10",
        ),
        (
            {"Dockerfile": "FROM python:3.9\nRUN pip install -r /src/all.txt\n", "all.txt": "x\n"},
            "Dockerfile",
            "3.9",
            "3.10",
        ),
        ({CI: "- python-version: '3.8'\n- run: pip install wheel '.[dev]'\n"}, CI, "3.8", "3.10"),
        ({CI: "- python-version: '3.8'\n- run: pip install \\\n    -e app\n"}, CI, "3.8", "3.10"),
        ({CI: "- python-version: '3.8'\n- run: pip install $PACKAGES\n"}, CI, "3.8", "3.10"),
        ({"ci/a.yml": "- python-version: '3.8'  # for prefect\n"}, "ci/a.yml", "3.8", "3.10"),
    ],
)
def test_files_that_need_not_mention_prefect(
    make_project: MakeProject, files: dict[str, str], path: str, old: str, new: str
) -> None:
    folder = make_project({"requirements.txt": PIN, **files})
    assert rewritten(folder, path, "PM508", unsafe=True) == files[path].replace(old, new)


@pytest.mark.parametrize(
    "files",
    [
        {".python-version": "3.8\n", "README.md": "Like Prefect.\n"},
        {"other/.python-version": "3.8\n", "requirements.txt": PIN},
        {"Dockerfile": "FROM python:3.8\nRUN make docs\n", "requirements.txt": PIN},
        {".python-version": "3.8\n", "a/.python-version": "3.11\n", "a/requirements.txt": PIN},
        {".python-version": "3.9\n", "requirements.txt": "prefect>=3.0\n"},
        {".python-version": "3.9\n", "flows.py": "from prefect import flow\n"},
        {".github/workflows/a.yml": "- python-version: '3.8'\n- run: echo\n", "requirements.txt": PIN},
        {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.7"\nprefect = "^1.2"\n'},
        {".python-version": "3.8\n", "requirements.txt": PIN, ".git/HEAD": "", ".gitignore": ".python-version\n"},
        # installs other packages, not the project
        {CI: "- python-version: '3.8'\n- run: pip install dbt-core dbt-bigquery\n", "requirements.txt": PIN},
        {"Dockerfile": "FROM python:3.8\nRUN pip install \\\n    mkdocs\n", "requirements.txt": PIN},
        # installs a part of the repository that has nothing to do with Prefect
        {
            "api/Dockerfile": "FROM python:3.8\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n",
            "api/requirements.txt": "fastapi\n",
            "requirements.txt": PIN,
        },
        {
            "Dockerfile.api": "FROM python:3.8\nCOPY api/reqs.txt /tmp/reqs.txt\nRUN pip install -r /tmp/reqs.txt\n",
            "api/reqs.txt": "fastapi\n",
            "requirements.txt": PIN,
        },
        {
            CI: "- python-version: '3.8'\n- run: pip install -r docs/needs.txt\n",
            "docs/needs.txt": "mkdocs\n",
            "a/b.txt": PIN,
        },
        {
            "ops/d.Dockerfile": "FROM python:3.8\nCOPY docs/requirements.txt .\nRUN pip install -r requirements.txt\n",
            "docs/requirements.txt": "mkdocs\n",
            "flows/requirements.txt": PIN,
        },
        # the repository is on Prefect 1, and stays there
        {"Dockerfile": "FROM python:3.7\nRUN pip install -r requirements.txt\n", "requirements.txt": "prefect==0.14\n"},
    ],
)
def test_left_alone(make_project: MakeProject, files: dict[str, str]) -> None:
    assert not findings(make_project, dict(files), "PM508")


def test_an_old_target_runs_on_python_3_9(make_project: MakeProject) -> None:
    from tests.conftest import scan_folder

    folder = make_project({".python-version": "3.9\n", "requirements.txt": PIN})
    assert not scan_folder(folder, select=("PM508",), target=(3, 4)).findings
    (finding,) = scan_folder(folder, select=("PM508",)).findings
    assert "Python 3.10" in finding.message


def test_excluded_files_are_not_looked_for(make_project: MakeProject) -> None:
    from prefect_migrate.config import Config
    from prefect_migrate.project import Project
    from prefect_migrate.scan import scan

    folder = make_project({".python-version": "3.8\n", "requirements.txt": PIN, "a/requirements.txt": PIN})
    config = Config(select=("PM508",))
    assert scan(Project(folder), config).findings
    assert not scan(Project(folder, exclude=[".python-version"]), config).findings
    assert not scan(Project(folder, ["a"]), config).findings
