from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings, rewritten
from tests.conftest import MakeProject

COMPOSE = "services:\n  a:\n    image: prefecthq/prefect:${PREFECT_TAG}\n"
INPUT = """\
on:
  workflow_dispatch:
    inputs:
      prefect-version:
        description: Prefect for the flows
        required: true
        default: '2.20.8'
env:
  PREFECT_VERSION: ${{ github.event.inputs.prefect-version }}
jobs:
  a:
    steps:
      - run: pip install prefect==$PREFECT_VERSION
"""
TERRAFORM = 'resource "x" "y" {\n  image = "prefecthq/prefect:${var.prefect_version}-python3.11"\n}\n'


@pytest.mark.parametrize(
    ("files", "path", "old", "new"),
    [
        ({"a/compose.yaml": COMPOSE, ".env": "PREFECT_TAG=2.14.9-python3.11\n"}, ".env", "2.14.9-", "3.8.8-"),
        (
            {"a.tf": TERRAFORM, "vars.tf": 'variable "prefect_version" {\n  default = "2.14"\n}\n'},
            "vars.tf",
            "2.14",
            "3.8",
        ),
        (
            {"azure.yml": "variables:\n- name: VER\n  value: 2.14.1\nscript: pip install prefect==$(VER)\n"},
            "azure.yml",
            "2.14.1",
            "3.8.8",
        ),
        ({"Dockerfile": "ARG V=2.1.3\nFROM prefecthq/prefect:${V}-python3.11\n"}, "Dockerfile", "2.1.3", "3.8.8"),
        ({"Dockerfile": "FROM prefecthq/prefect:${V:-2-latest}\n"}, "Dockerfile", "2-latest", "3-latest"),
        ({"Dockerfile": "ENV V=2.10.13\nRUN pip install prefect==${V}\n"}, "Dockerfile", "2.10.13", "3.8.8"),
        (
            {"flow.py": "import prefect\nV = '2.10'\nimage = f'prefecthq/prefect:{V}-python3.11'\n"},
            "flow.py",
            "2.10",
            "3.8",
        ),
        (
            {"ci.yml": "env:\n  prefect-version: '2.14.1'\nrun: pip install prefect==${{ env.prefect-version }}\n"},
            "ci.yml",
            "2.14.1",
            "3.8.8",
        ),
        (
            {"ci.yml": "env:\n  PREFECT_VERSION: 2.*\nrun: pip install prefect==$PREFECT_VERSION\n"},
            "ci.yml",
            "2.*",
            "3.8.*",
        ),
        (
            {
                "Dockerfile": "ARG PREFECT_V\nFROM prefecthq/prefect:$PREFECT_V-python3.11\n",
                "compose.yaml": "build:\n  args:\n    - PREFECT_V=${PREFECT_V:-2.10.13}\n",
            },
            "compose.yaml",
            "2.10.13",
            "3.8.8",
        ),
        ({"ci.yml": INPUT}, "ci.yml", "'2.20.8'", "'3.8.8'"),
        (
            {"cf.yaml": "Tag:\n  Type: String\n  Default: 2.14.9\nImage: prefecthq/prefect:${Tag}-python3.11\n"},
            "cf.yaml",
            "2.14.9",
            "3.8.8",
        ),
        (
            {
                "Dockerfile": "ARG PREFECT_V\nFROM prefecthq/prefect:$PREFECT_V-python3.11\n",
                "build.sh": "docker build --build-arg PREFECT_V=2.10.13 .\n",
            },
            "build.sh",
            "2.10.13",
            "3.8.8",
        ),
    ],
)
def test_the_definition_is_rewritten(
    make_project: MakeProject, files: dict[str, str], path: str, old: str, new: str
) -> None:
    folder = make_project(dict(files))
    assert rewritten(folder, path, "PM507", unsafe=True) == files[path].replace(old, new)


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yaml": COMPOSE, ".env": "PREFECT_TAG=3-latest\n"},
        {"compose.yaml": COMPOSE, "requirements.txt": "prefect==3.4.0\n"},
        {"compose.yaml": COMPOSE.replace("{PREFECT_TAG}", "{PREFECT_TAG:-3-latest}")},
        {"Dockerfile": "FROM prefecthq/prefect:latest\n", "requirements.txt": "prefect>=3\n"},
        {"README.md": "Pull prefecthq/prefect:latest.\n"},
        {"ci.sh": "pip install prefect==$V\n", "requirements.txt": "prefect==3.4.0\n"},
        {"ci.sh": "V=3.4.0\npip install prefect==$V\n", "requirements.txt": "prefect==2.20.1\n"},
        {"x.sh": "git clone https://github.com/prefecthq/prefect\n"},
    ],
)
def test_left_alone(make_project: MakeProject, files: dict[str, str]) -> None:
    assert not findings(make_project, dict(files), "PM507")


