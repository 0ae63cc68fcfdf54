"""Calls of Prefect's functions, methods and classes, and how the target takes their arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from prefect_migrate.context import FileContext
from prefect_migrate.names.strings import last_name
from prefect_migrate.names.types import Typer
from prefect_migrate.names.uses import nodes_of
from prefect_migrate.reference import (
    ParameterFact,
    Signature,
    lineage,
    member,
    parameter,
    parameter_facts,
    setting,
    signature,
)
from prefect_migrate.reference.lines import lines
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

#: What makes a keyword fail, or do nothing.
_GONE = frozenset({"removed", "ignored", "swallowed"})
#: Models for which another keyword is an error, or nothing at all: requests to the server, serializers, schedules.
_STRICT_MODELS = frozenset(
    {
        "prefect._internal.schemas.bases.ActionBaseModel",
        "prefect.serializers.Serializer",
        "prefect.server.schemas.actions.ActionBaseModel",
        "prefect.server.schemas.filters.PrefectFilterBaseModel",
    }
    | {f"prefect.client.schemas.schedules.{kind}Schedule" for kind in ("Cron", "Interval", "RRule")}
)
#: Filters drop what they do not know, and let everything through.
_SETTINGS = "prefect.settings.models.root.Settings"
_FILTERS = "prefect.client.schemas.filters."
#: What calls its first argument with the others.
_PASSERS = frozenset(
    {"functools.partial", "asyncio.to_thread", "create_call", "run_sync_in_interruptible_worker_thread",
     "run_sync_in_worker_thread", "submit"}
)  # fmt: skip
#: Where Prefect has such functions.
_PASSING = ("prefect._internal.concurrency.", "prefect.utilities.asyncutils.")
#: Their parameters are those of the user's function.
_OPEN = ("prefect.flows.Flow.__call__", "prefect.tasks.Task.__call__")


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """One keyword that a callable is given; `node` is the keyword, or the key of a dict behind `**`.

    `through` says what stands between: a dict, `functools.partial`, a function of the user's.
    """

    called: str
    name: str
    value: ast.expr
    node: ast.AST
    call: ast.Call
    through: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class KnownCall:
    """A call whose callable is known; `through` says why its arguments do not get there directly."""

    called: str
    call: ast.Call
    through: str = ""
    #: Keywords that a function in between takes for itself.
    taken: frozenset[str] = frozenset()


def known_calls(context: FileContext, file: PythonFile) -> list[KnownCall]:
    """The calls of a file that end in Prefect: directly, by `functools.partial`, or by a function with `**options`."""
    key = "known-calls"
    if key not in context.shared:
        context.shared[key] = list(_find_calls(context, file))
    found: list[KnownCall] = context.shared[key]
    return found


def typer_of(context: FileContext, file: PythonFile) -> Typer:
    """What knows the types of a file's expressions, shared by the rules."""
    if "typer" not in context.shared:
        context.shared["typer"] = Typer(context.project, file, context.target)
    typer: Typer = context.shared["typer"]
    return typer


def _find_calls(context: FileContext, file: PythonFile) -> Iterator[KnownCall]:
    typer, suspects = typer_of(context, file), _gone_names()
    names = _callable_names() | {alias.asname for node in nodes_of(file).imports for alias in node.names}
    for call in nodes_of(file).calls:
        if not call.keywords and not call.args:
            continue
        name = last_name(call.func)
        called = typer.callable_of(call.func) if name in names or name is None else None
        if called is not None:
            if called not in _OPEN:
                yield KnownCall(called, call)
            if not called.startswith(_PASSING):
                continue
        if any(keyword.arg is None or keyword.arg in suspects for keyword in call.keywords):
            yield from _indirect(context, file, call)


@cache
def _callable_names() -> frozenset[str]:
    """The last names of everything in Prefect that can be called."""
    return frozenset(key.rpartition(":")[2].rpartition(".")[2] for key in lines("callables"))


@cache
def _gone_names() -> frozenset[str]:
    """Names of parameters that some callable lost."""
    return frozenset(
        fact.parameter for facts in parameter_facts().values() for fact in facts if fact.what in _GONE and fact.new
    )


