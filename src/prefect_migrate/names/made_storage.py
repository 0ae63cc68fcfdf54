"""Blocks of files that code makes (`S3(...)`): the same in the words of the block that took their place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from prefect_migrate.findings import ImportRequest
from prefect_migrate.source.python import PythonFile

#: Keyword -> its value, as the call has them.
_Given = dict[str, ast.expr]


@dataclass(slots=True)
class Recipe:
    """How the arguments become those of the successor: new keyword -> its code, in the place of the old ones.

    `credentials` are (keyword, class, module, {its keyword: code}); None where no key is given.
    """

    renamed: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    credentials: tuple[str, ImportRequest, dict[str, str]] | None = None


def recipe_of(file: PythonFile, cls: str, call: ast.Call) -> Recipe | None:
    """The recipe for a call of a class that is gone; None where a person has to write it."""
    if call.args or any(keyword.arg is None for keyword in call.keywords):
        return None
    given = {str(keyword.arg): keyword.value for keyword in call.keywords}
    maker = _MAKERS.get(cls)
    return maker(file, given) if maker is not None else None


def rewritten_arguments(file: PythonFile, call: ast.Call, recipe: Recipe, names: Callable[[ImportRequest], str]) -> str:
    """The call's parentheses and what is in them."""
    from prefect_migrate.changes.calls import CallEditor

    editor = CallEditor(file.source(call), newline=file.text.newline, width=10**6)
    for old, new in recipe.renamed.items():
        editor.rename(old, new)
    for name, code in recipe.values.items():
        if editor.index(name) is None:
            editor.add(name, code, after=next(iter(recipe.values)))
        else:
            editor.set(name, code)
    if recipe.credentials is not None:
        keyword, request, parts = recipe.credentials
        made = ", ".join(f"{name}={code}" for name, code in parts.items())
        editor.replace(recipe.dropped[0], keyword, f"{names(request)}({made})")
    for name in recipe.dropped:
        editor.remove(name)
    return editor.code("")


def _git_hub(file: PythonFile, given: _Given) -> Recipe | None:
    if "repository" not in given or given.keys() - {"repository", "reference", "access_token", "include_git_objects"}:
        return None
    recipe = Recipe({"repository": "repository_url"})
    recipe.dropped = tuple(name for name in ("access_token", "include_git_objects") if name in given)
    if _is_given(given, "access_token"):
        credentials = ImportRequest("prefect_github", "GitHubCredentials")
        recipe.credentials = "credentials", credentials, {"token": file.source(given["access_token"])}
    return recipe


def _s3(file: PythonFile, given: _Given) -> Recipe | None:
    keys = ("aws_access_key_id", "aws_secret_access_key")
    recipe = _bucket(given, "bucket_name", "bucket_folder", keys)
    if recipe is None or any(_is_wrapped(given[name]) for name in keys[:1] if name in given):
        return None
    parts = {name: file.source(given[name]) for name in keys if _is_given(given, name)}
    if parts:
        recipe.credentials = "credentials", ImportRequest("prefect_aws", "AwsCredentials"), parts
    return recipe


def _gcs(file: PythonFile, given: _Given) -> Recipe | None:
    recipe = _bucket(given, "bucket", "bucket_folder", ("project", "service_account_info"))
    if recipe is None or _is_given(given, "service_account_info"):
        return None  # a text there, a mapping here
    if _is_given(given, "project"):
        credentials = ImportRequest("prefect_gcp", "GcpCredentials")
        recipe.credentials = "gcp_credentials", credentials, {"project": file.source(given["project"])}
    return recipe


def _azure(file: PythonFile, given: _Given) -> Recipe | None:
    key = "azure_storage_connection_string"
    recipe = _bucket(given, "container_name", "base_folder", (key,))
    if recipe is None or not _is_given(given, key):
        return None
    credentials = ImportRequest("prefect_azure", "AzureBlobStorageCredentials")
    recipe.credentials = "credentials", credentials, {"connection_string": file.source(given[key])}
    return recipe


_MAKERS: dict[str, Callable[[PythonFile, _Given], Recipe | None]] = {
    "GitHub": _git_hub, "S3": _s3, "GCS": _gcs, "Azure": _azure,
}  # fmt: skip


def _bucket(given: _Given, name: str, folder: str, others: tuple[str, ...]) -> Recipe | None:
    """`bucket_path="bucket/folder"`, which the successors have apart."""
    path = given.get("bucket_path")
    if not isinstance(path, ast.Constant) or not isinstance(path.value, str) or "://" in path.value:
        return None
    if given.keys() - {"bucket_path", *others}:
        return None
    bucket, _, below = path.value.strip("/").partition("/")
    values = {name: f'"{bucket}"', folder: f'"{below}"'} if below else {name: f'"{bucket}"'}
    if not bucket or '"' in path.value or "\\" in path.value:
        return None
    return Recipe({"bucket_path": name}, values, tuple(other for other in others if other in given))


def _is_given(given: _Given, name: str) -> bool:
    return name in given and not (isinstance(given[name], ast.Constant) and given[name].value is None)  # type: ignore[attr-defined]


def _is_wrapped(node: ast.expr) -> bool:
    """`SecretStr(...)`, which the successor does not take."""
    return any("Secret" in name for name in _names(node))


def _names(node: ast.expr) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Name, ast.Attribute)):
            yield inner.id if isinstance(inner, ast.Name) else inner.attr
