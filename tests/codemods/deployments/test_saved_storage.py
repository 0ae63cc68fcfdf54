"""Storage blocks that the deploying script makes itself: what it says of them is kept, in the successor's words."""

from __future__ import annotations

import pytest
import yaml

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
import os
from prefect.deployments import Deployment
from prefect.filesystems import GCS, S3, Azure, GitHub, LocalFileSystem, RemoteFileSystem
from flows import etl

"""
KEYS = 'aws_access_key_id=os.environ["K"], aws_secret_access_key=os.environ["S"]'
NEW_KEYS = f"credentials=AwsCredentials({KEYS})"


def written(make_project: MakeProject, code: str, style: str = "auto") -> tuple[str, dict[str, str | None]]:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    result = apply_folder(folder, unsafe=True, target_style=style)
    assert [finding.message for finding in result.remaining.findings] == []
    files = texts(result)
    text = files.get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return text, files


def test_a_block_that_is_saved_and_deployed_in_one_file(make_project: MakeProject) -> None:
    code = (
        f'block = S3(bucket_path="b/c", {KEYS})\nblock.save("code", overwrite=True)\n'
        'Deployment.build_from_flow(etl, "n", storage=block).apply()\n'
    )
    text, _ = written(make_project, code)
    assert f'block = S3Bucket(bucket_name="b", bucket_folder="c", {NEW_KEYS})\n' in text
    assert 'block.save("code", overwrite=True)\nS3Bucket.load("code").put_directory(local_path=".")\n' in text


def test_in_prefect_yaml_the_script_keeps_the_block(make_project: MakeProject) -> None:
    code = (
        f'block = S3(bucket_path="b/c", {KEYS})\nblock.save("code", overwrite=True)\n'
        'Deployment.build_from_flow(etl, "n", storage=block, path="in").apply()\n'
    )
    text, files = written(make_project, code, "prefect-yaml")
    made = f'block = S3Bucket(bucket_name="b", bucket_folder="c", {NEW_KEYS})\nblock.save("code", overwrite=True)\n'
    assert text.endswith(made)
    (entry,) = yaml.safe_load(files["prefect.yaml"] or "")["deployments"]
    script = "from prefect_aws import S3Bucket; S3Bucket.load('code').put_directory(local_path='.', to_path='in')"
    assert entry["push"] == [{"prefect.deployments.steps.run_shell_script": {"script": f'python -c "{script}"'}}]
    assert entry["pull"][0]["prefect.deployments.steps.pull_with_block"]["block_document_name"] == "code"


@pytest.mark.parametrize(
    ("made", "name", "expected"),
    [
        (f'S3(bucket_path="b/c", {KEYS})', "b-c", f'S3Bucket(bucket_name="b", bucket_folder="c", {NEW_KEYS})'),
        (
            'RemoteFileSystem(basepath="s3://x/y", settings={"key": "k"})',
            "x-y",
            'RemoteFileSystem(basepath="s3://x/y", settings={"key": "k"})',
        ),
        (
            'GCS(bucket_path="b", service_account_info=os.environ["J"])',
            "b",
            'GcsBucket(bucket="b", gcp_credentials=GcpCredentials(service_account_info=loads(os.environ["J"])))',
        ),
    ],
)  # fmt: skip
def test_a_block_that_was_never_saved_is_saved(make_project: MakeProject, made: str, name: str, expected: str) -> None:
    cls = expected.partition("(")[0]
    code = f'block = {made}\nDeployment.build_from_flow(etl, "n", storage=block).apply()\n'
    text, _ = written(make_project, code)
    assert f"block = {expected}\n" in text
    assert f'block.save("{name}", overwrite=True)\n{cls}.load("{name}").put_directory(local_path=".")\n' in text
    inline, _ = written(make_project, f'Deployment.build_from_flow(etl, "n", storage={made}).apply()\n')
    assert f'\n{expected}.save("{name}", overwrite=True)\n{cls}.load("{name}").put_directory(' in inline
    in_yaml, files = written(make_project, code, "prefect-yaml")
    assert in_yaml.endswith(f'block = {expected}\nblock.save("{name}", overwrite=True)\n')
    assert f"{cls}.load('{name}').put_directory(local_path='.')" in (files["prefect.yaml"] or "")


def test_the_reason_says_what_the_script_does(make_project: MakeProject) -> None:
    code = f'Deployment.build_from_flow(etl, "n", storage=S3(bucket_path="b", {KEYS})).apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.reason == (
        "Prefect 3 pulls from a block by its name: the script saves the S3Bucket block under the name 'b' now"
    )


@pytest.mark.parametrize(
    ("storage", "script"),
    [
        ('LocalFileSystem.load("x")', "LocalFileSystem.load('x').put_directory(local_path='.')"),
        ('LocalFileSystem(basepath="/data")', "LocalFileSystem(basepath='/data').put_directory(local_path='.')"),
        (
            'RemoteFileSystem(basepath="s3://b/c"), ignore_file=".codeignore"',
            "RemoteFileSystem(basepath='s3://b/c').put_directory(local_path='.', ignore_file='.codeignore')",
        ),
        ('S3(bucket_path="b/c"), path="in"', "RemoteFileSystem(basepath='s3://b/c/in').put_directory(local_path='.')"),
        ('GitHub.load("x")', ""),
        ('S3.load("x"), skip_upload=True', ""),
    ],
)
def test_uploads_of_prefect_yaml(make_project: MakeProject, storage: str, script: str) -> None:
    make_project({".codeignore": "*.csv\n"})
    code = f'Deployment.build_from_flow(etl, "n", storage={storage}).apply()\n'
    _, files = written(make_project, code, "prefect-yaml")
    (entry,) = yaml.safe_load(files["prefect.yaml"] or "")["deployments"]
    steps = entry.get("push", [])
    assert [
        step["prefect.deployments.steps.run_shell_script"]["script"].endswith(f'; {script}"') for step in steps
    ] == ([True] if script else [])


@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_patterns_that_are_not_there_are_not_named(make_project: MakeProject, style: str) -> None:
    """Prefect 2 made an empty file of them, Prefect 3 fails."""
    code = 'Deployment.build_from_flow(etl, "n", storage=LocalFileSystem(basepath="/b"), ignore_file=".gone").apply()\n'
    text, files = written(make_project, code, style)
    assert ".gone" not in text + (files.get("prefect.yaml") or "")


def test_what_no_command_can_say_stops_prefect_yaml(make_project: MakeProject) -> None:
    code = "Deployment.build_from_flow(etl, 'n', storage=LocalFileSystem(basepath='/it\\'s')).apply()\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101")
    assert found.fix is None
    assert "its storage is uploaded to or named at run time" in found.reason


@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_blocks_of_one_place_that_differ_are_two_documents(make_project: MakeProject, style: str) -> None:
    one, other = (f'S3(bucket_path="b/c", aws_access_key_id="{key}")' for key in "AB")
    code = "".join(
        f'Deployment.build_from_flow(etl, "{name}", storage={block}).apply()\n'
        for name, block in zip("abc", (one, other, one), strict=True)
    )
    text, files = written(make_project, code, style)
    first, second, third = (line for line in text.splitlines() if ".save(" in line)
    assert '"A"' in first
    assert first.endswith('.save("b-c", overwrite=True)')
    assert third == first
    assert '"B"' in second
    assert second.endswith('.save("b-c-2", overwrite=True)')
    where = files["prefect.yaml"] if style == "prefect-yaml" else text
    assert [part[:1] for part in (where or "").split("b-c")[1:]].count("-") >= 2


def test_a_block_without_a_name_takes_no_document_of_another(make_project: MakeProject) -> None:
    code = (
        'print(S3Bucket.load("b-c").list_objects())\n'
        'Deployment.build_from_flow(etl, "n", storage=S3(bucket_path="b/c", aws_access_key_id="A")).apply()\n'
    )
    text, _ = written(make_project, "from prefect_aws import S3Bucket\n" + code)
    assert '.save("b-c-2", overwrite=True)' in text
    assert 'source=S3Bucket.load("b-c-2")' in text


def test_a_block_whose_variable_has_the_name_of_a_module(make_project: MakeProject) -> None:
    code = (
        "from google.cloud import storage\nfrom prefect.deployments import Deployment\n"
        "from prefect.filesystems import GCS\nfrom flows import etl\n\n\n"
        "def read():\n    return storage.Client()\n\n\ndef deploy(name):\n"
        "    storage = GCS.load(name)\n    Deployment.build_from_flow(etl, 'a', storage=storage).apply()\n"
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    text = texts(apply_folder(folder, unsafe=True, target_style="flow-deploy"))["deploy.py"] or ""
    assert "GCS" not in text.replace("GcsBucket", "")
    assert "storage.Client()" in text
