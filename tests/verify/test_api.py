"""The client of the servers' API, against a server of a few lines."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from prefect_migrate.verify import api
from prefect_migrate.verify.api import Api, ApiError

THINGS = [{"id": str(number)} for number in range(450)]


class Handler(BaseHTTPRequestHandler):
    busy = 0

    def do_GET(self) -> None:
        answers: dict[str, tuple[int, object]] = {
            "/api/health": (200, True),
            "/api/thing": (200, {"id": "1"}),
            "/api/empty": (200, None),
        }
        self.answer(*answers.get(self.path, (404, {"detail": "Not found"})))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if Handler.busy:
            Handler.busy -= 1
            self.answer(503, {"exception_message": "Service Unavailable"})
        elif self.path == "/api/things/filter":
            self.answer(200, THINGS[body["offset"] : body["offset"] + body["limit"]])
        else:
            self.answer(422, {"detail": "bad"})

    def answer(self, status: int, value: object) -> None:
        text = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(api, "_PAUSES", (0.0, 0.0))
    Handler.busy = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Api(f"http://127.0.0.1:{server.server_address[1]}/api")
        server.shutdown()
        thread.join()


def test_records_come_page_by_page(client: Api) -> None:
    assert client.all("/things/filter") == THINGS


def test_record_or_none(client: Api) -> None:
    assert client.read("/thing") == {"id": "1"}
    assert client.read("/gone") is None
    assert client.call("GET", "/empty") is None
    assert client.healthy()


def test_refusal_has_the_servers_words(client: Api) -> None:
    with pytest.raises(ApiError, match=r'POST /bad: 422 \{"detail": "bad"\}'):
        client.call("POST", "/bad", {})


def test_busy_server_is_asked_again(client: Api) -> None:
    Handler.busy = 2
    assert len(client.all("/things/filter")) == len(THINGS)
    Handler.busy = 3
    with pytest.raises(ApiError, match="503"):
        client.all("/things/filter")


def test_server_that_is_not_there() -> None:
    gone = Api("http://127.0.0.1:9/api")
    assert not gone.healthy()
    with pytest.raises(ApiError, match="GET /health"):
        gone.call("GET", "/health")
