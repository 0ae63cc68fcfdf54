from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import DOCKERFILE, JINJA, MARKDOWN, SHELL, TERRAFORM
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.readers.prefect_yaml import KINDS, PrefectFile, Step
from prefect_migrate.readers.prefect_yaml_steps import (
    DOCKER_BUILD,
    is_docker_build,
    is_old,
    new_name,
    old_names,
    outputs_used,
    pushes,
)
from prefect_migrate.rules import Example
from prefect_migrate.writers.docker_steps import docker_edits
from prefect_migrate.writers.yaml_edits import rename_key
from prefect_migrate.yaml_rules import PrefectYamlRule

_PULL = """\
pull:
- prefect.projects.steps.git_clone_project:
    repository: https://github.com/org/etl.git
"""
_BUILD = """\
build:
- prefect_docker.projects.steps.build_docker_image:
    id: image
    image_name: registry/etl
    tag: v1
push: null
deployments:
- {name: etl, entrypoint: "flows.py:etl", work_pool: {name: p, job_variables: {image: "{{ image.image_name }}"}}}
"""
#: Where the lines of a prefect.yaml stand in something else.
_REASONS = {JINJA: "it stands in a template", MARKDOWN: "it stands in a document"}
_TEXTS = frozenset({*_REASONS, SHELL, DOCKERFILE, TERRAFORM})


class RenamedStep(PrefectYamlRule):
    """A build, push or pull step of prefect.yaml has another name

    Projects became deployments: `prefect.projects.steps.…`, the `…_project` steps and those of the integrations have
    new names.  A pull step is only imported when a run starts, so nothing else ever warns of an old name.

    The step that builds an image no longer pushes it, and its output `image_name` has no tag any more.  A push step
    and the output `image` take their places; that is for review.

    In a template of the file (`prefect.yaml.j2`), a document and a script that writes it, a new name is for review, and
    the step that builds is only reported.
    """

    code = "PM125"
    name = "prefect-yaml-step"
    kinds = KINDS | _TEXTS
    examples = (
        Example(_PULL, _PULL.replace("projects", "deployments").replace("_project:", ":"), path="prefect.yaml"),
        Example(
            _BUILD,
            """\
            build:
            - prefect_docker.deployments.steps.build_docker_image:
                id: image
                image_name: registry/etl
                tag: v1
            push:
            - prefect_docker.deployments.steps.push_docker_image:
                image_name: "{{ image.image_name }}"
                tag: "{{ image.tag }}"
            deployments:
            - {name: etl, entrypoint: "flows.py:etl", work_pool: {name: p, job_variables: {image: "{{ image.image }}"}}}
            """,
            path="prefect.yaml",
            unsafe=True,
        ),
        Example(
            "pull:\n- prefect.projects.steps.git_clone_project: {repository: {{ url }}}\n",
            "pull:\n- prefect.deployments.steps.git_clone: {repository: {{ url }}}\n",
            path="prefect.yaml.j2",
            unsafe=True,
        ),
        Example(
            f"```yaml\n{_PULL}```\n",
            "```yaml\npull:\n- prefect.deployments.steps.git_clone:\n"
            "    repository: https://github.com/org/etl.git\n```\n",
            path="README.md",
            unsafe=True,
        ),
        Example("build:\n- prefect.projects.steps.no_such_step: {}\n", path="prefect.yaml"),
        Example("pull:\n- prefect.deployments.steps.git_clone: {repository: x}\n", path="prefect.yaml", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        yield from self._in_text(context) if context.file.kind in _TEXTS else super().check(context)

    def _in_text(self, context: FileContext) -> Iterator[Finding]:
        reason = _REASONS.get(context.file.kind, "it stands in a text that a script writes")
        for start, old in old_names(context.text.text):
            name, span = new_name(old), (start, start + len(old))
            if name is None or name == DOCKER_BUILD:
                message = f"Prefect 3 has no step `{old}`"
                yield self.finding(context, span, message, "Write the step that does the same now.", reason=reason)
                continue
            yield self.finding(
                context, span, f"Prefect 3 calls this step `{name}`", f"Write `{name}`.",
                fix=Fix(f"Use {name.rpartition('.')[2]}", lambda s=span, n=name: Changes([Edit(s[0], s[1], n)])),  # type: ignore[misc]
                applicability=Applicability.REVIEW, reason=reason,
            )  # fmt: skip

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        seen: set[int] = set()
        for step in file.steps:
            if step.item.key.start not in seen and (is_old(step.name) or _needs_push(file, step)):
                seen.add(step.item.key.start)
                yield self._finding(context, file, step)

    def _finding(self, context: FileContext, file: PrefectFile, step: Step) -> Finding:
        key = step.item.key
        name = new_name(step.name) if is_old(step.name) else step.name
        if name is None:
            message = f"Prefect 3 has no step `{step.name}`"
            return self.finding(context, (key.start, key.end), message, "Write the step that does the same now.")
        changed = _needs_push(file, step)
        renamed = f"Prefect 3 calls this step `{name}`" if name != step.name else "This step no longer pushes its image"
        return self.finding(
            context,
            (key.start, key.end),
            renamed,
            "Push the image in a step of its own, and use the output `image`." if changed else f"Write `{name}`.",
            fix=Fix(f"Use {name.rpartition('.')[2]}", lambda: _changes(file, step, name)),
            applicability=Applicability.REVIEW if changed else Applicability.SAFE,
            reason="it builds, but no longer pushes, and names the image otherwise" if changed else "a new name",
        )


def _needs_push(file: PrefectFile, step: Step) -> bool:
    if not is_docker_build(step):
        return False
    arguments = step.arguments
    gone = arguments is not None and bool({"push", "credentials"} & set(arguments.effective()))
    return gone or pushes(step) is not False or bool(outputs_used(file, step))


def _changes(file: PrefectFile, step: Step, name: str) -> Changes:
    edits = [rename_key(step.item, name)] if name != step.name else []
    return Changes(edits + (docker_edits(file, step) if is_docker_build(step) else []))
