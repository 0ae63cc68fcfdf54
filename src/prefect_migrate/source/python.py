"""One Python file: its tree, what its names mean, and ways from syntax to text."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from prefect_migrate.findings import Place, place_of
from prefect_migrate.source.newer_syntax import tree_of
from prefect_migrate.source.scopes import Binding, Meaning, ScopeTable
from prefect_migrate.source.text import SourceText
from prefect_migrate.source.tree import Nodes

N = TypeVar("N", bound=ast.AST)


class UnparsablePython(Exception):
    """No Python 3 that this interpreter can parse; `line` and `column` are 1-based."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class PythonFile:
    """A parsed file.  `path` is relative to the scanned root, with forward slashes; `module` its dotted name."""

    def __init__(self, path: str, text: SourceText) -> None:
        self.path = path
        self.text = text
        self.module = module_name(path)
        self.tree = parse(text.text)
        #: What `symbols.dotted` said of a node, or of a meaning, and in which generation of the project.
        self.answers: dict[ast.expr | Meaning, tuple[int, Any]] = {}
        #: The names that may mean something of Prefect's, for `symbols.may_be_prefect`, and in which generation.
        self.reach: tuple[int, frozenset[str] | None] | None = None

    @classmethod
    def read(cls, path: str, data: bytes) -> PythonFile:
        """Parse bytes.  Raises UnreadableText or UnparsablePython."""
        return cls(path, SourceText.python(data))

    @property
    def is_notebook(self) -> bool:
        """Whether it is the module that the cells of a notebook make up."""
        return False

    def place_in_file(self, place: Place) -> Place:
        """Where in the file a place of the module is."""
        return place

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        if f"/{self.path}".endswith("/__init__.py"):
            return self.module
        return self.module.rpartition(".")[0]

    @cached_property
    def scopes(self) -> ScopeTable:
        return ScopeTable(self.tree, self.package)

    @cached_property
    def walked(self) -> Nodes:
        """What one walk of the tree finds."""
        return Nodes(self.tree)

    @property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of every node."""
        return self.walked.parents

    @property
    def nodes(self) -> list[ast.AST]:
        """Every node, outer before inner; contexts (`Load`) and operators (`Add`) apart."""
        return self.walked.all

    def of_type(self, kind: type[N]) -> list[N]:
        """Every node of exactly this class, outer before inner."""
        return self.walked.by_type.get(kind, [])

    def named(self, name: str) -> list[ast.Name]:
        """Every read, assignment and deletion of a name, in the order of `nodes`."""
        return self._names.get(name, [])

    @cached_property
    def _names(self) -> dict[str, list[ast.Name]]:
        found: dict[str, list[ast.Name]] = {}
        for node in self.of_type(ast.Name):
            found.setdefault(node.id, []).append(node)
        return found

    def of_types(self, *kinds: type[N]) -> list[N]:
        """Every node of exactly one of these classes, in the order of `nodes`."""
        there = [kind for kind in kinds if self.of_type(kind)]
        if len(there) < 2:
            return self.of_type(there[0]) if there else []
        wanted: set[type[ast.AST]] = set(there)
        return [node for node in self.nodes if node.__class__ in wanted]  # type: ignore[misc]

    @cached_property
    def mentions(self) -> list[ast.Constant]:
        """Every string that has Prefect's name in some spelling, docstrings and pieces of f-strings included."""
        return [
            node
            for node in self.of_type(ast.Constant)
            if node.value.__class__ is str and ("refect" in node.value or "REFECT" in node.value)
        ]

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every `def`, in the order of `nodes`."""
        return self.of_types(ast.FunctionDef, ast.AsyncFunctionDef)

    @cached_property
    def _calls(self) -> list[ast.Call]:
        return sorted(self.of_type(ast.Call), key=attrgetter("lineno", "col_offset"))

    def calls(self) -> Iterator[ast.Call]:
        """Every call, in the order of the source."""
        return iter(self._calls)

    @cached_property
    def rooted_calls(self) -> list[tuple[ast.Call, str]]:
        """Every call, in the order of the source, with the name that what is called starts with; "" for no name."""
        found: list[tuple[ast.Call, str]] = []
        for call in self._calls:
            root: Any = call.func
            while root.__class__ is ast.Attribute:
                root = root.value
            found.append((call, root.id if isinstance(root, ast.Name) else ""))
        return found

    def meaning(self, node: ast.expr) -> Meaning | None:
        """See ScopeTable.meaning."""
        return self.scopes.meaning(node)

    def bindings_of(self, node: ast.Name) -> list[Binding]:
        """The bindings that a name may mean where it stands."""
        return self.scopes.scope_of(node).lookup(node.id)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The character offsets of a node, its decorators included."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first: Any = decorators[0] if decorators else node
        last: Any = node
        start = self.text.offset_utf8(first.lineno, first.col_offset)
        return start - bool(decorators), self.text.offset_utf8(last.end_lineno, last.end_col_offset)

    def source(self, node: ast.AST) -> str:
        """The text of a node, as written."""
        start, end = self.span(node)
        return self.text.text[start:end]

    def place(self, node: ast.AST) -> Place:
        """Where a node stands."""
        return place_of(self.text, *self.span(node))

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement around a node."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def body_of(self, statement: ast.stmt) -> list[ast.stmt]:
        """The block that a statement stands in."""
        parent = self.parents[statement]
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        raise AssertionError(f"no block holds the statement on line {statement.lineno}")

    def enclosing(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)


def parse(text: str) -> ast.Module:
    """`ast.parse` that keeps quiet about the user's escapes.  Raises UnparsablePython."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tree_of(text)
    except SyntaxError as error:
        raise UnparsablePython(error.msg or "invalid syntax", error.lineno or 1, max(error.offset or 1, 1)) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnparsablePython(str(error) or type(error).__name__, 1, 1) from error


@lru_cache(maxsize=2)
def tree_to_read(text: str) -> ast.Module:
    """`parse`, for those who look at one text in turn and leave its tree as it is."""
    return parse(text)


@lru_cache(maxsize=2)
def nodes_to_read(text: str) -> Nodes:
    """The nodes of `tree_to_read`."""
    return Nodes(tree_to_read(text))


def module_name(path: str) -> str:
    """The dotted module of a path below the import root (`a/b.py` → `a.b`, `a/__init__.py` → `a`)."""
    *parts, name = path.split("/")
    parts.append(name.rpartition(".")[0] or name)
    if parts[0] == "src" and len(parts) > 1:
        parts = parts[1:]
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)
