"""One throw-away server for each engine."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from prefect_migrate.verify.api import Api
from prefect_migrate.verify.child import Home, child_environment, runner
from prefect_migrate.verify.environments import engine_info
from prefect_migrate.verify.model import EngineInfo, VerifyError
from prefect_migrate.verify.seed import keep, seed

_PATIENCE = 120.0
#: A server that schedules nothing, tells nobody and asks no registry on the net.
_QUIET = {
    "PREFECT_UI_ENABLED": "false",
    # Prefect 2 keeps the triggers of a deployment only with these two.
    "PREFECT_EXPERIMENTAL_EVENTS": "true",
    "PREFECT_API_SERVICES_TRIGGERS_ENABLED": "true",
    "PREFECT_API_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_API_SERVICES_LATE_RUNS_ENABLED": "false",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
}


@dataclass(frozen=True, slots=True)
class Engine:
    """A Prefect that runs: the interpreter, and the server with its home."""

    major: int
    info: EngineInfo
    python: Path
    home: Home
    url: str

    @property
    def api(self) -> Api:
        return Api(self.url)


EnginePair = Mapping[int, Engine]
"""The engines of Prefect 2 and 3: `{2: ..., 3: ...}`."""


@contextmanager
def running_engines(pythons: Mapping[int, Path]) -> Iterator[dict[int, Engine]]:
    """Start a server for each interpreter, and stop them whatever happens.  Raises VerifyError."""
    infos = {major: engine_info(major, python) for major, python in pythons.items()}
    # The servers may still write while they are killed.
    with tempfile.TemporaryDirectory(prefix="prefect-migrate-", ignore_cleanup_errors=True) as folder:
        processes: dict[int, subprocess.Popen[bytes]] = {}
        try:
            homes = {major: Home(Path(folder) / f"engine{major}").create() for major in pythons}
            for major, python in pythons.items():
                seed(homes[major], infos[major].version)
                processes[major] = _start(python, homes[major])
            urls = {major: _wait(processes[major], homes[major]) for major in pythons}
            for major in pythons:
                keep(homes[major], infos[major].version)
            yield {
                major: Engine(major, infos[major], python, homes[major], urls[major])
                for major, python in pythons.items()
            }
        finally:
            for process in processes.values():
                process.kill()
                process.wait()
                if process.stdin:
                    process.stdin.close()


def _start(python: Path, home: Home) -> subprocess.Popen[bytes]:
    environment = child_environment(python, home, None) | _QUIET
    with (home.root / "server.log").open("wb") as log:
        return subprocess.Popen(
            [str(python), str(runner("serve")), str(home.root / "port")],
            env=environment, cwd=home.root, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def _wait(process: subprocess.Popen[bytes], home: Home) -> str:
    """The API's URL, once it answers.  Raises VerifyError with the end of the server's log."""
    deadline = time.monotonic() + _PATIENCE
    port = home.root / "port"
    while time.monotonic() < deadline and process.poll() is None:
        if port.exists():
            url = f"http://127.0.0.1:{port.read_text()}/api"
            if Api(url).healthy():
                return url
        time.sleep(0.1)
    log = (home.root / "server.log").read_text("utf-8", "replace")
    raise VerifyError("a Prefect server did not start:\n" + "\n".join(log.splitlines()[-15:]))


def reset(engine: Engine) -> None:
    """Take away whatever was registered, so that the next project finds an empty server."""
    api = engine.api
    for deployment in api.all("/deployments/filter"):
        api.call("DELETE", f"/deployments/{deployment['id']}")
    for flow in api.all("/flows/filter"):
        api.call("DELETE", f"/flows/{flow['id']}")
    for pool in api.all("/work_pools/filter"):
        api.call("DELETE", f"/work_pools/{quote(pool['name'])}")
    for anonymous in (True, False):
        blocks = {"block_documents": {"is_anonymous": {"eq_": anonymous}}}
        for block in api.all("/block_documents/filter", blocks):
            api.call("DELETE", f"/block_documents/{block['id']}")
    for automation in api.all("/automations/filter"):
        api.call("DELETE", f"/automations/{automation['id']}")
