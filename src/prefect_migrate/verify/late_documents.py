"""Block documents that a script turns out to want: their names come from a variable or a setting, or the script that
saves them runs later, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from prefect_migrate.verify.child import Done
from prefect_migrate.verify.stand_ins import StandIn, stand_ins_of

_LACKS = re.compile(r"Unable to find block document named (?P<name>[a-z0-9-]+) for block type (?P<slug>[a-z0-9-]+)")


def run_with_documents(
    run: Callable[[], tuple[str, Done]],
    make: Callable[[list[StandIn]], list[str]],
    major: int,
    documents: Iterable[dict[str, Any]],
) -> tuple[str, Done, list[str]]:
    """`run` a script, again each time that it ends for want of a document that `make` can make: label, end, notes.

    `documents` is what the repository says about documents; see `stand_ins`.
    """
    known = list(documents)
    notes: list[str] = []
    made: set[tuple[str, str]] = set()
    while True:
        label, done = run()
        wanted = lacking(done)
        stand_ins = stand_ins_of(major, *wanted, known) if wanted and wanted not in made else []
        if wanted is None or not stand_ins:
            return label, done, notes
        made.add(wanted)
        notes += make(stand_ins)


def lacking(done: Done) -> tuple[str, str] | None:
    """(slug, name) of the document for want of which a script ended."""
    match = None if done.ok else _LACKS.search(done.last_lines())
    return (match["slug"], match["name"]) if match else None
