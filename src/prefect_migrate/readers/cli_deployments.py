"""Reader: deployments that commands of Prefect 2 build, and the commands that register or change them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, parse
from prefect_migrate.commands.tree import CommandPath, load_tree
from prefect_migrate.commands.words import Word
from prefect_migrate.findings import place_of
from prefect_migrate.hosts.sites import read_sites, text_of
from prefect_migrate.plan.model import UNKNOWN, Block, Deployment, DeploymentCommand, Schedule, Site, Value
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.agents import value_of_word
from prefect_migrate.readers.names import INFRASTRUCTURE_SLUGS, STORAGE_SLUGS
from prefect_migrate.readers.places import directories
from prefect_migrate.source.text import SourceText

BUILD: CommandPath = ("deployment", "build")
APPLY: CommandPath = ("deployment", "apply")
SCHEDULES: frozenset[CommandPath] = frozenset(
    {("deployment", "set-schedule"), ("deployment", "pause-schedule"), ("deployment", "resume-schedule")}
)
#: Option -> the argument of build_from_flow that says the same.
_ARGUMENTS = {
    "--name": "name",
    "--description": "description",
    "--version": "version",
    "--work-queue": "work_queue_name",
    "--pool": "work_pool_name",
    "--path": "path",
}
#: What a document writes where the reader is to put something in: `<flow_name>`, `[flow name]`.
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w -]*>|\[[A-Za-z][\w-]*(?: [\w-]+)+\]")
IGNORE_FILE = ".prefectignore"
KINDS_OF_SCHEDULE = ("cron", "interval", "rrule")


@dataclass(slots=True, eq=False)
class CliBuild(Deployment):
    """A deployment together with the `prefect deployment build` that makes it."""

    invocation: Command = field(kw_only=True)
    parsed: Invocation = field(kw_only=True)
    #: The YAML file that it writes, relative to the scanned root; None if only its run knows.
    output: str | None = None
    #: Where the command may run, the likeliest first; `working_directory` is the one that has the flow's file.
    directories: list[str] = field(default_factory=list)
    #: Options that the command line contradicts itself with, or that can't be read.
    errors: list[str] = field(default_factory=list)
    #: Options whose values only the run knows, as written.
    unknown: list[str] = field(default_factory=list)
    #: Whether its own place gets the deploy command; else that of the apply that registers it.
    deploys: bool = True
    #: Whether there is a file that says what is not uploaded.
    ignores: bool = False
    #: The commands after it that set its schedule.
    scheduled: list[CliCommand] = field(default_factory=list)

    @property
    def registers(self) -> bool:
        """Whether `--apply` is given."""
        return self.parsed.last("--apply") is not None


@dataclass(slots=True, eq=False)
class CliCommand(DeploymentCommand):
    """A command about deployments that are written down elsewhere."""

    invocation: Command = field(kw_only=True)
    parsed: Invocation = field(kw_only=True)
    directories: list[str] = field(default_factory=list)
    #: The one of them from which the files that it names were found.
    folder: str = "."
    #: Whether it goes away, because what it did is done in another place.
    goes: bool = False


def idle_reason(parsed: Invocation) -> str:
    """Why a command says nothing about a deployment as it stands; "" if it does."""
    if parsed.last("--help") is not None:
        return "it only asks for help"
    return "" if parsed.options or parsed.positionals else "what it is told is added elsewhere"


def read_cli(project: Project, file: ProjectFile) -> Iterator[CliBuild | CliCommand]:
    """What a file builds, applies and schedules, commands that it only talks about left out."""
    if file.data is None or b"deployment" not in file.data:
        return
    commands = [command for command in read_sites(project, file) if command.context != "text"]
    text = text_of(project, file) if commands else None
    if text is not None:
        yield from read_commands_of(project, file.path, text, commands)


def read_commands_of(
    project: Project, path: str, text: SourceText, commands: Iterable[Command]
) -> Iterator[CliBuild | CliCommand]:
    """The same of commands from whatever host, with places in `text`."""
    for command in commands:
        parsed = parse(command, load_tree(2))
        if parsed.path not in (BUILD, APPLY, *SCHEDULES) or idle_reason(parsed):
            continue
        site = Site(path, place_of(text, command.start, command.end))
        places = directories(path, text.text, command)
        if parsed.path == BUILD:
            yield read_build(project, site, command, parsed, places)
        else:
            yield CliCommand(site, parsed.path, invocation=command, parsed=parsed, directories=places)


def read_build(project: Project, site: Site, command: Command, parsed: Invocation, places: list[str]) -> CliBuild:
    """One `prefect deployment build`."""
    build = CliBuild(site, "cli_build", _option(parsed, "--name") or Value("", None), invocation=command, parsed=parsed)
    build.directories = places
    for option, argument in _ARGUMENTS.items():
        value = _option(parsed, option)
        if value is not None:
            build.arguments[argument] = value
    build.work_pool_name, build.work_queue_name = _option(parsed, "--pool"), _option(parsed, "--work-queue")
    build.applied = "--apply" if build.registers else None
    _read_entrypoint(project, build)
    _read_lists(build)
    _read_blocks(build)
    build.schedules = read_schedule_options(build.parsed, build.errors)
    _read_output(build)
    build.ignores = project.exists(joined(build.working_directory, IGNORE_FILE))
    build.unknown = [word.raw for word in _values(parsed) if word.dynamic]
    build.errors += _contradictions(parsed)
    return build


def _values(parsed: Invocation) -> list[Word]:
    """What the command is told, the options of `prefect` itself left out."""
    given = [option.value for option in parsed.options if not option.of_root and option.value is not None]
    return [*given, *parsed.positionals]


def _option(parsed: Invocation, name: str) -> Value | None:
    option = parsed.last(name)
    return value_of_word(option.value) if option is not None and option.value is not None else None


def _texts(parsed: Invocation, name: str) -> list[Word]:
    return [option.value for option in parsed.all(name) if option.value is not None]


def _read_entrypoint(project: Project, build: CliBuild) -> None:
    words = build.parsed.positionals
    if len(words) != 1:
        build.errors.append("it names no flow" if not words else f"`{words[1].raw}` is no part of an entrypoint")
        return
    if words[0].dynamic:
        return
    path, colon, function = words[0].text.rpartition(":")
    if not colon or not path:
        build.errors.append(f"`{words[0].text}` names no flow function")
        return
    relative = PurePosixPath(path.replace("\\", "/"))
    build.entrypoint, build.flow_text = f"{relative}:{function}", function
    found = [folder for folder in build.directories if project.exists(joined(folder, str(relative)))]
    if found:
        build.working_directory = found[0]


def _read_lists(build: CliBuild) -> None:
    """Tags, parameters and overrides, each given as often as one likes."""
    tags = _texts(build.parsed, "--tag")
    if tags:
        build.arguments["tags"] = _value(tags, [word.text for word in tags])
        build.tags = build.arguments["tags"]
    overrides = _texts(build.parsed, "--override")
    pairs = [word.text.partition("=") for word in overrides]
    build.errors += [f"`{word.raw}` is no override" for word, pair in zip(overrides, pairs, strict=True) if not pair[1]]
    if overrides:
        build.arguments["infra_overrides"] = _value(overrides, {key: value for key, _, value in pairs})
    _read_parameters(build)


def _read_parameters(build: CliBuild) -> None:
    words = _texts(build.parsed, "--param")
    given: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.text.partition("=")
        if not equals:
            build.errors.append(f"`{word.raw}` is no parameter")
        given[name] = _json_or_text(text)
    whole = build.parsed.last("--params")
    if whole is not None and whole.value is not None and not whole.value.dynamic:
        words = [whole.value]
        loaded: Any = _json_or_text(whole.value.text)
        if isinstance(loaded, dict):
            given = loaded
        else:
            build.errors.append(f"`{whole.value.raw}` is no JSON object")
    if words:
        build.parameters = build.arguments["parameters"] = _value(words, given)


def _json_or_text(text: str) -> Any:
    """A parameter as Prefect reads it: JSON if it is that, else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _value(words: list[Word], literal: Any) -> Value:
    text = " ".join(word.raw for word in words)
    return Value(text, UNKNOWN if any(word.dynamic for word in words) else literal)


