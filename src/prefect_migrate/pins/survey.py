"""Which Prefects the whole repository asks for: pins, images, charts, stamps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from weakref import WeakKeyDictionary

from prefect_migrate.config import Config, OriginOption
from prefect_migrate.context import FileContext
from prefect_migrate.discovery import kinds
from prefect_migrate.pins.charts import takes_image_of_3
from prefect_migrate.pins.code import pins_of_code
from prefect_migrate.pins.constraints import alternatives, generation, oldest_minor
from prefect_migrate.pins.image_places import IN_A_TEXT, placed_images
from prefect_migrate.pins.locks import LOCKS
from prefect_migrate.pins.manifests import manifest_pins
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.report import is_own_text
from prefect_migrate.pins.texts import KINDS as TEXTS
from prefect_migrate.pins.texts import text_pins
from prefect_migrate.pins.versions import CLIENTS, DROPS_PYTHON_3_9, python_floor
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.requirements import read_pins

#: `prefect-version: 2.10.14` at the top of a prefect.yaml.
_STAMP = re.compile(r"^prefect-version:[ \t]*[\"']?(\d+\.\d+[\w.]*)", re.MULTILINE)
#: A chart of Prefect's and its version, a date: until August 2024 they ran Prefect 2, from 2025 on Prefect 3.
_CHART = re.compile(
    r"(?:name:[ \t]*[\"']?|prefect/)(?P<chart>prefect-(?:agent|server|worker|orion))\b"
    r"[^\n]{0,200}\n?(?:[^\n]{0,200}\n)?[^\n]{0,200}?"
    r"(?:\bversion:[ \t]*[\"']?|--version[ =])(?P<version>20\d\d\.\d+\.\d+)"
)
_ONE_MINOR = re.compile(r"(?:={0,3}[ \t]*v?|~=[ \t]*(?=\d+\.\d+\.)|~[ \t]*)(?P<minor>\d+\.\d+)(?:\.[\w.*]+)?")


class Statement(NamedTuple):
    """One place that says which Prefect it wants; `generation` is 1, 2 or 3, or free if several will do."""

    path: str
    start: int
    end: int
    what: str
    version: str
    generation: str
    client: bool
    #: Whether it lets in a Prefect 3 that ran on an older Python.
    early: bool = False
    #: The oldest minor of Prefect 2 that it lets in.
    oldest: int | None = None


_known: WeakKeyDictionary[Project, tuple[list[ProjectFile], list[Statement]]] = WeakKeyDictionary()


#: What `origin` said when it was first asked.
_origins: WeakKeyDictionary[Project, str] = WeakKeyDictionary()
#: What `had_storage_of_2` said when it was first asked.
_storages: WeakKeyDictionary[Project, bool] = WeakKeyDictionary()
_STORAGE_OF_2 = re.compile(
    rb"prefect\.infrastructure\b|prefect\.filesystems\b[^#]{0,200}?\b(?:S3|GCS|Azure|GitHub)\b", re.DOTALL
)
#: What `place_of_3` said when it was first asked.
_places: WeakKeyDictionary[Project, str] = WeakKeyDictionary()
_ONLY_2 = re.compile(
    rb"prefect\.orion|prefect\.infrastructure|prefect orion|prefect agent|prefect deployment (?:build|apply)"
    rb"|build_from_flow|DeploymentSpec|SequentialTaskRunner|infra_overrides|\.get_state\("
)


def survey(project: Project, config: Config) -> list[Statement]:
    """Every place that wants one generation of Prefect."""
    return [statement for statement in all_statements(project, config) if statement.generation != "free"]


def all_statements(project: Project, config: Config) -> list[Statement]:
    """Every statement of the repository; made once for each state of its files."""
    known = _known.get(project)
    if known is None or known[0] is not project.files:
        found = [statement for file in project.files for statement in _statements_of(project, config, file)]
        known = _known[project] = (project.files, found)
    return known[1]


def texts_first(project: Project, config: Config) -> Iterator[Statement]:
    """All statements, for whoever may have seen enough before the trees of Python files are made."""
    for file in _texts_first(project):
        yield from _statements_of(project, config, file)


def _texts_first(project: Project) -> list[ProjectFile]:
    return sorted(project.files, key=lambda file: file.kind == kinds.PYTHON)


def _statements_of(project: Project, config: Config, file: ProjectFile) -> list[Statement]:
    def read() -> list[Statement]:
        return list(_statements(FileContext(project, file, Plan(config.target), config)))

    return project.once("statements", file, read) if is_own_text(project, file.path) else []


def was_on_3(project: Project, config: Config) -> bool:
    """Whether the repository, before anything was changed, names Prefect 3 and no Prefect 2."""
    return first_origin(project, config) == "3"


def was_on_2(project: Project, config: Config) -> bool:
    """Whether the repository, before anything was changed, names Prefect 2, or has what only Prefect 2 has.

    What works in both, but otherwise, is no finding in a repository of which nobody can tell.
    """
    return first_origin(project, config) == "2"


def had_storage_of_2(project: Project, config: Config) -> bool:
    """Whether the code, before anything was changed, used blocks that integrations have now: pins may move first."""
    if project not in _storages:
        _storages[project] = any(_STORAGE_OF_2.search(file.data or b"") for file in project.files)
    return config.origin == "auto" and _storages[project]


def first_origin(project: Project, config: Config) -> str:
    """What `origin` said before anything was changed, or what the configuration says instead."""
    if config.origin != "auto":
        return config.origin
    if project not in _origins:
        _origins[project] = origin(project, config)
    return _origins[project]


def origin(project: Project, config: Config) -> OriginOption:
    """The Prefect that the repository, as it is now, was written for; unknown where nobody can tell.

    A Prefect 1 beside it, as in an old folder or a test of tags, says nothing of what the rest runs on; nor does an
    integration for Prefect 2 in a file that asks for Prefect 3 itself.
    """
    for file in _texts_first(project):
        statements = _statements_of(project, config, file)
        is_3 = any(_asks_for_3(statement) for statement in statements)
        if any(statement.generation == "2" and (statement.client or not is_3) for statement in statements):
            return "2"
    named = {statement.generation for statement in survey(project, config)} - {"1", "2"}
    if named == {"3"}:
        return "3"
    return "2" if any(_ONLY_2.search(file.data or b"") for file in project.files) else "unknown"


def place_of_3(project: Project, config: Config) -> str:
    """The first file that asked for a Prefect 3, and for nothing older, before anything was changed; "" if none did."""
    if project not in _places:
        _places[project] = next((found.path for found in survey(project, config) if _asks_for_3(found)), "")
    return _places[project]


def _asks_for_3(statement: Statement) -> bool:
    return statement.client and statement.generation == "3" and not statement.what.startswith("made with ")


def floor_for(project: Project, plan: Plan, config: Config, path: str) -> tuple[int, int]:
    """The oldest Python that a file may ask for: a lower one where the project around it is content with an early
    Prefect 3, and nothing comes from Prefect 2."""
    statements = survey(project, config)
    was_2 = first_origin(project, config) == "2"
    prefect_2 = any(deployment.is_prefect_2 for deployment in plan.deployments) or plan.agents
    only_3 = {statement.generation for statement in statements} == {"3"}
    near = _nearest([statement for statement in statements if statement.client], path)
    on_3 = only_3 and all(statement.early for statement in near)
    unknown = not (statements or prefect_2)
    return python_floor((3, 0) if not was_2 and (on_3 or unknown) else config.target)


def _nearest(statements: list[Statement], path: str) -> list[Statement]:
    """Those of a file itself, else of the innermost folder around it that has any below it."""
    own = [statement for statement in statements if statement.path == path]
    if own:
        return own
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        below = [statement for statement in statements if not folder or statement.path.startswith(f"{folder}/")]
        if below:
            return below
    return []


def _statements(context: FileContext) -> Iterator[Statement]:
    for pin in pins_of(context):
        found = generation(pin.package, pin.constraint, pin.dialect)
        if (found in ("1", "2", "3") or pin.verdict == "3") and pin.standing != "text":
            client = pin.package in CLIENTS
            what = pin.constraint if client else pin.text
            oldest = oldest_minor(pin.constraint, pin.dialect) if client else None
            yield Statement(context.path, pin.start, pin.end, what, _version(pin), found, client, _early(pin), oldest)
    if context.file.kind != kinds.MARKDOWN:
        for image, doubt, _ in placed_images(context):
            if image.generation in ("1", "2", "3") and doubt != IN_A_TEXT:
                what = f"image {image.tag}"
                client = image.package in CLIENTS
                version = ".".join(re.findall(r"\d+", image.version)[:2])
                early = image.version.split(".")[:2] in (["3"], *(["3", str(minor)] for minor in range(5)))
                oldest = int(version.split(".")[1]) if image.generation == "2" and "." in version else None
                yield Statement(
                    context.path, image.start, image.end, what, version, image.generation, client, early, oldest
                )
    if context.file.kind in (kinds.YAML, kinds.PREFECT_YAML):
        yield from _stamps_and_charts(context)


def pins_of(context: FileContext) -> Iterator[Pin]:
    """The pins of a file of any kind, documents apart."""
    kind, name = context.file.kind, PurePosixPath(context.path).name.lower()
    if name in LOCKS or kind in (kinds.MARKDOWN, kinds.NOTEBOOK):
        return
    if kind == kinds.PYTHON:
        yield from pins_of_code(context)
    elif kind == kinds.REQUIREMENTS:
        yield from read_pins(context.text.text)
    elif kind in (kinds.PYPROJECT, kinds.PIPFILE) or name == "pixi.toml":
        yield from manifest_pins(context.text.text, name)
    elif kind in TEXTS:
        yield from text_pins(context.text.text, kind)


def _early(pin: Pin) -> bool:
    options = alternatives(pin.constraint, pin.dialect) or []
    early = [f"3.{minor}.{patch}" for minor in range(DROPS_PYTHON_3_9[1]) for patch in range(30)]
    return pin.package in CLIENTS and any(option.contains(version) for option in options for version in early)


def _version(pin: Pin) -> str:
    """`2.10` of a pin that lets no other minor in, "" of a range."""
    numbers = _ONE_MINOR.fullmatch(pin.constraint.strip())
    if numbers is None or pin.package not in CLIENTS:
        return ""
    return numbers["minor"]


def _stamps_and_charts(context: FileContext) -> Iterator[Statement]:
    text = context.text.text
    for match in _STAMP.finditer(text) if context.file.kind == kinds.PREFECT_YAML else ():
        version = match[1]
        generation = version.partition(".")[0]
        if generation in ("2", "3"):
            short = ".".join(version.split(".")[:2])
            yield Statement(context.path, *match.span(), f"made with {version}", short, generation, True)
    for match in _CHART.finditer(text):
        if takes_image_of_3(context.project, context.path, text, match["chart"]):
            continue
        year, month, _ = map(int, match["version"].split("."))
        generation = "2" if (year, month) < (2024, 9) else "3" if year > 2024 and (year, month) > (2025, 1) else ""
        if generation:
            what = f"chart {match['chart']} {match['version']}"
            yield Statement(context.path, *match.span("version"), what, "", generation, False)
