"""Which block documents a project loads, and what stands in for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect_migrate.api import scan_inventory
from prefect_migrate.verify.documents import pool_of_document
from prefect_migrate.verify.stand_ins import KINDS, StandIn, said_by_manifests, stand_ins
from prefect_migrate.writers.work_pools import template_of
from tests.verify.projects import write

DEPLOY = """
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.deployments import Deployment
from prefect.filesystems import S3, GitHub
from prefect.infrastructure import DockerContainer
from flows import etl

NAME = "named"
GitHub(repository="https://github.com/acme/flows", access_token="hunter2").save("flows", overwrite=True)
token = Secret.load("token").get()
Deployment.build_from_flow(etl, "a", storage=S3.load("prod"), infrastructure=DockerContainer.load("etl")).apply()
Deployment.build_from_flow(etl, "b", storage=S3.load(NAME)).apply()
Deployment.build_from_flow(etl, "c", storage=Block.load("gcs/lake")).apply()
Deployment.build_from_flow(etl, "d", storage=GitHub.load("flows")).apply()
Deployment.build_from_flow(etl, "e", storage=S3(bucket_path="acme/x", aws_access_key_id="hunter2")).apply()
"""
BLOCKS = 'from prefect.filesystems import S3\nS3(bucket_path="acme/prod").save("prod")\n'
FLOWS = "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"


def project(root: Path) -> dict[str, Any]:
    write(root, {"deploy.py": DEPLOY, "blocks.py": BLOCKS, "flows.py": FLOWS})
    return scan_inventory(root)


def found(major: int, root: Path, inventory: dict[str, Any]) -> dict[str, StandIn]:
    return {f"{item.cls} {item.name}": item for item in stand_ins(major, root, inventory, inventory["documents"])}


def test_what_is_loaded_in_prefect_2(tmp_path: Path) -> None:
    inventory = project(tmp_path)
    wanted = found(2, tmp_path, inventory)
    assert set(wanted) == {
        "prefect.filesystems.S3 prod",
        "prefect.filesystems.S3 named",
        "prefect.filesystems.GCS lake",
        "prefect.infrastructure.DockerContainer etl",
        "prefect.blocks.system.Secret token",
    }
    # The repository says what is in it; nobody says it of the other.
    assert wanted["prefect.filesystems.S3 prod"].fields == {"bucket_path": "acme/prod"}
    assert wanted["prefect.filesystems.S3 named"].fields == {"bucket_path": "named"}


def test_successors_say_the_same(tmp_path: Path) -> None:
    inventory = project(tmp_path / "before")
    code = "from prefect_aws import S3Bucket\nfrom prefect_github import GitHubRepository\n"
    loads = [f'S3Bucket.load("{name}")' for name in ("prod", "named", "acme-x")] + ['GitHubRepository.load("flows")']
    after = write(tmp_path / "after", {"deploy.py": code + "\n".join(loads)})
    wanted = {
        f"{item.cls} {item.name}": item.fields
        for item in stand_ins(3, after, {"deployments": []}, inventory["documents"])
    }
    assert wanted == {
        "prefect_aws.S3Bucket prod": {"bucket_name": "acme", "bucket_folder": "prod"},
        "prefect_aws.S3Bucket named": {"bucket_name": "named"},
        "prefect_aws.S3Bucket acme-x": {"bucket_name": "acme", "bucket_folder": "x"},
        "prefect_github.GitHubRepository flows": {"repository_url": "https://github.com/acme/flows", "reference": None},
    }


def test_documents_hold_no_secrets(tmp_path: Path) -> None:
    assert "hunter2" not in repr(project(tmp_path)["documents"])


def test_pool_has_what_the_stand_in_says() -> None:
    pool = pool_of_document("etl", "DockerContainer", "etl", [])
    template = template_of(pool)
    assert template is not None
    assert pool.type == "docker"
    assert template["variables"]["properties"]["image"]["default"] == "etl:stand-in"


def test_commands_load_blocks_too(tmp_path: Path) -> None:
    write(tmp_path, {"deploy.sh": "prefect deployment build flows.py:etl -n x -sb s3/lake -ib kubernetes-job/batch\n"})
    wanted = stand_ins(2, tmp_path, {"deployments": []}, [])
    assert {(item.cls, item.name) for item in wanted} == {
        ("prefect.filesystems.S3", "lake"),
        ("prefect.infrastructure.KubernetesJob", "batch"),
    }


def test_nothing_of_prefect_2_is_wanted_of_prefect_3(tmp_path: Path) -> None:
    inventory = project(tmp_path)
    names = {item.cls for item in stand_ins(3, tmp_path, inventory, [])}
    assert names == {"prefect.blocks.system.Secret"}
    assert KINDS["S3"].module_3 is None


def test_what_a_pull_step_names(tmp_path: Path) -> None:
    step = (
        "    pull:\n      - prefect.deployments.steps.pull_with_block:\n"
        "          block_type_slug: gcs-bucket\n          block_document_name: lake\n"
    )
    root = write(tmp_path, {"prefect.yaml": f"deployments:\n  - name: a\n    entrypoint: flows.py:etl\n{step}"})
    (wanted,) = stand_ins(3, root, {"deployments": []}, [])
    assert (wanted.cls, wanted.name, wanted.fields) == ("prefect_gcp.GcsBucket", "lake", {"bucket": "lake"})


MANIFEST = """
name: daily
flow_name: etl
infrastructure:
  type: process
  env: {{A: "1"}}
  command: null
  _block_document_name: {name}
  _is_anonymous: true
  block_type_slug: process
  _block_type_slug: process
