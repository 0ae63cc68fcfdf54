"""The commands that register or schedule deployments, in the order in which they have to run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, parse
from prefect_migrate.commands.tree import CommandPath, load_tree
from prefect_migrate.commands.words import Word
from prefect_migrate.hosts.sites import HOST_KINDS, read_sites, text_of
from prefect_migrate.plan.model import Deployment, Plan
from prefect_migrate.plan.registrations import among, is_document
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.cli_deployments import APPLY, CliBuild, CliCommand, joined
from prefect_migrate.readers.deployment_yaml import Manifest
from prefect_migrate.readers.places import directories, normal

DEPLOY: CommandPath = ("deploy",)
_CREATE: CommandPath = ("deployment", "schedule", "create")
#: Options of `prefect deploy` that only choose entries of prefect.yaml.
_CHOOSING = frozenset({"--name", "--all", "--prefect-file"})
#: The options that name a file to write.
_WRITING = ("--output",)


@dataclass(slots=True)
class Registering:
    """A command as it can be run: `arguments` begin with the sub-command, `patterns` are those that a shell expands.

    `why_not` is the reason if it can't; `working_directory` is relative to the scanned root.
    """

    path: str
    line: int
    #: Where it stands in the file's text.
    start: int
    verb: CommandPath
    arguments: list[str]
    working_directory: str
    patterns: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    why_not: str | None = None
    #: What it registers or changes, as far as that is known.
    about: list[Deployment] = field(default_factory=list)


def registering_commands(project: Project, plan: Plan) -> list[Registering]:
    """Everything that the repository registers with commands, those that nothing but a person runs included.

    A manifest, or a build, that no command registers gets an `apply` of its own: somebody did it by hand.
    """
    builds = [item for item in plan.deployments if isinstance(item, CliBuild)]
    found = [_of_build(project, build) for build in builds]
    found += [_of_command(command) for command in plan.commands if isinstance(command, CliCommand)]
    found += [item for file in project.of_kind(*HOST_KINDS) for item in _others(project, file)]
    by_path: dict[str, list[Registering]] = {}
    for item in sorted(found, key=lambda item: (item.path, item.start)):
        by_path.setdefault(item.path, []).append(item)
    _spread(found)
    applied = [item for command in found if command.verb == APPLY and not command.why_not for item in command.about]
    for build in builds:
        _apply_alone(build, by_path[build.site.path], applied)
    ordered = [item for path in _in_order(by_path) for item in by_path[path]]
    return [*_known_to_the_server(plan), *ordered, *_manifests_alone(plan, applied)]


def _of_build(project: Project, build: CliBuild) -> Registering:
    item = _read(build.site.path, build.site.line, build.invocation, build.parsed, build.working_directory)
    item.about = [build]
    file = (build.entrypoint or "").rpartition(":")[0]
    if not item.why_not and build.errors:
        item.why_not = build.errors[0]
    elif not item.why_not and not project.exists(joined(build.working_directory, file)):
        item.why_not = f"the flow's file `{file}` is not in this repository"
    return item


def _of_command(command: CliCommand) -> Registering:
    folder = command.folder if command.verb == APPLY else command.directories[0]
    item = _read(command.site.path, command.site.line, command.invocation, command.parsed, folder)
    item.about = list(command.deployments)
    if not item.about and not item.why_not:
        item.why_not = next(iter(command.obstacles), "the deployment that it names is not of this repository")
    return item


def _spread(found: list[Registering]) -> None:
    """What is about nothing but what can't be run can't be either."""
    stuck = {id(build): item for item in found if item.why_not for build in item.about if isinstance(build, CliBuild)}
    for item in found:
        if item.about and not item.why_not and all(id(deployment) in stuck for deployment in item.about):
            other = stuck[id(item.about[0])]
            item.why_not = f"{other.path}:{other.line} is not run"


def _others(project: Project, file: ProjectFile) -> Iterator[Registering]:
    """`prefect deploy`, which both versions have, and `deployment schedule create`."""
    for command in read_sites(project, file) if b"deploy" in (file.data or b"") else ():
        parsed = parse(command, load_tree(3))
        if command.context == "text" or parsed.path not in (DEPLOY, _CREATE) or _is_for_yaml(file.path, parsed):
            continue
        text = text_of(project, file)
        assert text is not None
        places = directories(file.path, text.text, command)
        names = [word.text.rpartition(":")[0] for word in parsed.positionals if parsed.path == DEPLOY]
        found = [place for place in places if names and project.exists(normal(place, names[0]) or "..")]
        item = _read(file.path, command.line, command, parsed, (found or places)[0])
        if names and not found and not item.why_not:
            item.why_not = f"the flow's file `{names[0]}` is not in this repository"
        yield item


def _is_for_yaml(path: str, parsed: Invocation) -> bool:
    """Whether it does what `prefect deploy --all` does; one in a document that only names an entry is no step."""
    if parsed.path != DEPLOY or parsed.positionals:
        return False
    given = {option.name for option in parsed.options if not option.of_root}
    return given <= _CHOOSING and ("--name" not in given or is_document(path))


def _read(path: str, line: int, command: Command, parsed: Invocation, folder: str) -> Registering:
    first = command.words.index(parsed.path_words[0])
    words = command.words[first:]
    # under their proper names: there are aliases, such as `deployments`
    verbs = dict(zip(parsed.path_words, parsed.path, strict=False))
    arguments = [verbs.get(word, word.text) for word in words]
    item = Registering(path, line, command.start, parsed.path, arguments, folder)
    item.patterns = [word.text for word in words if word.globs]
    item.environment = dict(_environment(command))
    item.why_not = _why_not(words, parsed, folder)
    return item


def _environment(command: Command) -> Iterator[tuple[str, str]]:
    for word in command.assignments:
        name, equals, value = word.text.partition("=")
        if equals and not word.dynamic:
            yield name, value


def _why_not(words: Iterable[Word], parsed: Invocation, folder: str) -> str | None:
    dynamic = next((word for word in words if word.dynamic), None)
    if dynamic is not None:
        return f"`{dynamic.raw}` is only known when it runs"
    named = [word.text for word in parsed.positionals if parsed.path == APPLY]
    for name in _WRITING:
        named += [option.value.text for option in parsed.all(name) if option.value is not None]
    outside = next((name for name in named if _is_outside(folder, name)), None)
    return None if outside is None else f"`{outside}` lies outside of the project"


def _is_outside(folder: str, name: str) -> bool:
    return PurePosixPath(name).is_absolute() or name.startswith("~") or ":" in name or normal(folder, name) is None


# -- what nothing but a person registers -----------------------------------------------------------------------------


def _apply_alone(build: CliBuild, items: list[Registering], applied: list[Deployment]) -> None:
    """Right behind the build, for another one may write the same file."""
    mine = next(item for item in items if item.verb != APPLY and among(build, item.about))
    if build.registers or mine.why_not or build.output is None or among(build, applied):
        return
    items.insert(items.index(mine) + 1, _apply(build.output, mine.path, mine.line, build))


def _apply(file: str, path: str, line: int, about: Deployment) -> Registering:
    pure = PurePosixPath(file)
    arguments = ["deployment", "apply", pure.name]
    return Registering(path, line, 0, APPLY, arguments, str(pure.parent), about=[about])


def _known_to_the_server(plan: Plan) -> Iterator[Registering]:
    """A manifest that a command writes anew: Prefect 2 kept what it had registered where the command says nothing."""
    for manifest in plan.manifests:
        maker = manifest.made_by if isinstance(manifest, Manifest) else None
        if isinstance(maker, CliBuild) and maker.name.known and maker.name.literal == manifest.name.literal:
            yield _apply(manifest.site.path, manifest.site.path, 1, manifest)


def _manifests_alone(plan: Plan, applied: list[Deployment]) -> Iterator[Registering]:
    for manifest in plan.deployments:
        if isinstance(manifest, Manifest) and not among(manifest, applied):
            yield _apply(manifest.site.path, manifest.site.path, 1, manifest)


# -- order -----------------------------------------------------------------------------------------------------------


def _in_order(by_path: dict[str, list[Registering]]) -> list[str]:
    """The files: documents first, so that scripts have the last word, and each after those whose deployments it is
    about."""
    done: list[str] = []
    open_: set[str] = set()

    def visit(path: str) -> None:
        if path in done or path in open_:
            return
        open_.add(path)
        for item in by_path[path]:
            for other in item.about:
                if other.site.path in by_path:
                    visit(other.site.path)
        done.append(path)

    for path in sorted(by_path, key=lambda path: (not is_document(path), path)):
        visit(path)
    return done
