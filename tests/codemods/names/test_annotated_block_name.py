"""What a block class says of its type behind an annotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import apply_folder, scan_folder, texts

BLOCK = "from prefect.blocks.core import Block\n\n\nclass Store(Block):\n"


def after(folder: Path, text: str, pin: str = "prefect==2.20.0\n") -> str | None:
    (folder / "a.py").write_text(text)
    (folder / "requirements.txt").write_text(pin)
    return texts(apply_folder(folder, select=("PM332",))).get("a.py")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "_logo_url: Optional[\n        str\n    ] = 'https://a.b/c.png'  # ours\n",
            "_logo_url = 'https://a.b/c.png'  # ours\n",
        ),
        ("_block_schema_capabilities: 'list' = ['a']\n", "_block_schema_capabilities = ['a']\n"),
        ("_description : str='x'\n", "_description='x'\n"),
        ("_description: str\n", None),
        ("_description: 'ClassVar[str]' = 'x'\n", None),
        ("_secret: str = 'x'\n", None),
        ("_description: (  # a text\n        str\n    ) = 'x'\n", None),
    ],
)
def test_annotation_goes(tmp_path: Path, line: str, expected: str | None) -> None:
    assert after(tmp_path, f"{BLOCK}    {line}") == (f"{BLOCK}    {expected}" if expected else None)


def test_comment_in_the_annotation_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{BLOCK}    _description: (  # a text\n        str\n    ) = 'x'\n")
    assert [finding.code for finding in scan_folder(tmp_path).findings] == ["PM332"]


def test_block_of_another_file(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text(f"{BLOCK}    path: str = ''\n")
    text = "from base import Store\n\n\nclass Mine(Store):\n    _block_type_name: str = 'Mine'\n"
    assert after(tmp_path, text) == text.replace(": str", "")


def test_nothing_is_said_on_prefect_3(tmp_path: Path) -> None:
    assert after(tmp_path, f"{BLOCK}    _description: str = 'x'\n", "prefect>=3\n") is None
