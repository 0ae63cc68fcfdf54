"""Keeps a child of `prefect-migrate verify` inside: Python imports this before the project's own code.

- PREFECT_API_URL and its like can't be changed, so a script that sets them still talks to the throw-away server.
- With VERIFY_ROOT set, modules of that folder, and of its `src`, can be imported from wherever the script lies.
- With VERIFY_OFFLINE set, connections can't leave this machine: a deploying script has no business outside.
- What deploying does besides registering is left out: building and pushing images, and serving, which would never end.
- Nothing is uploaded to a storage, nor fetched from one: what would be is written to `uploads.jsonl` in the Prefect
  home, and a flow in a storage is taken from the project, where it came from.

Runs under the Python of either engine and must not fail where a name is missing in some release of Prefect.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.abc
import importlib.machinery
import inspect
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

_PINNED = ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_HOME", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH")
_LOCAL = ("127.", "::1", "localhost")
Patch = Callable[[Any], None]


def _pin_environment() -> None:
    environ: Any = type(os.environ)
    set_item, delete_item = environ.__setitem__, environ.__delitem__

    def set_unless_pinned(self: Any, key: str, value: str) -> None:
        if self is not os.environ or key not in _PINNED:
            set_item(self, key, value)

    def delete_unless_pinned(self: Any, key: str) -> None:
        if self is not os.environ or key not in _PINNED:
            delete_item(self, key)

    environ.__setitem__ = set_unless_pinned
    environ.__delitem__ = delete_unless_pinned


def _stay_on_this_machine() -> None:
    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def method(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(_LOCAL):
                raise ConnectionRefusedError(
                    f"prefect-migrate verify: registering may not leave this machine ({address[0]})"
                )
            return connect(self, address)

        return method

    plain: Any = socket.socket
    plain.connect = guarded(plain.connect)
    plain.connect_ex = guarded(plain.connect_ex)


async def _nothing(*_arguments: Any, **_options: Any) -> None:
    return None


def _no_image(module: Any) -> None:
    # Prefect 2 called it otherwise.
    for name in ("DockerImage", "DeploymentImage"):
        image = getattr(module, name, None)
        if image is not None:
            image.build = image.push = lambda _image: None


def _no_serving(module: Any) -> None:
    module.Runner.start = _nothing


#: What says where a storage block's files lie; no secrets.
_PLACES = (
    "basepath", "bucket_path", "bucket_name", "bucket_folder", "bucket", "azure_storage_container", "container_name",
    "base_folder", "share_path", "smb_host",
)  # fmt: skip


def _no_upload(module: Any) -> None:
    """The module's blocks write down what they would upload."""
    for cls in list(vars(module).values()):
        is_block = inspect.isclass(cls) and hasattr(cls, "get_block_type_slug") and not inspect.isabstract(cls)
        if is_block and "put_directory" in vars(cls):
            cls.put_directory = _put_directory
            if hasattr(cls, "aput_directory"):
                cls.aput_directory = _aput_directory


def _put_directory(self: Any, *arguments: Any, **options: Any) -> Any:
    """Prefect's own methods give something to await wherever a loop runs."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _record(self, *arguments, **options)
    return _aput_directory(self, *arguments, **options)


async def _aput_directory(self: Any, *arguments: Any, **options: Any) -> int:
    return _record(self, *arguments, **options)


def _record(block: Any, local_path: Any = None, to_path: Any = None, ignore_file: Any = None, **_other: Any) -> int:
    patterns = Path(str(ignore_file)).read_text().splitlines() if ignore_file else []
    line = {
        "slug": block.get_block_type_slug(),
        "name": getattr(block, "_block_document_name", None),
        "data": {name: str(value) for name in _PLACES if (value := getattr(block, name, None))},
        "local_path": str(Path(str(local_path or ".")).resolve()),
        "to_path": str(to_path) if to_path else None,
        "ignore": [line.strip() for line in patterns if line.strip() and not line.lstrip().startswith("#")],
    }
    with (Path(os.environ["PREFECT_HOME"]) / "uploads.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
    return 0


def _no_upload_of_others(module: Any) -> None:
    """Blocks of the project's own are kept from uploading as well."""
    original = module.Deployment.upload_to_storage

    async def upload_to_storage(self: Any, *arguments: Any, **options: Any) -> Any:
        cls = type(self.storage)
        if hasattr(cls, "put_directory") and cls.put_directory is not _put_directory:
            cls.put_directory = _put_directory
        return await original(self, *arguments, **options)

    module.Deployment.upload_to_storage = upload_to_storage


