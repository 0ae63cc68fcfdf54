"""Writer: `infra_overrides` and a block's settings as `job_variables`, in the source's own words.

Prefect 2 applied overrides in their order: `"env.A"` set one key, `"env"` took the place of all.  Prefect 3 wants the
result, nested.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from prefect_migrate.changes.indent import indent_of, reindent
from prefect_migrate.changes.whitespace import code_of
from prefect_migrate.findings import CannotFix
from prefect_migrate.plan.infrastructure import as_text
from prefect_migrate.plan.model import UNKNOWN
from prefect_migrate.source.tokens import comments_of, lines_of
from prefect_migrate.writers.literals import text_literal

Translate = Callable[[str, str], tuple[str, str]]
_ATOMS = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Dict)


@dataclass(slots=True)
class Tree:
    """A dict in the making: what it is made from (`**base`), and its own items over that."""

    base: str = ""
    items: dict[str, str | Tree] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)

    def place(self, path: list[str], value: str | Tree) -> None:
        """Set the value that a dotted key names."""
        *parents, last = path
        tree = self
        for parent in parents:
            child = tree.items.get(parent)
            if not isinstance(child, Tree):
                child = tree.items[parent] = Tree(base=child or "")
            tree = child
        tree.items.pop(last, None)
        tree.items[last] = value


@dataclass(frozen=True, slots=True)
class Layout:
    """How a dict is written over several lines: the indentation of its closing brace, one step, the line's end."""

    indent: str
    unit: str = "    "
    newline: str = "\n"
    width: int = 88


def merged_variables(
    overrides: str | None,
    extra: dict[str, str],
    layout: Layout,
    translate: Translate = lambda key, code: (key, code),
    dropped: frozenset[str] = frozenset(),
) -> str | None:
    """The code of `job_variables`: `extra` (variable -> code) with the overrides over it; None if there are none.

    `translate` turns an override's key and code into those of a job variable.  Overrides that need no change keep
    their text; those in `dropped` go.
    """
    if overrides is None:
        return written(_tree_of(extra), layout) if extra else None
    node = opened(cst.parse_expression(overrides, cst.PartialParserConfig(default_newline=layout.newline)))
    if isinstance(node, cst.IfExp) and not dropped:
        overrides = _chosen(node, extra, layout, translate) or overrides
    if not isinstance(node, cst.Dict):
        return _with_splat(_tree_of(extra), overrides) if extra else overrides
    if not extra and not dropped and all(_stays(element, translate, layout) for element in node.elements):
        return overrides
    lost = [
        comment for item in node.elements if key_of(item) in dropped for comment in comments_of(code_of(item.value))
    ]
    node = node.with_changes(elements=[item for item in node.elements if key_of(item) not in dropped])
    tree = _tree_of(extra)
    code = written(tree, layout) if _apply(tree, node, layout, translate) else ""
    if not code or Counter(comments_of(overrides)) - Counter([*comments_of(code), *lost]):
        if dropped:
            raise CannotFix("comments around the overrides that go to the work pool would be lost")
        return _with_splat(_tree_of(extra), overrides) if extra else overrides
    return code


def _chosen(node: cst.IfExp, extra: dict[str, str], layout: Layout, translate: Translate) -> str | None:
    """The code of `{...} if x else None` with job variables in each dict; None where something else is chosen from."""
    branches = []
    for branch in map(opened, (node.body, node.orelse)):
        code: str | None = None
        if isinstance(branch, cst.Name) and branch.value == "None":
            code = "{}" if extra else "None"
        elif isinstance(branch, cst.IfExp):
            code = _chosen(branch, extra, layout, translate)
        elif isinstance(branch, cst.Dict) and is_display(code_of(branch)):
            if {(key_of(element) or "").split(".")[0] for element in branch.elements} & extra.keys():
                raise CannotFix("an override that is only set at times is one of the block's settings too")
            code = merged_variables(code_of(branch), {}, layout, translate)
        if code is None:
            return None
        branches.append(cst.parse_expression(code))
    return code_of(node.with_changes(body=branches[0], orelse=branches[1]))


def as_texts(code: str, known: Mapping[str, Any], *, nulls: bool = True) -> str:
    """A dict of texts, such as `env`: numbers and switches in it become what Prefect 2 made of them.

    `known` are the values, as far as they can be known.  Without `nulls` an item that is None goes.
    """
    node = opened(cst.parse_expression(code))
    if not isinstance(node, cst.Dict):
        return code
    elements: list[cst.BaseDictElement] = []
    for element in node.elements:
        old = code_of(element.value)
        if old == "None" and not nulls:
            continue
        new = text_value(old, known.get(key_of(element) or "", UNKNOWN))
        elements.append(element if new == old else element.with_changes(value=cst.parse_expression(new)))
    return code if elements == list(node.elements) else code_of(node.with_changes(elements=elements))


