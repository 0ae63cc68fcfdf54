"""Differences between flow runs that the change of engine brings, each with its reason."""

from __future__ import annotations

from typing import Any

from prefect_migrate.verify.compare import Keys

RETURNS_NOTHING = "the flow returns nothing; Prefect 2 gave the states of its task runs for that"
WHOLE_SECONDS = "Prefect 2 left out the fractions of a second in a delay"
SAYS_NONE = "an error of Prefect's own that says nothing reads None in Prefect 3"


def expected_in_run(keys: Keys, before: Any, after: Any) -> str | None:
    """Why a difference between two outcomes (see `outcome`) is expected, None if it is not."""
    if keys == ("result",) and after is None and _is_states(before):
        return RETURNS_NOTHING
    if keys[-1] == "retry_delay" and isinstance(after, (float, list)) and before == _whole(after):
        return WHOLE_SECONDS
    if keys[-2:] == ("exception", "message") and (before, after) == ("", "None"):
        return SAYS_NONE
    return None


def _is_states(result: Any) -> bool:
    items = result if isinstance(result, list) else []
    return bool(items) and all(isinstance(item, dict) and item.get("$type") == "State" for item in items)


def _whole(delay: Any) -> Any:
    return [float(int(item)) for item in delay] if isinstance(delay, list) else float(int(delay))
