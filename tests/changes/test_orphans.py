from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.changes.orphans import (
    drop_passes,
    only_ceremony,
    remove_orphans,
    statement_edit,
)
from prefect_migrate.source.syntax import is_main_guard


def test_an_unused_block_goes_with_its_comment() -> None:
    before = "import a\n\n# why\nblock = a.Process(\n    x=1,\n)\n\ny = 1\n"
    assert remove_orphans(before, ["block"]) == "import a\n\ny = 1\n"


def test_a_saved_block_goes_too() -> None:
    before = "block = P()\nblock.save('x', overwrite=True)\ny = 1\n"
    assert remove_orphans(before, ["block"]) == "y = 1\n"


def test_a_used_name_stays() -> None:
    before = "block = P()\nprint(block)\n"
    assert remove_orphans(before, ["block"]) == before


def test_a_name_assigned_twice_stays() -> None:
    before = "block = P()\nblock = Q()\n"
    assert remove_orphans(before, ["block"]) == before


def test_orphans_of_orphans() -> None:
    before = "image = 'x'\nblock = P(image)\ny = 1\n"
    assert remove_orphans(before, ["block", "image"]) == "y = 1\n"


def _remove(text: str, *lines: int) -> str:
    tree = ast.parse(text)
    chosen = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno in lines]
    return drop_passes(apply_edits(text, [statement_edit(text, tree, node) for node in chosen]))


def test_an_emptied_main_guard_goes() -> None:
    assert _remove("x = 1\n\nif __name__ == '__main__':\n    d.apply()\n", 4) == "x = 1\n"


def test_both_statements_of_a_main_guard() -> None:
    assert _remove("x = 1\n\nif __name__ == '__main__':\n    d.apply()\n    e.apply()\n", 4, 5) == "x = 1\n"


def test_one_statement_of_a_main_guard() -> None:
    assert (
        _remove("if __name__ == '__main__':\n    d.apply()\n    other()\n", 2)
        == "if __name__ == '__main__':\n    other()\n"
    )


def test_an_emptied_function_keeps_a_pass() -> None:
    assert _remove("def f():\n    d.apply()\n", 2) == "def f():\n    pass\n"


def test_a_pass_of_the_user_stays() -> None:
    assert _remove("def f():\n    pass\n\n\nx = 1\nd.apply()\n", 6) == "def f():\n    pass\n\n\nx = 1\n"


def test_statements_that_share_a_line() -> None:
    assert ast.parse(_remove("a = 1; b = 2\n", 1))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if __name__ == '__main__': x", True),
        ("if '__main__' == __name__: x", True),
        ("if name == '__main__': x", False),
    ],
)
def test_is_main_guard(code: str, expected: bool) -> None:
    assert is_main_guard(ast.parse(code).body[0]) is expected


def test_only_ceremony() -> None:
    assert only_ceremony(ast.parse(dedent('"""Doc."""\nimport a\n')))
    assert not only_ceremony(ast.parse("x = 1"))