@pytest.mark.parametrize(
    "text",
    ["FROM prefecthq/prefect\n", "FROM prefecthq/prefect:latest\n", "FROM prefecthq/prefect:${T}\n"],
)
def test_only_reported(make_project: MakeProject, text: str) -> None:
    (finding,) = findings(make_project, {"Dockerfile": text, "requirements.txt": "prefect==2.10.13\n"}, "PM507")
    assert not finding.fixable


def test_a_requirement_whose_version_nobody_knows(make_project: MakeProject) -> None:
    files: dict[str, str | bytes] = {"ci.sh": "pip install prefect==$V\n", "constraints.txt": "prefect==2.4\n"}
    (finding,) = findings(make_project, files, "PM507")
    assert not finding.fixable
    assert "`prefect==$V`" in finding.message


def test_what_stays_unknown_is_still_reported_once_the_pins_are_changed(make_project: MakeProject) -> None:
    from tests.conftest import apply_folder

    folder = make_project({"Dockerfile": "FROM prefecthq/prefect:${T}\n", "requirements.txt": "prefect==2.10.13\n"})
    result = apply_folder(folder, select=("PM5",))
    assert [finding.code for finding in result.remaining.findings] == ["PM507"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("ci.yml", "matrix:\n  prefect: ['2.10.13', \"2.14\"]\nrun: pip install prefect==${{ matrix.prefect }}\n", 2),
        (
            "ci.yml",
            "matrix:\n  prefect:\n  - 2.10.13\n  - 2.14.1\nrun: pip install prefect==${{ matrix.prefect }}\n",
            2,
        ),
        ("ci.yml", "matrix:\n  prefect: ['2.14', '3.1']\nrun: pip install prefect==${{ matrix.prefect }}\n", 0),
        ("ci.yml", "matrix:\n  other: ['2.14', '2.1']\nrun: pip install prefect==3.1\n", 0),
        (
            "noxfile.py",
            'import nox\n\n@nox.parametrize("prefect", ["2.10", "2.14"])\ndef tests(session, prefect):\n'
            '    session.install(f"prefect=={prefect}")\n',
            2,
        ),
    ],
)
def test_versions_of_a_matrix(make_project: MakeProject, path: str, text: str, expected: int) -> None:
    found = findings(make_project, {path: text}, "PM507")
    assert [finding.reason for finding in found] == ["which versions stay is for a person to say"] * expected


def test_one_version_of_a_matrix_is_set(make_project: MakeProject) -> None:
    text = "matrix:\n  prefect: ['2.14.1']\nrun: pip install prefect==${{ matrix.prefect }}\n"
    folder = make_project({"ci.yml": text})
    assert rewritten(folder, "ci.yml", "PM507", unsafe=True) == text.replace("2.14.1", "3.8.8")


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"a.env": "# ours\nPREFECT_VERSION=2.10.4\n"}, 1),
        ({"compose.yaml": "services:\n  a:\n    build:\n      args:\n        - PREFECT_TAG=2-latest\n"}, 1),
        ({"a.env": "PREFECT_VERSION=2.10.4\n", "a.sh": "pip install prefect==$PREFECT_VERSION\n"}, 1),
        ({"a.env": "PREFECT_VERSION=3.1.0\n# PREFECT_VERSION=2.10.4\n"}, 0),
        ({"a.sh": "# docker build --build-arg PREFECT_VERSION=2.10.4 .\n"}, 0),
        ({"a.env": "PREFECT_VERSION=2.10.4\n", "requirements.txt": "prefect>=3.1\n"}, 0),
        ({"a.py": "import prefect\nPREFECT_VERSION = '2.10.4'\n"}, 0),
    ],
)
def test_a_version_that_nothing_uses(make_project: MakeProject, files: dict[str, str | bytes], count: int) -> None:
    """By its name it can be nothing else; what is used is only told once."""
    assert len(findings(make_project, files, "PM507")) == count
