"""Running the project's own code: in an environment of which the caller's world is no part."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: What a child may see of the caller's environment.  Credentials, profiles and PREFECT_ settings are not among it.
_KEPT = frozenset(
    {"PATH", "LANG", "LANGUAGE", "TERM", "SHELL", "USER", "LOGNAME", "SSL_CERT_FILE", "SSL_CERT_DIR",
     "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "LD_LIBRARY_PATH",
     "SYSTEMROOT", "COMSPEC", "PATHEXT"}
)  # fmt: skip
#: What a deployment's own `env` may not change in a run: it would leave the throw-away server or home.
_OURS = frozenset({"HOME", "PATH", "TMPDIR", "PYTHONHOME", "PYTHONPATH", "NO_PROXY", "USERPROFILE"})
_OURS_PREFIXES = ("PREFECT_API_", "PREFECT_HOME", "PREFECT_PROFILE", "PREFECT_CLOUD", "PREFECT_SERVER_")
_LOCAL = "127.0.0.1,localhost"
_FIXED = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "NO_PROXY": _LOCAL,
    "no_proxy": _LOCAL,
    # The same on every machine and in every run, because results are recorded and compared.
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True, slots=True)
class Home:
    """A directory in which an engine lives: its Prefect home, home directory and temporary directory."""

    root: Path

    def create(self) -> Home:
        for path in (self.prefect, self.user, self.temporary):
            path.mkdir(parents=True, exist_ok=True)
        return self

    @property
    def prefect(self) -> Path:
        return self.root / "prefect"

    @property
    def user(self) -> Path:
        return self.root / "home"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"


def child_environment(
    python: Path,
    home: Home,
    api_url: str | None,
    *,
    extra: Mapping[str, str] | None = None,
    pass_env: Iterable[str] = (),
    caller: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The whole environment of a child.

    `extra` is what the deployment sets, `pass_env` what the user lets through (NAME or NAME=VALUE), `caller` is
    os.environ.  Neither can lead the child to another Prefect than the one at `api_url`.
    """
    caller = os.environ if caller is None else caller
    kept = {name: value for name, value in caller.items() if name.upper() in _KEPT or name.startswith("LC_")}
    passed = dict(_passed(pass_env, caller))
    environment = {**kept, **passed, **harmless(extra or {})}
    environment["PATH"] = os.pathsep.join([str(python.parent), kept.get("PATH", os.defpath)])
    environment |= _FIXED | {
        "HOME": str(home.user),
        "USERPROFILE": str(home.user),
        "TMPDIR": str(home.temporary),
        "PREFECT_HOME": str(home.prefect),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(guard_directory()), (extra or {}).get("PYTHONPATH")])),
    }
    if api_url:
        environment |= {"PREFECT_API_URL": api_url, "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false"}
    return environment


def guard_directory() -> Path:
    """The directory whose `sitecustomize` keeps a child inside; see there."""
    return Path(str(resources.files("prefect_migrate.verify") / "guard"))


def runner(name: str) -> Path:
    """The path of a script in `runners/`."""
    return Path(str(resources.files("prefect_migrate.verify") / "runners" / f"{name}.py"))


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that can't lead a child away from its own server and home."""
    return {
        name: value
        for name, value in environment.items()
        if name.upper() not in _OURS and not name.upper().startswith(_OURS_PREFIXES)
    }


def _passed(pass_env: Iterable[str], caller: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for item in pass_env:
        name, given, value = item.partition("=")
        if name.upper().startswith("PREFECT_") or name.upper() in _OURS:
            continue
        if given or name in caller:
            yield name, value if given else caller[name]


@dataclass(frozen=True, slots=True)
class Done:
    """How a child ended: its exit code (None if it was stopped for taking too long) and all that it wrote."""

    code: int | None
    output: str
    seconds: float

    @property
    def ok(self) -> bool:
        return self.code == 0

    def last_lines(self, count: int = 12) -> str:
        """The end of the output, where Python and shells say what went wrong."""
        return "\n".join([line for line in self.output.splitlines() if line.strip()][-count:])

    @property
    def ending(self) -> str:
        """How it ended, in a few words."""
        return f"did not end within {self.seconds:.0f} s" if self.code is None else f"ended with exit code {self.code}"

    def what_happened(self) -> str:
        """One line for a report: how it ended and the last that it said."""
        last = "" if self.code is None else self.last_lines(1)
        return f"{self.ending}: {last}" if last else self.ending


def run_child(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], timeout: float, input_text: str = ""
) -> Done:
    """Run a command in a session of its own, which ends with it: a flow's own children don't outlive it."""
    started = time.monotonic()
    child = subprocess.Popen(
        command, cwd=cwd, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    code: int | None = None
    with _CHILDREN.holding(child):
        try:
            output, _ = child.communicate(input_text.encode(), timeout=timeout)
            code = child.returncode
        except subprocess.TimeoutExpired:
            _kill(child)
            output, _ = child.communicate()
    return Done(code, output.decode("utf-8", "replace"), time.monotonic() - started)


class _Children:
    """The children that run now, so that Ctrl-C, which reaches only the main thread, can end those of the others."""

    def __init__(self) -> None:
        self.running: set[subprocess.Popen[bytes]] = set()
        self.lock = threading.Lock()
        self.stopping = False

    @contextlib.contextmanager
    def holding(self, child: subprocess.Popen[bytes]) -> Iterator[None]:
        """Know a child while it runs, and end it whatever happens."""
        with self.lock:
            self.running.add(child)
            if self.stopping:
                _kill(child)
        try:
            yield
        finally:
            with self.lock:
                self.running.discard(child)
            # Also what it started itself, in its session.
            _kill(child)

    def stop(self) -> None:
        with self.lock:
            self.stopping = True
            for child in self.running:
                _kill(child)


_CHILDREN = _Children()


def in_parallel(function: Callable[[int], T], keys: Iterable[int]) -> dict[int, T]:
    """Call a function that runs children for each key, in threads; if one raises, or at Ctrl-C, end all children."""
    with ThreadPoolExecutor() as pool:
        futures = {key: pool.submit(function, key) for key in keys}
        try:
            return {key: future.result() for key, future in futures.items()}
        except BaseException:
            _CHILDREN.stop()
            wait(futures.values())
            raise
        finally:
            _CHILDREN.stopping = False


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.poll()
