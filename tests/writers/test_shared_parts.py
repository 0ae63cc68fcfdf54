"""What three or more entries of a prefect.yaml repeat is said once, under `definitions:`."""

from __future__ import annotations

import pytest
import yaml

from tests.conftest import FLOWS, MakeProject, apply_folder, texts

BUILD = "prefect deployment build flows.py:etl -n {name} -p kubernetes-pool -q {queue} {more} -a\n"
ENTRIES = [("a", "slow"), ("b", "slow"), ("c", "slow")]


def merged(make_project: MakeProject, there: str | None, *entries: tuple[str, str], more: str = "") -> str:
    """The prefect.yaml that some builds give."""
    code = "".join(BUILD.format(name=name, queue=queue, more=more) for name, queue in entries)
    files = {"flows.py": FLOWS, "deploy.sh": code, **({"prefect.yaml": there} if there is not None else {})}
    after = texts(apply_folder(make_project(files), unsafe=True))["prefect.yaml"]
    assert after is not None
    return after


def test_a_new_file(make_project: MakeProject) -> None:
    text = merged(make_project, None, *ENTRIES)
    assert text == (
        "# Deployments for `prefect deploy --all`.\n"
        "definitions:\n"
        "  work_pools:\n"
        "    kubernetes_pool: &kubernetes_pool\n"
        "      name: kubernetes-pool\n"
        "      work_queue_name: slow\n"
        "\n"
        "deployments:\n"
        + "".join(
            f"  - name: {name}\n    entrypoint: flows.py:etl\n    work_pool: *kubernetes_pool\n" for name, _ in ENTRIES
        )
    )


def test_two_entries_say_it_themselves(make_project: MakeProject) -> None:
    assert "&" not in merged(make_project, None, *ENTRIES[:2], ("c", "fast"))


def test_a_part_of_one_line_is_no_shorter_as_an_alias(make_project: MakeProject) -> None:
    text = merged(make_project, None, ("a", "default"), ("b", "default"), ("c", "default"), more="-t etl")
    assert "&" not in text
    assert text.count("      name: kubernetes-pool\n") == 3


def test_every_kind_of_part(make_project: MakeProject) -> None:
    more = "-t x -t y --override image=a --override env.A=b --param p=1 --param q=2 --path /opt"
    queues = [("a", "one"), ("b", "two"), ("c", "three")]
    text = merged(make_project, None, *queues, more=more)
    data = yaml.safe_load(text)
    assert data["definitions"] == {
        "job_variables": {"common_job_variables": {"image": "a", "env": {"A": "b"}}},
        "tags": {"common_tags": ["x", "y"]},
        "parameters": {"common_parameters": {"p": 1, "q": 2}},
        "actions": {
            "common_pull": [{"prefect.deployments.steps.set_working_directory": {"directory": "/opt"}}],
        },
    }
    pools = [entry["work_pool"] for entry in data["deployments"]]
    assert [pool["work_queue_name"] for pool in pools] == ["one", "two", "three"]
    assert all(pool["job_variables"] is data["definitions"]["job_variables"]["common_job_variables"] for pool in pools)
    assert all(entry["tags"] == ["x", "y"] and entry["parameters"] == {"p": 1, "q": 2} for entry in data["deployments"])


def test_two_parts_that_would_have_one_name(make_project: MakeProject) -> None:
    fast = [("d", "fast"), ("e", "fast"), ("f", "fast")]
    data = yaml.safe_load(merged(make_project, None, *ENTRIES, *fast))
    pools = data["definitions"]["work_pools"]
    assert {name: pool["work_queue_name"] for name, pool in pools.items()} == {
        "kubernetes_pool": "slow",
        "kubernetes_pool_2": "fast",
    }


HEAD = "# mine\nname: x\n\n# theirs\ndeployments:\n- name: z\n  entrypoint: z.py:z  # last\n"
POOL = "{0}kubernetes_pool: &kubernetes_pool\n{0}  name: kubernetes-pool\n{0}  work_queue_name: slow\n"
NEW = "".join(f"- name: {name}\n  entrypoint: flows.py:etl\n  work_pool: *kubernetes_pool\n" for name, _ in ENTRIES)


def test_a_file_without_definitions(make_project: MakeProject) -> None:
    expected = HEAD.replace("# theirs", "definitions:\n  work_pools:\n" + POOL.format("    ") + "\n# theirs") + NEW
    assert merged(make_project, HEAD, *ENTRIES) == expected
    crlf = merged(make_project, HEAD.replace("\n", "\r\n"), *ENTRIES)
    assert crlf == expected.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "definitions:\n    tags:\n        t: &t [a, b]  # two\n\n",
            "definitions:\n    tags:\n        t: &t [a, b]  # two\n    work_pools:\n" + POOL.format("      ") + "\n",
        ),
        (
            "definitions:\n  work_pools:\n      p: &p\n        name: p\n  tags:\n    t: [a]\n",
            "definitions:\n  work_pools:\n      p: &p\n        name: p\n"
            + POOL.format("      ")
            + "  tags:\n    t: [a]\n",
        ),
    ],
)
def test_a_file_with_definitions(make_project: MakeProject, before: str, after: str) -> None:
    assert merged(make_project, before + HEAD, *ENTRIES) == after + HEAD + NEW


@pytest.mark.parametrize("count", [1, 3])
def test_an_anchor_that_the_file_has(make_project: MakeProject, count: int) -> None:
    own = "definitions:\n  work_pools:\n    slow: &slow-one\n      work_queue_name: slow\n      name: kubernetes-pool\n"
    text = merged(make_project, own + HEAD, *ENTRIES[:count])
    assert text.startswith(own + HEAD)
    assert text.count("work_pool: *slow-one\n") == count


@pytest.mark.parametrize(
    "there",
    [
        "definitions: {tags: {t: &t [a]}}\n" + HEAD,
        HEAD + "definitions:\n  tags: []\n",
        "definitions:\n- 1\n" + HEAD,
        "definitions:\n" + HEAD,
        "definitions:\n  work_pools: {a: 1}\n" + HEAD,
        "definitions:\n  work_pools:\n    kubernetes_pool: 1\n" + HEAD,
    ],
)
def test_definitions_that_can_not_be_added_to(make_project: MakeProject, there: str) -> None:
    text = merged(make_project, there, *ENTRIES)
    assert "kubernetes_pool: &" not in text
    entries = yaml.safe_load(text)["deployments"][1:]
    assert [entry["work_pool"] for entry in entries] == [{"name": "kubernetes-pool", "work_queue_name": "slow"}] * 3


def test_steps_that_an_entry_goes_without(make_project: MakeProject) -> None:
    there = f"build:\n- prefect.deployments.steps.run_shell_script:\n    script: make\n{HEAD}"
    entries = yaml.safe_load(merged(make_project, there, *ENTRIES))["deployments"][1:]
    assert [entry["build"] for entry in entries] == [None] * 3
