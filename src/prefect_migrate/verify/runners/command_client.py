"""Asks command_server.py to run a command: command_client.py SOCKET PYTHON SCRIPT ARGUMENTS...

Where it can't, because it is not there or has another environment, the command line is loaded as usual.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path


def _asked(path: str, arguments: list[str]) -> int | None:
    """The command's exit code, None if it was not run."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
            socket.send_fds(connection, [b"\0"], [0, 1, 2])
            asked = {"cwd": str(Path.cwd()), "environment": dict(os.environ), "arguments": arguments}
            connection.sendall(json.dumps(asked).encode() + b"\n")
            answer = connection.makefile("rb").readline().decode().strip()
        except OSError:
            return None
    return None if answer in ("", "load") else int(answer)


def main(path: str, python: str, script: str, *arguments: str) -> None:
    """Run it, here or there."""
    code = _asked(path, list(arguments))
    if code is None:
        os.execv(python, [python, script, *arguments])
    sys.exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
