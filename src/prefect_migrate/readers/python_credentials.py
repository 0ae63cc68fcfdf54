"""Reader: the blocks that stand in a field of an infrastructure block, such as credentials.

A work pool's template names their documents, `{{ prefect.blocks.aws-credentials.prod }}`, and holds no secret.
"""

from __future__ import annotations

import ast
import re

from prefect_migrate.plan.documents import dashed
from prefect_migrate.plan.model import Value
from prefect_migrate.project import Project
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, dotted, resolve

#: Class -> the slug of its documents in Prefect 3.
SLUGS = {
    "AwsCredentials": "aws-credentials",
    "MinIOCredentials": "minio-credentials",
    "GcpCredentials": "gcp-credentials",
    "AzureContainerInstanceCredentials": "azure-container-instance-credentials",
    "KubernetesClusterConfig": "kubernetes-cluster-config",
    "DockerRegistry": "docker-registry-credentials",
    "DockerRegistryCredentials": "docker-registry-credentials",
}
#: Blocks that Prefect 3 has another one for.
_REPLACED = {"DockerRegistry": "a prefect_docker.DockerRegistryCredentials block with what it says"}
_CLASS = re.compile(r"^prefect(?:_[a-z]+)?(?:\.\w+)*\.(?P<cls>[A-Z]\w*)(?P<load>\.load)?$")
_PLAIN = "ACRManagedIdentity"


def field_value(project: Project, file: PythonFile, node: ast.expr, to_save: list[str]) -> Value:
    """The value of a block's field; a block in it becomes the name of its document.

    `to_save` takes what a person has to save, because the document is not there yet.
    """
    found = _call(project, file, node)
    if found is None:
        return value_of(project, file, node)
    where, call, cls, loaded = found
    text = file.source(node)
    if cls == _PLAIN:
        return Value(text, _as_mapping(project, where, call) or value_of(project, file, node).literal)
    name = _loaded_name(project, where, call) if loaded else _new_name(where, call, cls)
    if name is None:
        return value_of(project, file, node)
    if not loaded or cls in _REPLACED:
        what = _REPLACED.get(cls, "it")
        place = f"the {cls} of {where.path}:{call.lineno}"
        to_save.append(f"{place} can't stand in a work pool: save {what} as {SLUGS[cls]} block {name!r}")
    return Value(text, f"{{{{ prefect.blocks.{SLUGS[cls]}.{name} }}}}")


def _call(project: Project, file: PythonFile, node: ast.expr) -> tuple[PythonFile, ast.Call, str, bool] | None:
    """Where a block of these classes is made or loaded, its class, and which of the two."""
    node = node.value if isinstance(node, ast.Await) else node
    if isinstance(node, (ast.Name, ast.Attribute)):
        found = resolve(project, file, node)
        value = found.value if isinstance(found, Definition) else None
        return _call(project, found.file, value) if isinstance(found, Definition) and value is not None else None
    if not isinstance(node, ast.Call):
        return None
    meaning = dotted(project, file, node.func)
    match = _CLASS.match(meaning.name) if meaning is not None else None
    if match is None or match["cls"] not in (*SLUGS, _PLAIN):
        return None
    return file, node, match["cls"], match["load"] is not None


def _loaded_name(project: Project, file: PythonFile, call: ast.Call) -> str | None:
    names = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "name")]
    name = value_of(project, file, names[0]).literal if names else None
    return name if isinstance(name, str) else None


def _new_name(file: PythonFile, call: ast.Call, cls: str) -> str:
    """The name that it is saved under, else that of its variable, else of its place."""
    parent = file.parents[call]
    target = parent.targets[0] if isinstance(parent, ast.Assign) else getattr(parent, "target", None)
    if isinstance(target, ast.Name):
        return _saved_name(file, target.id) or dashed(target.id)
    return f"{dashed(file.path.rpartition('/')[2].removesuffix('.py')) or SLUGS[cls]}-{call.lineno}"


def _saved_name(file: PythonFile, variable: str) -> str | None:
    for node in file.calls():
        function = node.func
        owner = function.value if isinstance(function, ast.Attribute) and function.attr == "save" else None
        if isinstance(owner, ast.Name) and owner.id == variable and node.args:
            name = node.args[0]
            return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else None
    return None


def _as_mapping(project: Project, file: PythonFile, call: ast.Call) -> dict[str, object] | None:
    """A plain model's arguments, if all are known."""
    values = {str(keyword.arg): value_of(project, file, keyword.value) for keyword in call.keywords}
    known = not call.args and "None" not in values and all(value.known for value in values.values())
    return {name: value.literal for name, value in values.items()} if known and values else None
