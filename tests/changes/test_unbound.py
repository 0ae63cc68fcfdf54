from __future__ import annotations

import ast

import pytest

from prefect_migrate.changes.rewriting import rewrite
from prefect_migrate.changes.unbound import unbound_names
from prefect_migrate.findings import CannotFix, Changes, Edit
from prefect_migrate.source.tree import Nodes


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print(x)\n", {"x"}),
        ("print(x)\nx = 1\n", {"x"}),
        ("x = x + 1\n", set()),
        ("def f():\n    return x\n\nx = 1\n", set()),
        ("def f():\n    print(x)\n    x = 1\n", {"x"}),
        ("def f(x):\n    return [y for y in x]\n", set()),
        ("class A:\n    x = 1\n    y = x\n\n    def f(self):\n        return __class__, x\n", {"x"}),
        ("from a import *\nprint(x)\n", set()),
        ("import os.path\nprint(os, __file__, len)\n", set()),
        ("for x in ():\n    pass\nprint(x)\n", set()),
        ("try:\n    pass\nexcept E as e:\n    print(e)\n", {"E"}),
        ("def f():\n    global x\n    x = 1\n\nf()\nprint(x)\n", set()),
        ("if (n := len('a')) > 1:\n    print(n)\n", set()),
        ("x: 'int'\nprint(lambda a, *b, **c: (a, b, c))\n", set()),
        ("match v:\n    case {'a': a, **r}:\n        print(a, r)\n    case [*s] as t:\n        print(s, t)\n", {"v"}),
    ],
)
def test_names_that_nothing_defines(code: str, expected: set[str]) -> None:
    assert unbound_names(Nodes(ast.parse(code))) == expected


def test_a_rewrite_that_reads_an_undefined_name_is_not_made() -> None:
    with pytest.raises(CannotFix, match="nothing would define `name`"):
        rewrite("a.py", b"print(1)\n", [Changes([Edit(6, 7, "name")])])


def test_a_name_that_was_undefined_before_is_no_obstacle() -> None:
    assert rewrite("a.py", b"print(name, 1)\n", [Changes([Edit(12, 13, "2")])]) == b"print(name, 2)\n"


@pytest.mark.parametrize(
    ("before", "gone", "kept"),
    [
        # the function's own variable, whose last use goes, is not what is imported
        ("from a import b\n\n\ndef f():\n    b = 1\n    print(b)\n", "    b = 1\n    print(b)\n", True),
        ("from a import b\n\n\ndef f():\n    print(b)\n", "    print(b)\n", False),
        ("def f():\n    from a import b\n\n    b = b()\n    print(b)\n", "    b = b()\n    print(b)\n", False),
    ],
)
def test_import_stays_if_only_a_variable_of_its_name_goes(before: str, gone: str, kept: bool) -> None:
    start = before.index(gone)
    after = rewrite("a.py", before.encode(), [Changes([Edit(start, start + len(gone), "    pass\n")])])
    assert after is not None
    assert (b"from a import b" in after) is kept
