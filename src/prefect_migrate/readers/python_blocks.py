"""Reader: infrastructure and storage blocks that Python code makes or loads."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from prefect_migrate.plan.model import Block, Value
from prefect_migrate.project import Project
from prefect_migrate.readers.names import INFRASTRUCTURE, INFRASTRUCTURE_SLUGS, STORAGE_SLUGS, block_class
from prefect_migrate.readers.python_credentials import field_value
from prefect_migrate.readers.sites import site_of
from prefect_migrate.source.comments import all_comments
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.reaching import binding_in_force
from prefect_migrate.source.scopes import Binding
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, dotted, may_be_prefect, prefect_calls, resolve

#: The keyword that names a block's document when it is made, before it is saved.
DOCUMENT_NAME = "_block_document_name"
#: The calls whose blocks are being worked out, so that nothing goes round in circles.
_being_read: set[ast.Call] = set()
_LOADERS = ("prefect.blocks.core.Block.load", "prefect.blocks.Block.load")


def read_blocks(project: Project, file: PythonFile) -> Iterator[Block]:
    """Every block that the file makes or loads."""
    for call in prefect_calls(project, file, "copy"):
        block = block_of_call(project, file, call)
        if block is not None:
            _note_name(project, file, call, block)
            yield block


def unread_infrastructure(project: Project, file: PythonFile) -> Iterator[str]:
    """The variables that hold a loaded block of infrastructure which nothing reads."""
    for block in read_blocks(project, file):
        if block.role == "infrastructure" and block.loaded:
            yield from (name for name in block.variables if not _is_read(file, name))


def _is_read(file: PythonFile, name: str) -> bool:
    return any(isinstance(node.ctx, ast.Load) for node in file.named(name))


def named_block(project: Project, file: PythonFile, node: ast.expr) -> Block | None:
    """The block that an expression stands for, with the name that it is saved under."""
    block = block_of(project, file, node)
    if block is not None and isinstance(node, ast.Call) and block.document is None:
        _note_name(project, file, node, block)
    return block


def block_of(project: Project, file: PythonFile, node: ast.expr) -> Block | None:
    """The block that an expression stands for: a call, a name bound to one, `await …`, or a slug in a string."""
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _block_of_slug(file, node, node.value, loaded=False)
    if isinstance(node, ast.Call):
        return block_of_call(project, file, node)
    found = resolve(project, file, node)
    if isinstance(found, Definition) and found.value is not None:
        block = block_of(project, found.file, found.value)
        if block is not None:
            _note_changes(project, found.file, found.binding, block)
            if found.file is not file:
                _carry_name(block, found.file)
        return block
    return None


def _carry_name(block: Block, file: PythonFile) -> None:
    """The document's name, in words that mean the same outside the file that says it."""
    if block.document is None:
        return
    if isinstance(block.document.literal, str):
        block.document = Value(json.dumps(block.document.literal), block.document.literal)
    elif block.role == "infrastructure" and not block.loaded:
        block.document = None  # its settings are known, and its work pool goes by its type
    else:
        block.doubt = f"its name is `{block.document.text}`, which only {file.path} knows"


def block_of_call(project: Project, file: PythonFile, call: ast.Call) -> Block | None:
    """The block that a constructor, `.load(...)` or `.copy(update=...)` gives, None for any other call.

    None as well for one that is made of itself, as in `block = block.load("name")`.
    """
    if call in _being_read:
        return None
    _being_read.add(call)
    try:
        return _block_of_call(project, file, call)
    finally:
        _being_read.discard(call)


def _block_of_call(project: Project, file: PythonFile, call: ast.Call) -> Block | None:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "copy":
        return _copy(project, file, call, call.func.value)
    meaning = dotted(project, file, call.func) if may_be_prefect(project, file, call.func) else None
    if meaning is None:
        return _loaded_by_another(project, file, call)
    if meaning.name in _LOADERS and call.args:
        reference = value_of(project, file, call.args[0]).or_none()
        return _block_of_slug(file, call, reference, loaded=True) if isinstance(reference, str) else None
    match = block_class(meaning.name)
    if match is None or match[1] not in ("", "load"):
        return None
    cls, method = match
    block = Block(site_of(file, call), cls, "infrastructure" if cls in INFRASTRUCTURE else "storage")
    block.variable = _variable(file, call)
    if block.variable:
        block.comments = all_comments(file, file.statement_of(call))
    if method == "load":
        block.loaded = True
        names = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "name")]
        block.document = value_of(project, file, names[0]) if names else None
    else:
        _read_fields(project, file, call, block)
    return block


