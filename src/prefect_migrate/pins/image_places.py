"""Where images are named in a file, and how sure it is that the name is an image that something pulls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from prefect_migrate.context import FileContext
from prefect_migrate.discovery import kinds
from prefect_migrate.pins.charts import KEYS
from prefect_migrate.pins.images import Image, images_in
from prefect_migrate.pins.notebooks import in_cell
from prefect_migrate.pins.texts import in_comment
from prefect_migrate.source.python import PythonFile

_POSITION = re.compile(
    r"(?:^|\s)(?:FROM\s+(?:--platform=\S+\s+)?|docker\s.*\s|podman\s.*\s|--image[ =])[\"']?$"
    r"|\b(?:image|container|base_?image)[\"']?\s*[:=]\s*[\"']?$",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"^\s*(?:-\s+)?[\"']?(?:description|comment|title|name|summary|help|examples?)[\"']?\s*[:=]", re.IGNORECASE
)
#: A line of a log, of docker's or of kubectl's output.
_OUTPUT = re.compile(
    r"[ \t>]*(?:\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d|(?:DEBUG|INFO|WARN(?:ING)?|ERROR):"
    r"|[^\n]*[ \t]\|[ \t]+(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b"
    r"|Step[ \t]\d+/\d+|=>[ \t]|#\d+[ \t]\[|\[\d+/\d+\][ \t]|(?:[\da-f]{12}|(?:Normal|Warning)[ \t]+\w+)[ \t]"
    r"|(?:Status|Digest):[ \t]|(?:Unable to find|Pulling|Container) image |(?:Pulling from|Successfully|Downloaded) )"
)
#: The doubt about an image that nothing pulls: a description names it, or the example of a schema.
IN_A_TEXT = "it stands in a text"


_OWN_IMAGE = re.compile(r"(?:docker\.io/)?prefecthq/(?P<image>prefect(?:-(?:client|dev|aws|gcp|azure))?)")
_MAYBE = re.compile(rb"prefecthq/|prefectTag")


class PlacedImage(NamedTuple):
    """`doubt` is why a rewrite wants review, "" if nothing speaks against it."""

    image: Image
    doubt: str
    #: The chart whose values it stands in, where that starts what only Prefect 2 has.
    chart: str = ""


def is_output(text: str, at: int) -> bool:
    """Whether what stands there in a document is what a program printed, and so tells of the past."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return _OUTPUT.match(text, start, len(text) if end < 0 else end) is not None


def placed_images(context: FileContext) -> Iterator[PlacedImage]:
    """The images of a file, but those in comments and docstrings, and names that may be a repository's."""
    if context.file.kind == kinds.PYTHON:
        if _MAYBE.search(context.file.data or b""):
            yield from context.project.once("images", context.file, lambda: _of_code(context))
        return
    text = context.text.text
    for image in images_in(text):
        line = text[text.rfind("\n", 0, image.start) + 1 : image.start]
        hidden = context.file.kind not in (kinds.JSON, kinds.MARKDOWN) and in_comment(line)
        hidden = hidden or (context.file.kind == kinds.MARKDOWN and is_output(text, image.start))
        if hidden or (context.file.kind == kinds.NOTEBOOK and not in_cell(text, image.start)):
            continue
        if image.tag or _POSITION.search(line):
            yield PlacedImage(image, _doubt(image, line, context.file.kind))


def _doubt(image: Image, line: str, kind: str) -> str:
    if kind in (kinds.MARKDOWN, kinds.NOTEBOOK):
        return "it stands in a document"
    if kind == kinds.CODE:
        return "it stands in a program of another language"
    if _PROSE.match(line):
        return IN_A_TEXT
    return f"{image.host.rstrip('/')} may not hold the new image" if image.host else ""


def _of_code(context: FileContext) -> list[PlacedImage]:
    return [*_in_python(context.python), *_in_values(context.python)] if context.python is not None else []


def _in_values(file: PythonFile) -> Iterator[PlacedImage]:
    """`"prefectTag": "2.14-python3.11"` in the values that a program gives to a chart of Prefect's, or the `tag` of
    `repository="prefecthq/prefect"`."""
    for table in file.of_types(ast.Dict, ast.Call):
        values = _values(table)
        repository = _said(values.get("repository"))
        name = _OWN_IMAGE.fullmatch(repository)
        node = values.get("prefectTag") or (values.get("tag") if name else None)
        tag = _said(node)
        if node is None or not tag or (repository and name is None):
            continue
        start, end = file.span(node)
        if file.text.text[start + 1 : end - 1] == tag:
            image = Image(start + 1, end - 1, tag, name["image"] if name else "prefect", tag, start + 1, end - 1)
            yield PlacedImage(image, "", _old_chart(file, table))


def _values(table: ast.AST) -> dict[str, ast.expr]:
    """The keys of a dict, or the keywords of a call."""
    if isinstance(table, ast.Dict):
        return {_said(key): value for key, value in zip(table.keys, table.values, strict=True)}
    keywords = table.keywords if isinstance(table, ast.Call) else []
    return {keyword.arg: keyword.value for keyword in keywords if keyword.arg}


def _old_chart(file: PythonFile, node: ast.AST) -> str:
    """The chart whose values these are, if they stand below `agent` or `orion`."""
    inner, outer = node, file.parents.get(node)
    while outer is not None and not isinstance(outer, ast.stmt):
        key = outer.arg if isinstance(outer, ast.keyword) else None
        if isinstance(outer, ast.Dict) and inner in outer.values:
            key = _said(outer.keys[outer.values.index(inner)])
        if key in KEYS:
            return KEYS[key]
        inner, outer = outer, file.parents.get(outer)
    return ""


def _said(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _in_python(file: PythonFile) -> Iterator[PlacedImage]:
    text = file.text.text
    lines = {file.text.position(found.start())[0] for found in re.finditer("prefecthq/", text)}
    for node in file.of_types(ast.JoinedStr, ast.Constant):
        if lines.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
            continue
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            continue
        parent = file.parents[node]
        if isinstance(parent, (ast.Expr, ast.JoinedStr)) or "prefecthq/" not in file.source(node):
            continue
        start, end = file.span(node)
        for image in images_in(text[start:end]):
            moved = replace(
                image, start=image.start + start, end=image.end + start, at=image.at + start, to=image.to + start
            )
            named = _is_image_value(file, node)
            alone = text[start : moved.start].strip("fFrRbB\"'") == "" and text[moved.end : end].strip("\"'") == ""
            if image.tag or (named and alone):
                yield PlacedImage(moved, "" if named and alone else "it is a string that something else may read")


def _is_image_value(file: PythonFile, node: ast.expr) -> bool:
    """`image="…"` of a call, `"image": "…"` of a dict, or a name that says so."""
    parent = file.parents[node]
    names: list[str] = []
    if isinstance(parent, ast.keyword):
        names = [parent.arg or ""]
    elif isinstance(parent, ast.Dict) and node in parent.values:
        key = parent.keys[parent.values.index(node)]
        names = [str(key.value)] if isinstance(key, ast.Constant) else []
    elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
    return any("image" in name.lower() for name in names)
