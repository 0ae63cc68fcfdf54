"""What the rules for commands share: the fix of a command, and how far it can be trusted where it stands."""

from __future__ import annotations

from collections.abc import Callable

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
    if command.context == "variable":
        doubts.append("it is a value that something else makes use of")
    elif command.context == "heredoc":
        doubts.append("it stands in a file that a script writes")
    return doubts
