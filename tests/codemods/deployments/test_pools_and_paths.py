"""Definitions whose pool or folder one name can't tell: split pools, pools and paths known only at run time."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from prefect_migrate.config import Config
from prefect_migrate.project import Project
from prefect_migrate.scan import scan
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
import os
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer, KubernetesJob, Process
from prefect.filesystems import Azure, RemoteFileSystem
from prefect_aws.ecs import ECSTask
from flows import etl

"""


def build(name: str, *arguments: str) -> str:
    given = ", ".join((f'"{name}"', *arguments))
    return f"{name} = Deployment.build_from_flow(etl, {given})\n{name}.apply()\n"


def migrated(folder: Path, *, unsafe: bool = True) -> dict[str, str | None]:
    return texts(apply_folder(folder, unsafe=unsafe))


def project(make_project: MakeProject, code: str, **others: str) -> Path:
    return make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})


# -- split pools -----------------------------------------------------------------------------------------------------

TWO_TYPES = build("a", 'work_pool_name="pool"', 'infrastructure=DockerContainer(image="i")') + build(
    "b", 'work_pool_name="pool"', "infrastructure=Process()"
)
TWO_DOCUMENTS = build("a", 'work_pool_name="pool"', 'infrastructure=ECSTask.load("small")') + build(
    "b", 'work_pool_name="pool"', 'infrastructure=ECSTask.load("large")'
)


@pytest.mark.parametrize(
    ("code", "pools"),
    [
        (TWO_TYPES, ["pool-docker", "pool-process"]),
        (TWO_DOCUMENTS, ["pool-small", "pool-large"]),
        (build("a", 'work_pool_name="pool"', 'infrastructure=DockerContainer(image="i")'), ["pool"]),
        (build("a", 'work_pool_name="pool"') + build("b", 'work_pool_name="pool"', 'tags=["x"]'), ["pool"]),
    ],
    ids=["types", "documents", "one", "no block"],
)
def test_pools_of_agents_are_split(make_project: MakeProject, code: str, pools: list[str]) -> None:
    folder = project(make_project, code)
    plan = scan_folder(folder).plan
    assert [deployment.pool.name for deployment in plan.deployments if deployment.pool] == pools * (
        len(plan.deployments) // len(pools)
    )
    changed = migrated(folder)
    written = "".join(text for path, text in changed.items() if text and not path.endswith(".json"))
    assert all(f"{pool}" in written for pool in pools)
    assert "build_from_flow" not in (changed["deploy.py"] or "")


def test_a_split_is_for_review(make_project: MakeProject) -> None:
    folder = project(make_project, TWO_TYPES)
    found = [finding for finding in scan_folder(folder).findings if finding.code == "PM101"]
    assert [finding.applicability.value for finding in found] == ["review", "review"]
    assert "several kinds of infrastructure from an agent, and becomes pool-docker, pool-process" in found[0].reason
    assert "build_from_flow" in str(migrated(folder, unsafe=False)["deploy.py"])


def test_a_pool_of_a_known_type_is_not_split(make_project: MakeProject) -> None:
    folder = project(make_project, TWO_TYPES)
    config = Config().override(pool_types={"pool": "docker"})
    found = [finding for finding in scan(Project(folder), config).findings if finding.code == "PM101"]
    assert "would need two types" in found[0].reason


def test_the_agent_of_a_split_pool_is_reported(make_project: MakeProject) -> None:
    folder = project(make_project, TWO_TYPES, **{"start.sh": "prefect agent start --pool pool\n"})
    (finding,) = scan_folder(folder, select=("PM201",)).findings
    assert finding.fix is None
    assert "becomes several, each of which needs a worker: pool-docker, pool-process" in finding.reason
    assert "`prefect worker start --pool pool-docker`" in finding.next_step


# -- pools that are only known when the code runs ----------------------------------------------------------------------


def test_a_loaded_block_beside_a_pool_known_at_run_time(make_project: MakeProject) -> None:
    code = 'env = os.environ["env"]\n' + build(
        "a",
        'work_pool_name=f"{env}-pool"',
        'infrastructure=DockerContainer.load(f"{env}-docker")',
        'storage=RemoteFileSystem.load("code")',
        "skip_upload=True",
    )
    folder = project(make_project, code)
    (finding,) = scan_folder(folder, select=("PM101",)).findings
    assert finding.applicability.value == "review"
    assert 'DockerContainer.load(f"{env}-docker").publish_as_work_pool(f"{env}-pool")' in finding.next_step
    after = migrated(folder)["deploy.py"] or ""
    assert 'work_pool_name=f"{env}-pool"' in after
    assert "DockerContainer" not in after
    assert (
        'etl.from_source(\n    source=RemoteFileSystem.load("code"),\n    entrypoint="flows.py:etl",\n).deploy('
        in after
    )


