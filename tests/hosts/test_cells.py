"""Python rules read the code cells of notebooks, by their places in the JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.hosts.cell_edits import rewrite_cells
from prefect_migrate.hosts.cell_module import module_of_cells
from tests.conftest import apply_folder, scan_folder, texts


def notebook(folder: Path, *cells: str, kind: str = "code", indent: int | None = 1) -> str:
    document = {
        "cells": [{"cell_type": kind, "outputs": [], "source": cell.splitlines(keepends=True)} for cell in cells],
        "nbformat": 4,
    }
    text = json.dumps(document, indent=indent)
    (folder / "a.ipynb").write_text(text)
    return text


def found(folder: Path, *select: str) -> list[tuple[str, str]]:
    lines = (folder / "a.ipynb").read_text().splitlines()
    findings = scan_folder(folder, select=select or ("PM3",)).findings
    return [(finding.code, lines[finding.place.line - 1].strip(' ",')) for finding in findings]


def test_places(tmp_path: Path) -> None:
    notebook(
        tmp_path,
        "!pip install prefect\nfrom prefect import flow\nfrom prefect.filesystems import S3\n",
        "%%time\n@flow(max_retries=2)\ndef etl():\n    print('ünï')\n",
        "etl.run()",
    )
    assert found(tmp_path) == [
        ("PM301", "from prefect.filesystems import S3\\n"),
        ("PM312", "@flow(max_retries=2)\\n"),
        ("PM322", "etl.run()"),
    ]


def test_a_source_in_one_string(tmp_path: Path) -> None:
    source = '{"cells": [{"cell_type": "code", "source": "x = \\"é\\"\\nfrom prefect.filesystems import S3"}]}'
    (tmp_path / "a.ipynb").write_text(source, "utf-8")
    (finding,) = scan_folder(tmp_path, select=("PM3",)).findings
    assert source[finding.place.column - 1 : finding.place.end_column - 1] == "S3"


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("from prefect.filesystems import S3", "markdown"),
        ("%%bash\npython -c 'from prefect.filesystems import S3'", "code"),
        ("from prefect.filesystems import S3 (", "code"),
        ("import prefect\nprefect.flow?\n?prefect", "code"),
        ("from prefect import flow", "code"),
    ],
)
def test_left_alone(tmp_path: Path, cell: str, kind: str) -> None:
    notebook(tmp_path, cell, kind=kind)
    assert found(tmp_path) == []


def test_words_are_replaced_in_the_json(tmp_path: Path) -> None:
    text = notebook(tmp_path, "# 'quoted' \"text\"\nfrom prefect.orion.schemas.core import FlowRun\nFlowRun\n")
    after = texts(apply_folder(tmp_path, select=("PM3",)))["a.ipynb"]
    assert after == text.replace("prefect.orion", "prefect.server")
    (tmp_path / "a.ipynb").write_text(after)
    assert not apply_folder(tmp_path, select=("PM3",)).changes


FLOWS = "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"
BUILD = "d = await Deployment.build_from_flow(\n    etl,\n    'ü',  # its name\n)\nawait d.apply()"


def sources(text: str) -> list[str]:
    """The text of each cell, whichever way the JSON has it."""
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def applied(folder: Path, *select: str, unsafe: bool = False) -> str:
    """The notebook after apply; applied again it stays as it is."""
    after = texts(apply_folder(folder, select=select, unsafe=unsafe))["a.ipynb"]
    assert after is not None
    (folder / "a.ipynb").write_text(after, "utf-8")
    assert not apply_folder(folder, select=select, unsafe=unsafe).changes
    return after


def test_imports_move_with_what_needs_them(tmp_path: Path) -> None:
    text = notebook(
        tmp_path,
        "!pip install prefect\nfrom prefect.client import OrionClient, get_client\n\nx = 'a \"b\"'",
        "OrionClient, get_client  # as before",
    )
    after = applied(tmp_path, "PM3")
    assert sources(after) == [
        "!pip install prefect\nfrom prefect.client.orchestration import PrefectClient, get_client\n\nx = 'a \"b\"'",
        "PrefectClient, get_client  # as before",
    ]
    changed = [line for line in after.splitlines() if line not in text.splitlines()]
    assert changed == [
        '    "from prefect.client.orchestration import PrefectClient, get_client\\n",',
        '    "PrefectClient, get_client  # as before"',
    ]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_deployment_is_rewritten_in_its_cell(tmp_path: Path, indent: int | None) -> None:
    (tmp_path / "flows.py").write_text(FLOWS)
    notebook(
        tmp_path, "from prefect.deployments import Deployment\n\nfrom flows import etl", "1 + 1", BUILD, indent=indent
    )
    assert sources(applied(tmp_path, "PM1", unsafe=True)) == [
        "from pathlib import Path\n\nfrom flows import etl",
        "1 + 1",
        "d = await etl.to_deployment(\n    name='ü',  # its name\n    work_pool_name=\"process-pool\",\n"
        '    job_variables={"working_dir": str(Path.cwd())},\n)\nawait d.apply()',
    ]


def test_a_deployment_in_a_source_of_one_string(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(FLOWS)
    cell = f"from prefect.deployments import Deployment\nfrom flows import etl\n{BUILD}\nprint('ü')"
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell}]}))
    after = applied(tmp_path, "PM1", unsafe=True)
    assert after.isascii()
    (source,) = sources(after)
    assert source.startswith("from pathlib import Path\n\nfrom flows import etl\nd = await etl.to_deployment(")
    assert source.endswith("\nawait d.apply()\nprint('ü')")


def test_a_flow_of_the_notebook_itself_can_be_loaded_by_no_worker(tmp_path: Path) -> None:
    notebook(tmp_path, f"from prefect.deployments import Deployment\n{FLOWS}", BUILD)
    (finding,) = scan_folder(tmp_path, select=("PM101",)).findings
    assert (
        finding.reason
        == "its flow is defined in a notebook, which is no file that a worker could load it from: give it one"
    )
    lines = (tmp_path / "a.ipynb").read_text().splitlines()
    assert "build_from_flow" in lines[finding.place.line - 1]


def test_what_a_deployment_is_built_for_by_hand_names_the_folder_of_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(FLOWS)
    notebook(
        tmp_path,
        "from prefect.deployments import Deployment\n"
        "d = Deployment(name='a', flow_name='etl', entrypoint='flows.py:etl')\nawait d.apply()",
    )
    (source,) = sources(applied(tmp_path, "PM1", unsafe=True))
    assert 'await flow.from_source(\n    source=str(Path.cwd()),\n    entrypoint="flows.py:etl",\n' in source


@pytest.mark.parametrize("reader", ["!echo {S3}", "%timeit S3()", "%%bash\necho $S3", "%%writefile a.py\nS3", "S3 ("])
def test_what_other_lines_may_read_stays(tmp_path: Path, reader: str) -> None:
    imports = "from prefect.deployments import Deployment\nfrom prefect.filesystems import S3\nfrom flows import etl\n"
    (tmp_path / "flows.py").write_text(FLOWS)
    notebook(tmp_path, imports + BUILD.replace("\n)", "\n    storage=S3(bucket_path='a'),\n)"), reader)
    first = sources(applied(tmp_path, "PM1", unsafe=True))[0]
    assert "Deployment" not in first.replace("to_deployment", "")
    assert "import S3" in first


def test_a_timed_line_is_python(tmp_path: Path) -> None:
    notebook(tmp_path, "from prefect import flow\n@flow\ndef etl(): ...\n%time etl.run()\n%timeit -n 3 etl.run()")
    assert found(tmp_path) == [("PM322", "%time etl.run()\\n")]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (["from prefect.client import Orion", "Client\nOrionClient"], "the cell is written in other pieces than lines"),
        (["from prefect.client import OrionClient; \\\n", "OrionClient\n"], ""),
    ],
)
def test_other_ways_to_write_a_cell(tmp_path: Path, source: list[str], reason: str) -> None:
    document = {"cells": [{"cell_type": "code", "source": source}]}
    (tmp_path / "a.ipynb").write_text(json.dumps(document))
    result = apply_folder(tmp_path, select=("PM3",))
    assert bool(result.changes) == (not reason)
    assert all(reason in finding.reason for finding in result.remaining.findings)


def test_rules_that_walk_the_tree_read_cells_too(tmp_path: Path) -> None:
    notebook(
        tmp_path,
        "from prefect.futures import PrefectFuture\nfrom prefect.utilities.asyncutils import Sync\n"
        "def start() -> PrefectFuture[int, Sync]: ...",
    )
    assert [code for code, _ in found(tmp_path)] == ["PM316"]


LINES = st.lists(
    st.sampled_from(
        [
            "if x:\n    !ls \\\n      -a",
            "x = 1",
            "",
            '# ü "q" \\n',
            "!ls {x}",
            "%time f(x)",
            "def f(y):\n    return y",
            "%%time",
            "f(",
            "'😀'",
        ]
    ),
    max_size=4,
).map("\n".join)


@given(st.lists(LINES, max_size=4), st.booleans(), st.sampled_from([None, 1, "\t"]), st.booleans(), st.data())
def test_a_new_line_is_all_that_changes(
    cells: list[str], as_lines: bool, indent: int | str | None, escapes: bool, data: st.DataObject
) -> None:
    document = {
        "cells": [
            {"cell_type": "code", "source": cell.splitlines(keepends=True) if as_lines else cell} for cell in cells
        ],
        "metadata": {"ü": 1e-3},
    }
    text = json.dumps(document, indent=indent, ensure_ascii=escapes)
    module = module_of_cells(text)
    assert rewrite_cells(text, lambda before, _: before) == text
    starts = [
        cell.start + found.start()
        for cell in module.cells
        for found in re.finditer("(?m)^", module.decoded.value[cell.start : cell.end])
    ]
    if not starts:
        return
    at = data.draw(st.sampled_from(starts))
    after = rewrite_cells(text, lambda before, _: f"{before[:at]}added = 'é'\n{before[at:]}")
    old, new = json.loads(text), json.loads(after)
    joined = [["".join(cell["source"]) for cell in one["cells"]] for one in (old, new)]
    (number,) = [number for number, cell in enumerate(joined[0]) if joined[1][number] != cell]
    cell = next(one for one in module.cells if one.start <= at <= one.end)
    place = at - cell.start
    assert joined[1][number] in (
        f"{cell.source.value[:place]}added = 'é'\n{cell.source.value[place:]}",
        f"{cell.source.value[:place]}added = 'é'",
    )
    if as_lines:
        assert new["cells"][number]["source"] == joined[1][number].splitlines(keepends=True)
    for one in (old, new):
        one["cells"][number].pop("source")
    assert old == new
