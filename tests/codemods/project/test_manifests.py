from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings, rewritten, tomllib
from tests.conftest import MakeProject, apply_folder

MANIFEST = """\
# comments stay
[build-system]
requires = ["setuptools", "prefect==2.1"]

[project]
name = "prefect-flows"
keywords = ["prefect"]
dependencies = ["s3fs", "prefect[aws] >=2.10 ,<3", 'prefect-aws==0.4.1 ; python_version > "3.9"']

[project.optional-dependencies]
dask = ["prefect-dask<0.3"]  # 'quoted'

[dependency-groups]
dev = [{include-group = "x"}, "prefect-shell~=0.2.1"]
x = []

[tool.pdm.dev-dependencies]
a = ["prefect-email<0.4"]

[tool.uv]
constraint-dependencies = ["prefect<3"]
[tool.uv.sources]
other = { git = "https://github.com/x/prefect", tag = "2.10" }
[tool.black]
line-length = 88
"""
AFTER = (
    MANIFEST.replace("prefect==2.1", "prefect==3.8.8")
    .replace(">=2.10 ,<3", ">=3.8,<4")
    .replace("prefect-aws==0.4.1", "prefect-aws==0.7.12")
    .replace("prefect-dask<0.3", "prefect-dask>=0.3.0")
    .replace("~=0.2.1", "~=0.3.7")
    .replace("prefect-email<0.4", "prefect-email>=0.4.0")
    .replace('"prefect<3"', '"prefect>=3.8,<4"')
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_pep_621_and_its_neighbours(make_project: MakeProject, newline: str) -> None:
    folder = make_project({"pyproject.toml": MANIFEST.replace("\n", newline).encode()})
    after = rewritten(folder, "pyproject.toml", "PM502")
    assert after == AFTER.replace("\n", newline)
    tomllib.loads(after)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nprefect = "^2.10"',
            '[tool.poetry.dependencies]\nprefect = "^3.8"',
        ),
        ("pyproject.toml", "[tool.poetry]\ndev-dependencies = {prefect = '2.10.13'}", None),
        ("pyproject.toml", '[tool.poetry.group.a.dependencies]\nprefect = {version = "~2.10", extras = ["aws"]}', None),
        ("pyproject.toml", '[tool.poetry.dependencies."prefect"]\nversion = ">=2,<3"\noptional = true', None),
        ("pyproject.toml", '[tool.poetry.dependencies]\nprefect-aws.version = "^0.4.1"', None),
        ("pyproject.toml", '[tool.pixi.pypi-dependencies]\nprefect = "==2.10.13"', None),
        ("pyproject.toml", '[tool.pixi.feature.x.dependencies]\nprefect = ">=2,<3"', None),
        ("pyproject.toml", '[tool.hatch.envs.default]\nextra-dependencies = ["prefect==2.*"]', None),
        ("Pipfile", '[packages]\nprefect = {version = "==2.8.3", extras = ["x"]}', None),
        ("Pipfile", '[dev-packages]\nprefect-aws = "==0.4.1"', None),
        ("Pipfile", '[packages]\nprefect="2.10.8"', '[packages]\nprefect="3.8.8"'),
        ("Pipfile", '[packages]\nprefect = "~=2.10"', '[packages]\nprefect = "~=3.8"'),
        ("pixi.toml", '[dependencies]\nprefect = "2.14.*"', None),
        ("setup.cfg", "[options]\ninstall_requires = prefect==2.10.13", None),
        ("setup.cfg", "[options.extras_require]\nall =\n  prefect>=2,<3\n  prefect-aws==0.4.1", None),
    ],
)
def test_other_manifests(make_project: MakeProject, path: str, before: str, after: str | None) -> None:
    result = rewritten(make_project({path: before}), path, "PM502")
    assert result != before
    assert after is None or result == after
    assert [line for line in result.splitlines() if "refect" not in line and "version" not in line] == [
        line for line in before.splitlines() if "refect" not in line and "version" not in line
    ]
    if path != "setup.cfg":
        tomllib.loads(result)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[tool.poetry.dependencies]\nprefect = ">=2.14"\nprefect-aws = "*"'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nprefect = {path = "../prefect"}'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nprefect = "^2.10 || ^3.0"'),
        ("pyproject.toml", '[project]\nname = "prefect"\nversion = "2.10"\ndependencies = ["prefect"]'),
        ("pyproject.toml", '[tool.mypy]\nprefect = "2"\n[[tool.mypy.overrides]]\nmodule = ["prefect.*"]'),
        ("pyproject.toml", '[project]\nkeywords = ["prefect 2", "uses prefect==2.10 inside"]'),
        ("settings.toml", '[packages]\nprefect = "==2.10"'),
        ("setup.cfg", "[options]\n# prefect==2.10\ninstall_requires = prefect"),
    ],
)
def test_left_alone(make_project: MakeProject, path: str, text: str) -> None:
    assert not findings(make_project, {path: text}, "PM502")


