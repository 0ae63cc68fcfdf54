from __future__ import annotations

import pytest

from prefect_migrate.discovery.kinds import kind_of
from prefect_migrate.pins.python_asks import asks


def rewritten(path: str, text: str) -> list[str | None]:
    """What each old Python in the file becomes."""
    found = asks(text, kind_of(path) or "", path.lower(), (3, 10))
    for ask in found:
        assert text[ask.start : ask.end]
    return [ask.wanted for ask in found]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.8"\n', [">=3.10"]),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.7.1, <3.12"\n', [">=3.10, <3.12"]),
        ("pyproject.toml", '[project]\nrequires-python = ">3.7"\n', [">=3.10"]),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.7,<3.10"\n', [None]),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.10"\n', []),
        ("pyproject.toml", '[project]\nname = "x"\n', []),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.8"\n', ["^3.10"]),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "<3.12,>=3.8"\n', ["<3.12,>=3.10"]),
        ("pyproject.toml", '[tool.hatch.envs.test]\npython = "3.9"\n', ["3.10"]),
        ("pyproject.toml", "[tool", []),
        ("Pipfile", '[requires]\npython_version = "3.8"\n', ["3.10"]),
        ("app.yaml", "runtime: python39\n", ["310"]),
        ("template.yaml", "      Runtime: python3.8\n", ["3.10"]),
        ("template.yaml", "      Runtime: python3.11\n", []),
        ("render.yaml", "- key: PYTHON_VERSION\n  value: 3.8.10\n", [None]),
        ("pixi.toml", '[dependencies]\npython = "3.8.*"\n', ["3.10.*"]),
        ("setup.cfg", "[options]\npython_requires = >=3.7\n", [">=3.10"]),
        ("setup.py", 'setup(python_requires=">=3.7", name="x")\n', [">=3.10"]),
        ("tox.ini", "[tox]\nenvlist =\n    py310\n    py39\n", [None]),
        ("tox.ini", "[tox]\nenv_list = py{310,311}, lint\n", []),
        ("tox.ini", "[tox]\nenv_list = py{310,311}-prefect{210,220}\n", []),
        ("tox.ini", "[tox]\nenv_list = py{39, 311}-x{1,2}\n", [None]),
        ("tox.ini", "[tox]\nenv_list = {py38,py311}\n", [None]),
        ("noxfile.py", '@nox.session(python=["3.8", "3.11"])\n', [None]),
        (".python-version", "3.8.10\r\n", ["3.10"]),
        (".python-version", "3.11\n", []),
        (".tool-versions", "nodejs 18\npython 3.8.10\n", [None]),
        ("runtime.txt", "python-3.9.1\n", [None]),
        ("Dockerfile", "FROM python:3.8-slim-bullseye AS x\n", ["3.10-slim-bullseye"]),
        ("Dockerfile", "FROM --platform=linux/amd64 public.example/lambda/python:3.9.2\n", ["3.10"]),
        ("Dockerfile", "FROM python:3.7-stretch\n", [None]),
        ("Dockerfile", "ARG PYTHON_VERSION=3.9\nFROM python:${PYTHON_VERSION}\n", ["3.10"]),
        ("Dockerfile", "# FROM python:3.8\nFROM python:3.12\nFROM mypython:3.8\n", []),
        ("cloudbuild.yaml", "steps:\n- name: python:3.9\n- name: 'python:3.11'\n", ["3.10"]),
        ("ci.yml", "    python-version: 3.8\n", ['"3.10"']),
        ("ci.yml", "    python-version: '3.9'  # old\n", ["'3.10'"]),
        ("ci.yml", '    python-version: ["3.8", "3.10"]\n', [None]),
        ("ci.yml", '    python-version:\n      - 3.8\n      - "3.11"\n', [None]),
        ("ci.yml", "    with: {python-version: 3.8, cache: pip}\n", ['"3.10"']),
        ("ci.yml", "    with: { cache: pip, python-version: '3.9' }\n", ["'3.10'"]),
        ("ci.yml", "    matrix: {os: [linux], python: [3.8, 3.11]}\n", [None]),
        ("ci.yml", "    matrix: {python: [3.10, 3.11], x: y}\n", []),
        ("ci.yml", "      - {os: linux, python: '3.8'}\n      - {os: linux, python: '3.9'}\n", [None, None]),
        ("ci.yml", "    python-version: ${{ matrix.python-version }}\n    python-version: 3.11\n", []),
        ("ci.yml", "image: python:3.9-slim\n", ["3.10-slim"]),
        ("environment.yml", "- python=3.8\n", ["=3.10"]),
        ("environment.yml", "- python>=3.8,<3.11\n- python\n- python-dotenv=0.3\n", [">=3.10,<3.11"]),
        ("environment.yml", "- python 3.9\n", ["3.10"]),
        ("environment.yml", "- python=3.11\n", []),
    ],
)
def test_old_pythons(path: str, text: str, expected: list[str | None]) -> None:
    assert rewritten(path, text) == expected
