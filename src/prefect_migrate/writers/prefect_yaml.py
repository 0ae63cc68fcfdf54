"""Writer: deployments into a prefect.yaml that `prefect deploy --all` accepts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from prefect_migrate.plan.model import Deployment
from prefect_migrate.readers.prefect_yaml_schema import problems
from prefect_migrate.source.yaml_scalars import type_of
from prefect_migrate.source.yaml_tree import Mapping, read_tree
from prefect_migrate.writers.shared_parts import share_parts
from prefect_migrate.writers.yaml_comments import with_comments
from prefect_migrate.writers.yaml_definitions import anchors_of, names_of, nested, with_definitions
from prefect_migrate.writers.yaml_entries import SET_DIRECTORY, Comments, comments_of, entry_of, plain

HEADER = "# Deployments for `prefect deploy --all`.\n"


class _Entry(NamedTuple):
    data: dict[str, Any]
    #: Key -> the comments above it; "" is for the whole.
    comments: dict[str, list[str]]


class UnreadableYaml(Exception):
    """The prefect.yaml that is there can't be merged with; the text is the reason."""


def merge_deployments(
    existing: str | None, deployments: Sequence[Deployment], comments: Sequence[Comments] = ()
) -> str:
    """The text of a prefect.yaml with these deployments added; entries that are there already are left alone.

    `comments` are for each of them.  Raises UnreadableYaml.
    """
    entries: dict[tuple[str, str], _Entry] = {}
    for index, deployment in enumerate(deployments):
        entry = entry_of(deployment)
        above = comments_of(deployment, entry, comments[index] if index < len(comments) else {})
        entries.setdefault(_identity(entry), _Entry(entry, above))
    for entry, _ in entries.values():
        _check_types(entry)
    if existing is None or not existing.strip():
        return HEADER + _new(list(entries.values()))
    there = _existing(existing)
    for key, (entry, _) in entries.items():
        if key in there and _without_steps(there[key]) != _without_steps(entry):
            raise UnreadableYaml(f"it has another deployment {key[0]!r} of that flow already; compare the two")
        if (key[0], "None") in there:
            raise UnreadableYaml(f"it has a deployment {key[0]!r} without an entrypoint already; compare the two")
    missing = [found for key, found in entries.items() if key not in there]
    _shield(_load(existing), [entry for entry, _ in missing])
    return _append(existing, missing) if missing else existing


def _new(entries: Sequence[_Entry]) -> str:
    definitions = share_parts([one.data for one in entries], {})
    listed = _listed(entries, [one.part for one in definitions])
    return _dump({"definitions": nested(definitions)}) + "\n" + listed if definitions else listed


def _listed(entries: Sequence[_Entry], anchored: Sequence[Any], offset: int = 2) -> str:
    """The entries below `deployments:`; parts that have an anchor elsewhere are there as aliases."""
    data = {"anchored": list(anchored), "deployments": [one.data for one in entries]}
    lines = _dump(data, offset).splitlines(keepends=True)
    start = lines.index("deployments:\n")
    return "".join([lines[start], *with_comments(lines[start + 1 :], [one.comments for one in entries], offset)])


def _check_types(entry: dict[str, Any]) -> None:
    """One value of a wrong type, and Prefect 3 skips all deployments of the file.  Raises UnreadableYaml."""
    root = read_tree(_dump({"deployments": [entry]}))
    problem = next(problems(root), None) if isinstance(root, Mapping) else None
    if problem is not None:
        raise UnreadableYaml(f"{problem.what}, and Prefect 3 would skip the whole prefect.yaml")


def _identity(entry: Any) -> tuple[str, str]:
    """Name and entrypoint."""
    return str(entry.get("name")), str(entry.get("entrypoint")).removeprefix("./")


def _shield(data: Any, entries: Sequence[dict[str, Any]]) -> None:
    """Keep the steps that a file has for all its deployments from the new ones.  Raises UnreadableYaml."""
    for entry in entries:
        if data.get("push") and "push" not in entry:
            raise UnreadableYaml("its `push` steps would run for every deployment, and no entry can do without them")
        if data.get("build") and "build" not in entry:
            after = [(key, entry.pop(key)) for key in ("push", "pull") if key in entry]
            entry |= {"build": None, **dict(after)}
        if data.get("pull") and "pull" not in entry:
            entry["pull"] = [{SET_DIRECTORY: {"directory": "{{ $PWD }}"}}]


def _existing(text: str) -> dict[tuple[str, str], Any]:
    """The deployments that a file has."""
    data = _load(text)
    entries = data.get("deployments") or []
    if not isinstance(entries, list):
        raise UnreadableYaml("its `deployments` is not a list")
    return {_identity(entry): entry for entry in entries if isinstance(entry, dict)}


def _without_steps(entry: Any) -> dict[str, Any]:
    """What an entry says, but for the steps that the file may have for all, and `./` before the entrypoint."""
    said = {key: value for key, value in entry.items() if key not in ("build", "push", "pull")}
    return {**said, "entrypoint": _identity(entry)[1]}


