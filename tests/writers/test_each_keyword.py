"""Each keyword of build_from_flow as a literal, a variable, a conditional expression and None."""

from __future__ import annotations

import ast

import pytest

from prefect_migrate import reference
from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
import os

from prefect.deployments import Deployment
from prefect.server.schemas.schedules import CronSchedule

from flows import etl

given = os.environ.get("GIVEN")
written = {"env.A": "1"}
flat = {"env": {"A": "1"}}
numbers = {"N": 4}
"""
#: keyword -> (a literal, Prefect 3's keyword for it, how the literal is written there)
KEYWORDS = {
    "version": ("1", "version", '"1"'),
    "description": ('"d"', "description", '"d"'),
    "tags": ('["a"]', "tags", '["a"]'),
    "parameters": ('{"n": 2}', "parameters", '{"n": 2}'),
    "schedule": ('CronSchedule(cron="0 3 * * *")', "schedules", '[Cron("0 3 * * *")]'),
    "is_schedule_active": ("False", "paused", "True"),
    "work_queue_name": ('"q"', "work_queue_name", '"q"'),
    "enforce_parameter_schema": ("True", "enforce_parameter_schema", "True"),
    "infra_overrides": ('{"env.A": "1"}', "job_variables", '{"env": {"A": "1"}}'),
    "job_variables": ('{"env.A": "1"}', "job_variables", '{"env": {"A": "1"}}'),
}
KINDS = {"literal": "{}", "variable": "given", "conditional": "{} if given else None", "none": "None"}


def written(make_project: MakeProject, keyword: str, value: str) -> dict[str, str]:
    """keyword -> value of the call that is written for a definition with one more keyword."""
    code = f'{HEAD}\nDeployment.build_from_flow(flow=etl, name="a", work_pool_name="p", {keyword}={value}).apply()\n'
    result = apply_folder(make_project({"flows.py": FLOWS, "deploy.py": code}), unsafe=True)
    after = texts(result)["deploy.py"] or ""
    assert "Deployment" not in after, [finding.reason for finding in result.remaining.findings]
    calls = [node for node in ast.walk(ast.parse(after)) if isinstance(node, ast.Call)]
    (call,) = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "deploy"]
    return {str(item.arg): ast.unparse(item.value) for item in call.keywords}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_keyword(make_project: MakeProject, keyword: str, kind: str) -> None:
    literal, new, expected = KEYWORDS[keyword]
    found = written(make_project, keyword, KINDS[kind].format(literal))
    signature = reference.signature("prefect.flows.Flow.deploy", (3, 8))
    assert signature is not None
    assert all(signature.accepts(name) for name in found)
    new = "schedule" if keyword == "schedule" and kind in ("variable", "conditional") else new
    if kind == "none":
        assert found.get(new) in (None, "None")
    else:
        assert new in found
        assert ("given" in found[new]) == (kind != "literal")
    if kind == "literal":
        assert found[new] == ast.unparse(ast.parse(expected, mode="eval"))


@pytest.mark.parametrize("value", ["None", '"out.yaml"'])
@pytest.mark.parametrize("keyword", ["output", "ignore_file"])
def test_what_names_nothing_goes(make_project: MakeProject, keyword: str, value: str) -> None:
    assert set(written(make_project, keyword, value)) == {"name", "work_pool_name"}


@pytest.mark.parametrize(
    ("value", "paused"),
    [
        ("given", "given is False"),
        ("not given", "bool(given)"),
        ("True if given else False", "False if given else True"),
        ("given == 'prod'", "not given == 'prod'"),
    ],
)
def test_activity_is_turned_round(make_project: MakeProject, value: str, paused: str) -> None:
    assert written(make_project, "is_schedule_active", value)["paused"] == paused


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"env.A": "1"} if given else None', "{'env': {'A': '1'}} if given else None"),
        ('None if given else dict(env={"A": 1})', "None if given else {'env': {'A': '1'}}"),
        ('{} if given else {"env.A": given}', "{} if given else {'env': {'A': given}}"),
        ('dict({"env.A": "1"})', "{'env': {'A': '1'}}"),
        ('{"env.A": "1"} | {"env.B": "2"}', "{'env': {'A': '1', 'B': '2'}}"),
        ("written", "{'env': {'A': '1'}}"),
        ("flat", "flat"),
        ('{"env": numbers}', "{'env': {'N': '4'}}"),
        ('{"env": {**numbers, "B": True}}', "{'env': {'N': '4', 'B': 'True'}}"),
        ("given", "given"),
    ],
)
def test_overrides_are_nested(make_project: MakeProject, value: str, expected: str) -> None:
    found = written(make_project, "infra_overrides", value)
    assert found["job_variables"] == expected


@pytest.mark.parametrize(
    "value", ['{**given, "env.A": "1"}', '{"env.A": "1"} if given else given', 'given | {"env.A": "1"}']
)
def test_dots_among_what_is_not_known_are_left_to_a_person(make_project: MakeProject, value: str) -> None:
    code = f'{HEAD}\nDeployment.build_from_flow(flow=etl, name="a", infra_overrides={value}).apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert finding.fix is None
    assert "the override `env.A` must be nested" in finding.next_step


@pytest.mark.parametrize(
    ("value", "told"),
    [("given", True), ("make()", True), ("{**given}", True), ('{"a": given}', False), ("flat", False)],
)
def test_what_gives_overrides_is_to_be_looked_at(make_project: MakeProject, value: str, told: bool) -> None:
    code = f'{HEAD}\nDeployment.build_from_flow(flow=etl, name="a", infra_overrides={value}).apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert ("must name job variables" in finding.reason) is told
    assert (finding.applicability is Applicability.REVIEW) is told or value == '{"a": given}'
