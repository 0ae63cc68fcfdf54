"""What each target really has: modules, names, members and signatures, from dumps of its newest patch.

Dotted names are resolved the way Python does: `prefect.Flow.deploy` is the method of the class that is defined at
`prefect.flows:Flow`.  Every answer may be None: not known, as for other packages and for targets not examined.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from prefect_migrate.reference.lines import covers, lines, parsed, position, words
from prefect_migrate.reference.tables import Target


class Parameter(NamedTuple):
    """A parameter; `kind` is `` (by position or keyword), `/`, `k` (keyword only), `*` or `**`."""

    name: str
    kind: str
    optional: bool


class Signature(NamedTuple):
    """What a callable of a target accepts, without `self`.

    `flavour` is sync, coroutine, generator, compatible (sync outside a loop, a coroutine inside) or dispatch (the same,
    with an async twin whose name begins with `a`).
    """

    callable: str
    parameters: tuple[Parameter, ...]
    flavour: str

    def accepts(self, keyword: str) -> bool:
        return self.has_kwargs or any(p.name == keyword and p.kind in ("", "k") for p in self.parameters)

    @property
    def has_kwargs(self) -> bool:
        return any(parameter.kind == "**" for parameter in self.parameters)

    @property
    def positional(self) -> tuple[str, ...]:
        """Names of what may be given by position, in order."""
        return tuple(parameter.name for parameter in self.parameters if parameter.kind in ("", "/"))


@cache
def _names(module: str, number: int) -> dict[str, str] | None:
    """Name -> where it is defined (`module:name`), of a module; None when the target has no such module."""
    for _, minors, text in parsed("target_index", module) if module else ():
        if covers(minors, number):
            pairs = (word.partition("=") for word in words(text, number))
            return {name: _absolute(home) if home else f"{module}:{name}" for name, _, home in pairs}
    return None


def _absolute(home: str) -> str:
    """`flows:Flow` is short for `prefect.flows:Flow`, and `.prefect_aws.s3:S3Bucket` for what is after the dot."""
    return home[1:] if home.startswith(".") else f"prefect.{home}"


def _split(dotted: str, number: int) -> tuple[str, list[str]] | None:
    """The longest leading module that the target has, and what is left."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        if _names(".".join(parts[:length]), number) is not None:
            return ".".join(parts[:length]), parts[length:]
    return None


@cache
def has_name(dotted: str, target: Target | None = None) -> bool | None:
    """Whether the target has a module, a module's name, or a member of its class."""
    number = position(target)
    found = _split(dotted, number) if number is not None else None
    if found is None or number is None:
        return None
    module, rest = found
    if not rest:
        return True
    names = _names(module, number) or {}
    home = names.get(rest[0])
    if home is None:
        if "*" in names or (_is_folder(f"{module}.{rest[0]}") and not _lacks_module(module, rest)):
            return None
        return False
    if len(rest) == 1:
        return True
    return has_member(home.replace(":", "."), rest[1], target) if len(rest) == 2 else None


@cache
def _is_folder(dotted: str) -> bool:
    """Whether an integration, or Prefect's `_vendor`, has modules in a folder of that name without `__init__.py`."""
    return dotted.startswith(("prefect_", "prefect._vendor")) and any(
        module.startswith(f"{dotted}.") for module in lines("target_index")
    )


def _lacks_module(module: str, rest: list[str]) -> bool:
    """Whether `_vendor`, all of whose modules are known, has none of the name that follows."""
    return module == "prefect" and len(rest) > 1 and not _is_folder(".".join([module, *rest[:2]]))


@cache
def definition(dotted: str, target: Target | None = None) -> str | None:
    """Where the target defines a module's name: `prefect.flow` is `prefect.flows.flow`; what follows it is kept."""
    home = _home(dotted, target)
    return home.replace(":", ".") if home else None


def _home(dotted: str, target: Target | None) -> str | None:
    number = position(target)
    found = _split(dotted, number) if number is not None else None
    if found is None or number is None:
        return None
    module, (name, *rest) = found if found[1] else (found[0].rpartition(".")[0], [found[0].rpartition(".")[2]])
    home = (_names(module, number) or {}).get(name)
    return ".".join([home, *rest]) if home else None


def names_of(module: str, target: Target | None = None) -> frozenset[str] | None:
    """All names of a module, private ones included."""
    number = position(target)
    names = _names(module, number) if number is not None else None
    return frozenset(names) if names is not None else None


# -- classes ---------------------------------------------------------------------------------------------------------


@cache
def _class(path: str, number: int) -> tuple[list[str], frozenset[str]] | None:
    """(bases, own members) of `module:Class`."""
    for _, minors, bases, members, *_ in parsed("classes", path):
        if covers(minors, number):
            return words(bases, number), frozenset(words(members, number))
    return None


def _lineage(path: str, number: int) -> Iterator[tuple[str, frozenset[str] | None]]:
    """A class and its bases with their own members; None for the members of a class that is not known."""
    seen, queue = {path}, [path]
    while queue:
        current = queue.pop(0)
        bases, members = _class(current, number) or ([], None)
        yield current, members
        queue += [base for base in bases if base not in seen]
        seen.update(bases)