def _loaded_by_another(project: Project, file: PythonFile, call: ast.Call) -> Block | None:
    """`block.load("name")`: the class method, called on a block of the class."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "load" or not isinstance(function.value, ast.Name):
        return None
    other = block_of(project, file, function.value)
    if other is None or not call.args:
        return None
    block = Block(site_of(file, call), other.cls, other.role, loaded=True)
    block.document, block.variable = value_of(project, file, call.args[0]), _variable(file, call)
    return block


def _copy(project: Project, file: PythonFile, call: ast.Call, original: ast.expr) -> Block | None:
    """`block.copy(update={...})`"""
    source = block_of(project, file, original) if isinstance(original, (ast.Name, ast.Attribute, ast.Call)) else None
    if source is None:
        return None
    block = Block(site_of(file, call), source.cls, source.role, dict(source.fields), doubt=source.doubt)
    block.to_save = list(source.to_save)
    block.originals = source.variables if source.site.path == file.path else []
    block.variable = _variable(file, call)
    block.comments = all_comments(file, file.statement_of(call)) if block.variable else []
    for keyword in call.keywords:
        is_known = keyword.arg == "update" and not source.loaded
        updates = _updates(project, file, keyword.value, block.to_save) if is_known else None
        if updates is None:
            block.doubt = f"it is a copy that only `{file.source(call)}` knows"
        else:
            block.fields.update(updates)
    if source.loaded and not call.keywords:
        block.loaded, block.document = True, source.document
    return block


def _updates(project: Project, file: PythonFile, node: ast.expr, to_save: list[str]) -> dict[str, Value] | None:
    """The fields that `update=` gives: a dict, `dict(...)`, or a name for one that is known; None where it is not."""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        given = [(str(getattr(key, "value", "")), value) for key, value in zip(node.keys, node.values, strict=True)]
    elif isinstance(node, ast.Call) and _is_dict(file, node):
        given = [(str(keyword.arg), keyword.value) for keyword in node.keywords]
    else:
        known = value_of(project, file, node).literal
        return {str(key): Value(repr(one), one) for key, one in known.items()} if isinstance(known, dict) else None
    return {name: field_value(project, file, value, to_save) for name, value in given}


def _is_dict(file: PythonFile, call: ast.Call) -> bool:
    """`dict(a=..., b=...)`"""
    is_builtin = isinstance(call.func, ast.Name) and call.func.id == "dict" and not file.bindings_of(call.func)
    return is_builtin and not call.args and all(keyword.arg for keyword in call.keywords)


def _read_fields(project: Project, file: PythonFile, call: ast.Call, block: Block) -> None:
    if call.args:
        block.doubt = "it has positional arguments"
    for keyword in call.keywords:
        if keyword.arg is None:
            options = value_of(project, file, keyword.value)
            if isinstance(options.literal, dict):
                block.fields.update({str(key): Value(repr(value), value) for key, value in options.literal.items()})
            else:
                block.doubt = f"its options come from {options.text}"
        else:
            block.fields[keyword.arg] = field_value(project, file, keyword.value, block.to_save)


def _block_of_slug(file: PythonFile, node: ast.expr, reference: str, *, loaded: bool) -> Block | None:
    """A block from `docker-container/prod`, or from a bare `kubernetes-job`."""
    slug, _, document = reference.partition("/")
    cls = INFRASTRUCTURE_SLUGS.get(slug) or STORAGE_SLUGS.get(slug)
    if cls is None:
        return None
    block = Block(site_of(file, node), cls, "infrastructure" if cls in INFRASTRUCTURE else "storage")
    if isinstance(node, ast.Call):
        block.variable = _variable(file, node)
    if document:
        block.document = Value(json.dumps(document), document)
        block.loaded = loaded
    return block


def _variable(file: PythonFile, call: ast.Call) -> str | None:
    parent = file.parents[call]
    if isinstance(parent, ast.Await):
        parent = file.parents[parent]
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        return parent.targets[0].id
    if isinstance(parent, ast.AnnAssign) and isinstance(parent.target, ast.Name):
        return parent.target.id
    return None


def _note_name(project: Project, file: PythonFile, call: ast.Call, block: Block) -> None:
    """The name that a new block is saved under: `X(...).save("prod")`, or `.save` of its variable."""
    save = file.parents[call]
    outer = file.parents[save] if isinstance(save, ast.Attribute) and save.attr == "save" else None
    if isinstance(outer, ast.Call) and outer.func is save:
        names = [*outer.args, *(keyword.value for keyword in outer.keywords if keyword.arg == "name")]
        block.document = value_of(project, file, names[0]) if names else None
    elif block.variable and not block.loaded:
        statement = file.statement_of(call)
        bound = (one for name in file.named(block.variable) for one in file.bindings_of(name) if one.node is statement)
        binding = next(bound, None)
        if binding is not None:
            _note_changes(project, file, binding, block)


def _own_name(block: Block, node: ast.expr) -> Value | None:
    """`block._block_document_name`, where the block was made with it."""
    is_own = isinstance(node, ast.Attribute) and node.attr == DOCUMENT_NAME
    reads = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == block.variable
    return block.fields.get(DOCUMENT_NAME) if is_own and reads else None


def _note_changes(project: Project, file: PythonFile, binding: Binding, block: Block) -> None:
    """What the file does to the variable afterwards: `.save("prod")` names it, setting attributes makes doubt."""
    for node in file.of_type(ast.Attribute):
        if not (isinstance(node.value, ast.Name) and node.value.id == binding.name):
            continue
        seen = binding_in_force(file, node.value)
        if seen is not None and seen is not binding:
            continue
        if not isinstance(node.ctx, ast.Load):
            block.doubt = f"its attribute {node.attr} is set on line {node.lineno}"
        parent = file.parents[node]
        if node.attr == "save" and isinstance(parent, ast.Call) and parent.func is node:
            names = [*parent.args, *(keyword.value for keyword in parent.keywords if keyword.arg == "name")]
            if names:
                block.document = _own_name(block, names[0]) or value_of(project, file, names[0])
            block.comments += [
                text for text in all_comments(file, file.statement_of(parent)) if text not in block.comments
            ]