def _indirect(context: FileContext, file: PythonFile, call: ast.Call) -> Iterator[KnownCall]:
    meaning = file.meaning(call.func)
    passer = meaning.name if meaning is not None and meaning.name in _PASSERS else last_name(call.func)
    if passer in _PASSERS and call.args:
        inner = typer_of(context, file).callable_of(call.args[0])
        if inner is not None:
            yield KnownCall(inner, call, str(passer))
        return
    found = resolve(context.project, file, call.func)
    if isinstance(found, Definition) and isinstance(found.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from _wrapped(context, found.file, found.node, call)


def _wrapped(
    context: FileContext, file: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call
) -> Iterator[KnownCall]:
    """The calls that a function of the user's gives its own `**options` to."""
    options = function.args.kwarg
    if options is None:
        return
    own = frozenset(argument.arg for argument in (*function.args.args, *function.args.kwonlyargs))
    typer = Typer(context.project, file, context.target)
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and any(_is_name(keyword, options.arg) for keyword in node.keywords):
            called = typer.callable_of(node.func)
            if called is not None and called not in _OPEN:
                yield KnownCall(called, call, f"`{function.name}`", own)


def _is_name(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == name


def all_arguments(context: FileContext, file: PythonFile) -> Iterator[Argument]:
    """Every keyword that a callable of Prefect's gets in a file."""
    if "arguments" not in context.shared:
        calls = known_calls(context, file)
        context.shared["arguments"] = [one for known in calls for one in _arguments_of(context, file, known)]
    yield from context.shared["arguments"]


def _arguments_of(context: FileContext, file: PythonFile, known: KnownCall) -> Iterator[Argument]:
    """Every keyword that the call gives, those of a literal dict behind `**` included."""
    for keyword in known.call.keywords:
        if keyword.arg is not None:
            if keyword.arg not in known.taken:
                yield Argument(known.called, keyword.arg, keyword.value, keyword, known.call, known.through)
        else:
            yield from _splatted(context, file, known, keyword.value)


def _splatted(context: FileContext, file: PythonFile, known: KnownCall, value: ast.expr) -> Iterator[Argument]:
    found = value if isinstance(value, (ast.Dict, ast.Call)) else None
    here = True
    if found is None:
        definition = resolve(context.project, file, value)
        if isinstance(definition, Definition) and isinstance(definition.value, (ast.Dict, ast.Call)):
            found, here = definition.value, definition.file is file
    for name, node, inner in _items(found):
        if name not in known.taken:
            yield Argument(known.called, name, inner, node if here else value, known.call, "a dict")


def _items(node: ast.expr | None) -> Iterator[tuple[str, ast.AST, ast.expr]]:
    """(key, where it stands, value) of `{"key": value}` or `dict(key=value)`."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, key, value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword, keyword.value


def gone(argument: Argument, target: Target) -> ParameterFact | None:
    """The fact about a keyword that Prefect 2 took and the target does not."""
    fact = parameter(argument.called, argument.name, target)
    found = signature(argument.called, target)
    if argument.name == "__root__" and found is not None and found.accepts("root"):
        # How pydantic 1 spelled the one value of a model that is nothing else.
        return ParameterFact(argument.called, argument.name, "removed", new="root")
    if argument.called == _SETTINGS and argument.name.startswith("PREFECT_"):
        return _gone_setting(argument, target)
    if fact is None:
        return _gone_field(argument, found, target)
    if fact.what not in _GONE or (found is not None and _takes(found, argument.name)):
        return None
    return fact


def _gone_setting(argument: Argument, target: Target) -> ParameterFact:
    """`Settings(PREFECT_API_KEY=...)`: the models of settings are nested now, and drop what they do not know."""
    known = setting(argument.name, target)
    first, _, rest = (known.path or "").partition(".") if known is not None else ("", "", "")
    nested = f"`{first}={{'{rest}': ...}}`, or " if rest and "." not in rest else ""
    advice = f"{nested}`temporary_settings({{{argument.name}: ...}})`, or the variable in the environment"
    return ParameterFact(argument.called, argument.name, "ignored", advice=advice)


def _gone_field(argument: Argument, found: Signature | None, target: Target) -> ParameterFact | None:
    """What a model's constructor took because the model had a field of that name."""
    fact = member(argument.called, argument.name, target) if found is not None else None
    if found is None or fact is None or fact.kind != "field" or found.accepts(argument.name):
        return None
    return ParameterFact(argument.called, argument.name, "removed", new=fact.new, advice=fact.advice)


def unknown(argument: Argument, target: Target) -> Signature | None:
    """The target's signature, if it would raise a TypeError for a keyword that Prefect 2 had not either."""
    found = signature(argument.called, target) if argument.called.startswith("prefect.") else None
    if found is None or argument.name.startswith("_") or found.accepts(argument.name):
        return None
    return None if _takes_anything(argument.called, target) or gone(argument, target) is not None else found


def _takes_anything(called: str, target: Target) -> bool:
    """Whether it is a pydantic model that is not known to refuse, or to leave out, what it does not know."""
    bases = lineage(called, target)
    strict = called.startswith(_FILTERS) or not _STRICT_MODELS.isdisjoint(bases)
    return any(base.startswith("pydantic") for base in bases) and not strict


def _takes(found: Signature, name: str) -> bool:
    return any(parameter.name == name and parameter.kind in ("", "k") for parameter in found.parameters)
