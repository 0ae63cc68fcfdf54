"""What is random or belongs to the machine goes; what the project says stays."""

from __future__ import annotations

import pytest

from prefect_migrate.verify.scrub import Scrubber

WINDOW = (1_700_000_000.0, 1_700_000_010.0)
SCRUBBER = Scrubber({"/w/3/etl": "<project>", "/w/tmp": "<tmp>", "/w": "<work>"}, WINDOW, {"brave-owl": "<flow run>"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/w/3/etl/data.csv", "<project>/data.csv"),
        ("/w/tmp/tmpab12cd/x", "<tmp>/x"),
        ("/w/other", "<work>/other"),
        ("run 1b4e28ba-2fa1-11d2-883f-0016d3cca427", "run <id>"),
        ("<A object at 0x7f0a1b2c3d4e>", "<A object at <address>>"),
        ("http://127.0.0.1:4242/api", "<api>/api"),
        ("__prefect_loader_140__.Error", "<module>.Error"),
        ("https://errors.pydantic.dev/2.12/v/x", "https://errors.pydantic.dev/v/x"),
        ("at 2023-11-14T22:13:25.123456+00:00", "at <now>"),
        ("at 2023-11-14 22:13:25", "at <now>"),
        ("at 2023-11-14T22:13:25Z", "at <now>"),
        ("at 2024-05-01T00:00:00", "at 2024-05-01T00:00:00"),
        ("at 2023-99-99T00:00:00", "at 2023-99-99T00:00:00"),
        ("run brave-owl", "run <flow run>"),
        ("0xff 12345678", "0xff 12345678"),
    ],
)
def test_text(text: str, expected: str) -> None:
    assert SCRUBBER.text(text) == expected


def test_value_is_scrubbed_everywhere() -> None:
    value = {"/w/3/etl": ["/w/3/etl", {"a": "/w/3/etl"}], "n": 1, "none": None}
    assert SCRUBBER.value(value) == {"<project>": ["<project>", {"a": "<project>"}], "n": 1, "none": None}
