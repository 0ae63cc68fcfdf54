"""What pip installs in a notebook, however its JSON is written."""

from __future__ import annotations

import json

import pytest

from prefect_migrate.pins.notebooks import in_cell
from prefect_migrate.pins.texts import text_pins


def notebook(cell_type: str, *lines: str, output: str = "") -> dict[str, object]:
    cell = {"cell_type": cell_type, "source": list(lines), "outputs": [{"text": [output]}]}
    return {"cells": [{"cell_type": "code", "source": []}, cell], "nbformat": 4}


CELLS = [
    ("code", ["%pip install prefect==2.10.13\n"]),
    ("code", ["%%bash\n", 'pip install "prefect<3"\n']),
    ("code", ["%%sh\n", "pip install prefect==2.10.13"]),
    ("markdown", ["* Install it: ```pip install prefect==2.0b5```\n"]),
]


@pytest.mark.parametrize(("cell_type", "lines"), CELLS)
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("as_one", [True, False])
def test_an_install(cell_type: str, lines: list[str], indent: int | None, as_one: bool) -> None:
    text = json.dumps(notebook(cell_type, *(["".join(lines)] if as_one else lines)), indent=indent)
    assert [(pin.package, pin.standing) for pin in text_pins(text, "notebook")] == [("prefect", "likely")]


def test_a_source_that_is_one_string() -> None:
    text = '{"cells": [{"cell_type": "code", "source": "!pip install prefect==2.1"}]}'
    assert [pin.constraint for pin in text_pins(text, "notebook")] == ["==2.1"]


@pytest.mark.parametrize("cell_type", ["code", "markdown"])
def test_outputs_and_other_lines(cell_type: str) -> None:
    shown = notebook(cell_type, "x = 1\n", output="!pip install prefect==2.1\n")
    for indent in (None, 1):
        assert list(text_pins(json.dumps(shown, indent=indent), "notebook")) == []
    assert list(text_pins(json.dumps(notebook("code", "x = 'prefect==2.1'\n")), "notebook")) == []


def test_what_is_no_notebook() -> None:
    for text in ("", "[]", '{"cells": 1}', '{"cells": [1, {"source": 2}]}', '{"cells": [{"source": ["x'):
        assert not in_cell(text, 3)
