"""PM409, PM411, PM414: generators, arguments that are changed, blocks that a decorator loads."""

from __future__ import annotations

import pytest

from tests.codemods.project.helpers import rewritten
from tests.conftest import MakeProject, scan_folder

_HEAD = "from prefect import flow, task\n"


def _count(make_project: MakeProject, code: str, text: str) -> int:
    folder = make_project({"etl.py": _HEAD + text, "requirements.txt": "prefect==2.20.0\n"})
    return len(scan_folder(folder, select=(code,)).findings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@task\ndef pages():\n    yield 1\n", 1),
        ("@task\ndef pages():\n    yield 1\n\n@flow\ndef etl():\n    pages()\n    pages.submit()\n", 1),
        ("@task\ndef pages():\n    yield 1\n\n@flow\ndef etl():\n    pages.submit()\n    pages.map([1])\n", 0),
        ("@flow\ndef pages():\n    yield from [1]\n", 1),
        ("def pages():\n    yield 1\n", 0),
    ],
)
def test_generators(make_project: MakeProject, text: str, expected: int) -> None:
    assert _count(make_project, "PM409", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@flow\ndef add(rows):\n    rows.append(1)\n\n@flow\ndef etl():\n    add([])\n", 1),
        ("@flow\ndef add(rows: list):\n    rows.append(1)\n\n@flow\ndef etl():\n    add([])\n", 0),
        ("@flow\ndef add(rows):\n    rows.append(1)\n\nif __name__ == '__main__':\n    add([])\n", 0),
        ("@task\ndef add(rows: list):\n    rows.append(1)\n", 1),
    ],
)
def test_changed_arguments(make_project: MakeProject, text: str, expected: int) -> None:
    assert _count(make_project, "PM411", text) == expected


@pytest.mark.parametrize(
    ("load", "after"),
    [
        ("S3Bucket.load('a')", '"s3-bucket/a"'),
        ("aws.S3Bucket.load('a')", '"s3-bucket/a"'),
        ("S3Bucket.load(NAME)", "S3Bucket.load(NAME)"),
        ("S3Bucket.load(1)", "S3Bucket.load(1)"),
        ("S3Bucket.load('a', validate=False)", "S3Bucket.load('a', validate=False)"),
        ("Other.load('a')", "Other.load('a')"),
    ],
)
def test_loaded_storage(make_project: MakeProject, load: str, after: str) -> None:
    head = f"import prefect_aws as aws\nfrom own import Other\nfrom prefect_aws import S3Bucket\n{_HEAD}"
    use = "\nprint(aws, Other, S3Bucket)\n"
    text = head + "@flow(name='x', result_storage={})\ndef etl(): ...\n" + use
    folder = make_project({"etl.py": text.format(load), "requirements.txt": "prefect==2.20.0\n"})
    assert len(scan_folder(folder, select=("PM414",)).findings) == 1
    assert rewritten(folder, "etl.py", "PM414", unsafe=True) == text.format(after)
