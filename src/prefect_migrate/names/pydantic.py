"""What pydantic 2 refuses, drops or reads otherwise in one class that was written for pydantic 1.

Prefect 2 made its blocks and checked parameters with pydantic 1, whichever was installed; Prefect 3 does with pydantic
2.  Only what fails or changes is told, not what merely warns: `@validator`, `.dict()` and `class Config` still work.
Codes are those of bump-pydantic.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.names.plain_types import plain_type
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile

#: Keys of `class Config` that pydantic 2 passes over, and what takes their place.
_CONFIG = {
    "allow_mutation": "frozen", "allow_population_by_field_name": "populate_by_name",
    "anystr_lower": "str_to_lower", "anystr_strip_whitespace": "str_strip_whitespace",
    "anystr_upper": "str_to_upper", "error_msg_templates": "", "fields": "", "getter_dict": "", "json_dumps": "",
    "json_loads": "", "keep_untouched": "ignored_types", "max_anystr_length": "str_max_length",
    "min_anystr_length": "str_min_length", "orm_mode": "from_attributes", "schema_extra": "json_schema_extra",
    "validate_all": "validate_default",
}  # fmt: skip
_FIELD = frozenset({"regex", "const", "unique_items"})
#: Words of JSON Schema that both pydantics write into a field's schema as they are, and what they may be there.
_WORDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("required", "enum", "examples"), (list, tuple)),
    **dict.fromkeys(("title", "description", "format"), (str,)),
    **dict.fromkeys(("readOnly", "writeOnly", "uniqueItems"), (bool,)),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), (int,)),
    **dict.fromkeys(("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"), (int, float)),
}
_CONSTRAINED = {
    "conlist": frozenset({"min_items", "max_items", "unique_items"}),
    "conset": frozenset({"min_items", "max_items"}),
    "confrozenset": frozenset({"min_items", "max_items"}),
    "constr": frozenset({"regex", "curtail_length"}),
}
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Breakage(NamedTuple):
    """One thing in a class body; `code` is bump-pydantic's, "" where it has no rule and `step` tells what to do."""

    node: ast.AST
    what: str
    code: str = ""
    step: str = ""


def breakages(
    file: PythonFile, cls: ast.ClassDef, target: Target, *, implicit_none: bool, in_schema: bool = False
) -> Iterator[Breakage]:
    """What breaks in a class; `implicit_none`: a block for which pydantic 1 gave `Optional` fields their None and took
    None for any type; `in_schema`: it becomes part of a deployment's parameter schema, which the server checks."""
    old = [node for node in _names(cls) if _is_v1(file, node)]
    if old:
        names = ", ".join(f"`{name}`" for name in dict.fromkeys(node.id for node in old))
        yield Breakage(old[0], f"takes {names} from pydantic.v1, which pydantic 2 does not understand", "BP004")
    for statement in cls.body:
        if isinstance(statement, ast.AnnAssign):
            yield from _field(file, statement, implicit_none)
            yield from _unloadable(file, statement, target) if implicit_none else ()
            yield from _schema(file, statement) if in_schema else ()
        elif isinstance(statement, ast.Assign):
            yield from _bare(statement)
        elif isinstance(statement, ast.ClassDef) and statement.name == "Config":
            yield from _config(statement)
        elif isinstance(statement, Function):
            yield from _validator(file, statement)


def _names(cls: ast.ClassDef) -> Iterator[ast.Name]:
    """The names that the class body reads at its top: in annotations, defaults and decorators."""
    for statement in cls.body:
        parts: list[ast.expr] = list(statement.decorator_list) if isinstance(statement, Function) else []
        if isinstance(statement, ast.AnnAssign):
            parts += [statement.annotation, *([statement.value] if statement.value else [])]
        for part in parts:
            yield from (node for node in ast.walk(part) if isinstance(node, ast.Name))


def _is_v1(file: PythonFile, name: ast.Name) -> bool:
    """Whether a name is pydantic.v1's where pydantic 2 is installed; what an `except` falls back to is not."""
    return any(
        (binding.target or "").startswith("pydantic.v1.")
        and not any(isinstance(outer, ast.ExceptHandler) for outer in file.enclosing(binding.node))
        for binding in file.bindings_of(name)
    )


def _of_pydantic(file: PythonFile, node: ast.expr) -> str:
    """`Field` for `pydantic.Field`, "" for what is not pydantic's own."""
    meaning = file.meaning(node)
    package, _, name = meaning.name.partition(".") if meaning is not None else ("", "", "")
    return name.rpartition(".")[2] if package == "pydantic" and not name.startswith("v1.") else ""


