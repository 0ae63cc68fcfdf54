"""Which reader reads which kind of file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.shell import in_order, read_commands
from prefect_migrate.discovery import kinds
from prefect_migrate.hosts.strings import is_command, mentions_command

Reader = Callable[[str], Iterable[Command]]

_HCL = re.compile(r"(?m)^[ \t]*(?:\w+(?:[ \t]+\"[^\"\n]*\")*[ \t]*\{|[\w.-]+[ \t]+=[ \t])")
#: `[Service]` alone on its line; a list of JSON has quotes.
_SECTION = re.compile(r"\[[A-Za-z][\w:. -]*\][ \t]*")
#: `<<-SHELL` in a Vagrantfile, and its lines.
_HERE_DOCUMENT = re.compile(
    r"(?m)<<[-~]?(?P<quote>[\"']?)(?P<word>[A-Z]\w*)(?P=quote)[^\n]*\n(?P<body>(?:(?![ \t]*(?P=word)\s*$)[^\n]*\n)*)"
)
_YAML_LINE = re.compile(r"\s*(?:---|- \S|[\w.\"'-]+:(?:\s|$))")


def read_text(kind: str, text: str) -> list[Command]:
    """The commands in a text of some kind, in its order; those of comments and docstrings left out."""
    dialect = kinds.COMMAND_DIALECTS.get(kind)
    if dialect is not None:
        return read_commands(text, dialect=dialect)
    reader = _READERS.get(kind)
    if reader is None or not (kind == kinds.XML or mentions_command(text)):
        return []  # tags stand between the words of XML
    return in_order((command for command in reader(text) if is_command(command, surely_runs=True)), text, 0)


def read_lists(text: str) -> Iterator[Command]:
    """The commands of a YAML or JSON text that stand there as lists of words."""
    kind = sniff(text)
    if kind in (kinds.YAML, kinds.JSON):
        yield from (command for command in read_text(kind, text) if command.dialect == "argv")


def _read_dotenv(text: str) -> Iterable[Command]:
    return read_commands(text)


def _read_yaml(text: str) -> Iterator[Command]:
    from prefect_migrate.hosts.scripts import read_lines
    from prefect_migrate.hosts.walk import read_nodes
    from prefect_migrate.hosts.yaml_files import UnreadableYaml, read_yaml

    try:
        nodes = read_yaml(text)
    except UnreadableYaml:
        return iter(list(read_lines(text)))
    return read_nodes(text, nodes)


def _read_json(text: str) -> Iterator[Command]:
    from prefect_migrate.hosts.literals import JSON, read_literals
    from prefect_migrate.hosts.walk import read_nodes

    return read_nodes(text, [read_literals(text, JSON).node])


def _read_toml(text: str) -> Iterator[Command]:
    from prefect_migrate.hosts.literals import TOML, read_literals
    from prefect_migrate.hosts.walk import read_nodes

    return read_nodes(text, [read_literals(text, TOML).node])


def _read_terraform(text: str) -> Iterator[Command]:
    """HCL, or the template of a file that is something else."""
    from prefect_migrate.hosts.literals import HCL, read_literals
    from prefect_migrate.hosts.scripts import read_lines
    from prefect_migrate.hosts.walk import read_nodes

    kind = sniff(text)
    if kind != kinds.SHELL or text.startswith("#!"):
        yield from read_text(kind, text)
        return
    literals = read_literals(text, HCL)
    found = list(read_nodes(text, [literals.node]))
    for start, end in literals.heredocs:
        body = text[start:end]
        found += (command.moved(start) for command in read_text(sniff(body), body))
    yield from found if found or _HCL.search(text) else read_lines(text)


def _read_code(text: str) -> Iterator[Command]:
    """Strings and lists of strings of whatever language, and the here-documents of Ruby."""
    from prefect_migrate.hosts.literals import CODE, read_literals
    from prefect_migrate.hosts.walk import read_nodes

    bodies = [found.span("body") for found in _HERE_DOCUMENT.finditer(text)] if "<<" in text else []
    code = text
    for start, end in bodies:
        code = code[:start] + " " * (end - start) + code[end:]
        yield from (command.moved(start) for command in read_text(sniff(text[start:end]), text[start:end]))
    yield from read_nodes(code, [read_literals(code, CODE).node])


def _read_template(text: str) -> Iterable[Command]:
    from prefect_migrate.hosts.scripts import read_lines

    kind = sniff(text)
    return read_lines(text) if kind == kinds.SHELL and not text.startswith("#!") else read_text(kind, text)


def sniff(text: str) -> str:
    """The kind of a text that has no name to tell it."""
    head = text.lstrip()
    if head.startswith("#!"):
        return kinds.SHELL
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "{"))), "")
    if _SECTION.fullmatch(first):
        return kinds.INI
    if head.startswith(("{", "[")) and not head.startswith(("{{", "{%", "{#")):
        return kinds.JSON
    if first.startswith(("FROM ", "ARG ")):
        return kinds.DOCKERFILE
    return kinds.YAML if _YAML_LINE.match(first) else kinds.SHELL


def _lazy(module: str, name: str) -> Reader:
    """A reader that is imported when the first file of its kind is met."""

    def read(text: str) -> Iterable[Command]:
        from importlib import import_module

        found: Reader = getattr(import_module(f"prefect_migrate.hosts.{module}"), name)
        return found(text)

    return read


_READERS: dict[str, Reader] = {
    kinds.YAML: _read_yaml,
    kinds.PREFECT_YAML: _read_yaml,
    kinds.JSON: _read_json,
    kinds.TOML: _read_toml,
    kinds.PYPROJECT: _read_toml,
    kinds.PIPFILE: _read_toml,
    kinds.TERRAFORM: _read_terraform,
    kinds.DOTENV: _read_dotenv,
    kinds.DOCKERFILE: _lazy("dockerfile", "read_dockerfile"),
    kinds.INI: _lazy("settings", "read_settings"),
    kinds.MARKDOWN: _lazy("markdown", "read_markdown"),
    kinds.NOTEBOOK: _lazy("notebook", "read_notebook"),
    kinds.JUSTFILE: _lazy("scripts", "read_recipes"),
    kinds.JINJA: _read_template,
    kinds.GROOVY: _lazy("groovy", "read_groovy"),
    kinds.CODE: _read_code,
    kinds.XML: _lazy("xml", "read_xml"),
}

#: The kinds that are more than commands from top to bottom.
KINDS = frozenset(_READERS)