@pytest.mark.parametrize(
    "text",
    [
        '[tool.poetry.dependencies]\nprefect = [{version = "^2", python = "<3.12"}, {version = "^3"}]',
        '[tool.poetry.dependencies]\nprefect = {git = "https://github.com/PrefectHQ/prefect", tag = "2.10.13"}',
        '[project]\ndependencies = ["prefect @ git+https://github.com/PrefectHQ/prefect@2.10.13"]',
        '[project]\ndependencies = ["prefect\\u003d=2.10.13"]',
        '[project]\ndependencies = ["prefect==2.10.13",,]',
        '[tool.poetry.dependencies]\nprefect = "^1.2"',
    ],
)
def test_only_reported(make_project: MakeProject, text: str) -> None:
    (finding,) = findings(make_project, {"pyproject.toml": text}, "PM502")
    assert not finding.fixable
    assert finding.reason


def test_pydantic_1_wants_review(make_project: MakeProject) -> None:
    text = '[tool.poetry.dependencies]\nprefect = "^2.10"\npydantic = "^1.10"\n'
    (finding,) = findings(make_project, {"pyproject.toml": text}, "PM502")
    assert finding.applicability == "review"


@pytest.mark.parametrize(
    ("path", "python"),
    [
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.9"\nprefect = "^2.7"\n'),
        ("pyproject.toml", '[project]\nname = "a"\nrequires-python = ">=3.8"\ndependencies = ["prefect~=2.7"]\n'),
        ("Pipfile", '[packages]\nprefect = "==2.8.3"\n\n[requires]\npython_version = "3.9"\n'),
    ],
)
def test_a_python_that_is_too_old_wants_review(make_project: MakeProject, path: str, python: str) -> None:
    """The new Prefect alone could not be resolved; with `--unsafe` both change."""
    folder = make_project({path: python})
    assert not apply_folder(folder, select=("PM502", "PM508")).changes
    (change,) = apply_folder(folder, unsafe=True, select=("PM502", "PM508")).changes
    assert b"3.10" in (change.after or b"")
    newer = make_project({path: python.replace("3.9", "3.11").replace("3.8", "3.11")})
    assert apply_folder(newer, select=("PM502", "PM508")).changes


def test_both_versions_on_purpose(make_project: MakeProject) -> None:
    text = '[feature.old.dependencies]\nprefect = ">=2.14,<3"\n\n[feature.new.dependencies]\nprefect = ">=3.4,<4"\n'
    folder = make_project({"pixi.toml": text})
    assert not apply_folder(folder, unsafe=True, select=("PM502",)).changes
    (finding,) = findings(make_project, {"pixi.toml": text}, "PM502")
    assert "meant for both" in finding.reason


def test_the_lock_command(make_project: MakeProject) -> None:
    files: dict[str, str | bytes] = {
        "a/pyproject.toml": '[project]\ndependencies = ["prefect<3"]\n',
        "a/uv.lock": "version = 1\n",
    }
    (finding,) = findings(make_project, files, "PM502")
    assert "`uv lock`" in finding.next_step
