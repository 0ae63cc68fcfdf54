"""Where the code of each storage block comes from in Prefect 3."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate import reference
from prefect_migrate.findings import Place
from prefect_migrate.plan.model import Block, Site, Value
from prefect_migrate.plan.storage import KEPT, REPLACED, below, storage_target

#: Class -> the least that it is made from.
LEAST: dict[str, dict[str, Any]] = {
    "LocalFileSystem": {"basepath": "/srv/flows"},
    "RemoteFileSystem": {"basepath": "s3://acme/flows"},
    "SMB": {"share_path": "flows", "smb_host": "host"},
    "S3": {"bucket_path": "acme/flows"},
    "GCS": {"bucket_path": "acme/flows"},
    "Azure": {"bucket_path": "acme/flows"},
    "GitHub": {"repository": "https://github.com/acme/flows"},
    "GitHubRepository": {"repository_url": "https://github.com/acme/flows"},
    "GitLabRepository": {"repository": "https://gitlab.com/acme/flows"},
    "BitBucketRepository": {"repository": "https://bitbucket.org/acme/flows"},
    "S3Bucket": {"bucket_name": "acme", "bucket_folder": "flows"},
    "GcsBucket": {"bucket": "acme", "bucket_folder": "flows"},
    "AzureBlobStorageContainer": {"container_name": "acme", "base_folder": "flows"},
}
SECRETS: dict[str, dict[str, Any]] = {
    "S3": {"aws_access_key_id": "hunter2", "aws_secret_access_key": "hunter2"},
    "GCS": {"service_account_info": "hunter2"},
    "Azure": {"azure_storage_connection_string": "hunter2"},
    "GitHub": {"access_token": "hunter2"},
    "RemoteFileSystem": {"settings": {"client_kwargs": {"password": "hunter2"}}},
    "SMB": {"smb_password": "hunter2"},
}


def block(cls: str, document: str | None = None, *, loaded: bool = False, fields: Any = None, **others: Any) -> Block:
    values = {name: Value(repr(value), value) for name, value in {**(fields or {}), **others}.items()}
    made = Block(Site("deploy.py", Place(7, 1, 7, 1)), cls, "storage", values, loaded=loaded)
    made.document = Value(repr(document), document) if document else None
    return made


def test_all_storage_blocks_are_covered() -> None:
    assert set(LEAST) == {*KEPT, *REPLACED}
    assert set(reference.storage_blocks()) <= set(LEAST)


@pytest.mark.parametrize("cls", LEAST)
def test_made_in_place(cls: str) -> None:
    target = storage_target(block(cls, **LEAST[cls]), f"{cls}(...)", [])
    assert not target.obstacle
    assert target.source
    assert target.pull


@pytest.mark.parametrize("cls", LEAST)
def test_loaded(cls: str) -> None:
    target = storage_target(block(cls, "prod", loaded=True), f'{cls}.load("prod")', [])
    successor = REPLACED[cls][0] if cls in REPLACED else cls
    assert target.source.startswith(f"{successor}.load(")
    [(step, arguments)] = (target.pull or {}).items()
    assert step == "prefect.deployments.steps.pull_with_block"
    assert arguments["block_document_name"] == "prod"
    assert bool(target.review) == (cls in REPLACED)


@pytest.mark.parametrize("cls", SECRETS)
def test_secrets_stay_out(cls: str) -> None:
    target = storage_target(block(cls, **LEAST[cls], **SECRETS[cls]), f"{cls}(...)", [])
    assert "hunter2" not in repr(target)
    assert "prefect.deployments.steps.pull_with_block" in (target.pull or {})
    assert "deploy.py:7" in target.review


@pytest.mark.parametrize(
    ("cls", "field", "location"),
    [
        ("GitHub", "repository", "https://ghp_hunter2@github.com/acme/flows"),
        ("RemoteFileSystem", "basepath", "ftp://me:hunter2@host/flows"),
    ],
)
def test_addresses_that_log_in(cls: str, field: str, location: str) -> None:
    target = storage_target(block(cls, fields={field: location}), f"{cls}(...)", [])
    assert "prefect.deployments.steps.pull_with_block" in (target.pull or {})
    assert target.review


def test_bucket_without_keys_is_a_url() -> None:
    target = storage_target(block("S3", bucket_path="acme/flows"), "S3(...)", [])
    assert target.source == '"s3://acme/flows"'
    assert target.upload == 'RemoteFileSystem(basepath="s3://acme/flows")'
    assert target.pull == {"prefect.deployments.steps.pull_from_remote_storage": {"url": "s3://acme/flows"}}
    assert not target.review


def test_folder_of_a_url() -> None:
    target = below(storage_target(block("S3", bucket_path="acme/flows"), "S3(...)", []), "daily")
    assert target.folded
    assert target.source == '"s3://acme/flows/daily"'
    assert target.upload == 'RemoteFileSystem(basepath="s3://acme/flows")'


def test_folder_of_a_block_is_not_folded() -> None:
    target = storage_target(block("S3Bucket", "prod", loaded=True), 'S3Bucket.load("prod")', [])
    assert below(target, "daily") is target


def test_settings_without_secrets_are_kept() -> None:
    made = block("RemoteFileSystem", basepath="s3://acme", settings={"anon": True})
    target = storage_target(made, "RemoteFileSystem(...)", [])
    assert target.source == 'RemoteStorage("s3://acme", anon=True)'
    assert target.pull == {"prefect.deployments.steps.pull_from_remote_storage": {"url": "s3://acme", "anon": True}}
