"""Python inside other texts: what it imports is reported where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder

WORKFLOW = """\
jobs:
  blocks:
    steps:
      - run: |
          cat <<EOF > blocks.py
          # für alle
          from prefect_gcp.cloud_run import CloudRunJob

          job = CloudRunJob(image="${{ steps.build.outputs.image }}")
          EOF
          python blocks.py
"""
README = """\
# Use

1. Write this:

   ```python
   from prefect.infrastructure.docker import DockerContainer
   from prefect.orion.schemas.schedules import CronSchedule
   ```

```sh
from prefect.infrastructure import Process
```
"""


def found(folder: Path) -> list[tuple[str, int, int, str]]:
    return [(f.code, f.place.line, f.place.column, f.applicability.value) for f in scan_folder(folder).findings]


def test_a_here_document_of_ci(make_project: MakeProject) -> None:
    folder = make_project({".github/workflows/ci.yml": WORKFLOW})
    assert found(folder) == [("PM301", 7, 45, "manual")]
    assert apply_folder(folder, unsafe=True).changes == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("run.sh", "python - <<'PY'\nfrom prefect.infrastructure import Process\nPY\n", 2),
        ("Dockerfile", "FROM python:3.11\nRUN python <<EOF\nfrom prefect.infrastructure import Process\nEOF\n", 3),
        ("a.sh", "cat <<EOF >a.py\nx = ${{ inputs.a }}\ny = $B\nfrom prefect.filesystems import S3\nEOF\n", 4),
        ("run.sh", "cat <<-EOF >a.py\n\tfrom prefect.filesystems import S3\n\tEOF\n", 2),
    ],
)
def test_a_here_document(make_project: MakeProject, path: str, text: str, line: int) -> None:
    findings = [(code, at, tier) for code, at, _, tier in found(make_project({path: text}))]
    assert findings == [("PM301", line, "manual")]


def test_a_block_of_markdown(make_project: MakeProject) -> None:
    folder = make_project({"README.md": README})
    assert found(folder) == [("PM301", 6, 46, "manual"), ("PM302", 7, 48, "manual")]
    assert apply_folder(folder, unsafe=True).changes == []


INDENTED = """\
Write this:

    from prefect.filesystems import GitHub

    GitHub.load("a")

```
from prefect.infrastructure import (
    Process,
)
```
Then:

```sh
ls
```
from prefect.orion import x
"""


def test_a_block_of_markdown_that_names_no_language(make_project: MakeProject) -> None:
    assert [line for _, line, _, _ in found(make_project({"README.md": INDENTED}))] == [3, 9]


@pytest.mark.parametrize(
    ("path", "text", "places"),
    [
        ("a.sh", 'python3 -c "from prefect.filesystems import S3; S3.load(\\"a\\")"\n', [(1, 45)]),
        ("a.sh", "python -u -c 'import os; from prefect.filesystems import S3'\n", [(1, 58)]),
        ("ci.yml", 'run: |\n  python -c "\n  from prefect.filesystems import S3\n  "\n', [(3, 35)]),
        ("a.sh", "echo -c 'from prefect.filesystems import S3'\n", []),
        ("a.sh", "python -c 'import prefect; print(prefect.__version__)'\n", []),
    ],
)
def test_a_command(make_project: MakeProject, path: str, text: str, places: list[tuple[int, int]]) -> None:
    assert [(line, column) for _, line, column, _ in found(make_project({path: text}))] == places


TEMPLATE = """\
from prefect.filesystems import S3
from flow import {{ cookiecutter.flow }}

{% if cookiecutter.x %}
{{ cookiecutter.flow }}.deploy(S3.load("a"))
"""


def test_a_template_of_python(make_project: MakeProject) -> None:
    """What it imports is reported beside that it can't be parsed."""
    findings = found(make_project({"{{ cookiecutter.name }}/deploy.py": TEMPLATE}))
    assert [(code, line, tier) for code, line, _, tier in findings] == [("PM301", 1, "manual"), ("PM902", 2, "manual")]


@pytest.mark.parametrize("path", ["a.py", "README.md"])
def test_imports_of_what_is_no_python(make_project: MakeProject, path: str) -> None:
    code = TEMPLATE.replace("deploy(", "deploy((").replace("\n\n", "\nfrom prefect.infrastructure import (\n", 1)
    text = code if path == "a.py" else f"```\n{code}```\n"
    assert [line for code, line, *_ in found(make_project({path: text})) if code != "PM902"] == [1 + (path != "a.py")]


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": README, "requirements.txt": "prefect==3.4.0\n"},
        {"MIGRATION.md": README},
        {"README.md": "```python\nfrom prefect import Flow\nfrom prefect.agent.ecs import ECSAgent\n```\n"},
        {"README.md": "```python\nfrom prefect.infrastructure import (\n```\n"},
        {"README.md": "```python\nfrom prefect import flow\n```\n"},
        {"run.sh": "from prefect.infrastructure import Process\ncat <<EOF\nimport prefect\nEOF\n"},
    ],
)
def test_left_alone(make_project: MakeProject, files: dict[str, str | bytes]) -> None:
    assert found(make_project(files)) == []
