"""Every use of a dotted name of Prefect in one file: imports, attributes, star imports, annotations and strings."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from prefect_migrate.names.strings import dotted_strings, names_an_attribute
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name
from prefect_migrate.source.tree import children_of

#: from: one name of `from a import b`; module: one of `import a.b`; star: `from a import *`; attribute: `a.b.c` below
#: an import; star-name: a name that a star import gave; annotation: a chain in a quoted annotation or a type comment;
#: string: a dotted name that something imports when it runs; attribute-string: `setattr(a.b, "c")`; handed-on: what a
#: module of the repository imports from Prefect and another takes from there.
Form = Literal[
    "from", "module", "star", "attribute", "star-name", "annotation", "string", "attribute-string", "handed-on"
]
ImportNode = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """One use of `name`, which is absolute and dotted.

    `root` is the Name that a chain starts with, `statement` the import of an alias.  `loose` strings only look like a
    name: nothing shows that they are one.
    """

    name: str
    form: Form
    node: ast.AST
    span: tuple[int, int]
    statement: ImportNode | None = None
    root: ast.Name | None = None
    certain: bool = True
    loose: bool = False


@dataclass(slots=True)
class FileNodes:
    """The nodes of a file that names can stand in, found in one walk; and the uses among them."""

    uses: list[Use] = field(default_factory=list)
    imports: list[ImportNode] = field(default_factory=list)
    attributes: list[ast.Attribute] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    strings: list[ast.Constant] = field(default_factory=list)
    annotations: list[ast.expr] = field(default_factory=list)

    @classmethod
    def of(cls, file: PythonFile) -> FileNodes:
        """Those of a file; most of its nodes belong nowhere."""
        return cls(
            imports=_imports(file),
            attributes=file.of_type(ast.Attribute),
            calls=file.of_type(ast.Call),
            strings=[node for node in file.mentions if "prefect" in str(node.value)],
            annotations=list(_annotations(file)),
        )


def _imports(file: PythonFile) -> list[ImportNode]:
    return file.of_types(ast.Import, ast.ImportFrom)


def _annotations(file: PythonFile) -> Iterator[ast.expr]:
    """The annotations that may be, or hold, more than a name."""
    annotated: list[ast.arg | ast.AnnAssign] = [*file.of_type(ast.arg), *file.of_type(ast.AnnAssign)]
    for node in annotated:
        if node.annotation is not None and node.annotation.__class__ is not ast.Name:
            yield node.annotation
    for function in file.functions:
        if function.returns is not None:
            yield function.returns


_cache: WeakKeyDictionary[PythonFile, FileNodes] = WeakKeyDictionary()
_BUILTINS = frozenset(dir(builtins))
_TYPE_COMMENT = re.compile(r"#[ \t]*type:[ \t]*(?!ignore)[^\r\n]*")


def nodes_of(file: PythonFile) -> FileNodes:
    """The sorted nodes of a file."""
    found = _cache.get(file)
    if found is None:
        found = _cache[file] = FileNodes.of(file)
        found.uses += _Collector(file, found).run()
    return found


def uses_of(file: PythonFile) -> list[Use]:
    """All uses, imports first."""
    return nodes_of(file).uses


def is_prefect(name: str) -> bool:
    """Whether a dotted name belongs to Prefect or to one of its integrations."""
    return name == "prefect" or name.startswith(("prefect.", "prefect_"))


class _Collector:
    def __init__(self, file: PythonFile, nodes: FileNodes) -> None:
        self.file = file
        self.nodes = nodes
        #: Names that an import binds to something of Prefect's, as a rule to a module.
        self.roots: set[str] = set()
        #: Those of them that are classes by their spelling.
        self.classes: set[str] = set()
        self.stars: list[str] = []

    def run(self) -> Iterator[Use]:
        for node in self.nodes.imports:
            yield from self._import(node)
        if self.roots or self.classes:
            yield from self._chains()
        if self.roots:
            yield from self._annotations()
            yield from self._attribute_strings()
        if self.stars:
            yield from self._star_names()
        for string in dotted_strings(self.nodes.strings, self.nodes.calls):
            yield Use(string.name, "string", string.node, self.file.span(string.node), loose=string.loose)

    # -- imports ---------------------------------------------------------------------------------------------------

    def _import(self, node: ImportNode) -> Iterator[Use]:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if isinstance(node, ast.ImportFrom) and (node.level or not is_prefect(module)):
            return
        for alias in node.names:
            if isinstance(node, ast.Import):
                if is_prefect(alias.name):
                    self.roots.add(bound_name(alias))
                    yield Use(alias.name, "module", alias, self.file.span(alias), node)
            elif alias.name == "*":
                self.stars.append(module)
                yield Use(module, "star", alias, self.file.span(node), node)
            else:
                (self.roots if alias.name[0].islower() else self.classes).add(bound_name(alias))
                yield Use(f"{module}.{alias.name}", "from", alias, self.file.span(alias), node)

    # -- attributes ------------------------------------------------------------------------------------------------

    def _chains(self) -> Iterator[Use]:
        whole = self._whole_chains()
        #: What a file gives a class itself, as tests do.
        given = {node.attr for node in self.nodes.attributes if type(node.ctx) is not ast.Load} if self.classes else ()
        for node in self.nodes.attributes if whole else ():
            root = whole.get(node)
            if root is not None and root.id in self.classes and node.attr in given:
                continue
            meaning = self.file.meaning(node) if root is not None else None
            if meaning is not None and is_prefect(meaning.name):
                span = self.file.span(node)
                yield Use(meaning.name, "attribute", node, span, root=root, certain=meaning.certain)

    def _whole_chains(self) -> dict[ast.AST, ast.Name]:
        """The longest chain of attributes above each read of a root -> the root."""
        parents = self.file.parents
        found: dict[ast.AST, ast.Name] = {}
        for root in (node for name in self.roots | self.classes for node in self.file.named(name)):
            whole: ast.AST = root
            while parents[whole].__class__ is ast.Attribute:
                whole = parents[whole]
            if whole is not root:
                found[whole] = root
        return found

    def _star_names(self) -> Iterator[Use]:
        for node in self.file.of_type(ast.Name):
            if not isinstance(node.ctx, ast.Load) or node.id in _BUILTINS:
                continue
            if not self.file.bindings_of(node):
                for star in dict.fromkeys(self.stars):
                    yield Use(f"{star}.{node.id}", "star-name", node, self.file.span(node), certain=False)

    # -- annotations and type comments -------------------------------------------------------------------------------

    def _annotations(self) -> Iterator[Use]:
        text = self.file.text.text
        quotes = [pair for annotation in self.nodes.annotations for pair in _quoted(annotation)]
        comments = list(_TYPE_COMMENT.finditer(text)) if "type:" in text else []
        if not quotes and not comments:
            return
        pattern = re.compile(rf"(?<![\w.])({'|'.join(sorted(map(re.escape, self.roots)))})((?:\.[A-Za-z_]\w*)+)")
        for node, quoted in quotes:
            if pattern.search(quoted) and _is_expression(quoted):
                for match in pattern.finditer(quoted):
                    yield from self._in_text(match, node, self.file.span(node))
        for comment in comments:
            for match in pattern.finditer(comment.group()):
                span = comment.start() + match.start(), comment.start() + match.end()
                yield from self._in_text(match, self.file.tree, span)

    def _in_text(self, match: re.Match[str], node: ast.AST, span: tuple[int, int]) -> Iterator[Use]:
        meaning = self.file.meaning(ast.Name(match[1], ast.Load()))
        if meaning is not None and is_prefect(meaning.name):
            yield Use(meaning.name + match[2], "annotation", node, span, certain=meaning.certain)

    # -- strings ---------------------------------------------------------------------------------------------------

    def _attribute_strings(self) -> Iterator[Use]:
        """`setattr(prefect.engine, "name", ...)`."""
        for call in self.nodes.calls:
            if len(call.args) < 2 or not names_an_attribute(call):
                continue
            owner = self.file.meaning(call.args[0])
            name = call.args[1]
            if owner is not None and is_prefect(owner.name) and isinstance(name, ast.Constant):
                span = self.file.span(name)
                yield Use(f"{owner.name}.{name.value!s}", "attribute-string", name, span, certain=owner.certain)


def _quoted(annotation: ast.AST) -> Iterator[tuple[ast.Constant, str]]:
    """The strings in an annotation."""
    waiting = [annotation]
    for node in waiting:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value
        waiting += children_of(node)


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True
