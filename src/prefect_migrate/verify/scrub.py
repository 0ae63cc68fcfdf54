"""What is random, or belongs to the machine, in what a run says: taken out before anything is compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

_UUID = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b", re.I)
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b", re.I)
_API = re.compile(r"https?://127\.0\.0\.1:\d+")
_PYDANTIC = re.compile(r"(https://errors\.pydantic\.dev/)[\d.]+/")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
#: Names of temporary files: what tempfile makes, below the child's own directory.
_TEMPORARY = re.compile(r"<tmp>/[\w.-]*")
_LOADED_MODULE = re.compile(r"__prefect_loader(?:_\d+)?__")
_FRACTION = re.compile(r"\.(\d+)")
_SLACK = 5.0


def moment_of(text: str) -> datetime:
    """An ISO 8601 moment, in UTC if it names no zone.  Raises ValueError."""
    # Python 3.10 knows neither Z nor a fraction of other than three or six digits.
    text = _FRACTION.sub(lambda match: f".{match.group(1)[:6]:0<6}", text.replace("Z", "+00:00"))
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


class Scrubber:
    """Takes out identifiers, addresses, places and the time of the run.

    `places` maps directories to the words that stand for them; `names` are generated names (of flow runs) to their
    words; `window` is the time of the run in seconds since 1970.
    """

    def __init__(
        self, places: Mapping[str, str], window: tuple[float, float], names: Mapping[str, str] | None = None
    ) -> None:
        # The longest first: a home lies in a directory that has a word of its own.
        self.places = sorted(places.items(), key=lambda item: -len(item[0]))
        self.window = window
        self.names = dict(names or {})

    def text(self, text: str) -> str:
        """A text without what changes from run to run."""
        for place, word in self.places:
            text = text.replace(place, word)
        for name, word in self.names.items():
            text = text.replace(name, word)
        text = _TEMPORARY.sub("<tmp>", text)
        text = _UUID.sub("<id>", text)
        text = _ADDRESS.sub("<address>", text)
        text = _API.sub("<api>", text)
        text = _LOADED_MODULE.sub("<module>", text)
        text = _PYDANTIC.sub(r"\1", text)
        return _TIMESTAMP.sub(self._time, text)

    def _time(self, match: re.Match[str]) -> str:
        text = match.group()
        try:
            moment = moment_of(text)
        except ValueError:
            return text
        start, end = self.window
        return "<now>" if start - _SLACK <= moment.timestamp() <= end + _SLACK else text

    def value(self, value: Any) -> Any:
        """A JSON value with all its texts scrubbed, keys too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        return value
