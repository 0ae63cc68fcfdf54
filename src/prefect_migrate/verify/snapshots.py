"""The snapshots: what Prefect 2 does, recorded by syrupy as one JSON file per deployment and per flow run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect_migrate.verify.compare import Comparison, compare
from prefect_migrate.verify.model import Check, Difference
from prefect_migrate.verify.runs import masked

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

STALE = (
    "Prefect 2 itself no longer does what the snapshot says; if that is right, record it again with --snapshot-update"
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

    def record(self, value: Any) -> None:
        """Write what Prefect 2 does."""
        assert self._writing == value

    def matches(self, value: Any) -> bool:
        """Whether a value is what the snapshot says."""
        return bool(self._reading == value)


def settle(check: Check, book: SnapshotBook, before: Any, comparison: Comparison) -> None:
    """Hold a check against its snapshot: `before` is Prefect 2's side of the comparison.

    Fills in the check's differences and status.
    """
    check.differences = list(comparison.differences)
    check.status = "expected" if check.differences else "same"
    stored = book.stored()
    if stored is None:
        book.record(before)
        matches = comparison.equal
    else:
        stale = compare(stored, masked(before, stored)).differences
        check.differences += [Difference(f"snapshot: {item.field}", item.before, item.after) for item in stale]
        check.reason = STALE if stale else check.reason
        matches = book.matches(masked(comparison.folded, stored)) and not stale
    if not matches:
        check.status = "different"
