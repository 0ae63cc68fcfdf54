"""Keeps a child of `prefect-migrate verify` inside: Python imports this before the project's own code.

- PREFECT_API_URL and its like can't be changed, so a script that sets them still talks to the throw-away server.
- With VERIFY_OFFLINE set, connections can't leave this machine: a deploying script has no business outside.
- What deploying does besides registering is left out: uploading to a storage block, building and pushing images, and
  serving, which would never end.

Runs under the Python of either engine and must not fail where a name is missing in some release of Prefect.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import os
import socket
import sys
from collections.abc import Callable, Sequence
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


def _no_upload(module: Any) -> None:
    async def upload_to_storage(self: Any, storage_block: str | None = None, **_options: Any) -> int:
        if storage_block:
            from prefect.blocks.core import Block

            self.storage = await Block.load(storage_block)
        return 0

    module.Deployment.upload_to_storage = upload_to_storage


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
    "prefect.deployments.deployments": _no_upload,
    "prefect.deployments.steps.core": _no_image_steps,
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
sys.meta_path.insert(0, _Finder())
