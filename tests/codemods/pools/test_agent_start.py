"""PM201: which pool, how sure, and what is only reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability, Finding
from tests.conftest import apply_folder, scan_folder, texts
from tests.hosts.helpers import FLOWS

MakeProject = Callable[..., Path]
SECOND = FLOWS.replace("etl", "load")
TWO_POOLS = {
    "flows.py": FLOWS.replace('work_queue_name="etl"', 'work_queue_name="etl", work_pool_name="a"'),
    "more.py": SECOND.replace('work_queue_name="load"', 'work_queue_name="load", work_pool_name="b"'),
}  # fmt: skip


def found(folder: Path, **options: object) -> list[Finding]:
    return scan_folder(folder, select=("PM201",), **options).findings


def one(make_project: MakeProject, command: str, files: dict[str, str] | None = None, path: str = "a.sh") -> Finding:
    folder = make_project({path: command, **({"flows.py": FLOWS} if files is None else files)})
    (finding,) = found(folder)
    return finding


#: A command, what the worker's pool adds to it, and what stays.
SAFE = [
    ("prefect {} -q etl", " --pool process-pool", "prefect {} -q etl"),
    ("prefect {} etl", " --pool process-pool --work-queue", "prefect {} etl"),
    ("prefect {} --work-queue=etl -l 3", " --pool process-pool", "prefect {} --work-queue=etl -l 3"),
    ("prefect {} -qetl --run-once", " --pool process-pool", "prefect {} -qetl --run-once"),
    ("prefect {} -p $POOL -q $QUEUE", "", "prefect {} -p $POOL -q $QUEUE"),
    ("prefect {} --pool=x --prefetch-seconds 5", "", "prefect {} --pool=x --prefetch-seconds 5"),
    ("prefect --profile x {} --hide-welcome -q etl", " --pool process-pool", "prefect --profile x {} -q etl"),
    ("nohup prefect {} \\\n  -q etl >log &", " --pool process-pool", "nohup prefect {} \\\n  -q etl >log &"),
    ("sudo -u me bin/prefect {} -q 'etl'", " --pool process-pool", "sudo -u me bin/prefect {} -q 'etl'"),
    ("python -m prefect {} -q etl || exit 1", " --pool process-pool", "python -m prefect {} -q etl || exit 1"),
]


@pytest.mark.parametrize(("before", "added", "after"), SAFE)
def test_what_is_certain(make_project: MakeProject, before: str, added: str, after: str) -> None:
    folder = make_project({"flows.py": FLOWS, "a.sh": before.format("agent start") + "\n"})
    assert texts(apply_folder(folder, select=("PM201",))) == {"a.sh": after.format(f"worker start{added}") + "\n"}


REVIEW = [
    ("prefect agent start -q other", "no deployment in this repository names queue other"),
    ("prefect agent start -q etl -q other", "it may belong to another pool"),
    ("prefect agent start -q $QUEUE", "its only work pool was taken"),
    ("prefect agent start -p default-agent-pool -q other", "type prefect-agent"),
    ("prefect agent start -p default-agent-pool -q $QUEUE", "only known when it runs"),
    ("START='prefect agent start -q etl'", "something else makes use of"),
    ("cat > x.service <<'EOF'\nExecStart=prefect agent start -q etl\nEOF", "a file that a script writes"),
]


@pytest.mark.parametrize(("command", "reason"), REVIEW)
def test_what_a_person_should_look_at(make_project: MakeProject, command: str, reason: str) -> None:
    finding = one(make_project, command)
    assert finding.applicability is Applicability.REVIEW
    assert reason in finding.reason


@pytest.mark.parametrize("arguments", ['"agent start -q etl"', '@("agent", "start", "-q", "etl")', "agent,start"])
def test_what_powershell_starts_is_told(make_project: MakeProject, arguments: str) -> None:
    finding = one(make_project, f'Start-Process -FilePath "prefect" -ArgumentList {arguments}\n', path="a.ps1")
    assert finding.fix is None
    assert "`prefect worker start --pool process-pool" in finding.next_step


BUILD = "prefect deployment build flows.py:etl -n x --skip-upload"


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (f"{BUILD} -q $QUEUE", "no deployment in this repository names queue default; its only work pool was taken"),
        (f"{BUILD} -q $QUEUE -ib $BLOCK", "so its work pool is not known"),
        (f"{BUILD} -i $KIND", "so its work pool is not known"),
        (f"{BUILD}\n{BUILD}2 -ib $BLOCK", "nothing here tells in what work pool a deployment of queue default runs"),
    ],
)
def test_a_build_of_which_only_the_run_knows_queue_or_block(make_project: MakeProject, build: str, reason: str) -> None:
    """Its queue is not the default one, and its block may be of any kind."""
    flows = {"flows.py": FLOWS.partition("if __name__")[0], "b.sh": f"{build}\n"}
    finding = one(make_project, "prefect agent start -q default", flows)
    assert finding.applicability is not Applicability.SAFE
    assert reason in finding.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("prefect agent start -p [work pool name]", "prefect worker start -p [work pool name]"),
        ("prefect agent start -q [my queue]", "prefect worker start --pool process-pool -q [my queue]"),
        ("prefect agent start [OPTIONS] [QUEUES]", None),
    ],
)
def test_a_place_holder(make_project: MakeProject, before: str, after: str | None) -> None:
    folder = make_project({"flows.py": FLOWS, "README.md": f"```\n{before}\n```\n"})
    changes = texts(apply_folder(folder, select=("PM201",), unsafe=True))
    assert changes == ({"README.md": f"```\n{after}\n```\n"} if after else {})


def test_the_words_of_a_sentence_are_no_queues(make_project: MakeProject) -> None:
    finding = one(make_project, "Use the prefect agent start CLI command to start one.\n", path="README.md")
    assert "--work-queue" not in finding.next_step


@pytest.mark.parametrize("queues", ["", " -q etl", " -q etl --limit 4"])
def test_the_default_pool_is_where_its_deployments_are(make_project: MakeProject, queues: str) -> None:
    folder = make_project({"flows.py": FLOWS, "a.sh": f"prefect agent start --pool default-agent-pool{queues}\n"})
    changes = texts(apply_folder(folder, select=("PM101", "PM201")))
    assert changes["a.sh"] == f"prefect worker start --pool process-pool{queues}\n"
    assert 'work_pool_name="process-pool"' in (changes["flows.py"] or "")


def test_a_default_pool_that_deployments_name_too(make_project: MakeProject) -> None:
    named = FLOWS.replace('work_queue_name="etl"', 'work_pool_name="default-agent-pool"').replace("nightly", "hourly")
    command = "prefect agent start --pool default-agent-pool"
    finding = one(make_project, command, {"flows.py": FLOWS, "named.py": named})
    assert finding.reason is not None
    assert "belong to several work pools now" in finding.reason
    assert "`prefect worker start --pool process-pool`" in finding.next_step
    assert one(make_project, f"{command} -q load", {"named.py": named}).applicability is Applicability.REVIEW


def test_a_queue_of_the_default_pool_beside_deployments_that_name_it(make_project: MakeProject) -> None:
    """The agent goes where the deployments of its queue go, in one run as in two."""
    named = FLOWS.replace('work_queue_name="etl"', 'work_pool_name="default-agent-pool"').replace("nightly", "hourly")
    command = "prefect agent start --pool default-agent-pool -q etl\n"
    folder = make_project({"flows.py": FLOWS, "named.py": named, "a.sh": command})
    changes = texts(apply_folder(folder, select=("PM101", "PM201")))
    assert changes["a.sh"] == "prefect worker start --pool process-pool -q etl\n"
    moved = make_project({"flows.py": changes["flows.py"] or "", "named.py": named, "a.sh": command})
    assert texts(apply_folder(moved, select=("PM201",)))["a.sh"] == changes["a.sh"]


def test_the_default_pool_after_its_deployments_have_moved(make_project: MakeProject) -> None:
    """A run without --unsafe moves deployments; what the next one says of the agent must fit them."""
    moved = FLOWS.replace("Deployment.build_from_flow(etl, ", "etl.deploy(").replace(
        'work_queue_name="etl").apply()', 'work_queue_name="etl", work_pool_name="process-pool")'
    )
    folder = make_project({"flows.py": moved, "a.sh": "prefect agent start --pool default-agent-pool -q etl\n"})
    assert texts(apply_folder(folder, select=("PM201",))) == {
        "a.sh": "prefect worker start --pool process-pool -q etl\n"
    }


def test_an_agent_of_everything_after_its_deployments_have_moved(make_project: MakeProject) -> None:
    moved = FLOWS.replace("Deployment.build_from_flow(etl, ", "etl.deploy(").replace(
        'work_queue_name="etl").apply()', 'work_queue_name="etl", work_pool_name="process-pool")'
    )
    other = moved.replace("process-pool", "other")
    command = "prefect agent start --pool default-agent-pool\n"
    one_pool = make_project({"flows.py": moved, "a.sh": command})
    after = {"a.sh": "prefect worker start --pool process-pool\n"}
    assert not texts(apply_folder(one_pool, select=("PM201",)))
    assert texts(apply_folder(one_pool, select=("PM201",), unsafe=True)) == after
    two_pools = make_project({"flows.py": moved, "more/other.py": other, "a.sh": command})
    (finding,) = scan_folder(two_pools, select=("PM201",)).findings
    assert "type prefect-agent" in finding.reason


def test_documents_and_notebooks_are_reviewed(make_project: MakeProject) -> None:
    notebook = '{"cells": [{"cell_type": "code", "source": ["!prefect agent start -q etl"]}]}'
    folder = make_project(
        {"flows.py": FLOWS, "README.md": "```\nprefect agent start -q etl\n```\n", "a.ipynb": notebook}
    )
    findings = found(folder)
    assert [(finding.path, finding.applicability.value) for finding in findings] == [
        ("README.md", "review"),
        ("a.ipynb", "review"),
    ]
    assert not apply_folder(folder, select=("PM201",)).changes


MANUAL = [
    ("prefect agent start -q etl --match dev-", "`--match`"),
    ("prefect agent start -r 'e.*'", "`-r`"),
    ("prefect agent start -t prod", "its -t means the type"),
    ("prefect agent start -q etl --api http://x/api", "set PREFECT_API_URL"),
    ("prefect agent start $OPTIONS", "may hold options"),
    ('prefect agent start "$@"', "may hold options"),
    ("prefect agent start 0d1f5c1e-1111-2222-3333-444455556666", "a queue's id"),
    ("prefect agent start -q etl --new-option", "is no option of Prefect 2's agent"),
    ("echo 'prefect agent start -q etl'", "a text mentions the command"),
]


@pytest.mark.parametrize(("command", "reason"), MANUAL)
def test_what_is_only_reported(make_project: MakeProject, command: str, reason: str) -> None:
    finding = one(make_project, command)
    assert finding.fix is None
    assert reason in finding.reason
    assert not apply_folder(make_project({}), select=("PM201",), unsafe=True).changes


@pytest.mark.parametrize(
    ("command", "step"),
    [
        (
            "prefect agent start -q etl -q load -l 4",
            "`prefect worker start --pool a --work-queue etl -l 4` and "
            "`prefect worker start --pool b --work-queue load -l 4`",
        ),
        (
            "prefect agent start -m l --prefetch-seconds 9",
            "`prefect worker start --pool b --work-queue load --prefetch-seconds 9`",
        ),
        ("prefect agent start -r '(' ", "`prefect worker start --pool POOL`"),
        ("prefect agent start -r 'e..$' --run-once", "`prefect worker start --pool a --work-queue etl --run-once`"),
        (
            "prefect agent start -p 'my pool' --api $URL",
            "`PREFECT_API_URL=$URL prefect worker start --pool 'my pool'`",
        ),
        ("prefect agent start -t x", "`prefect worker start --pool POOL`"),
        ("prefect agent start -q $Q", "`prefect worker start --pool POOL --work-queue $Q`"),
    ],
)
def test_the_exact_commands_to_write(make_project: MakeProject, command: str, step: str) -> None:
    finding = one(make_project, command, TWO_POOLS)
    assert finding.fix is None
    assert step in finding.next_step


def test_nothing_is_known_without_deployments(make_project: MakeProject) -> None:
    finding = one(make_project, "prefect agent start -q etl", {})
    assert finding.reason == "no deployment in this repository names queue etl, so its work pool is not known"


@pytest.mark.parametrize("kind", ["local", "docker", "kubernetes", "ecs"])
def test_an_agent_of_prefect_1(make_project: MakeProject, kind: str) -> None:
    finding = one(make_project, f"prefect agent {kind} start -l etl")
    assert finding.reason == f"`prefect agent {kind} start` is from Prefect 1"
    assert finding.next_step == "Port its flows to Prefect 3, then start a worker of the work pool that they get."


def test_a_configured_name_replaces_the_pool(make_project: MakeProject) -> None:
    settings = '[tool.prefect-migrate.work-pools]\nrename = { "old" = "new" }\n'
    folder = make_project(
        {
            "a.sh": "prefect agent start -p old\nprefect agent start --pool=other\n",
            "c.yaml": "command: [prefect, agent, start, '--pool', \"old\"]\n",
            "pyproject.toml": settings,
        }
    )
    result = texts(apply_folder(folder, select=("PM201",), pool_renames={"old": "new"}))
    assert result == {
        "a.sh": "prefect worker start -p new\nprefect worker start --pool=other\n",
        "c.yaml": "command: [prefect, worker, start, '--pool', \"new\"]\n",
    }


@pytest.mark.parametrize(
    "pool", ["my pool", "it's", 'a"b', "x: y", "a #b", "5", "no", "$x", "{a}", "é", "-p", "a\\b", "`x`", "%s"]
)
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.sh", "prefect agent start -q etl\n"),
        ("Makefile", "a:\n\tprefect agent start -q etl\n"),
        ("a.yaml", "x: 1\nrun: prefect agent start -q etl  # c\n"),
        ("a.yaml", "x: 1\nrun: 'prefect agent start -q etl'\n"),
        ("a.yaml", 'x: 1\nrun: "prefect agent start -q etl"\n'),
        ("a.yaml", "x: 1\ncommand:\n- prefect\n- agent\n- start\n- -q\n- etl\n"),
        ("task.json", '{"command": ["prefect", "agent", "start", "-q", "etl"]}'),
        ("task.json", '{"command": "prefect agent start -q etl"}'),
        ("a.tf", 'command = ["prefect", "agent", "start", "-q", "etl"]\n'),
        ("a.py", "import os\nos.system('prefect agent start -q etl')\n"),
        ("a.py", 'import os\nos.system(f"prefect agent start -q {q}")\n'),
        ("a.py", "import os\nrun(['prefect', 'agent', 'start', '-q', 'etl'])\n"),
    ],
)
def test_any_name_is_spelled_right_or_not_at_all(make_project: MakeProject, pool: str, path: str, text: str) -> None:
    flows = FLOWS.replace('work_queue_name="etl"', f'work_queue_name="etl", work_pool_name={pool!r}')
    folder = make_project({"flows.py": flows, path: text})
    after = texts(apply_folder(folder, select=("PM201",), unsafe=True)).get(path)
    if after is None:
        return
    (folder / path).write_text(after)
    (worker,) = scan_folder(folder, select=("PM201",)).plan.agents
    assert worker.kind == "worker"
    assert worker.pool is not None
    assert worker.pool.literal == pool
    assert found(folder) == []


def test_a_pool_that_nobody_can_know_is_no_pool_of_an_agent(make_project: MakeProject) -> None:
    """The block comes from elsewhere; a worker of another type would not run its flows."""
    flows = FLOWS.replace("from prefect import flow", "from elsewhere import block\nfrom prefect import flow")
    flows = flows.replace('work_queue_name="etl"', 'work_queue_name="etl", infrastructure=block()')
    finding = one(make_project, "prefect agent start -q etl", {"flows.py": flows})
    assert finding.applicability is Applicability.MANUAL


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ecosystem.config.js", 'module.exports = {apps: [{script: "prefect agent start -q etl"}]}\n'),
        ("lib/stack.ts", 'new Container({ entryPoint: ["prefect"], command: ["agent", "start", "-q", "etl"] });\n'),
        ("main.bicep", "resource c 'x' = { command: ['prefect', 'agent', 'start', '-q', 'etl'] }\n"),
        ("Vagrantfile", 'c.vm.provision "shell", inline: "prefect agent start -q etl"\n'),
    ],
)
def test_a_program_of_another_language_wants_review(make_project: MakeProject, path: str, text: str) -> None:
    folder = make_project({path: text, "flows.py": FLOWS})
    (finding,) = found(folder)
    assert finding.applicability is Applicability.REVIEW
    assert "another language" in finding.reason
    after = texts(apply_folder(folder, unsafe=True, select=("PM201",)))[path] or ""
    assert "agent" not in after
    assert "process-pool" in after


def test_an_earthfile_is_a_dockerfile(make_project: MakeProject) -> None:
    text = "VERSION 0.7\nagent:\n    FROM python:3.11\n    CMD prefect agent start -q etl\n"
    after = texts(apply_folder(make_project({"Earthfile": text, "flows.py": FLOWS}), select=("PM201",)))["Earthfile"]
    assert after == text.replace("agent start", "worker start --pool process-pool")


def test_what_several_pools_keep_back_stays_so_in_the_next_round(make_project: MakeProject) -> None:
    """Once the deployments are Prefect 3's, nothing but the script for the pools tells which were in none."""
    named = SECOND.replace('work_queue_name="load"', 'work_pool_name="default-agent-pool"')
    agent = "prefect agent start --pool default-agent-pool\n"
    folder = make_project({"a.py": FLOWS, "b.py": named, "start.sh": agent})
    result = apply_folder(folder, unsafe=True)
    assert "start.sh" not in texts(result)
    (finding,) = [finding for finding in result.remaining.findings if finding.code == "PM201"]
    assert "belong to several work pools" in finding.reason


def test_a_command_that_deploys_by_itself_names_a_pool_as_well(make_project: MakeProject) -> None:
    entry = "deployments:\n- {name: a, entrypoint: 'flows.py:etl', work_pool: {name: x}}\n"
    deploy = "prefect deploy flows.py:etl -n b --pool y\n"
    folder = make_project(
        {"flows.py": "# prefect\n", "prefect.yaml": entry, "d.sh": deploy, "a.sh": "prefect agent start\n"}
    )
    (finding,) = found(folder)
    assert "several work pools" in finding.reason
    assert "x, y" in finding.reason
