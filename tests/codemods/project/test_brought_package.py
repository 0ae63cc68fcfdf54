"""Packages that came along with Prefect 2: where they are imported, and what else brings them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires, version

import pytest
from packaging.requirements import Requirement

from prefect_migrate.pins.brought import BROUGHT
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

CODE = "from prefect import flow\n{}\n"


def found(make_project: MakeProject, files: dict[str, str]) -> list[tuple[str, str]]:
    findings = scan_folder(make_project(files), select=("PM512",)).findings
    return [(finding.path, finding.message.partition(" ")[0]) for finding in findings]


@pytest.mark.parametrize(
    ("code", "package"),
    [
        ("from croniter import croniter", "croniter"),
        ("import kubernetes.client as k8s", "kubernetes"),
        ("import ujson", "ujson"),
        ("from itsdangerous.url_safe import URLSafeSerializer", "itsdangerous"),
        ("from google.oauth2 import service_account", "google-auth"),
        ("import google.auth", "google-auth"),
        ("import importlib_resources", "importlib-resources"),
        ("from pydantic import BaseModel, EmailStr", "email-validator"),
    ],
)
def test_what_is_imported(make_project: MakeProject, code: str, package: str) -> None:
    files = {"flows.py": CODE.format(code), "requirements.txt": "prefect==2.20.0\n"}
    assert found(make_project, files) == [("requirements.txt", package)]


@pytest.mark.parametrize(
    "code",
    ["from kubernetes_asyncio import client", "    import croniter", "import ujsonx", "# import ujson",
     "from pydantic import BaseModel  # no EmailStr", "from google.cloud import storage"],
)  # fmt: skip
def test_what_is_not(make_project: MakeProject, code: str) -> None:
    assert not found(make_project, {"flows.py": f"if X:\n{CODE.format(code)}", "requirements.txt": "prefect==2.20.0\n"})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "prefect==2.20.0\nkubernetes>=28 # jobs\n"),
        ("requirements.txt", "prefect==2.20.0\nKubernetes[adal]\n"),
        ("requirements.txt", "prefect==2.20.0\ndask_kubernetes==2023.10.0\n"),
        ("pyproject.toml", '[project]\ndependencies = ["prefect==2.20.0", "kubernetes"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nprefect = "2.20.0"\nkubernetes = "^28"\n'),
        ("setup.py", 'setup(install_requires=["prefect==2.20.0", "kubernetes>=20"])\n'),
        ("environment.yml", "dependencies:\n  - prefect=2.20.0\n  - kubernetes\n"),
        ("Dockerfile", "FROM python:3.11\nRUN pip install prefect==2.20.0 kubernetes\n"),
        ("Dockerfile", "FROM python:3.11\nRUN pip install prefect==2.20.0 \\\n    kubernetes \\\n    s3fs\n"),
    ],
)
def test_what_asks_for_it(make_project: MakeProject, path: str, text: str) -> None:
    assert not found(make_project, {"flows.py": CODE.format("import kubernetes"), path: text})


def test_a_list_that_does_not_mention_prefect(make_project: MakeProject) -> None:
    files = {"a.py": CODE.format("import ujson"), "pyproject.toml": '[project]\ndependencies = ["prefect<3"]\n'}
    assert found(make_project, files) == [("a.py", "ujson")]
    assert not found(make_project, {**files, "docker/requirements.txt": "ujson\n"})


def test_a_module_of_the_repository(make_project: MakeProject) -> None:
    files = {"flows.py": CODE.format("import ujson"), "ujson.py": "X = 1\n", "requirements.txt": "prefect==2.20.0\n"}
    assert not found(make_project, files)


def test_what_only_the_lock_file_and_a_pool_have(make_project: MakeProject) -> None:
    lock = '[[package]]\nname = "kubernetes"\nversion = "29.0.0"\n'
    files = {
        "flows.py": CODE.format("import kubernetes"),
        "pyproject.toml": '[project]\ndependencies = ["prefect==2.20.0", "prefect-kubernetes==0.3.0"]\n',
        "uv.lock": f'{lock}\n[[package]]\nname = "prefect"\nversion = "2.20.0"\n',
        "prefect.yaml": "deployments:\n- name: a\n  work_pool:\n    name: kubernetes\n",
    }
    assert found(make_project, files) == [("flows.py", "kubernetes")]


def test_two_packages_and_an_integration_go_below_one_line(make_project: MakeProject) -> None:
    code = CODE.format("import croniter\nimport ujson\nfrom prefect.filesystems import S3")
    folder = make_project({"flows.py": code, "requirements.txt": "prefect==2.20.0\r\ns3fs\r\n"})
    after = texts(apply_folder(folder, unsafe=True))["requirements.txt"] or ""
    lines = sorted(line.replace("=", ">").partition(">")[0] for line in after.split("\r\n"))
    assert lines == ["", "croniter", "prefect", "s3fs", "ujson"]


def test_prefect_3_does_not_need_them() -> None:
    try:
        is_3 = version("prefect").startswith("3.")
    except PackageNotFoundError:
        is_3 = False
    if not is_3:
        pytest.skip("no Prefect 3 here")
    needed = {Requirement(line).name.lower() for line in requires("prefect") or () if "extra ==" not in line}
    assert not needed & {one.package for one in BROUGHT}