storage:
  bucket_path: acme/flows
  aws_secret_access_key: '**********'
  _block_document_name: lake
  _block_type_slug: s3
"""


def test_documents_that_a_manifest_names(tmp_path: Path) -> None:
    name = "anonymous-fc840716-2bae-4fcf-9c01-dbe2f5a912b3"
    write(tmp_path, {"etl-deployment.yaml": MANIFEST.format(name=name), "other.yaml": "_block_document_name: [\n"})
    said = said_by_manifests(tmp_path)
    wanted = {item.name: item for item in stand_ins(2, tmp_path, {}, said)}
    assert wanted == {
        name: StandIn("prefect.infrastructure.Process", name, {"env": {"A": "1"}}),
        "lake": StandIn("prefect.filesystems.S3", "lake", {"bucket_path": "acme/flows"}),
    }
    assert not stand_ins(3, tmp_path, {}, said)


def test_the_code_counts_more_than_a_manifest(tmp_path: Path) -> None:
    write(tmp_path, {"etl-deployment.yaml": MANIFEST.format(name="prod")})
    code = {"class": "S3", "name": "lake", "fields": {"bucket_path": "acme/new"}}
    wanted = {item.name: item for item in stand_ins(2, tmp_path, {}, [*said_by_manifests(tmp_path), code])}
    assert wanted["lake"].fields == {"bucket_path": "acme/new"}
    assert wanted["prod"].fields == {"env": {"A": "1"}}


SETUP = """
import os

from prefect_gcp import CloudRunJob, GcpCredentials, GcsBucket
from prefect.filesystems import GCS

account = GcpCredentials.load("account")
image, region = os.environ["IMAGE"], os.environ["REGION"]
CloudRunJob(image=image, region=region, credentials=account, memory=3, memory_unit="Gi").save("job")
GCS(bucket_path=os.environ["BUCKET"], project="acme").save("lake")
"""
USER = """
from prefect.deployments import Deployment
from prefect.filesystems import GCS
from prefect_gcp import CloudRunJob
from flows import etl

Deployment.build_from_flow(etl, "a", storage=GCS.load("lake"), infrastructure=CloudRunJob.load("job")).apply()
"""


def test_what_a_field_is_set_to_when_the_code_runs_is_made_up_alike(tmp_path: Path) -> None:
    root = write(tmp_path, {"setup.py": SETUP, "deploy.py": USER, "flows.py": FLOWS})
    inventory = scan_inventory(root)
    job = found(2, root, inventory)["prefect_gcp.cloud_run.CloudRunJob job"]
    assert (job.fields["image"], job.fields["region"], job.fields["memory"]) == ("job:stand-in", "stand-in", 3)
    template = template_of(pool_of_document("job", "CloudRunJob", "job", inventory["documents"]))
    assert template is not None
    defaults = {name: value.get("default") for name, value in template["variables"]["properties"].items()}
    assert (defaults["image"], defaults["region"], defaults["memory"]) == ("job:stand-in", "stand-in", "3Gi")


def test_the_place_of_a_successor_is_made_up_alike(tmp_path: Path) -> None:
    root = write(tmp_path, {"setup.py": SETUP, "deploy.py": USER, "flows.py": FLOWS})
    said = scan_inventory(root)["documents"]
    after = write(tmp_path / "after", {"deploy.py": 'from prefect_gcp import GcsBucket\nGcsBucket.load("lake")\n'})
    (bucket,) = stand_ins(3, after, {"deployments": []}, said)
    assert bucket.fields == {"bucket": "lake", "bucket_folder": ""}


def test_what_a_document_holds_comes_before_it(tmp_path: Path) -> None:
    root = write(tmp_path, {"setup.py": SETUP, "deploy.py": USER, "flows.py": FLOWS})
    wanted = list(found(2, root, scan_inventory(root)).values())
    names = [item.name for item in wanted]
    assert names.index("account") < names.index("job")
    job = wanted[names.index("job")]
    assert job.fields["credentials"] == "{{ prefect.blocks.gcp-credentials.account }}"


def test_a_manifest_tells_which_document_another_one_holds(tmp_path: Path) -> None:
    manifest = (
        "infrastructure:\n  type: cloud-run-job\n  image: gcr.io/acme/etl\n  region: us-east1\n"
        "  credentials:\n    service_account_info: '**********'\n    _block_document_name: account\n"
        "    _block_type_slug: gcp-credentials\n"
        "  _block_document_name: job\n  _block_type_slug: cloud-run-job\n"
    )
    root = write(tmp_path, {"etl-deployment.yaml": manifest})
    wanted = stand_ins(2, root, {}, said_by_manifests(root))
    assert [(item.name, item.fields.get("credentials")) for item in wanted] == [
        ("account", None),
        ("job", "{{ prefect.blocks.gcp-credentials.account }}"),
    ]
