"""The snapshots: what Prefect 2 does, recorded by syrupy as one JSON file per deployment and per flow run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.model import Check, Difference
from prefect_migrate.verify.runs import VARIES, masked

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

STALE = (
    "Prefect 2 itself no longer does what the snapshot says; "
    "if that is right, record it again with --snapshot-update"
)


class SnapshotBook:
    """One check's snapshot.

    Prefect 2 writes it if there is none, or with `--snapshot-update`; from then on it is what Prefect 3 must match.
    """

    def __init__(self, snapshot: SnapshotAssertion) -> None:
        from syrupy.extensions.json import JSONSnapshotExtension

        self._reading = snapshot.use_extension(JSONSnapshotExtension)
        self._writing = snapshot.use_extension(JSONSnapshotExtension)
        self._update = bool(snapshot.update_snapshots)
        self._reading.update_snapshots = False
        self._writing.update_snapshots = True

    @property
    def path(self) -> Path:
        """Where the snapshot lies."""
        location = self._reading.extension.get_location(test_location=self._reading.test_location, index=0)
        return Path(location)

    def stored(self) -> Any:
        """What Prefect 2 did when it was recorded; None if there is no record, or it is to be made again."""
        if self._update or not self.path.is_file():
            return None
        return json.loads(self.path.read_text("utf-8"))

    def settle(self, before: Any, folded: Any) -> list[Difference]:
        """Record `before` if need be, and assert that the record is what Prefect 2 and Prefect 3 (`folded`) do.

        Gives the differences between the record and today's Prefect 2; raises AssertionError if Prefect 3 does not
        match the record.
        """
        stored = self.stored()
        if stored is None:
            assert self._writing == before
            assert before == folded
            return []
        stale = compare(stored, masked(before, stored)).differences
        if not stale:
            assert self._reading == masked(folded, stored)
        return [Difference(f"snapshot: {item.field}", item.before, item.after) for item in stale]


def settle(check: Check, book: SnapshotBook, before: Any, folded: Any) -> None:
    """Hold a check against its snapshot; a stale one makes it different."""
    stale = book.settle(before, folded) if check.status != "different" else _stale_of(book, before)
    if stale:
        check.status = "different"
        check.reason = STALE
        check.differences += stale


def _stale_of(book: SnapshotBook, before: Any) -> list[Difference]:
    """The same for a check that is known to differ: Prefect 2's record is kept or made, Prefect 3 is not asked."""
    return book.settle(before, book.stored() if book.stored() is not None else before)


__all__ = ["STALE", "VARIES", "SnapshotBook", "settle"]
