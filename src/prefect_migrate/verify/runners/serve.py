"""Be the server: `serve.py PORT_FILE`.  Ends with its standard input, so it never outlives the one who started it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path


def end_with_parent() -> None:
    """Wait until the other end of the pipe is closed, whatever closed it."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGKILL)


def main(port_file: str) -> None:
    """Serve the API on a free port of 127.0.0.1, whose number goes into `port_file`."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    # Prefect's own services find the server by its address.
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"

    import uvicorn

    config = uvicorn.Config("prefect.server.api.server:create_app", factory=True, log_level="warning")
    server = uvicorn.Server(config)
    draft = Path(f"{port_file}.draft")
    draft.write_text(str(port))
    draft.rename(port_file)
    server.run(sockets=[listener])


main(sys.argv[1])