def _read_blocks(build: CliBuild) -> None:
    kind, named = build.parsed.last("--infra"), build.parsed.last("--infra-block")
    option = named or kind
    if option is not None and option.value is not None and not option.value.dynamic:
        build.infrastructure = block_of(build.site, option.value.text, INFRASTRUCTURE_SLUGS)
        if build.infrastructure is None:
            build.errors.append(f"`{option.value.text}` is an infrastructure block that has no work pool type")
    storage = build.parsed.last("--storage-block")
    if storage is not None and storage.value is not None and not storage.value.dynamic:
        slug, _, rest = storage.value.text.partition("/")
        document, _, path = rest.partition("/")
        build.storage = block_of(build.site, f"{slug}/{document}", STORAGE_SLUGS)
        if path:
            build.arguments["path"] = Value(repr(path), path)
        if build.storage is None:
            build.errors.append(f"nothing in Prefect 3 takes the place of the storage block `{storage.value.text}`")


def block_of(site: Site, reference: str, slugs: dict[str, str]) -> Block | None:
    """The block that `slug/name` or a bare slug stands for."""
    slug, _, document = reference.partition("/")
    cls = slugs.get(slug)
    if cls is None:
        return None
    block = Block(site, cls, "infrastructure" if slugs is INFRASTRUCTURE_SLUGS else "storage")
    if document:
        block.document, block.loaded = Value(json.dumps(document), document), True
    return block