def _load(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="rt").load(text)
    except (YAMLError, ValueError) as error:
        raise UnreadableYaml(f"it does not load: {str(error).splitlines()[0]}") from error
    if not isinstance(data, dict):
        raise UnreadableYaml("it is not a mapping")
    return data


# -- adding by text, so that nothing else in the file changes ----------------------------------------------------------


def _append(text: str, entries: Sequence[_Entry]) -> str:
    """Add entries behind the last one, and what they share under `definitions:`."""
    before = _load(text)
    known, expected = anchors_of(before), [plain(entry) for entry, _ in entries]
    definitions = share_parts([entry for entry, _ in entries], known, names_of(text))
    defined = with_definitions(text, definitions, _dump)
    result = _with_entries(defined, entries, [*known.values(), *(one.part for one in definitions)])
    _check(before, result, expected)
    return result


def _with_entries(text: str, entries: Sequence[_Entry], anchored: Sequence[Any]) -> str:
    data: Any = _load(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    listed: Any = data.get("deployments")
    body = text if text.endswith(("\n", "\r")) else text + newline
    if not listed:
        return _fill_empty(body, data, _listed(entries, anchored).replace("\n", newline))
    if listed.fa.flow_style():
        raise UnreadableYaml("its `deployments` is written in one line; break it into one entry a line first")
    first: Any = listed[0]
    dash = " " * max(first.lc.col - 2, 0) if hasattr(first, "lc") else " " * listed.lc.col
    offset = _offset(listed, len(dash))
    block = "".join(dash + line[offset:] for line in _listed(entries, anchored, offset).splitlines(keepends=True)[1:])
    position = _end_of_list(body, data, listed)
    return body[:position] + block.replace("\n", newline) + body[position:]


def _offset(listed: Any, dash: int) -> int:
    """How far the file moves the dashes of a list to the right of its key: as in its entries, else as they stand."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    inner = [
        value.lc.col - entry.lc.col
        for entry in listed
        if isinstance(entry, CommentedMap)
        for value in entry.values()
        if isinstance(value, CommentedSeq) and not value.fa.flow_style()
    ]
    return 2 if (inner[0] if inner else dash) > 0 else 0


def _fill_empty(text: str, data: Any, block: str) -> str:
    """Put the list in the place of an empty `deployments:`, or at the end."""
    lines = text.splitlines(keepends=True)
    if "deployments" not in data:
        return text + block
    number = data.lc.key("deployments")[0]
    comment = lines[number].partition("#")[2].rstrip()
    lines[number] = (f"#{comment}\n" if comment else "") + block
    return "".join(lines)


def _check(before: Any, text: str, added: list[Any]) -> None:
    """Raises UnreadableYaml when anything but the deployments and definitions is another, or an entry is missing."""
    after = _load(text)
    old, new = before.get("deployments") or [], after.get("deployments") or []
    same = all(before.get(key) == after.get(key) for key in {*before, *after} - {"deployments", "definitions"})
    if not same or [*new] != [*old, *added] or not _holds(after.get("definitions"), before.get("definitions")):
        raise UnreadableYaml("its layout is too unusual to add to")


def _holds(data: Any, part: Any) -> bool:
    """Whether mappings in mappings have all that others have."""
    if isinstance(data, dict) and isinstance(part, dict):
        return all(key in data and _holds(data[key], part[key]) for key in part)
    return part is None or bool(data == part)


def _end_of_list(text: str, data: Any, listed: Any) -> int:
    """Where the list of deployments ends: before the next top-level key, without the blank lines between."""
    lines = text.splitlines(keepends=True)
    keys = [data.lc.key(key)[0] for key in data if data.lc.key(key)[0] > listed.lc.line]
    end = min(keys, default=len(lines))
    while end > 0 and (not lines[end - 1].strip() or (end < len(lines) and lines[end - 1].startswith("#"))):
        end -= 1
    return sum(map(len, lines[:end]))


def _dump(data: Any, offset: int = 2) -> str:
    """A mapping as text, the dashes of its lists `offset` columns to the right of their keys."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
    stream = io.StringIO()
    yaml.dump(_quoted(data), stream)
    return stream.getvalue()


def _quoted(data: Any) -> Any:
    """The same with quotes around what Prefect's loader, which knows an older YAML, would not take for a text."""
    from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString

    if isinstance(data, str) and "\n" in data:
        plain = all(line == line.strip() and line.isprintable() for line in data.split("\n")[:-1])
        return LiteralScalarString(data) if plain and not data.endswith("\n\n") else data
    if isinstance(data, str):
        return SingleQuotedScalarString(data) if type_of(data) != "str" or data in ("=", "<<") else data
    if isinstance(data, dict):
        for key in data:
            data[key] = _quoted(data[key])
    elif isinstance(data, list):
        data[:] = [_quoted(item) for item in data]
    return data
