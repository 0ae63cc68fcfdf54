"""PM510: what stands beside Prefect's pin and keeps the target out."""

from __future__ import annotations

import pytest

from tests.codemods.project.helpers import rewritten
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

_CONDA = "dependencies:\n  - python=3.11\n  - prefect=2.10\n  - pydantic{0}\n  - pip:\n      - sqlalchemy{1}\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "prefect==2.10\nanyio == 3.7.1  # why\n", "prefect==2.10\nanyio >= 4.4.0  # why\n"),
        ("requirements.txt", "prefect>=2,<3\r\nSQLAlchemy~=1.4\r\n", "prefect>=2,<3\r\nSQLAlchemy>=2.0.0\r\n"),
        (
            "requirements.txt",
            "prefect==2.10\nanyio==3.7.1 ; python_version >= '3.8' and python_version < '4'\n",
            "prefect==2.10\nanyio>=4.4.0 ; python_version >= '3.8' and python_version < '4'\n",
        ),
        ("requirements.txt", "prefect==2.10\npydantic[email]<2", "prefect==2.10\npydantic[email]>=2.10.1"),
        ("requirements.txt", "prefect==2.10\nfastapi==0.95.1\n", "prefect==2.10\nfastapi>=0.139.0,<0.151\n"),
        (
            "requirements.txt",
            "prefect==2.10\nprefect-aws==0.4\nboto3==1.26.1\n",
            "prefect==2.10\nprefect-aws==0.4\nboto3>=1.39.0\n",
        ),
        ("environment.yml", _CONDA.format("=1.10", "==1.4.46"), _CONDA.format(">=2.10.1", ">=2.0.0")),
        ("environment.yml", _CONDA.format("=1.10=py310h_0", "<2"), _CONDA.format(">=2.10.1", ">=2.0.0")),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n    prefect<3\n    pendulum<3\n",
            "[options]\ninstall_requires =\n    prefect<3\n    pendulum>=3.1.0\n",
        ),
        (
            "Pipfile",
            '[packages]\nprefect = "==2.10"\nanyio = "==3.7.1"\n',
            '[packages]\nprefect = "==2.10"\nanyio = ">=4.4.0"\n',
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['prefect~=2.10', \"pydantic ~= 1.10\"]\n",
            "[project]\ndependencies = ['prefect~=2.10', \"pydantic >= 2.10.1\"]\n",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nprefect = "^2.10"\npydantic = "^1.10"\nanyio = "3.7.1"\n',
            '[tool.poetry.dependencies]\nprefect = "^2.10"\npydantic = "^2.10.1"\nanyio = ">=4.4.0"\n',
        ),
        (
            "Dockerfile",
            'RUN pip install x==1 && pip install \\\n    prefect==2.10 \\\n    pydantic==1.10.7 "anyio<4"\n',
            'RUN pip install x==1 && pip install \\\n    prefect==2.10 \\\n    pydantic~=2.10 "anyio>=4.4.0"\n',
        ),
        (
            "Dockerfile",
            "RUN pip install \\\n    prefect==2.10 \\\n    # pydantic==1.10\n    pydantic==1.10.7\n",
            "RUN pip install \\\n    prefect==2.10 \\\n    # pydantic==1.10\n    pydantic~=2.10\n",
        ),
        ("setup.sh", "pip install prefect==2.10 fastapi==0.95.1\n", "pip install prefect==2.10 fastapi~=0.139.0\n"),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n      - run: pip install prefect==2.10 'anyio<4'\n",
            "jobs:\n  a:\n    steps:\n      - run: pip install prefect==2.10 'anyio>=4.4.0'\n",
        ),
    ],
)
def test_rewritten(make_project: MakeProject, path: str, before: str, after: str) -> None:
    assert rewritten(make_project({path: before.encode()}), path, "PM510", unsafe=True) == after


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "anyio==3.7.1\n"),
        ("requirements.txt", "prefect\nanyio==3.7.1\n"),
        ("requirements.txt", "prefect>=2.14\nanyio==3.7.1\n"),
        ("requirements.txt", "prefect>=3\nanyio==3.7.1\n"),
        ("requirements.txt", "prefect==3.8.8\nanyio==3.7.1\n"),
        ("requirements.txt", "prefect==1.4\nanyio==3.7.1\n"),
        ("requirements.txt", "prefect==2.10 --hash=sha256:0\nanyio==3.7.1\n"),
        ("requirements.txt", "prefect==2.10\nanyio==3.7.1; python_version < '3.8'\n# anyio==3.7.1\n"),
        ("requirements.txt", "prefect==2.10\nanyio==3.7.1; sys_platform == 'win32'\nanyio==3.7.1; what\n"),
        ("requirements.txt", "prefect==2.10\nanyio>=3\npydantic<3\nmy-anyio==3\nrequests==2.31\n"),
        ("requirements.txt", "prefect==2.10\nboto3==1.26.1\n"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nprefect = "^2.10"\n\n[tool.other]\nanyio = "3.7.1"\n'),
        ("setup.sh", "pip install prefect==2.10\npip install anyio==3.7.1\n"),
        ("setup.sh", "pip install prefect==2.10 && pip install anyio==3.7.1\n"),
        ("compose.yaml", "services:\n  a:\n    image: prefecthq/prefect:2.10.13\n    x:\n      - anyio==3.7.1\n"),
    ],
)
def test_left_alone(make_project: MakeProject, path: str, text: str) -> None:
    assert scan_folder(make_project({path: text}), select=("PM510",)).findings == []


