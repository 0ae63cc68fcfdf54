"""What keeps a child inside: tried on a stand-in for prefect, with no engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from prefect_migrate.verify.child import Done, Home, child_environment, run_child

PREFECT = {
    "prefect/__init__.py": "",
    "prefect/docker/__init__.py": "",
    "prefect/docker/docker_image.py": """
class DockerImage:
    def build(self): raise RuntimeError("built")
    def push(self): raise RuntimeError("pushed")
""",
    "prefect/runner/__init__.py": "",
    "prefect/runner/runner.py": """
class Runner:
    async def start(self): raise RuntimeError("served")
""",
    "prefect/deployments/__init__.py": "",
    "prefect/deployments/runner.py": """
class DeploymentImage:
    def build(self): raise RuntimeError("built")
""",
    "prefect/deployments/steps/__init__.py": "",
    "prefect/deployments/steps/core.py": "async def run_step(step, *rest): return {'ran': next(iter(step))}\n",
    "prefect/deployments/deployments.py": """
class Deployment:
    storage, path = None, "flows"
    async def upload_to_storage(self, storage_block=None, ignore_file=None):
        return await self.storage.put_directory(ignore_file=ignore_file, to_path=self.path)
""",
    "prefect/filesystems.py": """
class LocalFileSystem:
    basepath = "/srv"
    aws_secret_access_key = "hunter2"
    @classmethod
    def get_block_type_slug(cls): return "local-file-system"
    async def put_directory(self, local_path=None, to_path=None, ignore_file=None): raise RuntimeError("uploaded")
""",
    "prefect/runner/storage.py": """
class GitRepository:
    destination = "/nowhere/repository"
    async def pull_code(self): raise RuntimeError("cloned")
RemoteStorage = BlockStorageAdapter = type("Other", (GitRepository,), {})
class LocalStorage:
    def __init__(self, path):
        from pathlib import Path
        self.destination = Path(path)
""",
    "prefect/flows.py": "def load_flow_from_entrypoint(entrypoint): return entrypoint\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in PREFECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def run(project: Path, code: str, *, offline: bool = False) -> Done:
    (project / "script.py").write_text(code)
    environment = child_environment(Path(sys.executable), Home(project / "home").create(), "http://127.0.0.1:9/api")
    if offline:
        environment["VERIFY_OFFLINE"] = "1"
    return run_child([sys.executable, "script.py"], cwd=project, environment=environment, timeout=60)


def test_script_can_not_choose_another_api(project: Path) -> None:
    done = run(
        project,
        """
import os
os.environ["PREFECT_API_URL"] = "https://api.prefect.test"
os.environ.pop("PREFECT_HOME")
os.environ.update(PREFECT_API_KEY="key")
os.environ["OTHER"] = "set"
print(os.environ["PREFECT_API_URL"], "PREFECT_HOME" in os.environ, "PREFECT_API_KEY" in os.environ, os.environ["OTHER"])
del os.environ["OTHER"]
print("OTHER" in os.environ)
""",
    )
    assert done.output == "http://127.0.0.1:9/api True False set\nFalse\n"


def test_deploying_does_nothing_but_register(project: Path) -> None:
    done = run(
        project,
        """
import asyncio
from prefect.docker.docker_image import DockerImage
from prefect.deployments.runner import DeploymentImage
from prefect.runner.runner import Runner
from prefect.deployments.steps.core import run_step
DockerImage().build()
DockerImage().push()
DeploymentImage().build()
asyncio.run(Runner().start())
build = {"prefect_docker.deployments.steps.build_docker_image": {"image_name": "etl", "tag": "1"}}
print(asyncio.run(run_step(build, {})))
print(asyncio.run(run_step({"prefect.deployments.steps.git_clone": {}})))
""",
    )
    assert done.output.splitlines() == [
        "{'image_name': 'etl', 'tag': '1', 'image': 'etl:1', 'image_id': ''}",
        "{'ran': 'prefect.deployments.steps.git_clone'}",
    ]


@pytest.mark.parametrize("offline", [True, False])
def test_registering_does_not_leave_the_machine(project: Path, offline: bool) -> None:
    # 192.0.2.0/24 is kept for documentation: nobody answers there.
    code = """
import socket
connection = socket.socket()
connection.settimeout(0.2)
try:
    connection.connect(("192.0.2.1", 80))
except OSError as error:
    print(error)
"""
    assert ("may not leave this machine" in run(project, code, offline=offline).output) == offline


def test_uploads_are_written_down(project: Path) -> None:
    (project / ".prefectignore").write_text("# not these\n*.md\n\n")
    done = run(
        project,
        """
import asyncio
from prefect.deployments.deployments import Deployment
from prefect.filesystems import LocalFileSystem

class Own(LocalFileSystem):
    async def put_directory(self, **_): raise RuntimeError("uploaded")

print(LocalFileSystem().put_directory(local_path="."))
deployment = Deployment()
deployment.storage = Own()
print(asyncio.run(deployment.upload_to_storage(ignore_file=".prefectignore")))
""",
        offline=True,
    )
    assert done.output == "0\n0\n"
    lines = (project / "home" / "prefect" / "uploads.jsonl").read_text().splitlines()
    first, second = map(json.loads, lines)
    assert first["data"] == second["data"] == {"basepath": "/srv"}
    assert (first["to_path"], first["ignore"], first["local_path"]) == (None, [], str(project))
    assert (second["to_path"], second["ignore"]) == ("flows", ["*.md"])


@pytest.mark.parametrize(
    ("storage", "entrypoint", "loaded"),
    [
        ("GitRepository()", "/nowhere/repository/reports/etl.py:etl", "etl.py:etl"),
        ('LocalStorage("/no/such/directory")', "/no/such/directory/etl.py:etl", "etl.py:etl"),
    ],
)
def test_flow_of_a_storage_is_taken_from_the_project(project: Path, storage: str, entrypoint: str, loaded: str) -> None:
    (project / "etl.py").write_text("")
    done = run(
        project,
        f"""
import asyncio
from prefect.runner.storage import GitRepository, LocalStorage
from prefect.flows import load_flow_from_entrypoint
storage = {storage}
if hasattr(storage, "pull_code"):
    asyncio.run(storage.pull_code())
print(load_flow_from_entrypoint({entrypoint!r}))
print(load_flow_from_entrypoint("elsewhere/etl.py:etl"))
""",
        offline=True,
    )
    assert done.output.splitlines() == [str(project / loaded), "elsewhere/etl.py:etl"]
