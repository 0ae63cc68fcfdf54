"""Tables of what each target really has: modules and names, classes and members, callables, and what those give.

All are read lazily, line by line, by `prefect_migrate.reference.index`, which explains the format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.reference.dumps import Dump, is_public
from tools.reference.ranges import spell, stretches
from tools.reference.write import write_lines

#: Trees whose classes and functions no flow code calls, or that are made by the hundred from another service's schema;
#: their names are in the index all the same.
UNCALLED = re.compile(
    r"prefect\.(server(?!\.(utilities\.)?schemas[.:])|cli)[.:]|prefect_databricks\.models[.:]|prefect_github\.schemas[.:]"
)
Present = dict[str, list[str | None]]


def _tagged(name: str, ranges: str) -> str:
    return f"{name}@{ranges}" if ranges else name


# -- names -------------------------------------------------------------------------------------------------------------


def index_rows(dumps: Sequence[Dump], also: Sequence[dict[str, str]]) -> Iterator[list[Any]]:
    """[module, minors, "name name=definition name@minors ..."]; `also[i]` are names that only `__getattr__` gives."""
    for module in sorted({module for dump in dumps for module in dump.modules} | _modules_of(also)):
        has = [_has_module(dump, extra, module) for dump, extra in zip(dumps, also, strict=True)]
        if any(has):
            yield [module, spell(has), " ".join(_name_tokens(module, has, dumps, also))]


def package_rows(dump: Dump, extra: dict[str, str]) -> Iterator[list[Any]]:
    """Those of an integration; "*" are the names of a module that cannot be imported where the dump was made."""
    yield from index_rows([dump], [extra])
    for module, entry in dump.modules.items():
        if "error" in entry and not _has_module(dump, extra, module):
            yield [module, "", "*"]


def _modules_of(also: Sequence[dict[str, str]]) -> set[str]:
    return {path.partition(":")[0] for extra in also for path in extra}


def _has_module(dump: Dump, extra: dict[str, str], module: str) -> bool:
    if "error" not in dump.modules.get(module, {"error": None}):
        return True
    return module in extra or any(path.startswith(f"{module}:") for path in extra)


def _name_tokens(module: str, has: list[bool], dumps: Sequence[Dump], also: Sequence[dict[str, str]]) -> Iterator[str]:
    homes: Present = {}
    for position, (dump, extra) in enumerate(zip(dumps, also, strict=True)):
        names = dump.modules.get(module, {}).get("names", {})
        dynamic = [path.partition(":")[2] for path in extra if path.startswith(f"{module}:")]
        for name in [*names, *dynamic]:
            homes.setdefault(name, [None] * len(dumps))[position] = _home(dump, f"{module}:{name}")
    for name in sorted(homes):
        for home in sorted({home for home in homes[name] if home is not None}):
            ranges = spell([found == home for found in homes[name]], has)
            yield _tagged(f"{name}={home}" if home else name, ranges)


def _home(dump: Dump, path: str) -> str:
    """Where a re-exported class, function or object is defined; "" for the module itself.

    `prefect.` is left out, and what belongs to an integration begins with a dot instead.
    """
    definition = dump.definition(path)
    if definition is None or definition == path or not definition.startswith("prefect"):
        return ""
    return definition.removeprefix("prefect.") if definition.startswith("prefect.") else f".{definition}"


# -- classes -----------------------------------------------------------------------------------------------------------


def class_rows(dumps: Sequence[Dump]) -> Iterator[list[Any]]:
    """[class, minors, "base base@minors", "member member@minors ...", extra?]; those of others have no bases."""
    for path in sorted({path for dump in dumps for path in dump.classes if not UNCALLED.match(path)}):
        has = [path in dump.classes for dump in dumps]
        shapes = [dump.classes.get(path, {}) for dump in dumps]
        bases = _tokens([shape.get("bases", ()) for shape in shapes], has, ordered=True)
        members = _tokens([_public_members(shape) for shape in shapes], has)
        extra = next((shape["extra"] for shape in reversed(shapes) if shape.get("extra")), None)
        yield [path, spell(has), bases, members, *([extra] if extra else [])]
    for path in sorted({path for dump in dumps for path in dump.foreign}):
        lists = [dump.foreign.get(path, ()) for dump in dumps]
        yield [path, "", "", " ".join(sorted({name for names in lists for name in names if not name.startswith("_")}))]


def _public_members(shape: dict[str, Any]) -> list[str]:
    return [name for name in shape.get("members", ()) if not name.startswith("_") or name == "__call__"]


def _tokens(lists: Sequence[Sequence[str]], has: list[bool], *, ordered: bool = False) -> str:
    names = dict.fromkeys(name for names in lists for name in names)
    tokens = (
        _tagged(name, spell([name in found for found in lists], has)) for name in (names if ordered else sorted(names))
    )
    return " ".join(tokens)


# -- callables ---------------------------------------------------------------------------------------------------------


def callable_rows(dumps: Sequence[Dump]) -> Iterator[list[Any]]:
    """[callable, minors, "a b=1 * c=None **kwargs", flavour?]: one row for every signature that it ever had."""
    found: dict[str, list[tuple[str, str] | None]] = {}
    for position, dump in enumerate(dumps):
        for path, row in dump.callables():
            if row["signature"] is not None and _is_called(path):
                found.setdefault(path, [None] * len(dumps))[position] = (
                    spell_signature(row["signature"]),
                    row["flavour"],
                )
    for path in sorted(found):
        for (signature, flavour), start, end in stretches(found[path]):
            has = [start <= position <= end for position in range(len(dumps))]
            yield [path, spell(has), signature, *([flavour] if flavour != "sync" else [])]


def _is_called(path: str) -> bool:
    """Public functions, and public methods even of private classes: public ones inherit them."""
    module, _, name = path.removesuffix(".__call__").partition(":")
    return is_public(name) and ("." in name or is_public(module)) and not UNCALLED.match(path)


def spell_signature(parameters: Sequence[Sequence[str]]) -> str:
    """`self a b= * c= **kw`: `=` marks a default, `/` ends positional-only ones, `*` begins keyword-only ones."""
    words: list[str] = []
    previous = ""
    for name, kind, *default in parameters:
        if previous == "/" and kind != "/":
            words.append("/")
        if kind == "k" and previous not in ("k", "*"):
            words.append("*")
        words.append(("" if kind in ("/", "k") else kind) + name + ("=" if default else ""))
        previous = kind
    return " ".join([*words, "/"] if previous == "/" else words)


# -- kinds -------------------------------------------------------------------------------------------------------------


def kind_rows(dumps: Sequence[Dump]) -> Iterator[list[Any]]:
    """[callable or attribute, minors, class]: what annotations say that it gives or holds, `=` for the receiver's."""
    found: dict[str, list[str | None]] = {}
    for position, dump in enumerate(dumps):
        for path, kind in _kinds(dump):
            if _is_called(path) and not UNCALLED.match(kind.removeprefix("list[")) and is_public(kind):
                found.setdefault(path, [None] * len(dumps))[position] = kind
    for path in sorted(found):
        for kind, start, end in stretches(found[path]):
            yield [path, spell([start <= position <= end for position in range(len(dumps))]), kind]


