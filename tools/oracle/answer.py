"""Run by the interpreter of the target: reads expressions as JSON, says which of them work.

An expression is a list: ["name", dotted], ["attr", expression, name], ["call", expression, has-positional-arguments],
["element", expression], ["module", dotted], ["keywords", expression, [names], positional count].
"""

from __future__ import annotations

import contextlib
import enum
import functools
import importlib
import inspect
import json
import re
import sys
import types
import typing
import warnings
from typing import Any

import prefect
import prefect.main
import prefect.server.api.server
from prefect.client.orchestration import PrefectClient
from prefect.futures import PrefectFuture

warnings.simplefilter("ignore")


class Fails(Exception):
    """The use does not work in this Prefect."""


class Unknown(Exception):
    """Nothing can be said."""


class Instance:
    """Some object of a class."""

    def __init__(self, cls: type) -> None:
        self.cls = cls


class Several:
    """Something that is gone through one by one."""

    def __init__(self, of: Any) -> None:
        self.of = of


class Decorator:
    """`@flow(...)`: makes an instance of a class from a function."""

    def __init__(self, cls: type) -> None:
        self.cls = cls


class Method:
    """A function of a class, with its receiver."""

    def __init__(self, function: Any, owner: type) -> None:
        self.function = function
        self.owner = owner


@functools.cache
def imported(module: str) -> Any:
    """A module, None if it is not there.  Raises Unknown if its package is not installed, or needs another one."""
    top = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name == top:
            raise Unknown from None
        if error.name and not error.name.startswith("prefect"):
            raise Unknown from None
        return None
    except Exception as error:
        return error


def name(dotted: str) -> Any:
    parts = dotted.split(".")
    found = imported(parts[0])
    for index, part in enumerate(parts[1:], 1):
        found = member(found, part, ".".join(parts[: index + 1]))
    return found


def member(owner: Any, part: str, dotted: str = "") -> Any:
    if isinstance(owner, (Method, Decorator, Several)):
        raise Unknown
    if isinstance(owner, Instance):
        return of_instance(owner.cls, part)
    if inspect.ismodule(owner):
        try:
            return getattr(owner, part)
        except (AttributeError, ImportError):
            inner = imported(f"{owner.__name__}.{part}")
            if inner is None or isinstance(inner, Exception):
                raise Fails(f"{owner.__name__} has no {part}") from None
            return inner
        except Exception as error:
            raise Fails(f"{owner.__name__}.{part} raises {type(error).__name__}") from None
    if inspect.isclass(owner):
        if part in declared(owner):
            if part in getattr(owner, "model_fields", {}):
                raise Unknown
            return Method(getattr(owner, part), owner) if hasattr(owner, part) else unknown()
        raise Fails(f"{owner.__name__} has no {part}")
    if hasattr(owner, part) or hasattr(type(owner), "__getattr__"):
        return getattr(owner, part, None)
    raise Fails(f"{dotted or owner!r} is not there")


def unknown() -> Any:
    raise Unknown


@functools.cache
def declared(cls: type) -> frozenset[str]:
    """Everything that instances of a class have, for all that its source says."""
    names = set(dir(cls)) | set(getattr(cls, "model_fields", {}))
    for base in cls.__mro__:
        names |= set(inspect.get_annotations(base))
        with contextlib.suppress(OSError, TypeError):
            names |= set(re.findall(r"\bself\.(\w+)\b(?:\s*:[^=\n]+)?\s*(?:=(?!=)|,)", inspect.getsource(base)))
    return frozenset(names | {"id"} if hasattr(cls, "_block_document_id") else names)


def of_instance(cls: type, part: str) -> Any:
    if not cls.__module__.startswith("prefect") or any(
        "__getattr__" in base.__dict__ for base in cls.__mro__[:-1] if not base.__module__.startswith("pydantic")
    ):
        raise Unknown
    if part not in declared(cls):
        raise Fails(f"{cls.__name__} has no {part}")
    static = inspect.getattr_static(cls, part, None)
    if isinstance(static, property):
        return typed(static.fget, cls)
    if part in getattr(cls, "model_fields", {}):
        return of_hint(cls.model_fields[part].annotation, cls)
    if static is None:
        raise Unknown
    return Method(getattr(cls, part), cls)


