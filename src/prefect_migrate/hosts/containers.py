"""Commands whose program is an image's or a service's entrypoint: `docker compose run cli agent start`.

Only the rest of the repository tells that such words are Prefect's, so each text is read as if the program stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from prefect_migrate.commands.decoded import Decoded, relocate
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.discovery import kinds
from prefect_migrate.hosts.items import flat_items
from prefect_migrate.hosts.nodes import Node, Scalar, Table
from prefect_migrate.project import Project

_PROGRAM = "prefect "
_PROGRAMS = ("docker", "podman", "nerdctl")
#: `exec` starts its words without the entrypoint.
_RUNS = re.compile(rf"(?<![\w./-])(?:{'|'.join(_PROGRAMS)})(?:-compose)?(?=\s)[^;&|]*?\srun\s[^;&|]*\Z")
#: `DAEMON_ARGS="…`, as scripts of init.d have it, and the program, which stands in a variable of its own.
_ASSIGNS = re.compile(r"(?mi)^[ \t]*(?:export[ \t]+)?\w*(?:arg|opt|param|flag|command|cmd)\w*=[\"']")
_PREFECT = re.compile(r"(?<![\w-])prefect(?:[\"'\s]|\Z)")
_CONTINUED = re.compile(r"[\\^`][ \t]*\r?\n\Z")
_ENTRYPOINT = re.compile(r"(?im)^[ \t]*ENTRYPOINT[ \t]*\[(?:[^]\n]*,)?[ \t]*\"(?:[^\"\n]*/)?prefect\"[ \t]*\]")


class Entrypoints(NamedTuple):
    """`services` start Prefect's program, `others` something else; `image` if some Dockerfile's image starts it."""

    services: frozenset[str]
    others: frozenset[str]
    image: bool

    def start_prefect(self, name: str) -> bool:
        return name in self.services or (self.image and name not in self.others)


def completed(project: Project, text: str) -> Decoded | None:
    """The text with the program before each command that leaves it to a container; None if there is none."""
    places, candidates = list(_arguments(text)), list(_candidates(text))
    if candidates:
        known = _entrypoints(project)
        places = sorted([*places, *(place for place, name in candidates if known.start_prefect(name))])
    if not places:
        return None
    value, spans, at = "", [], 0
    for place in [*places, len(text)]:
        value += text[at:place] + (_PROGRAM if place < len(text) else "")
        spans += [(offset, offset + 1) for offset in range(at, place)]
        spans += [(place, place)] * (len(value) - len(spans))
        at = place
    return Decoded(value, spans)


def at_home(commands: Iterable[Command], decoded: Decoded, text: str) -> Iterator[Command]:
    """Commands of the completed text by their places in the one that there is."""
    for command in commands:
        program, *rest = (outer := relocate(command, decoded, text)).words
        words = (program if program.raw else program._replace(exact=False), *rest)
        yield outer._replace(words=words, editable=command.editable)


def _arguments(text: str) -> Iterator[int]:
    """Where `DAEMON_ARGS="agent start"` and the like begin, in a script that has Prefect's program elsewhere."""
    if "prefect" in text and _ASSIGNS.search(text) and _PREFECT.search(text):
        for found in _ASSIGNS.finditer(text):
            if _paths().match(text[found.end() : found.end() + 60]):
                yield found.end()


def _candidates(text: str) -> Iterator[tuple[int, str]]:
    """Where a sub-command follows what `docker run` and the like are told to run, and that one's name."""
    if " run" not in text or not any(program in text for program in _PROGRAMS):
        return
    for found in _paths().finditer(text):
        before = text[_statement_start(text, found.start()) : found.start()]
        if _RUNS.search(before):
            name = before.replace("\\\n", " ").split()[-1].strip("'\"")
            if not name.startswith("-") and name.rpartition("/")[2] != "prefect":
                yield found.start(), name


def _statement_start(text: str, position: int) -> int:
    start = text.rfind("\n", 0, position) + 1
    while start and _CONTINUED.search(text, max(0, start - 8), start):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


@cache
def _paths() -> re.Pattern[str]:
    paths = sorted(path for path in load_tree(2).commands if len(path) > 1 and path not in load_tree(2).groups)
    return re.compile("(?<!\\S)(?:" + "|".join("[ \\t]+".join(path) for path in paths) + ")(?![\\w-])")


def _entrypoints(project: Project) -> Entrypoints:
    services: dict[bool, set[str]] = {True: set(), False: set()}
    for file in project.of_kind(kinds.YAML):
        if file.data and b"entrypoint" in file.data and b"services" in file.data:
            for name, program in _services(file.data.decode("utf-8", "replace")):
                services[program.rpartition("/")[2] == "prefect"].add(name)
    images = (file.data or b"" for file in project.of_kind(kinds.DOCKERFILE))
    image = any(_ENTRYPOINT.search(data.decode("utf-8", "replace")) for data in images)
    return Entrypoints(frozenset(services[True]), frozenset(services[False] - services[True]), image)


def _services(text: str) -> Iterator[tuple[str, str]]:
    """The services of a compose file that have an entrypoint, and its last word."""
    from prefect_migrate.hosts.yaml_files import UnreadableYaml, read_yaml

    try:
        documents = read_yaml(text)
    except UnreadableYaml:
        return
    tables = (document.get("services") for document in documents if isinstance(document, Table))
    for name, service in (pair for table in tables if isinstance(table, Table) for pair in table.pairs):
        entrypoint = service.get("entrypoint") if isinstance(service, Table) else None
        if entrypoint is not None:
            yield name, _last_word(entrypoint)


def _last_word(entrypoint: Node) -> str:
    items = flat_items(entrypoint)
    decoded = items[-1].decode() if items and isinstance(items[-1], Scalar) else None
    return ((decoded.value if decoded else "").split() or [""])[-1]