@cache
def lineage(cls: str, target: Target | None = None) -> tuple[str, ...]:
    """The dotted names of a class and all its bases, the nearest first; () when it is not known to be a class."""
    number, home = position(target), _home(cls, target)
    if number is None or home is None or _class(home, number) is None:
        return ()
    return tuple(path.replace(":", ".") for path, _ in _lineage(home, number))


@cache
def members_of(cls: str, target: Target | None = None) -> frozenset[str] | None:
    """The public members of a class, inherited ones included."""
    number, home = position(target), _home(cls, target)
    if number is None or home is None or _class(home, number) is None:
        return None
    return frozenset(name for _, members in _lineage(home, number) for name in members or ())


@cache
def has_member(cls: str, name: str, target: Target | None = None) -> bool | None:
    """Whether a class has a public member; None for private names, and when it has bases that are not known."""
    number, home = position(target), _home(cls, target)
    if number is None or home is None or _class(home, number) is None or name.startswith("_"):
        return None
    whole = list(_lineage(home, number))
    if any(name in (members or ()) for _, members in whole):
        return True
    return False if all(members is not None for _, members in whole) else None


#: Classes of other packages that give objects no attributes of their own.
_PLAIN_BASES = ("prefect", "pydantic.main:BaseModel", "typing:Generic", "typing:Protocol", "abc:ABC")


@cache
def is_closed(cls: str, target: Target | None = None) -> bool:
    """Whether objects of a class have no attributes but those of the class.

    Not so for models that take others, for what derives from classes of other packages, which give objects attributes
    of their own, and for classes that others derive from: making one may give one of those.
    """
    number, home = position(target), _home(cls, target)
    if number is None or home is None or home in _bases(number):
        return False
    paths = [path for path, _ in _lineage(home, number)]
    extra = [row[4] for path in paths for row in parsed("classes", path) if len(row) > 4]
    return "allow" not in extra and all(path.startswith(_PLAIN_BASES) for path in paths)


@cache
def _bases(number: int) -> frozenset[str]:
    """Every class that another one derives from."""
    found = set()
    for path in lines("classes"):
        for row in parsed("classes", path) if path else ():
            if covers(row[1], number):
                found.update(words(row[2], number))
    return frozenset(found)


# -- callables -------------------------------------------------------------------------------------------------------


@cache
def signature(dotted: str, target: Target | None = None) -> Signature | None:
    """The signature of a function, a method (inherited ones too) or a class as its own constructor."""
    number, home = position(target), _home(dotted, target)
    if number is None or home is None:
        return None
    return _signature(home, number) or _inherited(home, number)


@cache
def is_function(dotted: str, target: Target | None = None) -> bool:
    """Whether a name of a module is a function's for certain, and no class's."""
    number, home = position(target), _home(dotted, target)
    if number is None or home is None or "." in home.partition(":")[2]:
        return False
    return _signature(home, number) is not None and _class(home, number) is None


def _inherited(home: str, number: int) -> Signature | None:
    cls, _, method = home.rpartition(".")
    if ":" not in cls:
        return None
    owners = (path for path, members in _lineage(cls, number) if method in (members or ()))
    return next((found for path in owners if (found := _signature(f"{path}.{method}", number))), None)


@cache
def kind_of(dotted: str, target: Target | None = None) -> str | None:
    """The class of what a callable gives or an attribute holds, as its annotation says, awaited; `list[...]` of it.

    `=` is the class of the receiver, or one derived from it.
    """
    number, home = position(target), _home(dotted, target)
    if number is None or home is None:
        return None
    cls, _, name = home.rpartition(".")
    if ":" in cls:
        # The nearest class that has it decides, be it without an annotation.
        owner = next((path for path, members in _lineage(cls, number) if name in (members or ())), cls)
        home = f"{owner}.{name}"
    for _, minors, kind in parsed("kinds", home):
        if covers(minors, number):
            return str(kind).replace(":", ".")
    return None


@cache
def _signature(path: str, number: int) -> Signature | None:
    for _, minors, text, *flavour in parsed("callables", path):
        if covers(minors, number):
            is_method = "." in path.partition(":")[2]
            found = tuple(_parameters(text, is_method=is_method))
            return Signature(path.replace(":", "."), found, flavour[0] if flavour else "sync")
    return None


def _parameters(text: str, *, is_method: bool) -> Iterator[Parameter]:
    """`self a b= * c= **kw`: `=` marks a default, `/` ends positional-only ones, `*` alone begins keyword-only ones."""
    names = text.split()
    positional_only = names.index("/") if "/" in names else 0
    keyword_only = False
    for place, word in enumerate(names):
        if word in ("*", "/"):
            keyword_only = keyword_only or word == "*"
        elif word.startswith("*"):
            yield Parameter(word.lstrip("*"), "*" * word[:2].count("*"), True)
            keyword_only = True
        elif word not in ("self", "cls", "mcs") or place or not is_method:
            kind = "/" if place < positional_only else "k" if keyword_only else ""
            yield Parameter(word.rstrip("="), kind, word.endswith("="))
