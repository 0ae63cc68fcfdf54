from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings, rewritten
from tests.conftest import MakeProject


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("setup.py", "x = ['prefect==2.1']", "x = ['prefect==3.8.8']"),
        ("setup.py", 'x = """prefect<3"""', 'x = """prefect>=3.8,<4"""'),
        ("noxfile.py", "session.install('prefect<3', '-e.')", "session.install('prefect>=3.8,<4', '-e.')"),
        ("a.py", "f(pip_packages=['prefect==2.1'])", "f(pip_packages=['prefect==3.8.8'])"),
        ("a.py", "e['EXTRA_PIP_PACKAGES'] = 'prefect-aws==0.4.1'", "e['EXTRA_PIP_PACKAGES'] = 'prefect-aws==0.7.12'"),
        ("a.py", "e = dict(EXTRA_PIP_PACKAGES='x prefect==2.1')", "e = dict(EXTRA_PIP_PACKAGES='x prefect==3.8.8')"),
    ],
)
def test_rewritten(make_project: MakeProject, path: str, before: str, after: str) -> None:
    assert rewritten(make_project({path: before}), path, "PM503") == after


@pytest.mark.parametrize(
    "text",
    [
        '"""prefect==2.1"""',
        "x = 'we had prefect==2.1 once'",
        "x = ['prefect', 'prefect>=2.1']",
        "x = f'prefect=={v}'",
        "x = 'echo prefect==2.1'",
        "# prefect==2.1",
    ],
)
def test_left_alone(make_project: MakeProject, text: str) -> None:
    assert not findings(make_project, {"a.py": text}, "PM503")


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("x = 'prefect==2.1'", "review"),
        ("run('uv pip install prefect==2.1')", "review"),
        ("x = 'prefect' '==2.1'", "manual"),
        ("x = 'prefect\\x3d=2.1'", "manual"),
    ],
)
def test_tiers(make_project: MakeProject, text: str, tier: str) -> None:
    (finding,) = findings(make_project, {"a.py": text}, "PM503")
    assert finding.applicability == tier


def test_a_requirements_file_that_a_program_writes(make_project: MakeProject) -> None:
    text = 'import prefect\n\nREQUIREMENTS = """\\\nprefect>=2.0,<3\nboto3>=1.26  # aws\n"""\n'
    text = text.replace('"""\\\n', '"""')
    folder = make_project({"deploy.py": text})
    assert rewritten(folder, "deploy.py", "PM503") == text
    assert rewritten(folder, "deploy.py", "PM503", unsafe=True) == text.replace(">=2.0,<3", ">=3.8,<4")


def test_one_with_escapes_is_only_reported(make_project: MakeProject) -> None:
    text = "import prefect\n\nREQUIREMENTS = 'prefect>=2.0,<3\\nboto3>=1.26'\n"
    (finding,) = findings(make_project, {"deploy.py": text}, "PM503")
    assert not finding.fixable


def test_a_text_of_several_lines_is_no_file(make_project: MakeProject) -> None:
    text = 'import prefect\n\nNOTE = """We had\nprefect==2.10\nlast year, you know."""\n'
    assert not findings(make_project, {"a.py": text}, "PM503")
