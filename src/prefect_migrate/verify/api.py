"""A small client of the REST API that both servers have."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

Json = dict[str, Any]
#: How many records the servers give at once.
_PAGE = 200
_BUSY = frozenset({429, 503})
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
#: No proxy: the servers are on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ApiError(Exception):
    """The server refused; the text has its status and words."""


class _BusyError(ApiError):
    """The server asks to come again, as it does while something else writes to its database."""


class Api:
    """The API at a URL such as `http://127.0.0.1:4200/api`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer as JSON, None if it is empty.  Raises ApiError."""
        for pause in (*_PAUSES, None):
            try:
                return self._call(method, path, body)
            except _BusyError:
                if pause is None:
                    raise
                time.sleep(pause)
        raise AssertionError("not reached")

    def _call(self, method: str, path: str, body: Any) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        request.add_header("content-type", "application/json")
        try:
            with _OPENER.open(request, timeout=60) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                words = f"{method} {path}: {error.code} {error.read().decode('utf-8', 'replace')}"
            raise (_BusyError if error.code in _BUSY else ApiError)(words) from None
        except OSError as error:
            raise ApiError(f"{method} {path}: {error}") from None
        return json.loads(text) if text else None

    def healthy(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(self.call("GET", "/health"))
        except ApiError:
            return False

    def all(self, path: str, body: Json | None = None) -> list[Json]:
        """All records of a `/filter` route, page by page."""
        found: list[Json] = []
        while True:
            page = self.call("POST", path, {**(body or {}), "offset": len(found), "limit": _PAGE})
            found += page
            if len(page) < _PAGE:
                return found

    def read(self, path: str) -> Json | None:
        """A record, None if there is none."""
        try:
            record: Json = self.call("GET", path)
        except ApiError as error:
            if ": 404 " in str(error):
                return None
            raise
        return record
