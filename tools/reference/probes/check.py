"""Import names one by one.  Run by the interpreter of the environment: `check.py <names.json> <out.json>`.

In: ["module:name", "module:Class.member", "module"].  Out: {it: [status] or [status, message]}; status is ok, warns,
raises, missing_module or missing_name.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import sys
import warnings
from functools import cache
from pathlib import Path
from types import ModuleType

Result = tuple[str, str | None]


def tidy(message: object) -> str:
    return re.sub(r"(/[^\s'\"]+)+/site-packages", "<site-packages>", str(message))[:400]


def _deprecations(caught: list[warnings.WarningMessage], *, all_of_them: bool) -> list[str]:
    """Their texts; while a module is loaded, other packages warn as well, and only what names Prefect counts."""
    kinds = (DeprecationWarning, FutureWarning, UserWarning)
    texts = [str(item.message) for item in caught if issubclass(item.category, kinds)]
    return [text for text in texts if all_of_them or "prefect" in text.lower()]


@cache
def load(module: str) -> tuple[str, ModuleType | None, str | None]:
    """(status, the module, message); a package that warns makes all its modules warn."""
    package = module.rpartition(".")[0]
    above = load(package) if package else ("ok", None, None)
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        try:
            loaded = importlib.import_module(module)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            status = "missing_module" if module == missing or module.startswith(f"{missing}.") else "raises"
            return status, None, f"ModuleNotFoundError: {error}"
        except BaseException as error:
            return "raises", None, f"{type(error).__name__}: {error}"
    texts = _deprecations(caught, all_of_them=False)
    if texts or above[0] == "warns":
        return "warns", loaded, texts[0] if texts else above[2]
    return "ok", loaded, None


def check(path: str) -> Result:
    module, _, name = path.partition(":")
    status, loaded, message = load(module)
    if loaded is None or not name:
        return status, message
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found: object = loaded
        try:
            for part in name.split("."):
                found = getattr(found, part)
        except AttributeError:
            inner = load(f"{module}.{name}")
            return ("missing_name", None) if inner[1] is None else (inner[0], inner[2])
        except BaseException as error:
            if isinstance(error, ImportError) and "has no attribute" in str(error):
                return "missing_name", None
            return "raises", f"{type(error).__name__}: {error}"
    texts = _deprecations(caught, all_of_them=True)
    return ("warns", texts[0]) if texts else (status, message)


def main() -> None:
    source, out = map(Path, sys.argv[1:])
    results = {}
    for path in json.loads(source.read_text("utf-8")):
        status, message = check(path)
        results[path] = [status, tidy(message)] if message and status in ("raises", "warns") else [status]
    out.write_text(json.dumps(results, sort_keys=True), "utf-8")


if __name__ == "__main__":
    main()
