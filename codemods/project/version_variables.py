from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.config import Config
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import MARKDOWN, NOTEBOOK, PYTHON
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.pins.image_places import placed_images
from prefect_migrate.pins.images import KINDS
from prefect_migrate.pins.report import is_ours
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.pins.variables import (
    Definition,
    image_sources,
    may_use_variables,
    own_versions,
    requirement_uses,
    valued_requirement,
)
from prefect_migrate.pins.versions import spelled
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.rules import Example, RepositoryRule

_ELSEWHERE = "its value is not in the repository"
_DOCKERFILE = "ARG PREFECT_VERSION={0}\nFROM prefecthq/prefect:${{PREFECT_VERSION}}-python3.11\n"


class VersionVariable(RepositoryRule):
    """A variable holds the version of Prefect, or an image doesn't tell it

    The tag of a Prefect image, or the version in `prefect==$VERSION`, is a variable (a build argument, `${PREFECT_TAG}`
    of a compose file, a variable of Terraform or CI), or a tag that moves (`latest`, which Prefect 3 doesn't publish;
    `main`; none at all).

    Where the variable gets its value in the repository (`ARG`, `.env`, a default, an assignment, an input of a
    workflow) and the value is a version of Prefect 2, the value is rewritten; that wants review, because the variable
    may be set elsewhere as well and be used for more.  It only reports versions that nobody here can know, and leaves
    them alone in a repository that says of itself that it is on Prefect 3.  `PREFECT_VERSION` and `PREFECT_TAG` are
    reported where nothing here uses them, too.
    """

    code = "PM507"
    name = "version-variable"
    examples = (
        Example(_DOCKERFILE.format("2.14.9"), _DOCKERFILE.format("3.8.8"), path="Dockerfile", unsafe=True),
        Example(
            "export V=2.10.13\npip install prefect==$V\n",
            "export V=3.8.8\npip install prefect==$V\n",
            path="setup.sh",
            unsafe=True,
        ),
        Example(
            "PREFECT_TAG=2-latest\n",
            "PREFECT_TAG=3-latest\n",
            path=".env",
            others=(("compose.yaml", "services:\n  server:\n    image: prefecthq/prefect:${PREFECT_TAG}\n"),),
            unsafe=True,
        ),
        Example(
            "services:\n  server:\n    image: prefecthq/prefect:${TAG:-2.10-python3.11}\n",
            "services:\n  server:\n    image: prefecthq/prefect:${TAG:-3.8-python3.11}\n",
            path="compose.yaml",
            unsafe=True,
        ),
        Example("PREFECT_VERSION=2.10.4\n", path=".env"),
        Example("FROM prefecthq/prefect:latest\n", path="Dockerfile"),
        Example("FROM prefecthq/prefect:${TAG}\n", path="Dockerfile"),
        Example(_DOCKERFILE.format("3.1.5"), path="Dockerfile", clean=True),
        Example(
            "FROM prefecthq/prefect:${TAG}\n",
            path="Dockerfile",
            others=(("requirements.txt", "prefect>=3.1\n"),),
            clean=True,
        ),
    )

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        on_3 = was_on_3(project, config)
        seen = set()
        defined: set[tuple[str, int]] = set()
        unused: list[Finding] = []
        for file in project.files:
            if file.kind not in KINDS - {MARKDOWN, NOTEBOOK}:
                continue
            context = FileContext(project, file, plan, config)
            for finding in self._check_file(context, on_3) if is_ours(context) else ():
                if (finding.path, finding.place) not in seen:
                    seen.add((finding.path, finding.place))
                    defined.add((finding.path, finding.place.line))
                    yield finding
            unused += self._unused(context) if is_ours(context) and not on_3 else ()
        yield from (finding for finding in unused if (finding.path, finding.place.line) not in defined)

    def _unused(self, context: FileContext) -> Iterator[Finding]:
        """What must be the version of Prefect by its name, though nothing here shows what becomes of it."""
        if context.file.kind == PYTHON or b"PREFECT_" not in (context.file.data or b""):
            return
        for definition in own_versions(context.path, context.text.text):
            message = f"`{definition.name}` is {definition.value}, a version of Prefect 2"
            step = f"Set it to Prefect {spelled(context.target)} if what uses it installs Prefect or pulls its image."
            reason = "nothing in this repository shows what uses it"
            yield self.finding(context, (definition.start, definition.end), message, step, reason=reason)

    def _check_file(self, context: FileContext, on_3: bool) -> Iterator[Finding]:
        if not may_use_variables(context.file.data or b""):
            return
        for use, definitions in requirement_uses(context.project, context.path, context.text.text):
            if not definitions and not on_3:
                yield self._unknown(context, use.span(), _ELSEWHERE)
            for definition in definitions:
                if valued := valued_requirement(definition, context.target):
                    yield self._defined(context, valued)
        for image, _, _ in placed_images(context):
            if image.generation not in ("moving", "unknown"):
                continue
            sources = list(image_sources(context.project, context.path, image, context.target))
            yield from (self._defined(context, source) for source in sources if source is not None)
            if not sources and not on_3:
                why = _ELSEWHERE if image.variables else "the tag names no version"
                yield self._unknown(context, (image.start, image.end), why, f", such as {_example(context)}")

    def _unknown(self, context: FileContext, span: tuple[int, int], why: str, example: str = "") -> Finding:
        message = f"`{context.text.text[slice(*span)]}` doesn't say which Prefect it is"
        step = f"See that it is Prefect {spelled(context.target)}{example}."
        return self.finding(context, span, message, step, reason=why)

    def _defined(self, context: FileContext, source: Definition) -> Finding:
        place = next(file for file in context.project.files if file.path == source.path)
        there = FileContext(context.project, place, context.plan, context.config)
        span, message = (source.start, source.end), f"`{source.name}` is {source.value}, a version of Prefect 2"
        if source.listed:
            step = f"Give up what is older than Prefect {spelled(context.target)}."
            return self.finding(there, span, message, step, reason="which versions stay is for a person to say")
        if (wanted := source.wanted) is None:
            step = f"Give it the tag of an image of Prefect {spelled(context.target)}, such as {_example(context)}."
            return self.finding(there, span, message, step, reason="the tag is put together from several parts")
        fix = Fix(f"Set {source.name} to {wanted}", lambda: Changes(edits=[Edit(source.start, source.end, wanted)]))
        return self.finding(
            there, span, message, f"Set it to {wanted} wherever else it is set.", fix=fix,
            applicability=Applicability.REVIEW, reason="the variable may be set elsewhere, and used for more",
        )  # fmt: skip


def _example(context: FileContext) -> str:
    return f"prefecthq/prefect:{spelled(context.target)}-python3.12"
