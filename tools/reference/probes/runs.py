"""The async tasks and flows of a package.  Run by the interpreter of the environment: `runs.py <package> <out.json>`.

Out: a sorted list of `module.name`, each where its function is defined.
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

    package, out = sys.argv[1:]
    found = {
        f"{module.__name__}.{name}"
        for module in modules(package)
        for name, value in vars(module).items()
        if isinstance(value, (Flow, Task)) and value.isasync and value.fn.__module__ == module.__name__
    }
    Path(out).write_text(json.dumps(sorted(found)), "utf-8")


main()
