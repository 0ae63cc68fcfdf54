"""The one walk over a tree finds every node that a rule may look at."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from prefect_migrate.source import tree
from prefect_migrate.source.tree import Nodes, children_of

MATCHES = """\
match value:
    case True | None:
        pass
    case {"a": [first, *rest], **others} if first:
        pass
    case Point(x=0, y=1) as point:
        pass
    case -1 | 1 + 2j | "text" | Colour.RED:
        pass
    case _:
        pass
"""
REST = """\
async def f(a, /, b: int = 1, *c, d=2, **e) -> None:
    global x
    async with g() as h, i: ...
    async for j in k: ...
    await (yield)
    return [l async for l in m if n]
class C(D, metaclass=E):
    x: int = 1
    def g(self): nonlocal y
with a as b, c: del d
try: raise A from B
except* C as e: pass
print(f"{a!r:>{width}}", lambda x, *y: (z := {1: 2, **x}), {*a}, a[1:2, ...], not a, a < b, a if b else c, *d)
import a.b as c
from a import b as c
x += 1
while a: break
else: pass
assert a, b
"""


def is_of_its_own(node: ast.AST) -> bool:
    return not isinstance(node, (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop))


@pytest.mark.parametrize(
    "text",
    [
        MATCHES,
        pytest.param(REST, marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="except* is of Python 3.11")),
        Path(tree.__file__).read_text("utf-8"),
    ],
)
def test_nothing_is_left_out(text: str) -> None:
    module = ast.parse(text)
    nodes = Nodes(module)
    assert {*nodes.all} == {node for node in ast.walk(module) if is_of_its_own(node)}
    for outer in nodes.all:
        for inner in ast.iter_child_nodes(outer):
            assert not is_of_its_own(inner) or nodes.parents[inner] is outer
        assert children_of(outer) == [inner for inner in ast.iter_child_nodes(outer) if is_of_its_own(inner)]
