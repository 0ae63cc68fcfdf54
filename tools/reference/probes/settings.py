"""Dump the settings.  Run by the interpreter of the environment: `settings.py <out.json> [<names.json>]`.

{settings: {variable: {path?, accepted?, default}}, probed: {variable: [path that its value changed]}}: `accepted` are
the variables that Prefect 3 declares to read, `probed` is what really happened when each of `names.json` was set.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Values that at least one kind of setting takes and that is no default.
CANDIDATES = (
    "true",
    "false",
    "17",
    "0.25",
    "PT61S",
    "error",
    "DEBUG",
    "value",
    "http://value.test/api",
    "[17]",
    '{"a": "b"}',
    "/value",
)


def short(value: object) -> str:
    text = repr(value).replace(os.environ.get("PREFECT_HOME", "\0"), "$PREFECT_HOME").replace(str(Path.home()), "~")
    return re.sub(r"(Posix|Windows)?Path\('([^']*)'\)", r"'\2'", text)[:120]


def prefect_2(variables: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, setting in variables.items():
        try:
            default = short(setting.value())
        except Exception as error:
            default = f"<{type(error).__name__}>"
        renamed = getattr(setting, "deprecated_renamed_to", None)
        found[name] = {"default": default, "renamed": getattr(renamed, "name", None)}
    return found


def prefect_3(model: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every leaf of the tree of settings models."""
    from pydantic_settings import BaseSettings

    prefix = str(model.model_config.get("env_prefix") or "")
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings):
            yield from prefect_3(field.annotation, (*path, name))
            continue
        canonical = f"{prefix}{name}".upper()
        choices = getattr(field.validation_alias, "choices", [field.validation_alias])
        aliases = [choice.upper() for choice in choices if isinstance(choice, str) and choice.lower() != name.lower()]
        try:
            default = short(field.get_default(call_default_factory=True))
        except Exception:
            default = "<computed>"
        yield canonical, {"path": ".".join((*path, name)), "accepted": aliases or [canonical], "default": default}


def leaves(settings: Any, path: tuple[str, ...] = ()) -> dict[str, str]:
    """path -> value of all settings."""
    found: dict[str, str] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if hasattr(type(value), "model_fields"):
            found.update(leaves(value, (*path, name)))
        else:
            found[".".join((*path, name))] = short(value)
    return found


def unread(model: Any, names: list[str], before: dict[str, str]) -> set[str]:
    """The variables that change nothing: all are set at once, and the halves where something happens."""
    for candidate in CANDIDATES:
        os.environ.update(dict.fromkeys(names, candidate))
        try:
            clean = leaves(model()) == before
        except Exception:
            clean = False
        for name in names:
            del os.environ[name]
        if not clean:
            half = len(names) // 2
            return unread(model, names[:half], before) | unread(model, names[half:], before) if half else set()
    return set(names)


def probe(model: Any, names: list[str], declared: set[str]) -> dict[str, list[str]]:
    before = leaves(model())
    changed: dict[str, list[str]] = {}
    dead = unread(model, [name for name in names if name not in declared], before)
    for name in names:
        changed[name] = []
        if name in dead:
            continue
        for candidate in CANDIDATES if name not in ("PREFECT_HOME", "PREFECT_PROFILES_PATH") else ():
            os.environ[name] = candidate
            try:
                after = leaves(model())
                changed[name] = sorted(path for path in after if after[path] != before.get(path))
            except Exception as error:
                changed[name] = [f"<{type(error).__name__}>"]
            finally:
                del os.environ[name]
            if changed[name] and not changed[name][0].startswith("<"):
                break
    return changed


def main() -> None:
    out, *names = sys.argv[1:]
    for name in list(os.environ):
        if name.startswith("PREFECT_") and name != "PREFECT_HOME":
            del os.environ[name]
    warnings.simplefilter("ignore")
    import prefect.settings as module

    variables = getattr(module, "SETTING_VARIABLES", None)
    if variables is not None:
        result: dict[str, Any] = {"settings": prefect_2(variables)}
    else:
        model: Any = module.Settings
        result = {"settings": dict(prefect_3(model))}
        if names:
            declared = {name for row in result["settings"].values() for name in row["accepted"]}
            result["probed"] = probe(model, json.loads(Path(names[0]).read_text("utf-8")), declared)
    Path(out).write_text(json.dumps(result, sort_keys=True), "utf-8")


if __name__ == "__main__":
    main()
