"""Runs `prefect …` for others: command_server.py SOCKET SCRIPT

The command line takes seconds to load, so it is loaded once; each command then runs in a fork, with the working
directory, environment and standard streams of who asks (see command_client.py).  A command with other PREFECT_
variables than ours is sent back, because they count when Prefect is loaded.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

_PAUSE = 0.01
#: What Prefect 3 loads only when a command asks for it.
_NEEDED = (
    "prefect.cli.deploy", "prefect.cli.deployment", "prefect.cli.work_pool", "prefect.cli.work_queue",
    "prefect.deployments.runner", "prefect.deployments.steps.core", "prefect.flows", "anyio._backends._asyncio",
)  # fmt: skip
_COUNTED = ("PREFECT_", "VERIFY_", "PYTHON")


def _next_command(listener: socket.socket) -> dict[str, Any]:
    """Wait for a command and return with it, in a process of its own."""
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return _take(connection)
        connection.close()


def _take(connection: socket.socket) -> dict[str, Any]:
    """Read what is asked; this process returns in the command's own and ends with its code in the other."""
    _, streams, _, _ = socket.recv_fds(connection, 1, 3)
    with connection.makefile("rb") as stream:
        asked: dict[str, Any] = json.loads(stream.readline())
    if _counted(asked["environment"]) != _counted(os.environ):
        connection.sendall(b"load\n")
        os._exit(0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        connection.close()
        for target, stream_number in enumerate(streams):
            os.dup2(stream_number, target)
        return asked
    for stream_number in streams:
        os.close(stream_number)
    connection.sendall(b"%d\n" % _code(child, connection))
    os._exit(0)


def _code(child: int, connection: socket.socket) -> int:
    """The child's exit code; it is killed when who asked is gone."""
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if select.select([connection], [], [], _PAUSE)[0]:
            os.kill(child, signal.SIGKILL)
            os._exit(1)


def _counted(environment: Any) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_COUNTED)}


def main(path: str, script: str) -> None:
    """Listen, load, and run commands until killed."""
    # As the installed script has it: its own directory first, not ours.
    sys.path[0] = str(Path(script).parent)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    from prefect.cli import app

    for name in _NEEDED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # Nobody waits for those who wait for a command.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    asked = _next_command(listener)
    os.chdir(asked["cwd"])
    for name in set(os.environ) - set(asked["environment"]):
        del os.environ[name]
    os.environ.update(asked["environment"])
    sys.argv = [script, *asked["arguments"]]
    random.seed()
    sys.exit(app())


if __name__ == "__main__":
    main(*sys.argv[1:])
