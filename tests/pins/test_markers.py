from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import apply_folder, texts

MakeProject = Callable[..., Path]
_POETRY = "[tool.poetry.dependencies]\n"
_PIPFILE = "[packages]\n"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("requirements.txt", "prefect==2.19.9 ; python_version < '3.9'\n"),
        ("requirements.txt", 'prefect==2.19.9; python_version<"3.10" and sys_platform == "linux"  # old\n'),
        ("requirements.txt", "prefect[aws]==2.19.9; python_full_version < '3.10.0' \\\n    --hash=sha256:aa\n"),
        ("pyproject.toml", "[project]\nname = 'x'\ndependencies = [\"prefect~=2.10; python_version <= '3.9'\"]\n"),
        ("pyproject.toml", f'{_POETRY}prefect = {{version = "^2.10", python = "<3.10"}}\n'),
        ("pyproject.toml", f'{_POETRY}prefect = {{python = ">=3.8,<=3.9", version = "^2.10"}}\n'),
        ("Pipfile", f'{_PIPFILE}prefect = {{version = "==2.10.0", markers = "python_version < \'3.10\'"}}\n'),
    ],
)
def test_no_prefect_3_is_asked_for_on_a_python_that_it_does_not_run_on(
    make_project: MakeProject, path: str, line: str
) -> None:
    result = apply_folder(make_project({path: line}), unsafe=True)
    assert not texts(result)
    (finding,) = result.remaining.findings
    assert "only for Pythons" in finding.reason or "hashes" in finding.reason


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("requirements.txt", "prefect==2.19.9 ; python_version < '3.11'\n"),
        ("requirements.txt", "prefect==2.19.9 ; platform_machine != 'arm64'\n"),
        ("requirements.txt", "prefect==2.19.9 ; sys_platform == 'win32' # python_version < '3.9'\n"),
        ("requirements.txt", "prefect==2.19.9 ; extra == 'flows'\n"),
        ("pyproject.toml", f'{_POETRY}prefect = {{version = "^2.10", python = "^3.8,<3.12"}}\n'),
        ("pyproject.toml", f'{_POETRY}prefect = {{version = "^2.10", python = "<3.10 || >3.10"}}\n'),
        ("pyproject.toml", f'{_POETRY}prefect = "^2.10"\nblack = {{version = "1", python = "<3.9"}}\n'),
        ("Pipfile", f'{_PIPFILE}prefect = {{version = "==2.10.0", markers = "python_version < \'3.12\'"}}\n'),
    ],
)
def test_other_conditions_stay_as_they_are(make_project: MakeProject, path: str, line: str) -> None:
    changed = texts(apply_folder(make_project({path: line}), unsafe=True))[path] or ""
    assert "3.8" in changed.partition("prefect")[2].partition("python")[0]
