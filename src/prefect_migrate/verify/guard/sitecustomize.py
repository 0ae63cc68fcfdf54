"""Keeps a child of `prefect-migrate verify` inside: Python imports this before the project's own code.

- PREFECT_API_URL and its like can't be changed, so a script that sets them still talks to the throw-away server.
- With VERIFY_OFFLINE set, connections leave this machine neither: a deploying script has no business outside.
- What deploying does besides registering is left out: uploading to a storage block, building and pushing images, and
  serving, which would never end.

Runs under the Python of either engine (3.8 and later) and must not fail where a name is missing.
"""

import importlib.abc
import importlib.machinery
import os
import socket
import sys

_PINNED = ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_HOME", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH")
_LOCAL = ("127.", "::1", "localhost")


def _pin_environment():
    environ = type(os.environ)
    set_item, delete_item = environ.__setitem__, environ.__delitem__

    def __setitem__(self, key, value):  # noqa: N807
        if self is not os.environ or key not in _PINNED:
            set_item(self, key, value)

    def __delitem__(self, key):  # noqa: N807
        if self is not os.environ or key not in _PINNED:
            delete_item(self, key)

    environ.__setitem__ = __setitem__
    environ.__delitem__ = __delitem__


def _stay_on_this_machine():
    def guarded(connect):
        def method(self, address):
            if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(_LOCAL):
                raise ConnectionRefusedError(
                    "prefect-migrate verify: registering may not leave this machine (%s)" % (address[0],)
                )
            return connect(self, address)

        return method

    socket.socket.connect = guarded(socket.socket.connect)
    socket.socket.connect_ex = guarded(socket.socket.connect_ex)


async def _nothing(*_arguments, **_options):
    return None


def _no_image(module):
    module.DockerImage.build = lambda self: None
    module.DockerImage.push = lambda self: None


def _no_serving(module):
    module.Runner.start = _nothing


def _no_upload(module):
    async def upload_to_storage(self, storage_block=None, ignore_file=".prefectignore"):
        # What the real one notes about an upload to a block that is given only here.
        if storage_block:
            from prefect.blocks.core import Block

            self.storage = await Block.load(storage_block)
        return 0

    module.Deployment.upload_to_storage = upload_to_storage


def _no_image_steps(module):
    run_step = module.run_step

    async def run_registering_step(step, *arguments, **options):
        name = next(iter(step), "")
        if "build_docker_image" not in name and "push" not in name:
            return await run_step(step, *arguments, **options)
        given = {**step[name]}
        image, tag = given.get("image_name", ""), given.get("tag") or "latest"
        return {"image_name": image, "tag": tag, "image": "%s:%s" % (image, tag), "image_id": ""}

    module.run_step = run_registering_step


#: module -> what to change once it is imported
_PATCHES = {
    "prefect.docker.docker_image": _no_image,
    "prefect.deployments.runner": _no_image,
    "prefect.runner.runner": _no_serving,
    "prefect.deployments.deployments": _no_upload,
    "prefect.deployments.steps.core": _no_image_steps,
}


class _Patching(importlib.abc.Loader):
    """The module's own loader, and the change afterwards."""

    def __init__(self, loader, patch):
        self.loader, self.patch = loader, patch

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        try:
            self.patch(module)
        except AttributeError:  # another release of Prefect, where the class lies elsewhere
            pass


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
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
