"""Writer: the names that new code needs, imported under a name that nothing else in the file has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from prefect_migrate.findings import CannotFix, Changes, ImportRequest
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import Binding


class Names:
    """Finds names in a file, and asks for the imports that are missing."""

    def __init__(self, file: PythonFile, changes: Changes) -> None:
        self.file = file
        self.changes = changes

    def use(self, request: ImportRequest) -> str:
        """How the file can name `request.name`: as it does already, or by a new import."""
        assert request.name is not None
        there = self._imported(request)
        if there is not None:
            self._keep(there)
            return there.name
        alias = request.alias
        if self._is_taken(request.name):
            alias = f"{request.module.split('.')[0].title().replace('_', '')}{request.name}"
        self.changes.imports.append(ImportRequest(request.module, request.name, alias))
        return alias or request.name

    def use_all(self, text: str, requests: Iterable[ImportRequest]) -> str:
        """Code that names some requests by their own names, with the names that the file has for them."""
        for request in requests:
            name = self.use(request)
            if name != request.name:
                text = re.sub(rf"(?<![\w.\"']){request.name}\b(?=[.(])", name, text)
        return text

    def path(self) -> str:
        """`Path`, or `pathlib.Path`."""
        for binding in self._module_bindings():
            if binding.target == "pathlib" and binding.kind == "import" and not self._is_taken(binding.name, "pathlib"):
                self._keep(binding)
                return f"{binding.name}.Path"
        return self.use(ImportRequest("pathlib", "Path"))

    def keep(self, node: ast.Name) -> None:
        """Ask for the import of a name that is there, because another file takes it from this one.

        Raises CannotFix where that can't be asked for.
        """
        for binding in self.file.bindings_of(node):
            if isinstance(binding.node, ast.ImportFrom) and binding.node.level:
                raise CannotFix(f"another file takes `{node.id}` from this one")
            if binding.target is not None:
                self._keep(binding)
                self.changes.kept.append(binding.name)

    def _imported(self, request: ImportRequest) -> Binding | None:
        for binding in self._module_bindings():
            if _is_same(binding.target or "", request) and not self._is_taken(binding.name, binding.target):
                return binding
        return None

    def _module_bindings(self) -> list[Binding]:
        """What the module imports for good, before anything runs."""
        module = self.file.scopes.module
        return [
            binding
            for binding in self.file.scopes.import_bindings()
            if binding.scope is module and binding.guard is None and binding.node in self.file.tree.body
        ]

    def _is_taken(self, name: str, target: str | None = None) -> bool:
        """Whether the file gives a name to anything else, wherever."""
        if any(
            isinstance(node, ast.Name) and node.id == name and not self._means(node, target) for node in self.file.nodes
        ):
            return True
        scopes = {id(self.file.scopes.scope_of(node)): self.file.scopes.scope_of(node) for node in self.file.nodes}
        return any(
            binding.target != target or (target is None and binding.target is None)
            for scope in scopes.values()
            for binding in scope.bindings.get(name, ())
        )

    def _means(self, node: ast.Name, target: str | None) -> bool:
        return any(binding.target == target for binding in self.file.bindings_of(node)) if target else False

    def _keep(self, binding: Binding) -> None:
        """Ask for an import that is there, so that it does not go with its last old use."""
        if isinstance(binding.node, ast.ImportFrom) and not binding.node.level and binding.target is not None:
            module, _, name = binding.target.rpartition(".")
            self.changes.imports.append(ImportRequest(module, name, None if binding.name == name else binding.name))
        elif binding.target is not None:
            alias = None if binding.name == binding.target else binding.name
            self.changes.imports.append(ImportRequest(binding.target, None, alias))


def _is_same(target: str, request: ImportRequest) -> bool:
    """Whether a dotted name is the wanted one, or the same name from elsewhere in an integration's package."""
    if target == f"{request.module}.{request.name}":
        return True
    package = request.module.split(".")[0]
    return package != "prefect" and target.startswith(f"{package}.") and target.endswith(f".{request.name}")