def test_code_in_an_image_stays_there(make_project: MakeProject) -> None:
    code = build("a", 'work_pool_name=os.environ["POOL"]', 'infrastructure=DockerContainer.load("x")')
    after = migrated(project(make_project, code))["deploy.py"] or ""
    assert 'a.storage = LocalStorage("/opt/prefect/flows")' in after


def test_a_template_needs_a_pool_of_its_own(make_project: MakeProject) -> None:
    code = build(
        "a",
        'work_pool_name=os.environ["POOL"]',
        'infrastructure=KubernetesJob(customizations=[{"op": "add", "path": "/metadata/labels/a", "value": "b"}])',
    )
    (finding,) = scan_folder(project(make_project, code), select=("PM101",)).findings
    assert finding.applicability.value == "manual"


# -- folders that are only known when the code runs --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "entrypoint", "folder"),
    [
        ("folder", 'f"{folder}/flows.py:etl"', "folder"),
        ('os.environ["F"]', 'os.environ["F"] + "/flows.py:etl"', 'os.environ["F"]'),
        ('"a/" + folder', '("a/" + folder) + "/flows.py:etl"', '"a/" + folder'),
        ('"sub/"', '"sub/flows.py:etl"', '"sub"'),
        ('"/"', '"flows.py:etl"', None),
    ],
)
def test_a_folder_in_the_storage(make_project: MakeProject, path: str, entrypoint: str, folder: str | None) -> None:
    code = 'folder = os.environ["FOLDER"]\n' + build(
        "a", 'storage=Azure.load("x")', f"path={path}", 'work_pool_name="pool"'
    )
    after = migrated(project(make_project, code))["deploy.py"] or ""
    call = next(node for node in ast.walk(ast.parse(after)) if _is_call(node, "from_source"))
    assert isinstance(call, ast.Call)
    assert {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}["entrypoint"] == _plain(entrypoint)
    upload = next(node for node in ast.walk(ast.parse(after)) if _is_call(node, "put_directory"))
    assert isinstance(upload, ast.Call)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in upload.keywords}
    assert given.get("to_path") == (_plain(folder) if folder else None)


@pytest.mark.parametrize(
    ("path", "entrypoint", "expected"),
    [
        ('"sub/"', 'f"flows.py:{etl.fn.__name__}"', 'f"sub/flows.py:{etl.fn.__name__}"'),
        ("folder", 'f"flows.py:{etl.fn.__name__}"', 'f"{folder}/flows.py:{etl.fn.__name__}"'),
        ("folder", 'os.environ["E"]', 'f"{folder}/" + os.environ["E"]'),
        ('"sub"', 'os.environ["E"]', '"sub/" + os.environ["E"]'),
        ('"a/" + folder', 'name + ":etl"', '("a/" + folder) + "/" + (name + ":etl")'),
        ('"/"', 'os.environ["E"]', 'os.environ["E"]'),
    ],
)
def test_an_entrypoint_of_run_time_is_below_its_folder(
    make_project: MakeProject, path: str, entrypoint: str, expected: str
) -> None:
    """Prefect 2 pulled the folder alone, and looked for the entrypoint in there."""
    given = ('storage=Azure.load("x")', f"path={path}", f"entrypoint={entrypoint}", "skip_upload=True")
    code = 'folder, name = os.environ["FOLDER"], os.environ["NAME"]\n' + build("a", *given)
    after = migrated(project(make_project, code))["deploy.py"] or ""
    (value,) = (
        node.value
        for node in ast.parse(after).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "a.entrypoint"
    )
    assert ast.unparse(value) == _plain(expected)


