"""What the rules for commands share: the fix of a command, and how far it can be trusted where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from prefect_migrate.changes.edits import OverlappingEdits, apply_edits
from prefect_migrate.commands.model import Command
from prefect_migrate.context import FileContext
from prefect_migrate.discovery import kinds
from prefect_migrate.findings import CannotFix, Changes, Edit
from prefect_migrate.hosts.checks import still_loads
from prefect_migrate.hosts.notebook import is_shown


def changes_of(context: FileContext, make: Callable[[], list[Edit]]) -> Changes:
    """The edits that `make` gives, if the file can bear them.  Raises CannotFix."""
    try:
        edits = merged(make())
        after = apply_edits(context.text.text, edits)
    except (ValueError, OverlappingEdits) as error:
        raise CannotFix(str(error)) from error
    if not still_loads(context.file.kind, context.text.text, after):
        raise CannotFix("the file would not say the same around it")
    return Changes(edits=edits)


def merged(edits: list[Edit]) -> list[Edit]:
    """Insertions at the same place in one edit, in the order in which they were made."""
    result: dict[tuple[int, int], str] = {}
    for edit in edits:
        result[edit.start, edit.end] = result.get((edit.start, edit.end), "") + edit.text
    return [Edit(start, end, text) for (start, end), text in result.items()]


def obstacles_of(command: Command) -> list[str]:
    """Why nothing can be rewritten here, whatever the command is."""
    if command.context == "text":
        return ["a text mentions the command; nothing here runs it"]
    return [] if command.editable else ["its words can't be told apart where they stand"]


def doubts_of(context: FileContext, command: Command) -> list[str]:
    """Why a person should look at a rewrite in this place, whatever the command is."""
    doubts = []
    if context.file.kind == kinds.MARKDOWN:
        doubts.append("it stands in a document, which may go on to explain it")
    elif context.file.kind == kinds.NOTEBOOK and is_shown(context.text.text, command.start):
        doubts.append("the notebook's outputs stay those of the old command")
    elif context.file.kind == kinds.CODE:
        doubts.append("it stands in a program of another language")
    if command.context == "variable":
        doubts.append("it is a value that something else makes use of")
    elif command.context == "heredoc":
        doubts.append("it stands in a file that a script writes")
    waiting = _waits_for(context)
    return [*doubts, f"`{waiting}`, which may run it, is not replaced without review"] if waiting else doubts


def _waits_for(context: FileContext) -> str | None:
    """An image, or a Python, in the same file that stays until a person has looked: the command goes with it."""
    from prefect_migrate.pins.agents import WITH_IMAGES, kept_agent
    from prefect_migrate.pins.image_places import placed_images
    from prefect_migrate.pins.installs import keeps_prefect_2
    from prefect_migrate.pins.python_asks import asks
    from prefect_migrate.pins.versions import python_floor

    if context.file.kind not in WITH_IMAGES:
        return None
    for image, doubt, _ in placed_images(context):
        moves = "latest" in image.tag or image.digest or image.rewritten(context.target) is None
        waits = doubt or moves or image.old_python(context.target) or keeps_prefect_2(context)
        if image.generation == "2" and (waits or kept_agent(context)):
            return image.text
    name = PurePosixPath(context.path).name.lower()
    old = asks(context.text.text, context.file.kind, name, python_floor(context.target))
    return old[0].text if old else None
