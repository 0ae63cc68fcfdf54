"""What becomes of a storage block: the source that Prefect 3 pulls from, and the upload that Prefect 2 did itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from prefect_migrate.findings import ImportRequest
from prefect_migrate.plan.documents import document_name, is_secret, made_as
from prefect_migrate.plan.model import Block, Value

#: Blocks of Prefect 2 that Prefect 3 does not have -> (the block that took their place, its module, its slug).
REPLACED = {
    "GitHub": ("GitHubRepository", "prefect_github", "github-repository"),
    "S3": ("S3Bucket", "prefect_aws", "s3-bucket"),
    "GCS": ("GcsBucket", "prefect_gcp", "gcs-bucket"),
    "Azure": ("AzureBlobStorageContainer", "prefect_azure", "azure-blob-storage-container"),
}
#: Blocks that both have -> slug.
KEPT = {
    "LocalFileSystem": "local-file-system",
    "RemoteFileSystem": "remote-file-system",
    "SMB": "smb",
    "S3Bucket": "s3-bucket",
    "GcsBucket": "gcs-bucket",
    "AzureBlobStorageContainer": "azure-blob-storage-container",
    "GitHubRepository": "github-repository",
    "GitLabRepository": "gitlab-repository",
    "BitBucketRepository": "bitbucket-repository",
}
READ_ONLY = frozenset({"GitHub", "GitHubRepository", "GitLabRepository", "BitBucketRepository", "GitLab"})
#: Fields that hold secrets, or say how to reach the service.
_SECRETS = {
    "GitHub": ("access_token",),
    "S3": ("aws_access_key_id", "aws_secret_access_key"),
    "GCS": ("service_account_info", "project"),
    "Azure": ("azure_storage_connection_string", "azure_storage_account_name", "azure_storage_account_key"),
}
#: Stands for the expression of the directory that the script runs in, which needs an import.
CURRENT = "<current directory>"
#: Stands for the class of a block that only running the code could tell.
ANY = "Block"
_SCHEMES = {"S3": "s3", "GCS": "gs", "Azure": "az"}
_FILESYSTEMS = "prefect.filesystems"


@dataclass(slots=True)
class StorageTarget:
    """Where Prefect 3 gets the code from.

    `source` is the argument of `from_source`, `pull` the step that says the same in prefect.yaml (None if it can't),
    `upload` the expression of the block that Prefect 2 uploaded to.  `review` says what a person must look at,
    `obstacle` why nothing can be written.
    """

    source: str = ""
    imports: list[ImportRequest] = field(default_factory=list)
    #: The same as an object of prefect.runner.storage, for a deployment whose flow is not loaded again.
    runner: str = ""
    runner_imports: list[ImportRequest] = field(default_factory=list)
    pull: dict[str, Any] | None = None
    upload: str | None = None
    upload_imports: list[ImportRequest] = field(default_factory=list)
    review: str = ""
    obstacle: str = ""
    #: `path=` is part of `source` already: Prefect 2 fetched only that folder, and ran in it.
    folded: bool = False
    #: Whether only the block itself can tell, when the code runs, if code can be uploaded to it.
    asks: bool = False
    #: Whether there may be no block, so that the code lies in the directory that the script runs in.
    optional: bool = False
    #: The statement that gives the block a name, so that it is made once.
    binding: str = ""
    #: What `source` is made of, if it is a plain URL: (url, settings).
    remote: tuple[str, dict[str, Any]] | None = None


def directory_target(directory: str) -> StorageTarget:
    """A directory of the machine that runs the flow; "" for the one that the script runs in."""
    text = directory or CURRENT
    return _runner(text, f"LocalStorage({text})", "LocalStorage")


def storage_target(block: Block, text: str, known: Iterable[Block]) -> StorageTarget:
    """The target of a storage block that stands in the code as `text`; `known` are all blocks of the repository.

    A block that is only loaded by name is looked up among those that the repository itself saves.
    """
    if block.doubt:
        return StorageTarget(obstacle=f"the {block.cls} block can't be read: {block.doubt}")
    if block.cls == ANY:
        return _whatever(block, text)
    if block.cls in KEPT:
        return _kept(block, text)
    if block.cls not in REPLACED:
        return StorageTarget(obstacle=f"nothing in Prefect 3 takes the place of a {block.cls} block")
    made = _where_it_is_made(block, known) if block.loaded else block
    if block.cls == "GitHub" and made is not None and "repository" in made.fields:
        target = _git(made)
        return _replaced(block) if target.obstacle and block.loaded else target
    if made is not None and not _given(made, _SECRETS[block.cls]) and _text(made, "bucket_path") and not block.loaded:
        return _bucket(made)
    return _replaced(block)


def _whatever(block: Block, text: str) -> StorageTarget:
    """A block of a class that is not known here: the expression stays, and Prefect 3 asks the block."""
    adapter = "BlockStorageAdapter"
    target = _runner(text, f"{adapter}({text})", adapter)
    target.upload, target.asks, target.optional = text, True, block.optional
    if block.optional:
        target.source = f"{text} if {text} is not None else {CURRENT}"
        target.runner = f"{adapter}({text}) if {text} is not None else LocalStorage({CURRENT})"
        target.runner_imports.append(ImportRequest("prefect.runner.storage", "LocalStorage"))
    target.review = (
        f"`{text}` must be a block of a class that Prefect 3 has, which {', '.join(REPLACED)} are not, and saved: "
        "Prefect 3 pulls from a block by its name"
    )
    return target


def _kept(block: Block, text: str) -> StorageTarget:
    if block.document is None:
        return _unnamed(block, text)
    target = _runner(text, f"BlockStorageAdapter({text})", "BlockStorageAdapter")
    target.pull, target.upload = _pull_with_block(KEPT[block.cls], block.document), _uploaded_to(block, text)
    return target


def _unnamed(block: Block, text: str) -> StorageTarget:
    """A block without a name: what it says, or else the document to save, because Prefect 3 pulls by name."""
    basepath, settings = _text(block, "basepath"), block.fields.get("settings")
    if block.cls == "LocalFileSystem" and basepath:
        target = _runner(json.dumps(basepath), f"LocalStorage({json.dumps(basepath)})", "LocalStorage")
        target.pull, target.upload = _directory(basepath), text
        return target
    if (
        block.cls == "RemoteFileSystem"
        and basepath
        and not is_secret(basepath)
        and (settings is None or _is_harmless(settings.literal))
    ):
        return _remote(basepath, dict(settings.literal or {}) if settings is not None else {}, text)
    if block.cls == "LocalFileSystem":
        return StorageTarget(
            obstacle=f'the {block.cls} block has no name: save it with `.save("name")`, because Prefect 3 pulls by name'
        )
    name = document_name(block)
    load = f"{block.cls}.load({json.dumps(name)})"
    imports = [ImportRequest(_MODULES[block.cls], block.cls)]
    target = _loaded(load, imports, KEPT[block.cls], Value(json.dumps(name), name))
    target.upload = _uploaded_to(block, load)
    target.review = (
        f"Prefect 3 pulls from a block by its name, and keeps no secret in a deployment: save {made_as(block)} "
        f"under the name {name!r}"
    )
    return target


def needs_document(block: Block) -> bool:
    """Whether a block that the code never names has to be saved, because only a document can say what it does."""
    if block.document is not None or block.loaded or block.doubt or block.cls == ANY:
        return False
    target = storage_target(block, "", [])
    return not target.obstacle and f'.load("{document_name(block)}")' in target.source


def _is_harmless(settings: Any) -> bool:
    """Whether the settings of a RemoteFileSystem may stand in a deployment: they are known and hold no secret."""
    return settings is None or (isinstance(settings, dict) and not is_secret(settings))


def _uploaded_to(block: Block, text: str) -> str | None:
    return None if block.cls in READ_ONLY else text


def _runner(source: str, runner: str, cls: str) -> StorageTarget:
    return StorageTarget(source, runner=runner, runner_imports=[ImportRequest("prefect.runner.storage", cls)])


def _where_it_is_made(block: Block, known: Iterable[Block]) -> Block | None:
    """The one block of the repository that is saved under the name that this one is loaded by, named as it is here."""
    name = block.document.or_none() if block.document else None
    made = [
        other
        for other in known
        if other.cls == block.cls and not other.loaded and other.document and other.document.or_none() == name and name
    ]
    return replace(made[0], document=block.document) if len(made) == 1 and not made[0].doubt else None


def _git(block: Block) -> StorageTarget:
    url, reference = block.fields["repository"], block.fields.get("reference")
    if _given(block, ("access_token",)) or is_secret(url.literal):
        target = _replaced(block)
        target.review = "the repository needs a token, which Prefect 3 takes from a credentials block; " + target.review
        return target
    if not isinstance(url.literal, str):
        return StorageTarget(obstacle=f"the repository's address is only known when `{url.text}` runs")
    address = url.literal.rstrip("/")
    address = address if address.endswith(".git") else f"{address}.git"
    step: dict[str, Any] = {"repository": address}
    if reference is None or reference.literal is None:
        target = _runner(json.dumps(address), f"GitRepository(url={json.dumps(address)})", "GitRepository")
        target.pull = {"prefect.deployments.steps.git_clone": step}
        return target
    if not isinstance(reference.literal, str):
        return StorageTarget(obstacle=f"the branch is only known when `{reference.text}` runs")
    step["branch"] = reference.literal
    source = f"GitRepository(url={json.dumps(address)}, branch={json.dumps(reference.literal)})"
    target = _runner(source, source, "GitRepository")
    target.imports = list(target.runner_imports)
    target.pull = {"prefect.deployments.steps.git_clone": step}
    return target


def _bucket(block: Block) -> StorageTarget:
    """A bucket that needs no keys: Prefect 2's block was a RemoteFileSystem, which Prefect 3 has still."""
    url = f"{_SCHEMES[block.cls]}://{_text(block, 'bucket_path')}"
    target = _remote(url, {}, f"RemoteFileSystem(basepath={json.dumps(url)})")
    target.upload_imports = [ImportRequest(_FILESYSTEMS, "RemoteFileSystem")]
    return target


def _remote(url: str, settings: dict[str, Any], upload: str) -> StorageTarget:
    """Files at a URL, through fsspec."""
    options = "".join(f", {key}={value!r}" for key, value in settings.items())
    runner = f"RemoteStorage({json.dumps(url)}{options})"
    target = _runner(runner if settings else json.dumps(url), runner, "RemoteStorage")
    target.imports = list(target.runner_imports) if settings else []
    target.pull = {"prefect.deployments.steps.pull_from_remote_storage": {"url": url, **settings}}
    target.upload, target.remote = upload, (url, settings)
    return target


def below(target: StorageTarget, folder: str) -> StorageTarget:
    """The target for code in a folder of the storage; the same where only a URL can say so."""
    if target.remote is None or not folder:
        return target
    url, settings = target.remote
    deeper = _remote(f"{url.rstrip('/')}/{folder}", settings, target.upload or "")
    deeper.upload, deeper.upload_imports, deeper.folded = target.upload, target.upload_imports, True
    return deeper


def _replaced(block: Block) -> StorageTarget:
    """The successor block under the same name; its document has to be made on the server first."""
    new, module, slug = REPLACED[block.cls]
    document = block.document
    if document is None:
        name = document_name(block)
        document = Value(json.dumps(name), name)
    target = _loaded(f"{new}.load({document.text})", [ImportRequest(module, new)], slug, document)
    target.upload = _uploaded_to(block, target.source)
    what = f" with what {made_as(block)} says" if block.document is None else ""
    target.review = (
        f"Prefect 3 has no {block.cls} block: save a {module}.{new} block{what} under the name {document.text}"
    )
    return target


def _loaded(load: str, imports: list[ImportRequest], slug: str, document: Value) -> StorageTarget:
    """A block that is loaded by name."""
    return StorageTarget(
        load,
        imports=imports,
        runner=f"BlockStorageAdapter({load})",
        runner_imports=[*imports, ImportRequest("prefect.runner.storage", "BlockStorageAdapter")],
        pull=_pull_with_block(slug, document),
        upload_imports=imports,
    )


def _pull_with_block(slug: str, document: Value) -> dict[str, Any] | None:
    if not isinstance(document.literal, str):
        return None
    step = {"block_type_slug": slug, "block_document_name": document.literal}
    return {"prefect.deployments.steps.pull_with_block": step}


def _directory(path: str) -> dict[str, Any]:
    return {"prefect.deployments.steps.set_working_directory": {"directory": path}}


def _given(block: Block, names: Iterable[str]) -> bool:
    return any(name in block.fields and block.fields[name].literal is not None for name in names)


def _text(block: Block, name: str) -> str | None:
    value = block.fields.get(name)
    return value.literal if value is not None and isinstance(value.literal, str) else None


#: Blocks that both have -> where they come from.
_MODULES = {
    "LocalFileSystem": _FILESYSTEMS,
    "RemoteFileSystem": _FILESYSTEMS,
    "SMB": _FILESYSTEMS,
    "S3Bucket": "prefect_aws",
    "GcsBucket": "prefect_gcp",
    "AzureBlobStorageContainer": "prefect_azure",
    "GitHubRepository": "prefect_github",
    "GitLabRepository": "prefect_gitlab",
    "BitBucketRepository": "prefect_bitbucket",
}


def writable_block(block: Block, given: str | None = None) -> tuple[str, str, str] | None:
    """(module, class, document) of the block of Prefect 3 that code is uploaded to; None if nothing is, or can be.

    `given` is the name of a block that the code gives none.
    """
    cls = REPLACED[block.cls][0] if block.cls in REPLACED else block.cls
    name = block.document.or_none() if block.document else given
    writable = cls in _MODULES and cls not in READ_ONLY
    return (_MODULES[cls], cls, name) if writable and isinstance(name, str) else None