def _field(file: PythonFile, statement: ast.AnnAssign, implicit_none: bool) -> Iterator[Breakage]:
    name = statement.target.id if isinstance(statement.target, ast.Name) else "_"
    if name == "__root__":
        yield Breakage(statement.target, "has a field `__root__`, which pydantic 2 refuses", "BP006")
    for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
        function = _of_pydantic(file, call.func)
        refused = _FIELD if function == "Field" else _CONSTRAINED.get(function, frozenset())
        for keyword in call.keywords:
            if keyword.arg in refused:
                code = "BP003" if function == "Field" else "BP008"
                yield Breakage(keyword, f"gives `{function}` a `{keyword.arg}=`, which pydantic 2 refuses", code)
    if implicit_none and statement.value is None and not name.startswith("_") and _may_be_none(statement.annotation):
        yield Breakage(statement, f"has no default for `{name}`, which was None and is required now", "BP001")


def _unloadable(file: PythonFile, statement: ast.AnnAssign, target: Target) -> Iterator[Breakage]:
    """`region: str = None`: saved as null, which pydantic 2 refuses when the block is loaded."""
    default = statement.value
    if isinstance(default, ast.Call) and _of_pydantic(file, default.func) == "Field":
        given = [keyword.value for keyword in default.keywords if keyword.arg == "default"]
        default = next(iter([*default.args[:1], *given]), None)
    is_none = isinstance(default, ast.Constant) and default.value is None
    name = statement.target.id if isinstance(statement.target, ast.Name) else "_"
    if is_none and not name.startswith("_") and plain_type(file, statement.annotation, target):
        kind = file.source(statement.annotation)
        what = f"saves None for `{name}`, and Prefect 3 can't load it as `{kind}`"
        yield Breakage(statement, what, step=f"Make the type `Optional[{kind}]`, or give another default.")


def _schema(file: PythonFile, statement: ast.AnnAssign) -> Iterator[Breakage]:
    """`Field(..., required=True)`: goes into the schema of the field, where the word means something else."""
    for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
        for keyword in call.keywords if _of_pydantic(file, call.func) == "Field" else []:
            if keyword.arg in _WORDS and not _fits(keyword.arg, keyword.value):
                yield Breakage(
                    keyword,
                    f"gives `Field` a `{keyword.arg}=`, a word of JSON Schema that Prefect 3's server refuses here",
                    step="Take it away, or give what JSON Schema has there; `...` alone makes a field required.",
                )


def _fits(word: str, value: ast.expr) -> bool:
    """Whether the word may have the value; `required=` is given a bool by all who do not mean JSON Schema."""
    try:
        known = ast.literal_eval(value)
    except ValueError:
        return word != "required"
    if known is None:
        return word in ("title", "description", "examples")
    kinds = _WORDS[word]
    return isinstance(known, kinds) and (bool in kinds or not isinstance(known, bool))


def _may_be_none(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.BinOp):
        return _may_be_none(annotation.left) or _may_be_none(annotation.right)
    if isinstance(annotation, ast.Constant):
        return annotation.value is None
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = getattr(outer, "attr", getattr(outer, "id", ""))
    if isinstance(annotation, ast.Subscript) and name == "Union" and isinstance(annotation.slice, ast.Tuple):
        return any(map(_may_be_none, annotation.slice.elts))
    return name in ("Optional", "Any")


def _bare(statement: ast.Assign) -> Iterator[Breakage]:
    """`retries = 3`: pydantic 1 made a field of it."""
    target = statement.targets[0]
    plain = isinstance(statement.value, (ast.Constant, ast.List, ast.Dict, ast.Set, ast.Tuple))
    name = target.id if isinstance(target, ast.Name) and len(statement.targets) == 1 else "_"
    if plain and name != "model_config" and not name.startswith("_"):
        yield Breakage(statement, f"has a field `{name}` without a type, which pydantic 2 refuses", "BP010")


def _config(config: ast.ClassDef) -> Iterator[Breakage]:
    for statement in config.body:
        for target in statement.targets if isinstance(statement, ast.Assign) else []:
            if isinstance(target, ast.Name) and target.id in _CONFIG:
                new = f", which is `{_CONFIG[target.id]}` there" if _CONFIG[target.id] else ""
                yield Breakage(statement, f"sets `{target.id}` in its Config: pydantic 2 passes over it{new}", "BP002")


def _validator(file: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Breakage]:
    for decorator in function.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = _of_pydantic(file, call.func if call else decorator)
        given = {keyword.arg: keyword.value for keyword in call.keywords} if call else {}
        if name == "root_validator" and not any(map(given.__contains__, ("pre", "skip_on_failure", None))):
            yield Breakage(decorator, "has a `@root_validator` that pydantic 2 refuses", "BP007")
        arguments = {argument.arg for argument in (*function.args.args[2:], *function.args.kwonlyargs)}
        if name == "validator" and (taken := sorted(arguments & {"field", "config"})):
            yield Breakage(
                decorator, f"has a validator with `{'` and `'.join(taken)}`, which pydantic 2 refuses", "BP007"
            )
