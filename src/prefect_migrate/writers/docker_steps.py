"""Writer: steps that build an image, without the arguments and outputs that those of Prefect 3 lack."""

from __future__ import annotations

from prefect_migrate.findings import CannotFix, Edit
from prefect_migrate.readers.prefect_yaml import PrefectFile, Step
from prefect_migrate.readers.prefect_yaml_schema import is_null, owned
from prefect_migrate.readers.prefect_yaml_steps import DOCKER_PUSH, outputs_used, pushes
from prefect_migrate.source.yaml_tree import Mapping, Scalar, Sequence
from prefect_migrate.writers.yaml_edits import column, content_end, delete_item, line_end, newline_of

_GONE = ("push", "credentials")


def docker_edits(file: PrefectFile, step: Step) -> list[Edit]:
    """Edits beside the step's name.  Raises CannotFix."""
    text, arguments = file.text.text, step.arguments
    edits = [Edit(start, end, name) for (start, end), name in outputs_used(file, step).items()]
    if arguments is None:
        return edits
    edits += [delete_item(text, arguments, item) for item in arguments.items if item.key.text in _GONE]
    if pushes(step) and not _pushed_already(step):
        edits.append(_push_section(file, step, arguments))
    return edits


def _pushed_already(step: Step) -> bool:
    push = step.owner.get("push")
    nodes = list(push.value.values()) if push and isinstance(push.value, Sequence) else []
    return any(isinstance(node, Mapping) and DOCKER_PUSH in node.effective() for node in nodes)


def _push_section(file: PrefectFile, step: Step, arguments: Mapping) -> Edit:
    """The push step, in the place of an empty `push:` or below the section that builds."""
    text = file.text.text
    newline = newline_of(text)
    if step.owner.flow or (isinstance(step.section.node, Mapping) and step.section.node.flow):
        raise CannotFix("the file's sections stand in one line")
    margin = " " * column(text, step.section.key.start)
    lines = "".join(f"{newline}{margin}{line}" for line in _push_step(text, arguments))
    push = owned(step.owner).get("push")
    if push is None:
        end = line_end(text, content_end(text, step.section.node))
        return Edit(end, end, f"{newline}{margin}push:{lines}")
    item = push[1]
    if isinstance(item.value, Sequence) and item.value.nodes and not item.value.flow:
        end = line_end(text, content_end(text, item.value))
        dash = " " * (column(text, item.value.nodes[0].start) - 2)
        return Edit(end, end, "".join(f"{newline}{dash}{line}" for line in _push_step(text, arguments)))
    if not is_null(item.value) and not (isinstance(item.value, Sequence) and not item.value.nodes):
        raise CannotFix("there is a `push:` already that is no list of steps")
    return Edit(text.index(":", item.key.end) + 1, content_end(text, item.node) or item.node.end, lines)


def _push_step(text: str, arguments: Mapping) -> list[str]:
    ident = arguments.get("id")
    prefix = f"{ident.value.text}." if ident and isinstance(ident.value, Scalar) else ""
    lines = [
        f"- {DOCKER_PUSH}:",
        f'    image_name: "{{{{ {prefix}image_name }}}}"',
        f'    tag: "{{{{ {prefix}tag }}}}"',
    ]
    credentials = arguments.get("credentials")
    if credentials is not None and not is_null(credentials.value):
        if not isinstance(credentials.node, Scalar):
            raise CannotFix("the credentials are written out, and would move to the push step")
        lines.append(f"    credentials: {text[credentials.node.start : credentials.node.end]}")
    return lines
