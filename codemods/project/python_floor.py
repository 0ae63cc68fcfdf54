from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.config import Config
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import DOCKERFILE, YAML, kind_of
from prefect_migrate.discovery.relevance import mentions_prefect
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.pins.installs import INSTALLS, installs_prefect, takes_manifest
from prefect_migrate.pins.places import PYTHON_FILES, is_manifest, near_users, uses_prefect
from prefect_migrate.pins.python_asks import Ask, Floor, asks
from prefect_migrate.pins.report import is_ours
from prefect_migrate.pins.survey import floor_for, pins_of, survey
from prefect_migrate.pins.versions import python_floor, spelled
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.rules import Example, RepositoryRule

_NAMES = frozenset(name.lower() for name in PYTHON_FILES)
_POETRY = '[tool.poetry.dependencies]\npython = "{0}"\nprefect = "^3.8"\n'


class PythonFloor(RepositoryRule):
    """The project runs on a Python that is too old for Prefect 3

    Prefect 3.5 and later need Python 3.10, the minors before it 3.9.  Looked at are `requires-python`,
    `python_requires`, poetry's and Pipfile's Python, `.python-version`, `FROM python:3.8`, `python-version:` and
    `image: python:3.8` of CI, conda's `python=3.8`, the environments of tox and the sessions of nox: in files that
    mention Prefect, in those of these names that lie above the code that uses it, and in Dockerfiles that install it.

    A single version or lower bound is rewritten, which wants review: other packages may not be ready for the newer
    Python.  Lists of versions, upper bounds that leave no Python over, and base images of old distributions are only
    reported.
    """

    code = "PM508"
    name = "python-floor"
    examples = (
        Example(_POETRY.format("^3.8"), _POETRY.format("^3.10"), path="pyproject.toml", unsafe=True),
        Example("3.8.18\n", "3.9\n", path=".python-version", others=(("f.py", "import prefect\n"),), unsafe=True),
        Example(
            "FROM python:3.8-slim\nRUN pip install prefect\n",
            "FROM python:3.10-slim\nRUN pip install prefect\n",
            path="Dockerfile",
            others=(("requirements.txt", "prefect==2.14\n"),),
            unsafe=True,
        ),
        Example('test:  # prefect\n  strategy:\n    matrix:\n      python-version: ["3.8", "3.11"]\n', path="ci.yml"),
        Example(
            '[project]\nrequires-python = ">=3.10"\ndependencies = ["prefect"]\n', path="pyproject.toml", clean=True
        ),
        Example(
            '[project]\nname = "sdk"\ndescription = "Talks to Prefect."\nrequires-python = ">=3.8"\n',
            path="pyproject.toml",
            clean=True,
        ),
        Example("3.9.18\n", path=".python-version", others=(("README.md", "Like Prefect.\n"),), clean=True),
        Example(
            '[project]\nrequires-python = ">=3.9"\ndependencies = ["prefect>=3"]\n', path="pyproject.toml", clean=True
        ),
        Example(
            '[project]\nrequires-python = ">=3.9"\ndependencies = ["prefect>=3.1"]\n',
            path="one/pyproject.toml",
            others=(("other/requirements.txt", "prefect>=3.6\n"),),
            clean=True,
        ),
    )

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        if {statement.generation for statement in survey(project, config)} == {"1"}:
            return  # Prefect 1 doesn't come along, and may not run on a newer Python
        files = {file.path: file for file in project.files if _is_looked_at(file)}
        near = set(near_users(project))
        for path in (*near, *project.other_containers):
            files.setdefault(path, ProjectFile(path, kind_of(path) or "", None))
        for path in sorted(files):
            context = FileContext(project, files[path], plan, config)
            if is_ours(context) and _matters(context, near=path in near):
                text, name = context.text.text, PurePosixPath(path).name.lower()
                floor = floor_for(project, plan, config, path)
                yield from (self._finding(context, ask, floor) for ask in asks(text, files[path].kind, name, floor))

    def _finding(self, context: FileContext, ask: Ask, floor: Floor) -> Finding:
        oldest = f"{floor[0]}.{floor[1]}"
        prefect = spelled(context.target) if floor == python_floor(context.target) else "3"
        message = f"`{ask.text}`: Prefect {prefect} needs Python {oldest} or newer"
        span, wanted = (ask.start, ask.end), ask.wanted
        if wanted is None:
            return self.finding(
                context, span, message, f"Choose Python {oldest} or newer.",
                reason="which Pythons the project gives up is for a person to say",
            )  # fmt: skip
        fix = Fix(f"Ask for {wanted}", lambda: Changes(edits=[Edit(*span, wanted)]))
        return self.finding(
            context, span, message, f"Run the project's tests on Python {oldest} or newer.", fix=fix,
            applicability=Applicability.REVIEW, reason="other packages may not be ready for the newer Python",
        )  # fmt: skip


def _is_looked_at(file: ProjectFile) -> bool:
    """Containers and workflows, and what is named so; of manifests that mention Prefect those that require it."""
    named = PurePosixPath(file.path).name.lower() in _NAMES and (not is_manifest(file) or uses_prefect(file))
    return named or file.kind in (DOCKERFILE, YAML)


def _matters(context: FileContext, *, near: bool) -> bool:
    """Whether the Python of a file is the one that Prefect runs on, and not Prefect 1."""
    data = context.project.read(context.path) or b""
    if any(pin.verdict == "1" for pin in pins_of(context)):
        return False
    if context.file.kind not in (DOCKERFILE, YAML) or mentions_prefect(data):
        return True
    installs = list(INSTALLS.finditer(context.text.text))
    if not near:
        return bool(installs) and takes_manifest(context)
    return any(installs_prefect(context, install) for install in installs)
