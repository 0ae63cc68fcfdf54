"""Modules are imported as the project itself would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from prefect_migrate.verify.child import runner

FILES = {
    "flows.py": "import helper\nimport package.tasks\n",
    "helper.py": "",
    "package/__init__.py": "",
    "package/tasks.py": "from . import sibling\nfrom .deep import below\n",
    "package/sibling.py": "",
    "package/deep/__init__.py": "",
    "package/deep/below.py": "from ..sibling import __name__ as name\nassert name == 'package.sibling'\n",
    "scripts/deploy.py": "import neighbour\nimport helper\n",
    "scripts/neighbour.py": "",
    "scripts/not-a-name.py": "import neighbour\n",
    "main.py": "if __name__ == '__main__':\n    raise SystemExit('ran as a script')\n",
    "broken.py": "from prefect import Deployment\n\n\n",
    "exits.py": "raise SystemExit(3)\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "prefect.py").write_text("")
    return root


def run(project: Path, path: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(runner("import_module")), path]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "path",
    [
        "flows.py",
        "main.py",
        "package/__init__.py",
        "package/tasks.py",
        "package/deep/below.py",
        "scripts/deploy.py",
        "scripts/not-a-name.py",
    ],
)
def test_module_imports(project: Path, path: str) -> None:
    done = run(project, path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("path", "last"),
    [("broken.py", "ImportError: cannot import name 'Deployment' from 'prefect'"), ("exits.py", "SystemExit: 3")],
)
def test_module_that_does_not_import_says_why(project: Path, path: str, last: str) -> None:
    done = run(project, path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(last)