def _is_call(node: ast.AST, method: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method


def _plain(code: str) -> str:
    return ast.unparse(ast.parse(code, mode="eval"))


def test_a_folder_below_a_url_is_uploaded_where_it_is_pulled_from(make_project: MakeProject) -> None:
    code = "from prefect.filesystems import S3\n" + build("a", 'storage=S3(bucket_path="b/c")', 'path="sub"')
    after = migrated(project(make_project, code))["deploy.py"] or ""
    assert 'RemoteFileSystem(basepath="s3://b/c").put_directory(local_path=".", to_path="sub")' in after
    assert 'source="s3://b/c/sub",\n    entrypoint="flows.py:etl",' in after


def test_an_absolute_path_is_told_to_a_pool_of_any_type(make_project: MakeProject) -> None:
    """Only process workers know `working_dir`; what type a pool has that somebody else made is not known."""
    folder = project(make_project, build("a", 'work_pool_name="theirs"', 'path="/opt/prefect/flows"'))
    written = str(migrated(folder)["deploy.py"])
    assert 'a.storage = LocalStorage("/opt/prefect/flows")' in written
    assert "working_dir" not in written


def test_an_entrypoint_that_is_given_stays_given(make_project: MakeProject) -> None:
    """Prefect 3 would compute it from the directory that the script runs in, which need not be the root."""
    given = ('work_pool_name="theirs"', 'path="/opt/prefect/flows"', 'entrypoint="flows.py:etl"')
    assert 'a.entrypoint = "flows.py:etl"' in str(migrated(project(make_project, build("a", *given)))["deploy.py"])


def test_a_relative_path_stays_one_of_the_worker(make_project: MakeProject) -> None:
    folder = project(make_project, build("a", 'work_pool_name="theirs"', 'path="flows"'))
    assert 'job_variables={"working_dir": "flows"}' in str(migrated(folder)["deploy.py"])


def test_no_pool_gets_a_name_that_servers_refuse(make_project: MakeProject) -> None:
    """A block may be called so, a work pool may not: servers answer 403."""
    folder = project(make_project, build("a", 'infrastructure=DockerContainer.load("Prefect-etl")'))
    assert [deployment.pool.name for deployment in scan_folder(folder).plan.deployments if deployment.pool] == [
        "docker-Prefect-etl"
    ]
    assert "create docker-Prefect-etl --type docker" in str(migrated(folder)["work-pools/create.sh"])


HELPER = """\
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments import Deployment


def register(flow, name):
    deployment = Deployment.build_from_flow(flow, name, schedule=CronSchedule(cron="0 3 * * *"))
    deployment.apply()
"""


def test_agents_follow_deployments_of_flows_that_a_function_is_given(make_project: MakeProject) -> None:
    """Also when an earlier run has moved the deployments: the pool is still told by `work_pool_name=`."""
    moved = {"work-pools/create.sh", "deploy.py"}
    agent = {"flows.py": FLOWS, "run.sh": "prefect agent start -q default\n"}
    first = texts(apply_folder(make_project({**agent, "deploy.py": HELPER}), unsafe=True))
    assert moved <= first.keys()
    assert first["run.sh"] == "prefect worker start --pool process-pool -q default\n"
    later = make_project({**agent, **{path: str(text) for path, text in first.items() if path in moved}})
    assert texts(apply_folder(later, unsafe=True)) == {"run.sh": first["run.sh"]}


# -- the folder of the repository that the code is fetched from ------------------------------------------------------

FETCHED = (
    "from prefect.deployments import Deployment\nfrom prefect.filesystems import GitHub\nfrom flows import etl\n"
    'Deployment.build_from_flow(etl, "n", storage=GitHub.load("r"), entrypoint="{}:etl").apply()\n'
)


@pytest.mark.parametrize(
    ("entrypoint", "folder"),
    [("etc/week2/flows.py", ""), ("./etc/week2/flows.py", ""), ("week2/flows.py", "etc/"), ("flows.py", "etc/week2/")],
)
def test_an_entrypoint_tells_the_root_of_the_repository(
    make_project: MakeProject, entrypoint: str, folder: str
) -> None:
    files = {"etc/week2/flows.py": FLOWS, "etc/week2/deploy.py": FETCHED.format(entrypoint)}
    changed = texts(apply_folder(make_project(files), unsafe=True, target_style="prefect-yaml"))
    assert f"entrypoint: {entrypoint}:etl\n" in (changed[f"{folder}prefect.yaml"] or "")
    assert changed["etc/week2/deploy.py"] is None


def test_an_entrypoint_of_another_file_is_left_to_a_person(make_project: MakeProject) -> None:
    files = {"week2/flows.py": FLOWS, "week2/deploy.py": FETCHED.format("weeks/flows.py")}
    result = apply_folder(make_project(files), unsafe=True, target_style="prefect-yaml")
    assert "prefect.yaml" not in texts(result)
    assert "week2/prefect.yaml" not in texts(result)
    (finding,) = (one for one in result.remaining.findings if one.code == "PM101")
    assert "`weeks/flows.py` is not in this repository" in finding.next_step
