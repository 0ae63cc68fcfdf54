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
