"""What a deploying script would upload is written down, and nothing is uploaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prefect_migrate.verify.child import Home
from prefect_migrate.verify.uploads import read_uploads, uploads_file


def record(home: Home, slug: str, data: dict[str, str], **more: object) -> None:
    line = {"slug": slug, "name": None, "data": data, "local_path": "/p", "to_path": None, "ignore": [], **more}
    with uploads_file(home).open("a") as file:
        file.write(json.dumps(line) + "\n")


def test_destinations(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    record(home, "s3", {"bucket_path": "acme/flows"}, ignore=["*.md", "*.csv"])
    record(home, "s3", {"bucket_path": "acme/flows"}, ignore=["*.csv", "*.md"])
    record(home, "remote-file-system", {"basepath": "gs://acme"}, to_path="flows", local_path="/p/src")
    record(home, "local-file-system", {"basepath": "/srv"}, to_path="flows")
    assert read_uploads(home, Path("/p")) == {
        "/srv/flows": [{"folder": ".", "ignore": []}],
        "gs://acme/flows": [{"folder": "src", "ignore": []}],
        "s3://acme/flows": [{"folder": ".", "ignore": ["*.csv", "*.md"]}],
    }


def test_nothing_uploaded(tmp_path: Path) -> None:
    assert read_uploads(Home(tmp_path).create(), tmp_path) == {}


@pytest.mark.parametrize("slug", ["smb", "gcs", "azure", "s3-bucket", "gcs-bucket", "azure-blob-storage-container"])
def test_every_writable_storage_has_a_destination(tmp_path: Path, slug: str) -> None:
    home = Home(tmp_path).create()
    record(
        home, slug, {"bucket_path": "a", "bucket_name": "a", "bucket": "a", "container_name": "a", "share_path": "a"}
    )
    [destination] = read_uploads(home, tmp_path)
    assert destination.endswith("://a")
