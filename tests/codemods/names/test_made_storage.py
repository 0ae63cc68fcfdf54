"""Blocks of files that a script makes: the successor's words for the same."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder, texts

HEAD = "import os\nfrom prefect.filesystems import GCS, S3, Azure, GitHub\n\n"


def written(make_project: MakeProject, code: str, head: str = HEAD) -> str:
    text = texts(apply_folder(make_project({"blocks.py": head + code}), unsafe=True)).get("blocks.py") or ""
    compile(text, "blocks.py", "exec")
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('GitHub(repository="r").save("x")', 'GitHubRepository(repository_url="r").save("x")'),
        (
            'b = GitHub(\n    repository=os.environ["R"],  # where\n    reference="main",\n'
            "    include_git_objects=True,\n)",
            'b = GitHubRepository(\n    repository_url=os.environ["R"],  # where\n    reference="main",\n)',
        ),
        (
            'GitHub(repository="r", access_token=os.environ["T"]).save("x", overwrite=True)',
            'GitHubRepository(repository_url="r", credentials=GitHubCredentials(token=os.environ["T"]))'
            '.save("x", overwrite=True)',
        ),
        ('S3(bucket_path="b").save("x")', 'S3Bucket(bucket_name="b").save("x")'),
        (
            'S3(\n    bucket_path="b/flows/etl",\n    aws_access_key_id=KEY,\n'
            '    aws_secret_access_key=SECRET,\n).save("x")',
            'S3Bucket(\n    bucket_name="b",\n    bucket_folder="flows/etl",\n'
            "    credentials=AwsCredentials(aws_access_key_id=KEY, aws_secret_access_key=SECRET),\n).save(\"x\")",
        ),
        ('S3(bucket_path="b", aws_access_key_id=None).save("x")', 'S3Bucket(bucket_name="b").save("x")'),
        (
            'S3(bucket_path=os.environ["B"]).save("x")',
            'S3Bucket(bucket_name=os.environ["B"].strip("/").partition("/")[0], '
            'bucket_folder=os.environ["B"].strip("/").partition("/")[2]).save("x")',
        ),
        (
            "S3(bucket_path=f\"{os.environ['B']}/flows/{NAME}/\").save('x')",
            "S3Bucket(bucket_name=f\"{os.environ['B']}\", bucket_folder=f\"flows/{NAME}\").save('x')",
        ),
        ("S3(bucket_path=f'b/flows{N}').save('x')", "S3Bucket(bucket_name='b', bucket_folder=f'flows{N}').save('x')"),
        ("S3(bucket_path=f'{B}').save('x')", "S3Bucket(bucket_name=f'{B}').save('x')"),
        (
            'GCS(bucket_path="b", service_account_info=json.dumps(INFO)).save("x")',
            'GcsBucket(bucket="b", gcp_credentials=GcpCredentials(service_account_info=INFO)).save("x")',
        ),
        (
            'GCS(bucket_path="b", service_account_info=KEY.read_text()).save("x")',
            'GcsBucket(bucket="b", gcp_credentials='
            'GcpCredentials(service_account_info=loads(KEY.read_text()))).save("x")',
        ),
        (
            'GCS(bucket_path="b/c", project="p").save("x")',
            'GcsBucket(bucket="b", bucket_folder="c", gcp_credentials=GcpCredentials(project="p")).save("x")',
        ),
        (
            'Azure(bucket_path="c/d", azure_storage_connection_string=S).save("x")',
            'AzureBlobStorageContainer(container_name="c", base_folder="d", '
            'credentials=AzureBlobStorageCredentials(connection_string=S)).save("x")',
        ),
    ],
)  # fmt: skip
def test_what_the_successor_takes(make_project: MakeProject, before: str, after: str) -> None:
    text = written(make_project, f"{before}\n")
    assert f"{after}\n" in text
    assert "prefect.filesystems" not in text


@pytest.mark.parametrize(
    "code",
    [
        "S3(bucket_path=where()).save('x')",
        "S3(bucket_path=f's3://{B}').save('x')",
        "GCS(bucket_path='b', service_account_info=os.getenv('J')).save('x')",
        "S3(bucket_path='s3://b').save('x')",
        "S3('b').save('x')",
        "S3(**options).save('x')",
        "S3(bucket_path='b', aws_access_key_id=SecretStr('k')).save('x')",
        "GCS(bucket_path='b', service_account_info=INFO).save('x')",
        "Azure(bucket_path='b', azure_storage_account_name='n').save('x')",
        "GitHub(reference='main').save('x')",
        "s3 = S3(bucket_path='b')\ns3.save('x')\nprint(s3.bucket_path)",
        "class Mine(S3): ...",
    ],
)
def test_what_needs_a_person_is_reported(make_project: MakeProject, code: str) -> None:
    folder = make_project({"blocks.py": HEAD + code + "\n"})
    kinds = {word for word in ("GCS", "S3", "Azure", "GitHub") if word in code}
    found = [one for one in scan_folder(folder).findings if one.code == "PM301" and one.fix is None]
    assert {one.message.split("`")[1].rpartition(".")[2] for one in found} == kinds
    assert code in str(texts(apply_folder(folder, unsafe=True)).get("blocks.py", HEAD + code))


def test_what_any_block_has_is_no_obstacle(make_project: MakeProject) -> None:
    code = (
        "def code() -> S3:\n    try:\n        block: S3 = S3.load('x')\n        print(block._block_document_id)\n"
        "        return block\n    except ValueError:\n        block = S3(bucket_path='b')\n        block.save('x')\n"
        "        return block\n"
    )
    text = written(make_project, code, "from prefect.filesystems import S3\n\n\n")
    assert "def code() -> S3Bucket:" in text
    assert "block: S3Bucket = S3Bucket.load('x')" in text
    assert 'block = S3Bucket(bucket_name="b")' in text


def test_it_is_for_review(make_project: MakeProject) -> None:
    code = "from prefect.filesystems import S3\n\nS3(bucket_path='b').save('x')\n"
    (found,) = (one for one in scan_folder(make_project({"blocks.py": code})).findings if one.code == "PM301")
    assert found.applicability.value == "review"
    assert found.reason == "it makes a prefect_aws.S3Bucket block of the same name beside the S3 block: run it again"
