"""Dump a package as it is at run time.  Run by the interpreter of the environment: `api.py <package> <out.json>`.

{version, modules: {module: {error?, warns?, names: {name: {kind, at?, from?, exported?}}}},
 classes: {module:name: shape}, functions: {module:name: {signature, flavour}}, foreign: {class outside: [member]}}
"""

from __future__ import annotations

import sys

_OWN_FOLDER = sys.path.pop(0)
sys.path.append(_OWN_FOLDER)

import contextlib  # noqa: E402
import importlib  # noqa: E402
import importlib.metadata  # noqa: E402
import importlib.util  # noqa: E402
import inspect  # noqa: E402
import io  # noqa: E402
import json  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from types import ModuleType  # noqa: E402
from typing import Any  # noqa: E402

from shapes import callable_of, path_of, plain, shape_of  # type: ignore[import-not-found]  # noqa: E402
from syntax import Syntax  # type: ignore[import-not-found]  # noqa: E402

SKIPPED = {"__main__", "migrations", "_migrations", "ui_build", "collections_data"}


class Dump:
    """The dump of one package, filled module by module."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.modules: dict[str, dict[str, Any]] = {}
        self.classes: dict[str, dict[str, Any]] = {}
        self.functions: dict[str, dict[str, Any]] = {}
        self.foreign: dict[str, list[str]] = {}
        self.instance: dict[str, list[str]] = {}
        #: Callable objects such as `flow`, which say not where they are defined: id -> module:name.
        self.objects: dict[int, str] = {}
        self.wanted: list[tuple[dict[str, Any], object]] = []

    def add(self, module: str, path: Path) -> None:
        syntax = Syntax(module, path)
        for name, attributes in syntax.instance.items():
            self.instance[f"{module}:{name}"] = attributes
        loaded, entry = load(module)
        self.modules[module] = entry
        if loaded is not None:
            entry["names"] = {
                name: self._name(module, name, value, syntax) for name, value in _namespace(loaded, syntax).items()
            }

    def _name(self, module: str, name: str, value: object, syntax: Syntax) -> dict[str, Any]:
        row: dict[str, Any] = {"kind": _kind(value)}
        if inspect.ismodule(value):
            row["at"] = value.__name__
        elif row["kind"] in ("class", "function"):
            row["at"] = path_of(value)
            self._shape(value, row["at"])
        origin = syntax.bound.get(name)
        if row["kind"] == "constant" and callable(value) and type(value).__module__.partition(".")[0] == self.package:
            self._object(row, f"{module}:{name}", value, defined=origin == "defined")
        if origin not in (None, "defined"):
            row["from"] = origin
        if name in (syntax.exported or ()):
            row["exported"] = True
        return row

    def _object(self, row: dict[str, Any], path: str, value: Any, *, defined: bool) -> None:
        row["kind"] = "function"
        self.wanted.append((row, value))
        if defined:
            self.objects[id(value)] = path
            self.functions[path] = callable_of(value)

    def _shape(self, value: Any, path: str) -> None:
        if path.partition(".")[0].partition(":")[0] != self.package:
            return
        if inspect.isclass(value) and path not in self.classes:
            self.classes[path] = shape_of(plain(value))
            for base in plain(value).__bases__:
                self._base(base)
        elif not inspect.isclass(value) and path not in self.functions:
            self.functions[path] = callable_of(value)

    def _base(self, base: type) -> None:
        path = path_of(base)
        if path.partition(".")[0].partition(":")[0] == self.package:
            self._shape(base, path)
        elif base is not object:
            self.foreign[path] = sorted(name for name in dir(plain(base)) if not name.startswith("__"))

    def finish(self) -> dict[str, Any]:
        for row, value in self.wanted:
            if id(value) in self.objects:
                row["at"] = self.objects[id(value)]
        for path, shape in self.classes.items():
            for name in self.instance.get(path, ()):
                shape["members"].setdefault(name, {"kind": "instance"})
        try:
            version = importlib.metadata.version(self.package.replace("_", "-"))
        except importlib.metadata.PackageNotFoundError:
            version = None
        parts = {key: getattr(self, key) for key in ("modules", "classes", "functions", "foreign")}
        return {"package": self.package, "version": version, **parts}


def load(module: str) -> tuple[ModuleType | None, dict[str, Any]]:
    """Import a module: (it, {}) or (None, {"error": ...}), with the deprecation warnings that importing it shows."""
    entry: dict[str, Any] = {"names": {}}
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        try:
            loaded: ModuleType | None = importlib.import_module(module)
        except BaseException as error:
            entry["error"] = f"{type(error).__name__}: {error}"[:300]
            loaded = None
    texts = {
        str(item.message)[:400] for item in caught if issubclass(item.category, (DeprecationWarning, FutureWarning))
    }
    if warns := sorted(text for text in texts if "prefect" in text.lower()):
        entry["warns"] = warns
    return loaded, entry


def _namespace(module: ModuleType, syntax: Syntax) -> dict[str, object]:
    """All names but dunders that the module has when asked; submodules only when it imported them by name."""
    listed = [*vars(module), *(syntax.exported or ())]
    wanted = [name for name in listed if not name.startswith("__") and name.isidentifier()]
    found: dict[str, object] = {}
    for name in dict.fromkeys(wanted):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = getattr(module, name)
        except Exception:
            continue
        submodule = inspect.ismodule(value) and value.__name__ == f"{module.__name__}.{name}"
        if not submodule or name in syntax.bound:
            found[name] = value
    return found


def _kind(value: object) -> str:
    if inspect.ismodule(value):
        return "module"
    if inspect.isclass(value):
        return "class"
    return "function" if inspect.isroutine(value) else "constant"


def modules(package: str) -> Iterator[tuple[str, Path]]:
    """Every module of an installed package, private ones included."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    for path in sorted(root.rglob("*.py")):
        parts = list(path.relative_to(root.parent).with_suffix("").parts)
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if not SKIPPED & set(parts) and all(part.isidentifier() for part in parts):
            yield ".".join(parts), path


def main() -> None:
    package, out = sys.argv[1:]
    dump = Dump(package)
    for module, path in modules(package):
        dump.add(module, path)
    Path(out).write_text(json.dumps(dump.finish(), sort_keys=True), "utf-8")


if __name__ == "__main__":
    main()
