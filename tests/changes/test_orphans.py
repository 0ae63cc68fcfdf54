from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.changes.orphans import only_ceremony, remove_orphans
from prefect_migrate.changes.statements import drop_marks, statement_edit
from prefect_migrate.source.syntax import is_main_guard
from prefect_migrate.source.text import SourceText


def test_an_unused_block_goes_with_its_comments() -> None:
    before = "import a\n\n# why\nblock = a.Process(\n    x=1,  # one\n)  # end\n\ny = 1\n"
    assert remove_orphans(before, ["block"]) == "import a\n\ny = 1\n"


def test_a_saved_block_goes_too() -> None:
    before = "block = P()\nblock.save('x', overwrite=True)\ny = 1\n"
    assert remove_orphans(before, ["block"]) == "y = 1\n"


def test_a_used_name_stays() -> None:
    before = "block = P()\nprint(block)\n"
    assert remove_orphans(before, ["block"]) == before


@pytest.mark.parametrize("other", ["Q()", "5", "DockerContainer(image=build())", "DockerContainer() if x else None"])
def test_a_name_assigned_twice_stays(other: str) -> None:
    before = f"block = Process()\nblock = {other}\n"
    assert remove_orphans(before, ["block"]) == before


def test_a_name_of_several_blocks_goes_with_all_of_them() -> None:
    before = "block = Process(env={})\na = 1\nblock = DockerContainer()\nblock.save('x')\ny = 1\n"
    assert remove_orphans(before, ["block"]) == "a = 1\ny = 1\n"
    assert remove_orphans(f"{before}print(block)\n", ["block"]) == f"{before}print(block)\n"


def test_a_name_in_a_function_is_its_own() -> None:
    before = (
        "from google.cloud import storage\n\n\ndef read():\n    return storage.Client()\n\n\ndef deploy():\n{}    y()\n"
    )
    assert remove_orphans(before.format("    storage = GCS.load(NAME)\n"), ["storage"]) == before.format("")
    used = before.format("    storage = GCS.load(NAME)\n    z(lambda: storage)\n")
    assert remove_orphans(used, ["storage"]) == used
    declared = before.format("    global storage\n    storage = GCS.load(NAME)\n")
    assert remove_orphans(declared, ["storage"]) == declared


def test_orphans_of_orphans() -> None:
    before = "image = 'x'\nblock = P(image)\ny = 1\n"
    assert remove_orphans(before, ["block", "image"]) == "y = 1\n"


def test_comments_of_other_objects_stay() -> None:
    before = "# why\nblock = GitHub.load(  # which\n    'x'\n)  # end\n\ny = 1\n"
    assert remove_orphans(before, ["block"]) == "# why\n# which\n# end\n\ny = 1\n"


@pytest.mark.parametrize("value", ["compute()", "[x() for x in y]", "(z := 1)", "Process(env=read())"])
def test_a_value_that_may_do_more_stays(value: str) -> None:
    before = f"block = {value}\n"
    assert remove_orphans(before, ["block"]) == before


@pytest.mark.parametrize(
    "use", ["def f():\n    global block\n", "__all__ = ['block']\n", "x: 'block'\n", "block.save(block)\n"]
)
def test_other_ways_to_name_it_count(use: str) -> None:
    before = f"block = P()\n{use}"
    assert remove_orphans(before, ["block"]) == before


def _remove(text: str, *lines: int, keep: bool = False) -> str:
    source, tree = SourceText(text.encode(), "utf-8"), ast.parse(text)
    chosen = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno in lines]
    return drop_marks(apply_edits(text, [statement_edit(source, node, keep_comments=keep) for node in chosen]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\nb\n", "a = 1\n"),
        ("a = 1\n\n\n# c\nb  # d\n\nc = 2\n", "a = 1\n\n\nc = 2\n"),
        ("a = 1\n\nb\n\n\nc = 2\n", "a = 1\n\n\nc = 2\n"),
        ("b\n\nc = 2\n", "c = 2\n"),
        ("#!/bin/x\n# coding: utf-8\nb\nc = 2\n", "#!/bin/x\n# coding: utf-8\nc = 2\n"),
        ("def f():\n    b\n\n    c = 2\n", "def f():\n    c = 2\n"),
        ("def f():\n    c = 2\n\n    b\n\n\nx = 1\n", "def f():\n    c = 2\n\n\nx = 1\n"),
        ("a = 1; b; c = 2\n", "a = 1; c = 2\n"),
        ("b; c = 2\n", "c = 2\n"),
        ("a = 1; b\n", "a = 1\n"),
        ("a = 1; b;\n", "a = 1\n"),
        ("b;\nc = 1\n", "c = 1\n"),
        ("if x: b\n", "if x: pass\n"),
        ("if x: b; c\n", "if x: c\n"),
        ("try:\n    b\nfinally:\n    c\n", "try:\n    pass\nfinally:\n    c\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_removed_statement(before: str, after: str, newline: str) -> None:
    before, after = before.replace("\n", newline), after.replace("\n", newline)
    source, tree = SourceText(before.encode(), "utf-8"), ast.parse(before)
    statement = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) and node.value.id == "b"
    )
    assert drop_marks(apply_edits(before, [statement_edit(source, statement)])) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# a\nb(  # c\n    1,  # noqa\n)  # d\nx = 1\n", "# a\n# c\n# d\nx = 1\n"),
        ("x = 1; b(  # c\n)  # d\n", "x = 1  # c  # d\n"),
        ("if __name__ == '__main__':  # e\n    # a\n    b(1)  # c\nx = 1\n", "# e\n# a\n# c\nx = 1\n"),
    ],
)
def test_comments_stay_where_they_are_wanted(before: str, after: str) -> None:
    source, tree = SourceText(before.encode(), "utf-8"), ast.parse(before)
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    assert drop_marks(apply_edits(before, [statement_edit(source, call, keep_comments=True)])) == after


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


@pytest.mark.parametrize(
    ("below", "expected"),
    [("if a.x:\n    pass\n", "import a\n\n"), ("def f():\n    pass\n", "import a\n\n\n")],
)
def test_the_distance_below_imports_stays(below: str, expected: str) -> None:
    before = f"import a\n\nblock = a.P()\n\n\n{below}"
    assert remove_orphans(before, ["block"]) == expected + below
