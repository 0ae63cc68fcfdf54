"""Tasks and flows of integrations that are another kind of thing in the releases for Prefect 3."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder, texts

PINS = "prefect==2.20.0\nprefect-gcp==0.5.0\nprefect-aws==0.4.0\nprefect-snowflake==0.27.0\nprefect-kubernetes==0.4.0\n"
SNOW = "from prefect_snowflake.database import snowflake_query\n"
AWS = "from prefect_aws.s3 import s3_upload\n"
SHELL = "from prefect_shell import shell_run_command\n"
FLOW = "from prefect import flow\n{}\n\n@flow\nasync def etl(a):\n    {}\n"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (SNOW, "return await snowflake_query('q', a)", "return await snowflake_query_async('q', a)"),
        (SNOW, "return await snowflake_query.submit('q', a)", "return snowflake_query.submit('q', a)"),
        (AWS, "b = s3_upload.with_options(retries=2)\n    await b(a)",
         "b = aupload_to_bucket.with_options(retries=2)\n    await b(a)"),
        (AWS, "await s3_upload.submit(a)", "aupload_to_bucket.submit(a)"),
        ("from prefect_kubernetes import run_namespaced_job\n", "await run_namespaced_job(a)",
         "await run_namespaced_job_async(a)"),
        (SHELL, "f = await shell_run_command.submit('ls')\n    await f.result()",
         "f = shell_run_command.submit('ls')\n    f.result()"),
    ],
)  # fmt: skip
def test_rewritten(make_project: MakeProject, head: str, body: str, expected: str) -> None:
    folder = make_project({"flows.py": FLOW.format(head, body), "requirements.txt": PINS})
    after = texts(apply_folder(folder, unsafe=True, select=("PM401", "PM422")))["flows.py"] or ""
    assert after.endswith(f"    {expected}\n")
    for name in ("snowflake_query_async", "aupload_to_bucket", "run_namespaced_job_async"):
        assert (name in after) is (f"import {name}\n" in after)
        assert name not in after or "_query\n" not in after


@pytest.mark.parametrize(
    ("head", "body", "pin", "expected"),
    [
        ("import prefect_gcp.bigquery as bq\n", "await bq.bigquery_query('q', a)", PINS, 1),
        (f"import asyncio\n{SNOW}", "await asyncio.gather(*[snowflake_query(q, a) for q in a])", PINS, 0),
        (f"import asyncio\n{SNOW}", "await asyncio.gather(snowflake_query('q', a))", PINS, 1),
        (SNOW, "return snowflake_query('q', a)", PINS, 0),
        (AWS, "await s3_upload(a)", PINS, 0),
        (AWS, "run = s3_upload", PINS, 0),
        ("async def snowflake_query(a): ...\n", "await snowflake_query(a)", PINS, 0),
        (SNOW, "return await snowflake_query('q', a)", "prefect==3.8.8\nprefect-snowflake==0.28.0\n", 0),
    ],
)
def test_found(make_project: MakeProject, head: str, body: str, pin: str, expected: int) -> None:
    folder = make_project({"flows.py": FLOW.format(head, body), "requirements.txt": pin})
    assert len(scan_folder(folder, select=("PM422",)).findings) == expected


def test_of_older_targets_it_is_not_known(make_project: MakeProject) -> None:
    folder = make_project({"a.py": FLOW.format(SNOW, "return await snowflake_query('q', a)"), "requirements.txt": PINS})
    assert not scan_folder(folder, select=("PM422",), target=(3, 1)).findings


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        ('"prefect>=3,<3.6", "prefect-slack<=0.2.7"', 0),
        ('"prefect>=3,<3.6", "prefect<3"', 1),
        ('"prefect-slack<=0.2.7"', 1),
        ('"prefect==2.20.0", "prefect-slack==0.3.0"', 1),
    ],
)
def test_an_old_integration_beside_prefect_3(make_project: MakeProject, pins: str, expected: int) -> None:
    code = FLOW.format(SNOW, "return await snowflake_query('q', a)")
    folder = make_project({"a.py": code, "pyproject.toml": f"[project]\nname = 'x'\ndependencies = [{pins}]\n"})
    assert len(scan_folder(folder, select=("PM422",)).findings) == expected
