from __future__ import annotations

import re

from prefect_migrate.commands.decoded import decode_escapes, decode_parts, direct_span
from prefect_migrate.commands.words import Part
from tests.commands.lines import only


def test_each_character_has_its_place() -> None:
    decoded = decode_parts(only(r'prefect "a\"b"').words[1].parts)
    assert decoded.value == 'a"b'
    assert list(decoded.spans) == [(9, 10), (10, 12), (12, 13)]


def test_escapes() -> None:
    decoded = decode_escapes(r"xx a\$b", 3, 7, re.compile(r"\\(\$)"))
    assert decoded.value == "a$b"
    assert list(decoded.spans) == [(3, 4), (4, 6), (6, 7)]


def test_direct_span() -> None:
    assert direct_span([Part(3, 5, "ab"), Part(5, 7, "$X", True)]) == (3, 7)
    assert direct_span([Part(3, 5, "ab"), Part(6, 7, "c")]) is None
    assert direct_span([Part(3, 5, "ab"), Part(5, 6, "c", quote="'")]) is None
    assert direct_span([Part(3, 5, "a")]) is None
    assert direct_span([]) is None


def test_dollar_of_make_is_direct() -> None:
    assert direct_span([Part(3, 5, "ab", quote="'"), Part(5, 7, "$", quote="'")]) == (3, 7)
    assert direct_span([Part(3, 5, "ab", quote='"'), Part(5, 7, "$", quote='"')]) is None