def test_older_targets_are_left_alone(make_project: MakeProject) -> None:
    folder = make_project({"requirements.txt": "prefect==2.10\nanyio==3.7.1\n"})
    assert scan_folder(folder, select=("PM510",), target=(3, 7)).findings == []


@pytest.mark.parametrize(
    ("text", "reason", "step"),
    [
        (
            "prefect==2.10\nanyio==3.7.1 \\\n    --hash=sha256:0f\n",
            "the hashes are those of the old release",
            "Ask for anyio >=4.4.0 in its source, and run your lock tool again.",
        ),
        (
            "#\n# This file is autogenerated by pip-compile with Python 3.10\n# by the following command:\n#\n"
            "#    pip-compile requirements.in\n#\nprefect==2.10\nanyio==3.7.1\npydantic==1.9\n",
            "a tool wrote this file",
            "Run `pip-compile requirements.in`.",
        ),
    ],
)
def test_reported_only(make_project: MakeProject, text: str, reason: str, step: str) -> None:
    (found,) = scan_folder(make_project({"requirements.txt": text}), select=("PM510",)).findings
    assert (found.applicability.value, found.reason, found.next_step) == ("manual", reason, step)
    assert found.message.removesuffix(", and 1 more requirement") == "`anyio==3.7.1` is too old for Prefect 3.8"


def test_moves_with_the_pin(make_project: MakeProject) -> None:
    """The safe tier leaves both, `--unsafe` moves both, and twice is once."""
    folder = make_project({"requirements.txt": "anyio==3.7.1\nprefect==2.10.13\n"})
    assert texts(apply_folder(folder)) == {}
    result = apply_folder(folder, unsafe=True)
    assert texts(result) == {"requirements.txt": "anyio>=4.4.0\nprefect==3.8.8\n"}
    assert result.remaining.findings == []


@pytest.mark.parametrize(
    ("pins", "found"),
    [
        ("prefect>=3.8,<4\nanyio==3.7.1\n", ["anyio==3.7.1"]),
        ("prefect==3.8.1\nanyio==3.7.1\n", ["anyio==3.7.1"]),
        ("prefect-aws==0.7.12\nboto3==1.26.1\n", ["boto3==1.26.1"]),
        ("prefect>=3\nanyio==3.7.1\n", []),
        ("prefect-aws>=0.5\nboto3==1.26.1\n", []),
    ],
)
def test_is_still_there_when_the_pin_has_moved(make_project: MakeProject, pins: str, found: list[str]) -> None:
    """Where the repository is known to come from Prefect 2, and no older Prefect 3 can be meant."""
    folder = make_project({"requirements.txt": pins})
    findings = scan_folder(folder, select=("PM510",), origin="2").findings
    assert [finding.message.split("`")[1] for finding in findings] == found
