"""The tasks and flows of a package, and functions that choose between two of them.

Run by the interpreter of the environment: `runs.py <package> <out.json>`.  Out: `module.name`, where its function is
defined -> ["async", "sync" or "function", the name that its definition has].
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType


def modules(package: str) -> Iterator[ModuleType]:
    """The package and all below it that can be imported here."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}.", onerror=lambda _: None):
        try:
            yield importlib.import_module(found.name)
        except Exception:  # what it needs is not there, or it is a program
            continue


def main() -> None:
    from prefect import Flow, Task

    def kind(value: object) -> tuple[str, str, str] | None:
        if isinstance(value, (Flow, Task)):
            return "async" if value.isasync else "sync", value.fn.__module__, value.fn.__name__
        inner = getattr(value, "__wrapped__", None)  # as the decorator `async_dispatch` leaves it
        if isinstance(inner, (Flow, Task)):
            return "function", inner.fn.__module__, inner.fn.__name__
        return None

    package, out = sys.argv[1:]
    found = {
        f"{module.__name__}.{name}": (known[0], known[2])
        for module in modules(package)
        for name, value in vars(module).items()
        if (known := kind(value)) is not None and known[1] == module.__name__
    }
    Path(out).write_text(json.dumps(dict(sorted(found.items()))), "utf-8")


main()
