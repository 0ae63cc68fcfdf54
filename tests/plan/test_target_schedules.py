"""Schedules for targets whose defaults differ."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, texts

DEPLOY = """\
from prefect.deployments import Deployment
from prefect.server.schemas.schedules import CronSchedule
from flows import etl

Deployment.build_from_flow(etl, "nightly", schedule=CronSchedule(cron="0 3 * * *"), work_pool_name="pool").apply()
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ((3, 8), 'schedules=[Cron("0 3 * * *")]'),
        ((3, 2), 'schedules=[Cron("0 3 * * *", day_or=True)]'),
        ((3, 1), 'schedules=[CronSchedule(cron="0 3 * * *")]'),
    ],
)
def test_cron_of_each_target(make_project: MakeProject, target: tuple[int, int], expected: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    assert expected in (texts(apply_folder(folder, target=target))["deploy.py"] or "")
