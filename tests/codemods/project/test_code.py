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
