"""Commands that go, or are replaced, where other syntaxes surround them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FLOWS, apply_folder, scan_folder, texts

MakeProject = Callable[..., Path]
BUILD = "prefect deployment build flows.py:etl -n nightly"
DEPLOY = "prefect --no-prompt deploy --name nightly"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ([f"!{BUILD}\n", "!prefect deployment apply etl-deployment.yaml\n", "1"], [f"!{DEPLOY}\n", "\n", "1"]),
        ([f"!{BUILD}\n", "!prefect deployment apply etl-deployment.yaml"], [f"!{DEPLOY}\n", ""]),
        (
            f"%%bash\n{BUILD}\n  prefect deployment apply etl-deployment.yaml\nls",
            f"%%bash\n{DEPLOY}\n\nls",
        ),
        (
            f"%%bash\n{BUILD}\nif true; then\nprefect deployment apply etl-deployment.yaml\nfi",
            f"%%bash\n{DEPLOY}\nif true; then\n{DEPLOY}\nfi",
        ),
    ],
)
def test_a_line_of_a_notebook_is_emptied(
    make_project: MakeProject, source: str | list[str], expected: str | list[str]
) -> None:
    """Where nothing else stood in it, so that the deployment is not deployed twice."""
    cell = {"cell_type": "code", "outputs": [], "source": source}
    folder = make_project({"flows.py": FLOWS, "a.ipynb": json.dumps({"cells": [cell], "nbformat": 4})})
    after = texts(apply_folder(folder, unsafe=True))["a.ipynb"]
    assert after is not None
    assert json.loads(after)["cells"][0]["source"] == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"- {BUILD}\n- prefect deployment apply etl-deployment.yaml\n- echo $X\n", f"- {DEPLOY}\n- echo $X\n"),
        (
            f"- {BUILD} -a\n# nightly\n- prefect deployment set-schedule etl/nightly --interval 60   # often\n",
            f"- {DEPLOY}\n# nightly\n",
        ),
        (
            f"- {BUILD} && prefect deployment apply etl-deployment.yaml\n- echo\n",
            f"- {DEPLOY}\n- echo\n",
        ),
    ],
)
def test_items_of_a_list_go(make_project: MakeProject, script: str, expected: str) -> None:
    folder = make_project(
        {"flows.py": FLOWS, ".gitlab-ci.yml": f"job:\n  script:\n  {script.replace(chr(10), chr(10) + '  ')}"}
    )
    after = texts(apply_folder(folder))[".gitlab-ci.yml"]
    assert after is not None
    assert after.rstrip(" ") == f"job:\n  script:\n  {expected.replace(chr(10), chr(10) + '  ')}".rstrip(" ")


def test_schedule_that_is_set_reaches_the_entry(make_project: MakeProject) -> None:
    lines = f"- {BUILD} -a\n  - prefect deployment set-schedule etl/nightly --interval 60\n"
    folder = make_project({"flows.py": FLOWS, ".gitlab-ci.yml": f"job:\n  script:\n  {lines}"})
    assert "interval: 60" in (texts(apply_folder(folder))["prefect.yaml"] or "")


def test_the_only_item_of_a_list_stays(make_project: MakeProject) -> None:
    """An empty `script:` is none; the command that registers takes the place."""
    jobs = [BUILD, "prefect deployment apply etl-deployment.yaml"]
    text = "".join(f"job{number}:\n  script:\n  - {command}\n" for number, command in enumerate(jobs))
    after = texts(apply_folder(make_project({"flows.py": FLOWS, "a.yml": text})))["a.yml"]
    assert after is not None
    assert after.endswith(f"job1:\n  script:\n  - {DEPLOY}\n")


def notebook(*sources: list[str], outputs: list[dict[str, Any]]) -> str:
    cells = [
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": outputs, "source": source}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


LINES = [f"!{BUILD} \\\n", '    --cron "0 3 * * *" -a']
OUTPUT = {"name": "stdout", "output_type": "stream", "text": ["Deployment 'etl/nightly' successfully created"]}


def test_notebook_without_outputs_is_safe(make_project: MakeProject) -> None:
    before = notebook(LINES, ["1 + 1"], outputs=[])
    folder = make_project({"flows.py": FLOWS, "a.ipynb": before})
    assert texts(apply_folder(folder))["a.ipynb"] == notebook([f"!{DEPLOY}"], ["1 + 1"], outputs=[])


def test_outputs_want_a_look(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "a.ipynb": notebook(LINES, outputs=[OUTPUT])})
    assert "a.ipynb" not in texts(apply_folder(folder))
    [finding] = scan_folder(folder, select=("PM110",)).findings
    assert finding.reason == "the notebook's outputs stay those of the old command"
    assert texts(apply_folder(folder, unsafe=True))["a.ipynb"] == notebook([f"!{DEPLOY}"], outputs=[OUTPUT])


def test_a_script_wins_over_what_a_document_shows(make_project: MakeProject) -> None:
    """The script's settings become the entry; the document's command goes on with its own options."""
    files = {
        "flows.py": FLOWS,
        "deploy.sh": f"{BUILD} -q etl -sb s3/prod -a\n",
        "README.md": f"```\n{BUILD} -q test -a\n```\n",
    }
    changes = texts(apply_folder(make_project(files), unsafe=True))
    assert changes["deploy.sh"] == f"{DEPLOY}\n"
    assert "work_queue_name: etl" in (changes["prefect.yaml"] or "")
    assert "prefect --no-prompt deploy flows.py:etl -n nightly -q test" in (changes["README.md"] or "")


def test_scripts_that_differ_are_for_a_person(make_project: MakeProject) -> None:
    files = {
        "flows.py": FLOWS,
        "a.sh": f"{BUILD} -q etl -sb s3/prod -a\n",
        "b.sh": f"{BUILD} -q test -sb s3/prod -a\n",
        "README.md": f"```\n{BUILD} -q test -a\n```\n",
    }
    folder = make_project(files)
    assert "prefect.yaml" not in texts(apply_folder(folder, unsafe=True))


def test_a_manifest_that_was_moved_is_the_command_s(make_project: MakeProject) -> None:
    from tests.codemods.cli_deployments.test_direct import MANIFEST

    script = f"{BUILD} -a\n"
    moved = MANIFEST.replace("path: null", "path: ''")
    folder = make_project({"flows.py": FLOWS, "deploy.sh": script, "made/etl-deployment.yaml": moved})
    changes = texts(apply_folder(folder, unsafe=True))
    assert changes["deploy.sh"] == f"{DEPLOY}\n"
    assert "cron: 0 3 * * *" in (changes["prefect.yaml"] or "")
    assert changes["made/etl-deployment.yaml"] is None
