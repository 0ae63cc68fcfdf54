"""A `prefect` that starts at once, where loading the command line takes seconds for each of many commands."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prefect_migrate.verify.child import runner
from prefect_migrate.verify.servers import Engine

_PATIENCE = 20.0
_PAUSE = 0.02


@contextmanager
def quick_prefect(engine: Engine, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """An environment in which `prefect` starts at once: a process that has it loaded forks for each command.

    It is the same environment where processes can't be forked, or the interpreter has no such script.
    """
    script = engine.python.with_name("prefect")
    if not hasattr(os, "fork") or not script.exists():
        yield dict(environment)
        return
    folder = Path(tempfile.mkdtemp(dir=engine.home.root))
    socket, client = folder / "cli", folder / "prefect"
    server = subprocess.Popen(
        [str(engine.python), str(runner("command_server")), str(socket), str(script)],
        env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        client.write_text(_client(engine.python, socket, script))
        client.chmod(0o755)
        _wait_for(socket, server)
        yield {**environment, "PATH": os.pathsep.join([str(folder), environment["PATH"]])}
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(socket: Path, server: subprocess.Popen[bytes]) -> None:
    """Until it listens, which it does before it has loaded anything; whoever comes then waits for it."""
    deadline = time.monotonic() + _PATIENCE
    while not socket.exists() and server.poll() is None and time.monotonic() < deadline:
        time.sleep(_PAUSE)


def _client(python: Path, socket: Path, script: Path) -> str:
    words = [python, "-I", "-S", runner("command_client"), socket, python, script]
    return f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n'