def _kinds(dump: Dump) -> Iterator[tuple[str, str]]:
    for path, row in dump.functions.items():
        if "gives" in row:
            yield path, row["gives"]
    for path, shape in dump.classes.items():
        for name, row in shape["members"].items():
            if kind := row.get("gives") or row.get("holds"):
                yield f"{path}.{name}", kind


def write_index(
    dumps: Sequence[Dump],
    also: Sequence[dict[str, str]],
    packages: Sequence[tuple[Dump, dict[str, str]]],
    meta: dict[str, Any],
    folder: Path,
) -> dict[str, int]:
    """The four tables for all targets; the integrations in `packages` as they are now, whatever the target."""
    integrations = [dump for dump, _ in packages]
    names = [*index_rows(dumps, also), *(row for dump, extra in packages for row in package_rows(dump, extra))]
    classes = [*class_rows(dumps), *(row for dump in integrations for row in class_rows([dump]))]
    callables = [*callable_rows(dumps), *(row for dump in integrations for row in callable_rows([dump]))]
    kinds = [*kind_rows(dumps), *(row for dump in integrations for row in kind_rows([dump]))]
    return {
        "kinds": write_lines("kinds", meta, kinds, folder),
        "target_index": write_lines("target_index", meta, names, folder),
        "classes": write_lines("classes", meta, _unique(classes), folder),
        "callables": write_lines("callables", meta, callables, folder),
    }


def _unique(rows: list[list[Any]]) -> Iterator[list[Any]]:
    """The first row of every key: each package lists the classes of others that it builds on."""
    seen: set[str] = set()
    for row in rows:
        if row[0] not in seen:
            seen.add(row[0])
            yield row
