"""Blocks of files that code makes (`S3(...)`): the same in the words of the block that took their place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from prefect_migrate.findings import ImportRequest
from prefect_migrate.plan.model import Block
from prefect_migrate.plan.storage import REPLACED
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


def is_made_anew(file: PythonFile, block: Block) -> bool:
    """Whether the file makes a storage block, and can do so in Prefect 3 as well: as it is, or as its successor."""
    if block.role != "storage" or block.loaded or block.site.path != file.path:
        return False
    calls = [call for call in file.calls() if file.place(call) == block.site.place]
    return any(block.cls not in REPLACED or recipe_of(file, block.cls, call) is not None for call in calls)


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
        made = ", ".join(f"{name}={_named(code, names)}" for name, code in parts.items())
        editor.replace(recipe.dropped[0], keyword, f"{names(request)}({made})")
    for name in recipe.dropped:
        editor.remove(name)
    return editor.code("")


def _named(code: str, names: Callable[[ImportRequest], str]) -> str:
    """Code that parses JSON, with the name that the file has for that."""
    return names(_LOADS) + code.removeprefix("loads") if code.startswith("loads(") else code


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
    recipe = _bucket(file, given, "bucket_name", "bucket_folder", keys)
    if recipe is None or any(_is_wrapped(given[name]) for name in keys[:1] if name in given):
        return None
    parts = {name: file.source(given[name]) for name in keys if _is_given(given, name)}
    if parts:
        recipe.credentials = "credentials", ImportRequest("prefect_aws", "AwsCredentials"), parts
    return recipe


def _gcs(file: PythonFile, given: _Given) -> Recipe | None:
    recipe = _bucket(file, given, "bucket", "bucket_folder", ("project", "service_account_info"))
    if recipe is None:
        return None
    parts = {"project": file.source(given["project"])} if _is_given(given, "project") else {}
    if _is_given(given, "service_account_info"):
        info = _mapping(file, given["service_account_info"])
        if info is None:
            return None
        parts["service_account_info"] = info
    if parts:
        recipe.credentials = "gcp_credentials", ImportRequest("prefect_gcp", "GcpCredentials"), parts
    return recipe


def _mapping(file: PythonFile, node: ast.expr) -> str | None:
    """A text that is JSON as the mapping that the successor takes; None where it may be no text at all."""
    if isinstance(node, ast.Call):
        name = next(_names(node.func), "")
        if name == "dumps" and len(node.args) == 1 and not node.keywords:
            return file.source(node.args[0])
        return f"loads({file.source(node)})" if name in ("read", "read_text") else None
    is_variable = isinstance(node, ast.Subscript) and next(_names(node.value), "") == "environ"
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return f"loads({file.source(node)})" if is_variable or is_text else None


def _azure(file: PythonFile, given: _Given) -> Recipe | None:
    key = "azure_storage_connection_string"
    recipe = _bucket(file, given, "container_name", "base_folder", (key,))
    if recipe is None or not _is_given(given, key):
        return None
    credentials = ImportRequest("prefect_azure", "AzureBlobStorageCredentials")
    recipe.credentials = "credentials", credentials, {"connection_string": file.source(given[key])}
    return recipe


_LOADS = ImportRequest("json", "loads")
_MAKERS: dict[str, Callable[[PythonFile, _Given], Recipe | None]] = {
    "GitHub": _git_hub, "S3": _s3, "GCS": _gcs, "Azure": _azure,
}  # fmt: skip


def _bucket(file: PythonFile, given: _Given, name: str, folder: str, others: tuple[str, ...]) -> Recipe | None:
    """`bucket_path="bucket/folder"`, which the successors have apart."""
    path = given.get("bucket_path")
    if path is None or given.keys() - {"bucket_path", *others}:
        return None
    bucket, below = _apart(file, path)
    if not bucket:
        return None
    values = {name: bucket, folder: below} if below else {name: bucket}
    return Recipe({"bucket_path": name}, values, tuple(other for other in others if other in given))


def _apart(file: PythonFile, path: ast.expr) -> tuple[str, str]:
    """The code of the bucket and of the folder in it, "" for what is not there."""
    if isinstance(path, ast.Constant):
        return _parts_of_text(path.value) if isinstance(path.value, str) else ("", "")
    code = file.source(path)
    if isinstance(path, ast.JoinedStr):
        return _parts_of_f_string(code)
    if isinstance(path, (ast.Name, ast.Attribute, ast.Subscript)) or _reads_environment(path):
        whole = f'{code}.strip("/").partition("/")'
        return f"{whole}[0]", f"{whole}[2]"
    return "", ""


def _parts_of_text(path: str) -> tuple[str, str]:
    if "://" in path or '"' in path or "\\" in path:
        return "", ""
    bucket, _, below = path.strip("/").partition("/")
    return (f'"{bucket}"' if bucket else "", f'"{below}"' if below else "")


def _parts_of_f_string(code: str) -> tuple[str, str]:
    """`f"{BUCKET}/flows"` at its first slash, before which no name of a bucket can have another."""
    quote, body = code[1:2], code[2:-1]
    if code[:1] not in "fF" or quote not in "\"'" or code[-1:] != quote or quote in body or "\\" in body:
        return "", ""
    depth, at = 0, len(body)
    for index, character in enumerate(body):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "/" and depth == 0:
            at = index
            break
    bucket, below = body[:at], body[at:].strip("/")
    if not bucket or "://" in body or "{{" in body:
        return "", ""
    return _quoted(bucket, quote), _quoted(below, quote) if below else ""


def _quoted(body: str, quote: str) -> str:
    return f"f{quote}{body}{quote}" if "{" in body else f"{quote}{body}{quote}"


def _reads_environment(node: ast.expr) -> bool:
    """`os.getenv(...)`, `os.environ.get(...)`"""
    if not isinstance(node, ast.Call):
        return False
    words = [inner.attr for inner in ast.walk(node.func) if isinstance(inner, ast.Attribute)]
    words += [inner.id for inner in ast.walk(node.func) if isinstance(inner, ast.Name)]
    return "getenv" in words or {"environ", "get"} <= set(words)


def _is_given(given: _Given, name: str) -> bool:
    return name in given and not (isinstance(given[name], ast.Constant) and given[name].value is None)  # type: ignore[attr-defined]


def _is_wrapped(node: ast.expr) -> bool:
    """`SecretStr(...)`, which the successor does not take."""
    return any("Secret" in name for name in _names(node))


def _names(node: ast.expr) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Name, ast.Attribute)):
            yield inner.id if isinstance(inner, ast.Name) else inner.attr
