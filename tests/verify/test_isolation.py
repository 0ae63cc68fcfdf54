"""The caller's world is no part of a verification, and nothing outlives one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefect_migrate.verify.environments import cache_directory
from tests.verify.projects import pool_template, write

pytestmark = pytest.mark.engine

FLOWS = """
from prefect import flow

@flow
def etl(n: int = 1):
    return n
"""
# A script that sends its deployments to production, whatever its caller says.
DEPLOY_2 = """
import os
os.environ["PREFECT_API_URL"] = "TRAP"
from prefect.deployments import Deployment
from flows import etl
Deployment.build_from_flow(flow=etl, name="daily", apply=True)
"""
DEPLOY_3 = """
import os
os.environ["PREFECT_API_URL"] = "TRAP"
from pathlib import Path
from flows import etl
if __name__ == "__main__":
    flow = etl.from_source(source=str(Path(__file__).parent), entrypoint="flows.py:etl")
    flow.deploy(name="daily", work_pool_name="process-pool")
"""
CREATE = "cd work-pools && prefect work-pool create process-pool --type process --base-job-template process-pool.json\n"


class Trap:
    """A Prefect API that must not be called."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.visitors: list[object] = []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/api"

    def _listen(self) -> None:
        while True:
            try:
                connection, address = self.socket.accept()
            except OSError:
                return
            self.visitors.append(address)
            connection.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.socket.close()


@pytest.fixture
def project(tmp_path: Path, trap: Trap) -> Path:
    for side, deploy in (("before", DEPLOY_2), ("after", DEPLOY_3)):
        write(tmp_path / side, {"flows.py": FLOWS, "deploy.py": deploy.replace("TRAP", trap.url)})
    template = pool_template("process")
    write(tmp_path / "after", {"work-pools/create.sh": CREATE, "work-pools/process-pool.json": template})
    return tmp_path


def command(project: Path, prefect2: Path, prefect3: Path) -> list[str]:
    return [
        sys.executable, "-m", "prefect_migrate", "verify", str(project / "after"), "--before", str(project / "before"),
        "--prefect2-python", str(prefect2), "--prefect3-python", str(prefect3), "--snapshot-dir", str(project / "kept"),
    ]  # fmt: skip


def caller(project: Path, trap: Trap) -> dict[str, str]:
    """The environment of a calling shell that is all trap."""
    for name in ("home", "prefect-home", "tmp"):
        (project / name).mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(project / "home"),
        "TMPDIR": str(project / "tmp"),
        "XDG_CACHE_HOME": str(cache_directory().parent.parent),
        "PREFECT_HOME": str(project / "prefect-home"),
        "PREFECT_API_URL": trap.url,
        "PREFECT_API_KEY": "secret",
        "PREFECT_PROFILE": "production",
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_nothing_arrives_in_the_callers_world(project: Path, trap: Trap, prefect2: Path, prefect3: Path) -> None:
    before = contents(project / "after")
    environment = caller(project, trap)
    done = subprocess.run(
        command(project, prefect2, prefect3), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "expected difference  etl/daily" in done.stdout
    assert trap.visitors == []
    assert list((project / "prefect-home").iterdir()) == []
    assert list((project / "home").iterdir()) == []
    assert list((project / "tmp").iterdir()) == []
    assert contents(project / "after") == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_servers_never_outlive_a_verification(
    project: Path, trap: Trap, prefect2: Path, prefect3: Path, how: signal.Signals
) -> None:
    child = subprocess.Popen(
        command(project, prefect2, prefect3), env=caller(project, trap), stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL, text=True, start_new_session=True, preexec_fn=_heed_interrupts,
    )  # fmt: skip
    with child:
        assert child.stderr is not None
        while "starting" not in child.stderr.readline():
            assert child.poll() is None
        # In the middle of the start: both servers' processes are there.
        _wait_for(lambda: len(_processes(project / "tmp")) >= 2)
        child.send_signal(how)
        assert child.wait(30) != 0
    _wait_for(lambda: not _processes(project / "tmp"))
    if how is not signal.SIGKILL:
        assert list((project / "tmp").iterdir()) == []


def _heed_interrupts() -> None:
    """A shell lets what it runs in the background ignore them, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _processes(folder: Path) -> list[str]:
    """The command lines that name a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if f"{folder}/" in line:
            found.append(line)
    return found


def _wait_for(condition: object, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)
