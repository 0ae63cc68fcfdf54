"""The uses of settings of Prefect 2 in a repository, each with what became of the setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from prefect_migrate.context import FileContext
from prefect_migrate.discovery import kinds
from prefect_migrate.pins.report import is_ours
from prefect_migrate.pins.survey import texts_first
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.reference import SettingFact, setting
from prefect_migrate.settings.code import code_places
from prefect_migrate.settings.model import Place
from prefect_migrate.settings.texts import KINDS as TEXTS
from prefect_migrate.settings.texts import text_places

KINDS = TEXTS | {kinds.PYTHON}
#: The minors of Prefect 2 whose settings were dumped; a setting that one lacks may be in the minors between.
_SAMPLED = (0, 6, 8, 10, 13, 14, 16, 18, 19, 20)
#: Compose and the like fill in `${X}` from here, not from the environments that they define.
_OUTSIDE = frozenset({kinds.DOTENV, kinds.SHELL, kinds.MAKE})
#: A document in which the names are those of an API's models.
_DESCRIBES_API = re.compile(rb"^[ \t{]*[\"']?(?:openapi|swagger)[\"']?:[ \t]*[\"']?[23]\.", re.MULTILINE)


class Use(NamedTuple):
    """A place and the fact about its setting."""

    place: Place
    fact: SettingFact


def uses(context: FileContext, status: str) -> Iterator[Use]:
    """The uses in a file of settings that got this status."""
    for place in places(context):
        fact = setting(place.name, context.target)
        if fact is not None and fact.status == status:
            yield Use(place, fact)


def places(context: FileContext) -> list[Place]:
    """Every place of a file where a setting of Prefect's stands."""
    data = context.project.read(context.path) or b""
    if b"PREFECT_" not in data or _DESCRIBES_API.search(data[:4000]) or not is_ours(context):
        return []
    if "settings" not in context.shared:
        context.shared["settings"] = list(_places(context))
    found: list[Place] = context.shared["settings"]
    return found


def _places(context: FileContext) -> Iterator[Place]:
    if context.file.kind == kinds.PYTHON:
        return iter(context.project.once("settings", context.file, lambda: _places_in_code(context)))
    return text_places(context.text.text, context.file.kind)


def _places_in_code(context: FileContext) -> list[Place]:
    return list(code_places(context.python)) if context.python is not None else []


#: Variable -> (path, kind, whether it gives a value of its own) of each place that sets it.
Setters = dict[str, list[tuple[str, str, bool]]]

_known: WeakKeyDictionary[Project, tuple[list[ProjectFile], Setters]] = WeakKeyDictionary()


def _setters(context: FileContext, name: str) -> list[tuple[str, str, bool]]:
    """The places that set one variable; only files that have its name are read."""
    project = context.project
    known = _known.get(project)
    if known is None or known[0] is not project.files:
        known = _known[project] = (project.files, {})
    if name not in known[1]:
        word = name.encode()
        found = known[1][name] = []
        for file in project.files:
            if file.kind in KINDS and file.data is not None and word in file.data:
                there = FileContext(project, file, context.plan, context.config)
                places = _places(there) if is_ours(there) else iter(())
                sets = (place for place in places if place.role == "sets" and place.name == name)
                found += [(file.path, file.kind, place.own) for place in sets]
    return known[1][name]


def follows(context: FileContext, use: Use) -> bool:
    """Whether the value that is read, or handed on, is set in the repository, where it is renamed as well."""
    inside = use.place.role == "reads" and context.file.kind not in (kinds.YAML, kinds.TERRAFORM)
    return any(
        inside or (own and (kind in _OUTSIDE or path == context.path))
        for path, kind, own in _setters(context, use.place.name)
    )


def is_passed_on(context: FileContext, place: Place) -> bool:
    """Whether what is read is the value in `X: ${X}`."""
    text = context.text.text
    line = text[text.rfind("\n", 0, place.start) + 1 : place.start]
    return bool(re.search(rf"(?<!\w){place.name}[\"']?[ \t]*[:=]", line))


def is_ignored_already(context: FileContext, fact: SettingFact) -> str:
    """The Prefect of the repository that ignores the setting already, "" if there is none or nobody knows."""
    last = int((fact.last2 or "2.20").split(".")[1])
    after = next((minor for minor in _SAMPLED if minor > last), 100)
    generations: set[str] = set()
    minors: list[int] = []
    for statement in texts_first(context.project, context.config):
        if statement.client:
            generations.add(statement.generation)
            minors += [statement.oldest] if statement.oldest is not None else []
        if minors and min(minors) < after and generations != {"3"}:
            return ""
    oldest = min(minors, default=0)
    return "Prefect 3" if generations == {"3"} else f"Prefect 2.{oldest}" if oldest >= after else ""


def has_name(context: FileContext, name: str) -> bool:
    """Whether the file had the new name before anything was changed, so that a rename would set it twice."""
    data = context.project.on_disk(context.path) or b""
    return re.search(rb"(?<!\w)%b(?!\w)" % name.encode(), data) is not None