def _read_output(build: CliBuild) -> None:
    option = build.parsed.last("--output")
    if option is None:
        name = f"{build.flow_text}-deployment.yaml" if build.flow_text else None
    elif option.value is None or option.value.dynamic:
        name = None
    else:
        path = PurePosixPath(option.value.text.replace("\\", "/"))
        if path.suffix and path.suffix != ".yaml":
            build.errors.append(f"`{option.value.text}` is no .yaml file")
        name = str(path.with_suffix(".yaml"))
    build.output = joined(build.working_directory, name) if name else None


def joined(folder: str, path: str) -> str:
    """`path` below a folder, both relative to the scanned root, without `..` in the middle."""
    parts: list[str] = []
    for part in PurePosixPath(folder, path).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts).replace("//", "/") or "."


def _contradictions(parsed: Invocation) -> Iterator[str]:
    """What Prefect 2 refuses as well."""
    if parsed.last("--name") is None:
        yield "it gives no name"
    if parsed.last("--infra") and parsed.last("--infra-block"):
        yield "`--infra` and `--infra-block` exclude each other"
    if parsed.last("--param") and parsed.last("--params"):
        yield "`--param` and `--params` exclude each other"
    storage = parsed.last("--storage-block")
    if storage and storage.value and storage.value.text.count("/") > 1 and parsed.last("--path"):
        yield "`--path` and the path in the storage block exclude each other"
    for word in parsed.unknown:
        yield f"`{word.raw}` is no option of `prefect deployment build`"
    for word in _values(parsed):
        if _PLACEHOLDER.search(word.text):
            yield f"`{word.raw}` stands for something else"


# -- schedules -------------------------------------------------------------------------------------------------------


def read_schedule_options(parsed: Invocation, errors: list[str]) -> list[Schedule]:
    """The schedule that `--cron`, `--interval` or `--rrule` give; what is wrong with them goes into `errors`."""
    given = [name for name in KINDS_OF_SCHEDULE if _option(parsed, f"--{name}") is not None]
    if len(given) + (parsed.last("--no-schedule") is not None) > 1:
        errors.append("it gives more than one schedule")
    anchor, timezone = _option(parsed, "--anchor-date"), _option(parsed, "--timezone")
    if anchor is not None and given != ["interval"]:
        errors.append("`--anchor-date` only goes with an interval")
    if not given:
        return []
    kind = given[0]
    value = _option(parsed, f"--{kind}")
    assert value is not None
    fields = {kind: value}
    if kind == "interval":
        fields = {kind: _seconds(value, errors)} | ({"anchor_date": anchor} if anchor is not None else {})
    elif kind == "rrule" and isinstance(value.literal, str) and value.literal.lstrip().startswith("{"):
        fields = _json_rrule(value, errors)
    if kind == "cron":
        fields |= _day_or(parsed)
    if timezone is not None:
        fields["timezone"] = timezone
    return [Schedule(kind, fields)]


def _seconds(value: Value, errors: list[str]) -> Value:
    if not value.known:
        return value
    try:
        number = float(str(value.literal))
    except ValueError:
        errors.append(f"`--interval {value.text}` is no number of seconds")
        return value
    return Value(value.text, int(number) if number.is_integer() else number)


def _json_rrule(value: Value, errors: list[str]) -> dict[str, Value]:
    """`{"rrule": …, "timezone": …}`, which the option takes as well."""
    try:
        data = json.loads(value.literal)
    except ValueError:
        errors.append(f"`--rrule {value.text}` is no JSON")
        return {"rrule": value}
    if set(data) - {"rrule", "timezone"} or "rrule" not in data:
        errors.append(f"`--rrule {value.text}` has keys that no schedule has")
    return {str(name): Value(json.dumps(item), item) for name, item in data.items()}


def _day_or(parsed: Invocation) -> dict[str, Value]:
    value = _option(parsed, "--day_or")
    if value is None:
        return {}
    words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    return {"day_or": Value(value.text, words.get(str(value.literal).lower(), UNKNOWN))}