def typed(function: Any, owner: type | None) -> Any:
    """What a function gives, by its annotation."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    try:
        hint = typing.get_type_hints(function).get("return")
    except Exception:
        raise Unknown from None
    return of_hint(hint, owner)


def of_hint(hint: Any, owner: type | None) -> Any:
    if str(hint).endswith(".Self"):
        if owner is None:
            raise Unknown
        return Instance(owner)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        rest = [argument for argument in arguments if argument is not type(None)]
        if len(rest) != 1:
            raise Unknown
        return of_hint(rest[0], owner)
    kind = getattr(origin, "__name__", "")
    if kind in ("Coroutine", "Awaitable", "AsyncGenerator", "Generator"):
        return of_hint(arguments[2] if kind == "Coroutine" else arguments[0], owner)
    if origin in (list, tuple) or kind in ("Sequence", "Iterable"):
        return Several(of_hint(arguments[0], owner))
    hint = origin or hint
    if inspect.isclass(hint) and hint.__module__.startswith("prefect") and not issubclass(hint, enum.Enum):
        return Instance(hint)
    raise Unknown


def call(callee: Any, positional: bool) -> Any:
    for decorator, cls in ((prefect.flow, prefect.Flow), (prefect.task, prefect.Task)):
        if callee is decorator:
            return Instance(cls) if positional else Decorator(cls)
    if isinstance(callee, Decorator):
        return Instance(callee.cls)
    if inspect.isclass(callee):
        return Instance(callee)
    if isinstance(callee, Method):
        own = getattr(callee.function, "__name__", "")
        if issubclass(callee.owner, prefect.Task) and own in ("submit", "map"):
            return Instance(PrefectFuture) if own == "submit" else Several(Instance(PrefectFuture))
        if issubclass(callee.owner, (prefect.Flow, prefect.Task)) and own == "with_options":
            return Instance(callee.owner)
        if own in ("load", "aload") and issubclass(callee.owner, (prefect.blocks.core.Block,)):
            return Instance(callee.owner)
        return typed(callee.function, callee.owner)
    if callee is prefect.get_client:
        return Instance(PrefectClient)
    if inspect.isroutine(callee):
        return typed(callee, None)
    raise Unknown


#: Called, they take the parameters of the user's function and some of their own.
TASKS = (prefect.Task, prefect.Flow)


def keywords(callee: Any, names: list[str], positional: int) -> None:
    if isinstance(callee, (Decorator, Several)):
        return
    if isinstance(callee, (Instance, *TASKS)):
        return
    function = callee.function if isinstance(callee, Method) else callee
    own = getattr(function, "__name__", "")
    if isinstance(callee, Method) and own in ("__call__",):
        return
    fields = getattr(callee, "model_fields", None) if inspect.isclass(callee) else None
    if fields is not None and callee.__init__.__module__.startswith("pydantic"):
        known = (
            set(fields) | {str(f.alias) for f in fields.values()} | {str(f.validation_alias) for f in fields.values()}
        )
        wrong = [name for name in names if name not in known]
        if wrong and callee.model_config.get("extra") in ("forbid", None, "ignore"):
            raise Fails(f"{callee.__name__} takes no {', '.join(wrong)}")
        return
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        raise Unknown from None
    kinds = {parameter.kind for parameter in parameters.values()}
    if inspect.Parameter.VAR_KEYWORD not in kinds:
        wrong = [name for name in names if name not in parameters]
        if wrong:
            raise Fails(f"{own or callee} takes no {', '.join(wrong)}")


def evaluate(expression: list[Any]) -> Any:
    kind = expression[0]
    if kind == "name":
        return name(expression[1])
    if kind == "module":
        found = imported(expression[1])
        if found is None or isinstance(found, Exception):
            raise Fails(f"no module {expression[1]}")
        return found
    try:
        inner = evaluate(expression[1])
    except Fails:
        raise Unknown from None  # Reported where it stands.
    if kind == "attr":
        return member(inner, expression[2])
    if kind == "call":
        return call(inner, expression[2])
    if kind == "element":
        if not isinstance(inner, Several):
            raise Unknown
        return inner.of
    if kind == "instance":
        if not inspect.isclass(inner):
            raise Unknown
        return Instance(inner)
    if kind == "keywords":
        return keywords(inner, expression[2], expression[3])
    raise ValueError(kind)


def answer(expression: list[Any]) -> str | None:
    """Why it fails; None: it works, or nothing is known."""
    try:
        evaluate(expression)
    except Fails as error:
        return str(error)
    except Unknown:
        return None
    except RecursionError:
        return None
    return None


def main() -> None:
    asked = json.load(sys.stdin)
    stdout, sys.stdout = sys.stdout, sys.stderr
    answers = [answer(expression) for expression in asked]
    json.dump(answers, stdout)


if __name__ == "__main__":
    main()
