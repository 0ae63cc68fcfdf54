"""Storage that is one of several blocks, or whose place only a statement can tell."""

from __future__ import annotations

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
import os
from prefect.deployments import Deployment
from prefect.filesystems import GitHub, LocalFileSystem, S3
from prefect_aws import S3Bucket
from flows import etl

"""
BUILD = 'd = Deployment.build_from_flow(etl, "a", storage={}, skip_upload=True)\nd.apply()\n'
TRY = """\
try:
    storage = S3Bucket.load("code")
except ValueError:
    storage = S3Bucket(bucket_name="b")
    storage.save("code")
"""


def written(make_project: MakeProject, code: str, **others: str) -> str:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})
    text = texts(apply_folder(folder, unsafe=True)).get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (TRY + BUILD.format("storage"), "source=storage"),
        (
            'storage = S3Bucket.load("p") if os.getenv("P") else S3Bucket.load("d")\n' + BUILD.format("storage"),
            "source=storage",
        ),
        (BUILD.format('LocalFileSystem.load("p") if os.getenv("P") else LocalFileSystem.load("d")'), "if os.getenv"),
        (
            'def where(name):\n    return S3Bucket.load(name)\n\n\n' + BUILD.format('where("code")'),
            'source=where("code")',
        ),
        (
            "def deploy(storage):\n"
            '    Deployment.build_from_flow(etl, "a", storage=storage, skip_upload=True).apply()\n'
            '\n\ndeploy(S3Bucket.load("a"))\ndeploy(storage=S3Bucket.load("b"))\n',
            "source=storage",
        ),
    ],
)  # fmt: skip
def test_stays_the_expression_that_it_is(make_project: MakeProject, code: str, expected: str) -> None:
    text = written(make_project, code)
    assert expected in text
    assert "build_from_flow" not in text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (TRY.replace('    storage.save("code")\n', "") + BUILD.format("storage"), "source=storage,"),
        (
            'storage = S3Bucket.load("p") if os.getenv("P") else None\n' + BUILD.format("storage"),
            "source=storage if storage is not None else str(Path.cwd()),",
        ),
        (
            'storage = S3Bucket.load("p") if os.getenv("P") else LocalFileSystem.load("d")\n' + BUILD.format("storage"),
            "source=storage,",
        ),
        ("def deploy(storage):\n    " + BUILD.format("storage").replace("\n", "\n    ") + "\n", "source=storage,"),
        (
            "def deploy(storage=None):\n    " + BUILD.format("storage").replace("\n", "\n    ") + "\n\ndeploy()\n",
            "source=storage if storage is not None else",
        ),
        (
            "def deploy(storage=None):\n    "
            + BUILD.format("storage").replace("\n", "\n    ")
            + "\n\ndeploy(storage=S3Bucket.load('x'))\n",
            "source=storage,",
        ),
        ("for storage in find():\n    " + BUILD.format("storage").replace("\n", "\n    ") + "\n", "source=storage,"),
        (
            "def where():\n    return find()\n\n\n" + BUILD.format("where()"),
            "storage = where() etl.from_source( source=storage,",
        ),
        (
            "def where():\n    try:\n        s = S3.load(N)\n    except ValueError:\n        s = S3(bucket_path='b')\n"
            "        s.save(N)\n        return s\n    return s\n\n\nN = 'code'\n" + BUILD.format("where()"),
            "source=S3Bucket.load('code'),",
        ),
        (
            BUILD.format("find()").replace(", skip_upload=True", ""),
            'storage = find() if "put-directory" in storage.get_block_capabilities(): '
            'storage.put_directory(local_path=".") etl.from_source(',
        ),
        (
            "async def go(s):\n    d = await Deployment.build_from_flow(etl, 'a', storage=s)\n    await d.apply()\n",
            'if "put-directory" in s.get_block_capabilities(): await s.put_directory(local_path=".") '
            "d = await etl.to_deployment(",
        ),
    ],
)
def test_what_only_running_the_code_tells_stays_too(make_project: MakeProject, code: str, expected: str) -> None:
    text = written(make_project, code)
    assert expected in text
    assert "build_from_flow" not in text


@pytest.mark.parametrize(
    "code",
    [
        'storage = S3.load("p") if os.getenv("P") else S3.load("d")\n' + BUILD.format("storage"),
        "storage = S3Bucket.load('p') if os.getenv('P') else S3(bucket_path='b')\n" + BUILD.format("storage"),
        BUILD.format('f"s3/{NAME}"'),
    ],
)
def test_only_reported(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.applicability is Applicability.MANUAL
    assert "can't be traced to a storage block" in found.reason


def test_a_repository_whose_address_is_not_known(make_project: MakeProject) -> None:
    saved = "import sys\nfrom prefect.filesystems import GitHub\n\nGitHub(repository=sys.argv[1]).save('code')\n"
    text = written(make_project, BUILD.format('GitHub.load("code")'), **{"block.py": saved})
    assert 'source=GitHubRepository.load("code")' in text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'def make():\n    return Deployment.build_from_flow(etl, "a", storage=S3Bucket.load("s"), path="p")\n',
            'return deployment',
        ),
        (
            "async def make():\n    return await Deployment.build_from_flow(\n"
            '        etl, "a", storage=await S3Bucket.load("s")\n    )\n',
            "deployment = await etl.to_deployment(",
        ),
    ],
)  # fmt: skip
def test_what_is_returned_gets_a_name(make_project: MakeProject, code: str, expected: str) -> None:
    here = FLOWS.replace("from prefect import flow\n", "") + "\n\n" + code + "\n\nmake().apply()\n"
    folder = make_project({"deploy.py": HEAD.replace("from flows", "from prefect").replace("etl", "flow") + here})
    text = texts(apply_folder(folder, unsafe=True))["deploy.py"] or ""
    assert expected in text
    assert "deployment.storage = BlockStorageAdapter(" in text
    assert "return deployment" in text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'd = Deployment.build_from_flow(etl, "a", storage=S3Bucket.load("s"))\n'
            'd.entrypoint = "x/f.py:etl"\nd.apply()\n',
            'd.entrypoint = "x/f.py:etl"',
        ),
        ('d = Deployment.build_from_flow(etl, "a")\nd.path = "/srv"\nd.apply()\n', '"working_dir": "/srv"'),
        (
            'd = Deployment.build_from_flow(etl, "a", work_queue_name="q")\nLIMIT = 3\n'
            "d.apply(work_queue_concurrency=LIMIT)\n",
            'work_queue_name="q", )',
        ),
    ],
)  # fmt: skip
def test_what_is_set_afterwards(make_project: MakeProject, code: str, expected: str) -> None:
    text = written(make_project, code)
    assert expected in text
    assert "build_from_flow" not in text


def test_a_path_that_is_set_after_the_upload(make_project: MakeProject) -> None:
    code = 'd = Deployment.build_from_flow(etl, "a", storage=S3Bucket.load("s"))\nd.path = "x"\nd.apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert "its `path` is set after the code was uploaded" in found.reason


def test_a_flow_with_options_keeps_its_file(make_project: MakeProject) -> None:
    code = 'Deployment.build_from_flow(etl.with_options(name=N), "a", storage=S3Bucket.load("s"), path=P).apply()\n'
    text = written(make_project, code)
    assert "etl.with_options(name=N).to_deployment(" in text
    assert 'deployment.entrypoint = f"{P}/flows.py:etl"' in text


def test_a_copy_that_only_the_code_knows(make_project: MakeProject) -> None:
    code = (
        'storage = S3Bucket.load("code")\nstorage = storage.copy(update=dict(bucket_folder=os.environ["F"]))\n'
        'storage.save("code", overwrite=True)\n' + BUILD.format("storage")
    )
    assert "source=storage," in written(make_project, code)


@pytest.mark.parametrize(
    ("storage", "entrypoint"),
    [
        ('GitHub.load("code")', "src/flows.py:etl"),
        ('S3Bucket.load("code")', "src/src/flows.py:etl"),
    ],
)
def test_a_folder_of_the_repository_itself(make_project: MakeProject, storage: str, entrypoint: str) -> None:
    code = f'd = Deployment.build_from_flow(etl, "a", storage={storage}, path="src", skip_upload=True)\nd.apply()\n'
    others = {
        "src/flows.py": FLOWS,
        "src/__init__.py": "",
        "deploy.py": HEAD.replace("from flows", "from src.flows") + code,
    }
    text = texts(apply_folder(make_project(others), unsafe=True))["deploy.py"] or ""
    assert f'entrypoint="{entrypoint}"' in text


def test_a_long_upload_is_written_on_several_lines(make_project: MakeProject) -> None:
    folder = f'"{"deep/" * 16}code"'
    code = f'd = Deployment.build_from_flow(etl, "a", storage=S3Bucket.load("code"), path={folder})\nd.apply()\n'
    text = written(make_project, code)
    assert f'S3Bucket.load("code").put_directory( local_path=".", to_path={folder}, )' in text


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ('LocalFileSystem(basepath="/code")', 'source=made.load("code")'),
        ('S3(bucket_path="b")', 'source=S3Bucket.load("code")'),
    ],
)
def test_load_of_a_block_is_load_of_its_class(make_project: MakeProject, block: str, expected: str) -> None:
    text = written(make_project, f'made = {block}\nmade.save("code")\n' + BUILD.format('made.load("code")'))
    assert expected in text
    assert "get_block_capabilities" not in text


def test_load_of_an_infrastructure_block_names_its_pool(make_project: MakeProject) -> None:
    head = "from prefect.infrastructure import DockerContainer\n"
    build = (
        'd = Deployment.build_from_flow(etl, "a", work_queue_name="q", infrastructure=made.load("etl"))\nd.apply()\n'
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": head + HEAD + 'made = DockerContainer(image="i")\n' + build})
    (deployment,) = scan_folder(folder).plan.deployments
    assert deployment.pool is not None
    assert (deployment.pool.name, deployment.pool.type) == ("etl", "docker")


@pytest.mark.parametrize("code", ['x = x.load("a")\n', 'x = y.load("a")\ny = x.load("b")\n', "x = x.copy()\n"])
def test_a_block_that_is_loaded_from_itself_is_not_looked_for_forever(make_project: MakeProject, code: str) -> None:
    build = BUILD.format("x") + BUILD.replace("storage", "infrastructure").format("x")
    findings = scan_folder(make_project({"flows.py": FLOWS, "deploy.py": HEAD + code + build})).findings
    assert [finding.code for finding in findings].count("PM101") == 2
    assert "PM905" not in {finding.code for finding in findings}


MADE = """\
def storage_of(name):
    try:
        storage = S3.load(name)
        return storage
    except ValueError:
        S3(bucket_path="b").save(name)
        storage = S3.load(name)
        return storage


"""


@pytest.mark.parametrize("call", ['storage_of("code")', 'storage_of(name="code")', "storage_of(NAME)"])
def test_a_block_of_a_name_that_a_function_is_given(make_project: MakeProject, call: str) -> None:
    code = f'{MADE}NAME = "code"\nstorage = {call}\n' + BUILD.format("storage")
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.applicability is Applicability.REVIEW
    text = written(make_project, code)
    assert "source=S3Bucket.load('code')" in text
    assert "storage = S3Bucket.load(name)" in text
    assert "S3(" not in text


def test_a_function_that_is_given_several_names(make_project: MakeProject) -> None:
    code = f'{MADE}storage = storage_of("code")\nother = storage_of("more")\n' + BUILD.format("storage")
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.fix is None
