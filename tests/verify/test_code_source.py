"""Where the code comes from, in both engines' words."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.code_source import code_source, located
from tests.verify.records import AFTER, BEFORE, after, before, block

STEPS = "prefect.deployments.steps"


@pytest.mark.parametrize(
    ("slug", "data", "path", "steps"),
    [
        (
            "github",
            {"repository": "https://github.com/org/repo.git", "reference": "main"},
            None,
            [{f"{STEPS}.git_clone": {"repository": "https://github.com/org/repo", "branch": "main"}}],
        ),
        (
            "github",
            {"repository": "https://github.com/org/repo", "reference": None},
            "flows",
            [
                {f"{STEPS}.git_clone": {"id": "clone", "repository": "https://github.com/org/repo.git"}},
                {f"{STEPS}.set_working_directory": {"directory": "{{ clone.directory }}/flows"}},
            ],
        ),
        (
            "s3",
            {"bucket_path": "bucket/prefix/"},
            "etl",
            [{"prefect_aws.deployments.steps.pull_from_s3": {"bucket": "bucket", "folder": "prefix/etl"}}],
        ),
        (
            "gcs-bucket",
            {"bucket": "bucket", "bucket_folder": "prefix"},
            None,
            [{"prefect_gcp.deployments.steps.pull_from_gcs": {"bucket": "bucket", "folder": "prefix"}}],
        ),
        (
            "local-file-system",
            {"basepath": "/srv/flows"},
            None,
            [{f"{STEPS}.set_working_directory": {"directory": "/srv/flows"}}],
        ),
    ],
)
def test_storage_and_pull_steps_agree(slug: str, data: dict[str, Any], path: str | None, steps: list[Any]) -> None:
    old = code_source(before(storage=block(slug, data), path=path), BEFORE, {})
    assert old == code_source(after(pull_steps=steps), AFTER, {})


def test_remote_file_system_names_its_bucket() -> None:
    storage = block("remote-file-system", {"basepath": "s3://bucket/flows/"})
    assert code_source(before(storage=storage, path=None), BEFORE, {}) == {"bucket": "s3://bucket/flows"}


def test_block_that_is_not_known_keeps_its_name() -> None:
    storage = {**block("ftp-server", {}), "name": "share"}
    steps = [{f"{STEPS}.pull_with_block": {"block_type_slug": "ftp-server", "block_document_name": "share"}}]
    expected = {"block": "ftp-server/share"}
    assert code_source(before(storage=storage), BEFORE, {}) == expected
    assert code_source(after(pull_steps=steps), AFTER, {}) == expected


def test_directory_of_an_image_is_absolute() -> None:
    steps = [{f"{STEPS}.set_working_directory": {"directory": "/opt/prefect/flows"}}]
    expected = {"directory": "/opt/prefect/flows"}
    assert code_source(before(path="/opt/prefect/flows"), BEFORE, {}) == expected
    assert code_source(after(pull_steps=steps), AFTER, {}) == expected


def test_directory_of_the_project_is_relative() -> None:
    assert code_source(before(path="/tmp/2/etl/flows"), BEFORE, {}) == {"directory": "flows"}
    assert code_source(before(path=None), BEFORE, {}) == {"directory": "."}


def test_working_directory_of_the_worker_says_it_only_without_pull_steps() -> None:
    variables = {"working_dir": "/tmp/3/etl"}
    assert code_source(after(), AFTER, variables) == {"directory": "."}
    assert variables
    assert code_source(after(pull_steps=[], path="."), AFTER, variables) == {"directory": "."}
    assert not variables


def test_other_steps_are_kept() -> None:
    steps = [
        {f"{STEPS}.set_working_directory": {"directory": "/srv"}},
        {f"{STEPS}.pip_install_requirements": {"requirements_file": "requirements.txt"}},
    ]
    assert code_source(after(pull_steps=steps), AFTER, {}) == {"directory": "/srv", "steps": steps[1:]}
    assert code_source(after(pull_steps=steps[1:]), AFTER, {}) == {"steps": steps[1:]}


def test_steps_by_the_names_of_the_first_projects_say_the_same() -> None:
    clone = {"repository": "https://github.com/org/repo.git", "branch": "main"}
    old = code_source(before(pull_steps=[{"prefect.projects.steps.git_clone_project": clone}]), BEFORE, {})
    assert old == code_source(after(pull_steps=[{f"{STEPS}.git_clone": clone}]), AFTER, {})
    assert old["git"] == "https://github.com/org/repo"


def test_pulled_block_says_where_its_files_are() -> None:
    record = after(pull_steps=[{f"{STEPS}.pull_with_block": {"block_type_slug": "smb", "block_document_name": "x"}}])
    record.pulled = block("smb", {"smb_host": "host", "share_path": "flows"})
    assert code_source(record, AFTER, {}) == {"bucket": "smb://host/flows"}


def test_url_is_a_bucket() -> None:
    steps = [{f"{STEPS}.pull_from_remote_storage": {"url": "s3://acme/flows"}}]
    assert code_source(after(pull_steps=steps), AFTER, {}) == {"bucket": "s3://acme/flows"}


def test_file_is_the_same_whatever_part_of_it_is_the_entrypoint() -> None:
    folder = located({"bucket": "s3://acme/flows"}, "etl.py:etl")
    root = located({"bucket": "s3://acme"}, "flows/etl.py:etl")
    assert folder == ({"starts_in": "s3://acme/flows"}, "s3://acme/flows/etl.py:etl")
    assert root == ({"starts_in": "s3://acme"}, "s3://acme/flows/etl.py:etl")
    git = located({"git": "https://x", "reference": None, "directory": "flows"}, "etl.py:etl")
    assert git == ({"git": "https://x", "reference": None, "starts_in": "flows"}, "flows/etl.py:etl")
    assert located({"bucket": "s3://acme", "directory": "flows"}, "etl.py:etl") == folder
    assert located({"directory": "."}, "etl.py:etl") == ({"directory": "."}, "etl.py:etl")


def test_folder_in_what_a_block_pulled() -> None:
    pull = {f"{STEPS}.pull_with_block": {"id": "code", "block_type_slug": "local-file-system"}}
    step = {f"{STEPS}.set_working_directory": {"directory": "{{ code.directory }}/reports"}}
    record = after(pull_steps=[pull, step])
    record.pulled = block("local-file-system", {"basepath": "/srv/share"})
    assert code_source(record, AFTER, {}) == {"directory": "/srv/share/reports"}
