"""Where a deployment's code comes from, in one form for both engines.

- `{"directory": "."}`: a directory, relative to the project where it lies inside; an image's directory is absolute
- `{"git": url, "reference": branch or tag or None, "directory": "."}`
- `{"bucket": "s3://bucket/prefix"}`
- `{"block": "slug/name"}`, `{"steps": [...]}`: anything else, as it is said
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from prefect_migrate.readers.prefect_yaml_steps import new_name
from prefect_migrate.verify.api import Json
from prefect_migrate.verify.records import Record

if TYPE_CHECKING:
    from prefect_migrate.verify.normalise import Side

_GIT_FIELDS = ("repository", "repository_url")
#: storage block's slug -> (scheme, the fields that make up bucket and prefix)
_BUCKETS = {
    "s3": ("s3", ("bucket_path",)),
    "gcs": ("gs", ("bucket_path",)),
    "azure": ("az", ("azure_storage_container", "bucket_path")),
    "s3-bucket": ("s3", ("bucket_name", "bucket_folder")),
    "gcs-bucket": ("gs", ("bucket", "bucket_folder")),
    "azure-blob-storage-container": ("az", ("container_name", "base_folder")),
}
#: the end of a pull step's name -> (scheme, the arguments that make up bucket and prefix)
_BUCKET_STEPS = {
    "pull_from_s3": ("s3", ("bucket", "folder")),
    "pull_from_gcs": ("gs", ("bucket", "folder")),
    "pull_from_azure_blob_storage": ("az", ("container", "folder")),
}


def code_source(record: Record, side: Side, variables: Json) -> Json:
    """Where the code comes from; takes `working_dir` out of `variables` if that is what says it."""
    deployment = record.deployment
    if deployment.get("pull_steps"):
        return _of_steps(deployment["pull_steps"], side.root, record.pulled)
    if record.storage is not None:
        return _of_storage(record.storage, deployment.get("path"), side.root)
    path = deployment.get("path")
    if side.major == 3 and variables.get("working_dir") and path in (None, "", "."):
        # Without a pull step a worker finds the code in the directory that it starts the run in.
        path = variables.pop("working_dir")
    return {"directory": relative(path, side.root)}


def relative(path: str | None, root: Path) -> str:
    """A directory as seen from the project; one that lies elsewhere stays as it is."""
    if not path:
        return "."
    pure = PurePosixPath(path)
    return str(pure.relative_to(root)) if pure.is_relative_to(root) else str(pure)


def located(code: Json, entrypoint: str | None) -> tuple[Json, str | None]:
    """Code in a repository or a bucket by the whole path of its file, whichever part of it is the entrypoint.

    `starts_in` is the folder that a run starts in.
    """
    path, _, name = (entrypoint or "").rpartition(":")
    folder = str(code.get("directory") or ".")
    if "git" in code:
        rest = {key: value for key, value in code.items() if key != "directory"}
        return {**rest, "starts_in": folder}, f"{PurePosixPath(folder, path)}:{name}"
    if "bucket" in code:
        bucket = code["bucket"] if folder == "." else f"{code['bucket']}/{folder}"
        rest = {key: value for key, value in code.items() if key not in ("directory", "bucket")}
        return {**rest, "starts_in": bucket}, f"{bucket}/{path}:{name}"
    return code, entrypoint


def _of_steps(steps: list[Json], root: Path, pulled: Json | None = None) -> Json:
    """The first step that says it; `set_working_directory` after a clone is a directory in the clone."""
    source: Json | None = None
    rest: list[Json] = []
    for step in steps:
        step = {new_name(key) or key: value for key, value in step.items()}
        name, arguments = next(iter(step.items()))
        found = _of_step(name.rpartition(".")[2], arguments or {}, root, pulled)
        if found is None:
            rest.append(step)
        elif source is None:
            source = found
        elif "directory" in found:
            below = re.sub(r"^\{\{[^}]*\}\}/?", "", found["directory"])
            source["directory"] = str(PurePosixPath(source.get("directory") or ".", below))
    if source is None:
        return {"steps": rest}
    return {**source, "steps": rest} if rest else source


def _of_step(name: str, arguments: Json, root: Path, pulled: Json | None) -> Json | None:
    if name == "set_working_directory":
        return {"directory": relative(arguments.get("directory"), root)}
    if name == "git_clone":
        reference = arguments.get("branch") or arguments.get("commit_sha")
        return _git(str(arguments.get("repository")), reference, None)
    if name == "pull_with_block" and pulled is not None:
        return _of_storage(pulled, None, root)
    if name == "pull_from_remote_storage":
        return _bucket("", [arguments.get("url")])
    if name == "pull_with_block":
        return {"block": f"{arguments.get('block_type_slug')}/{arguments.get('block_document_name')}"}
    if name in _BUCKET_STEPS:
        scheme, fields = _BUCKET_STEPS[name]
        return _bucket(scheme, [arguments.get(field) for field in fields])
    return None


def bucket_of(block: Json, path: str | None) -> str:
    """Where a storage block's files lie, as one text; `path` is the folder inside."""
    slug, data = block["block_type"]["slug"], block.get("data", {})
    if slug == "local-file-system":
        return "/".join(filter(None, [str(data.get("basepath") or "."), path]))
    if slug == "smb":
        return _bucket("smb", [data.get("smb_host"), data.get("share_path"), path])["bucket"]
    if slug == "remote-file-system":
        return _bucket("", [data.get("basepath"), path])["bucket"]
    scheme, fields = _BUCKETS[slug]
    return _bucket(scheme, [*(data.get(field) for field in fields), path])["bucket"]


def _of_storage(block: Json, path: str | None, root: Path) -> Json:
    slug, data = block["block_type"]["slug"], block.get("data", {})
    url = next((data[field] for field in _GIT_FIELDS if data.get(field)), None)
    if slug == "local-file-system":
        return {"directory": relative(str(PurePosixPath(data.get("basepath") or "", path or "")), root)}
    if url is not None:
        return _git(str(url), data.get("reference"), path)
    if slug in _BUCKETS or slug in ("remote-file-system", "smb"):
        return {"bucket": bucket_of(block, path)}
    return {"block": f"{slug}/{block.get('name')}"}


def _git(url: str, reference: Any, directory: str | None) -> Json:
    url = url.removesuffix("/").removesuffix(".git")
    return {"git": url, "reference": reference, "directory": (directory or "").strip("/") or "."}


def _bucket(scheme: str, parts: list[str | None]) -> dict[str, str]:
    path = "/".join(part.strip("/") for part in parts if part and part.strip("/"))
    return {"bucket": path if "://" in path else f"{scheme}://{path}"}
