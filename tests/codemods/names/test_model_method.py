"""Keywords that only Prefect 2's own models took."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import apply_folder, scan_folder, texts

STATE = "from prefect.states import Cancelled\n\nstate = Cancelled()\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("state.dict(json_compatible=True)\n", "state.model_dump(mode='json')\n"),
        ('state.dict(exclude={"id"}, json_compatible=True,)\n', 'state.model_dump(exclude={"id"}, mode="json",)\n'),
        (
            "state.dict(\n    # for httpx\n    json_compatible=True\n)\n",
            "state.model_dump(\n    # for httpx\n    mode='json'\n)\n",
        ),
        (
            "state.json(include_secrets=True)\n",
            "state.model_dump_json(context={'include_secrets': True})\n",
        ),
    ],
)  # fmt: skip
def test_rewritten(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "a.py").write_text(STATE + before)
    assert texts(apply_folder(tmp_path, select=("PM315",)))["a.py"] == STATE + after


@pytest.mark.parametrize("call", ["dict(json_compatible=FLAG)", "dict(shallow=True)", "copy(reset_fields=True)"])
def test_only_reported(tmp_path: Path, call: str) -> None:
    (tmp_path / "a.py").write_text(f"{STATE}state.{call}\n")
    (finding,) = scan_folder(tmp_path, select=("PM315",)).findings
    assert finding.applicability is Applicability.MANUAL


@pytest.mark.parametrize("call", ["dict(exclude={'id'})", "json()", "copy(update={})", "dict(**options)"])
def test_left_alone(tmp_path: Path, call: str) -> None:
    (tmp_path / "a.py").write_text(f"{STATE}options = {{}}\nstate.{call}\n")
    assert not scan_folder(tmp_path, select=("PM315",)).findings


def test_shallow_of_whatever(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import prefect\n\n\ndef f(it):\n    return it.dict(shallow=True)\n")
    assert not scan_folder(tmp_path, select=("PM315",)).findings