def opened(node: cst.BaseExpression) -> cst.BaseExpression:
    """`dict(a=1)` as `{"a": 1}`, with its comments; else the same node."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name) or node.func.value != "dict":
        return node
    if not node.args or not all(one.keyword and not one.star for one in node.args):
        return node
    pairs = [
        cst.DictElement(cst.SimpleString(f'"{one.keyword.value if one.keyword else ""}"'), one.value, comma=one.comma)
        for one in node.args
    ]
    opening = cst.LeftCurlyBrace(node.whitespace_before_args)
    return cst.Dict(pairs, lbrace=opening, rbrace=cst.RightCurlyBrace(node.args[-1].whitespace_after_arg))


def is_display(code: str) -> bool:
    """Whether code is a dict that is written down, key for key."""
    node = opened(cst.parse_expression(code))
    return isinstance(node, cst.Dict) and all(key_of(element) is not None for element in node.elements)


def text_value(code: str, known: Any = UNKNOWN) -> str:
    """The code of a text, for that of a number or a switch."""
    try:
        known = ast.literal_eval(code)
    except (ValueError, SyntaxError):
        return f"str({code})" if known is not UNKNOWN and as_text(known) is not known else code
    return code if as_text(known) is known else text_literal(as_text(known))


def _stays(element: cst.BaseDictElement, translate: Translate, layout: Layout) -> bool:
    """Whether an override says the same as a job variable."""
    key, code = key_of(element), code_of(element.value, layout.newline)
    return key is None or ("." not in key and translate(key, code) == (key, code))


def _tree_of(extra: dict[str, str]) -> Tree:
    tree = Tree()
    for variable, code in extra.items():
        tree.place([variable], _opened(code))
    return tree


def _opened(code: str) -> str | Tree:
    """A dict of plain keys as a tree, so that single keys of it can be set; anything else as it is."""
    node = cst.parse_expression(code)
    keys = [key_of(element) for element in node.elements] if isinstance(node, cst.Dict) else [None]
    if not isinstance(node, cst.Dict) or None in keys or comments_of(code):
        return code
    tree = Tree()
    for key, element in zip(keys, node.elements, strict=True):
        tree.items[str(key)] = code_of(element.value)
    return tree


def _apply(tree: Tree, node: cst.Dict, layout: Layout, translate: Translate) -> bool:
    """Set the overrides one by one; False if a key is not known."""
    pending = _comments_before(node)
    for element in node.elements:
        key = key_of(element)
        if key is None:
            return False
        key, code = translate(key, code_of(element.value, layout.newline))
        tree.place(key.split("."), _opened(code) if "\n" not in code else code)
        tree.comments.setdefault(key.split(".")[0], []).extend([*pending, *_comments_behind(element)[0]])
        pending = _comments_behind(element)[1]
    if pending:
        tree.comments.setdefault("", []).extend(pending)
    return True


def key_of(element: cst.BaseDictElement) -> str | None:
    """The key of a dict's item, if it is a plain string."""
    if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
        value = element.key.evaluated_value
        return value if isinstance(value, str) else None
    return None


def _comments_before(node: cst.Dict) -> list[str]:
    return comments_of("{" + code_of(node.lbrace)[1:] + "}")


def _comments_behind(element: cst.BaseDictElement) -> tuple[list[str], list[str]]:
    """The comments on an item's own line, and those on the lines behind it."""
    comma = element.comma
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else None
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return [], []
    own = [space.first_line.comment.value] if space.first_line.comment else []
    return own, [line.comment.value for line in space.empty_lines if line.comment]


def _with_splat(tree: Tree, overrides: str) -> str:
    """`{"a": 1, **overrides}`"""
    return f"{{{_flat(tree)[1:-1]}, **{_atom(overrides)}}}"


def _atom(code: str) -> str:
    """Code that can stand behind `**`."""
    return code if isinstance(cst.parse_expression(code), _ATOMS) else f"({code})"


# -- writing ---------------------------------------------------------------------------------------------------------


def written(tree: Tree, layout: Layout) -> str:
    """The dict as code: in one line if it fits, else one item to a line."""
    flat = _flat(tree)
    fits = len(layout.indent) + len("job_variables=") + len(flat) < layout.width
    if fits and "\n" not in flat and "\r" not in flat and not _has_comments(tree):
        return flat
    return _broken(tree, layout.indent, layout)


def _has_comments(tree: Tree) -> bool:
    return any(tree.comments.values())


def _flat(tree: Tree) -> str:
    parts = [f"**{_atom(tree.base)}"] if tree.base else []
    parts += [f'"{key}": {value if isinstance(value, str) else _flat(value)}' for key, value in tree.items.items()]
    return "{" + ", ".join(parts) + "}"


def _broken(tree: Tree, indent: str, layout: Layout) -> str:
    inner, newline = indent + layout.unit, layout.newline
    lines = [f"{inner}**{_atom(tree.base)},"] if tree.base else []
    for key, value in tree.items.items():
        lines += [f"{inner}{comment}" for comment in tree.comments.get(key, ())]
        lines.append(f'{inner}"{key}": {_item(value, inner, layout)},')
    lines += [f"{inner}{comment}" for comment in tree.comments.get("", ())]
    return newline.join(["{", *lines, f"{indent}}}"])


def _item(value: str | Tree, indent: str, layout: Layout) -> str:
    if isinstance(value, str):
        return _moved(value, indent, layout.newline)
    flat = _flat(value)
    return flat if len(indent) + len(flat) < layout.width - 20 and "\n" not in flat else _broken(value, indent, layout)


def _moved(code: str, indent: str, newline: str) -> str:
    """A value of several lines with its closing bracket at an indentation."""
    lines = lines_of(code)
    return reindent(code, indent_of(lines[-1]), indent) if len(lines) > 1 else code
