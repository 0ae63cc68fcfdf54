"""Which of several assignments counts where a name is read: what is claimed is held against programs that run."""

from __future__ import annotations

import ast
import contextlib
import random
from collections.abc import Iterator
from textwrap import dedent, indent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.reaching import binding_in_force
from prefect_migrate.source.text import SourceText


def seen(code: str) -> list[str | None]:
    """What each `read(x)` of some code is said to see: the text of the value, or None."""
    file = PythonFile("a.py", SourceText(dedent(code).encode(), "utf-8"))
    found = []
    for call in file.calls():
        if isinstance(call.func, ast.Name) and call.func.id == "read":
            (name,) = call.args
            assert isinstance(name, ast.Name)
            binding = binding_in_force(file, name)
            found.append(file.source(binding.value) if binding is not None and binding.value is not None else None)
    return found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1\nread(x)\nx = 2\nread(x)", ["1", "2"]),
        ("x = 1\nx = 2\nif y:\n    read(x)\nelse:\n    x = 3\n    read(x)\nread(x)", ["2", "3", None]),
        ("x = 1\nfor y in z:\n    read(x)\n    x = 2\n    read(x)", [None, "2"]),
        ("x = 1\nx = 2\nread(x)\nx = f(x)\nread(x)", ["2", "f(x)"]),
        ("x = 1\nx = 2\ndef f():\n    read(x)", [None]),
        ("x = 1\nx = 2\ndef f():\n    global x\n    x = 3\nf()\nread(x)", [None]),
        ("def f(x):\n    read(x)\n    x = 2\n    read(x)", [None, "2"]),
        ("x = 1\ntry:\n    x = 2\n    read(x)\nexcept E:\n    read(x)\nread(x)", ["2", None, None]),
        ("x = 1\nwith f() as x:\n    read(x)", [None]),
        ("x = 1\nwith f():\n    x = 2\nread(x)\nx = 3\n[read(x) for y in z]", [None, "3"]),
        ("x = 1\nx = 2\n[read(x) for x in z]\nread(x)", [None, "2"]),
        ("x = 1\nif read(x):\n    x = 2", ["1"]),
        ("x = 1\nwhile read(x):\n    x = 2", [None]),
        ("x = 1\nif (x := 2) and read(x): ...", [None]),
        ("x = 1\ndel x\nread(x)", [None]),
        ("x = 1\nimport x\nread(x)", [None]),
        ("x = 1\nread(x)", ["1"]),
    ],
)
def test_what_a_read_sees(code: str, expected: list[str | None]) -> None:
    assert seen(code) == expected


_BLOCKS = (
    "if coin():\n{}\nelse:\n{}",
    "for _ in range(2):\n{}\nelse:\n{}",
    "for x in (0,):\n{}\n{}",
    "while coin():\n{}\n{}",
    "try:\n{}\nexcept ValueError:\n{}",
    "try:\n{}\nfinally:\n{}",
    "with nothing():\n{}\n{}",
    "with giving() as x:\n{}\n{}",
    "def f():\n    global x\n{}\nif coin():\n    f()\n{}",
    "[read(x) for _ in range(1)]\nif read(x):\n{}\n{}",
)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Code that assigns to x and reads it, one number for each assignment."""
    numbers = iter(range(1, 1000))

    def block(depth: int) -> str:
        return "\n".join(draw(st.lists(statements(depth), min_size=1, max_size=3)))

    def statements(depth: int) -> st.SearchStrategy[str]:
        plain = st.sampled_from(["x = N", "x = N", "read(x)", "read(x)", "fail()", "x += N", "(x := N)"])
        if depth > 2:
            return plain
        nested = st.sampled_from(_BLOCKS).map(
            lambda form: (
                form.format(*(indent(block(depth + 1), "    ") for _ in range(2)))
                if "\n{}\n{}" not in form or "else" in form
                else form.format(indent(block(depth + 1), "    "), block(depth + 1))
            )
        )
        return plain | nested

    code = f"x = N\n{block(0)}\nread(x)"
    return "".join(part + (str(next(numbers)) if more else "") for part, more in _parts(code.split("N")))


def _parts(parts: list[str]) -> Iterator[tuple[str, bool]]:
    return ((part, number < len(parts) - 1) for number, part in enumerate(parts))


@given(programs(), st.integers(0, 3))
def test_a_program_that_runs_sees_what_is_claimed(code: str, seed: int) -> None:
    file = PythonFile("a.py", SourceText(code.encode(), "utf-8"))
    claims: dict[tuple[int, int], int] = {}
    for name in file.named("x"):
        binding = binding_in_force(file, name) if isinstance(name.ctx, ast.Load) else None
        if binding is not None and isinstance(binding.value, ast.Constant) and isinstance(binding.value.value, int):
            claims[name.lineno, name.col_offset] = binding.value.value
    for place, value in observed(code, seed):
        assert claims.get(place, value) == value, code


def observed(code: str, seed: int) -> list[tuple[tuple[int, int], Any]]:
    """(place of the name, value) of every `read(x)` of a run."""
    found: list[tuple[tuple[int, int], Any]] = []
    chance, steps = random.Random(seed), iter(range(200))

    class Marked(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            if isinstance(node.func, ast.Name) and node.func.id == "read" and isinstance(node.args[0], ast.Name):
                name = node.args[0]
                node.args += [ast.Constant(name.lineno), ast.Constant(name.col_offset)]
            return ast.fix_missing_locations(node)

    def read(value: Any, line: int, column: int) -> bool:
        found.append(((line, column), value))
        return coin()

    def coin() -> bool:
        return next(steps, None) is not None and chance.random() < 0.5

    def fail() -> None:
        if coin():
            raise ValueError

    @contextlib.contextmanager
    def giving() -> Iterator[int]:
        yield -1

    names = {"read": read, "coin": coin, "fail": fail, "nothing": contextlib.nullcontext, "giving": giving}
    with contextlib.suppress(ValueError, RecursionError):
        exec(compile(Marked().visit(ast.parse(code)), "a.py", "exec"), names)
    return found