def _no_google_account(module: Any) -> None:
    """Google's library looks for an account in the cloud, for seconds, when a block of it is made."""
    from google.auth.credentials import AnonymousCredentials  # type: ignore[import-not-found]

    module.default = lambda *_arguments, **_options: (AnonymousCredentials(), "stand-in")


#: Where storages would have put what they fetch.
_FETCHED: list[str] = []


def _no_fetch(module: Any) -> None:
    async def pull_code(self: Any) -> None:
        _FETCHED.append(str(self.destination))

    for name in ("GitRepository", "RemoteStorage", "BlockStorageAdapter"):
        getattr(module, name).pull_code = pull_code
    original = module.LocalStorage.__init__

    def init(self: Any, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        if not self.destination.is_dir():
            # A directory of the machine that runs the flow.
            _FETCHED.append(str(self.destination))

    module.LocalStorage.__init__ = init


def _flow_of_the_project(module: Any) -> None:
    original = module.load_flow_from_entrypoint

    def load_flow_from_entrypoint(entrypoint: Any, *arguments: Any, **options: Any) -> Any:
        return original(_in_project(str(entrypoint)), *arguments, **options)

    module.load_flow_from_entrypoint = load_flow_from_entrypoint


def _in_project(entrypoint: str) -> str:
    """The file that was not fetched, where it lies in the project; a folder of the storage may be its root."""
    path, _, name = entrypoint.rpartition(":")
    for fetched in _FETCHED:
        if path.startswith(fetched):
            parts = Path(path).relative_to(fetched).parts
            for root in (Path.cwd(), *Path.cwd().parents):
                for start in range(len(parts)):
                    file = root.joinpath(*parts[start:])
                    if file.is_file():
                        return f"{file}:{name}"
    return entrypoint


def _no_image_steps(module: Any) -> None:
    run_step = module.run_step

    async def run_registering_step(step: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        name = next(iter(step), "")
        if "build_docker_image" not in name and "push" not in name:
            return await run_step(step, *arguments, **options)
        image, tag = step[name].get("image_name", ""), step[name].get("tag") or "latest"
        return {"image_name": image, "tag": tag, "image": f"{image}:{tag}", "image_id": ""}

    module.run_step = run_registering_step


#: module -> what to change once it is imported
_PATCHES: dict[str, Patch] = {
    "prefect.docker.docker_image": _no_image,
    "prefect.deployments.runner": _no_image,
    "prefect.runner.runner": _no_serving,
    "prefect.deployments.steps.core": _no_image_steps,
}
#: The same, while something registers.
_OFFLINE: dict[str, Patch] = {
    "prefect.deployments.deployments": _no_upload_of_others,
    "prefect.filesystems": _no_upload,
    "prefect_aws.s3": _no_upload,
    "prefect_gcp.cloud_storage": _no_upload,
    "prefect_azure.blob_storage": _no_upload,
    "google.auth": _no_google_account,
    "prefect.runner.storage": _no_fetch,
    "prefect.flows": _flow_of_the_project,
}


class _Patching(importlib.abc.Loader):
    """The module's own loader, and the change afterwards."""

    def __init__(self, loader: Any, patch: Patch) -> None:
        self.loader = loader
        self.patch = patch

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self.loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        # In another release of Prefect the class may lie elsewhere.
        with contextlib.suppress(AttributeError):
            self.patch(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        patch = _PATCHES.get(name)
        if patch is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Patching(spec.loader, patch)
        return spec


_pin_environment()
if os.environ.get("VERIFY_OFFLINE"):
    _stay_on_this_machine()
    _PATCHES.update(_OFFLINE)
sys.meta_path.insert(0, _Finder())
if os.environ.get("VERIFY_ROOT"):
    # Behind all else, so that a folder of the project called `prefect` takes nobody's place.
    sys.path.append(os.environ["VERIFY_ROOT"])
    _source = Path(os.environ["VERIFY_ROOT"], "src")
    if _source.is_dir() and not (_source / "__init__.py").exists():
        sys.path.append(str(_source))  # as `pip install -e .` does
