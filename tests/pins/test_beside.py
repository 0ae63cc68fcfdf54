"""Requirements that keep the target out, whatever Prefect's own pin says."""

from __future__ import annotations

import pytest

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.beside import too_old
from tests.conftest import MakeProject, scan_folder

_POETRY = "[tool.poetry.dependencies]\n"


@pytest.mark.parametrize(
    ("kind", "text", "package", "found"),
    [
        (kinds.REQUIREMENTS, "sqlalchemy==1.4.46", "prefect", "sqlalchemy==1.4.46"),
        (kinds.REQUIREMENTS, "SQLAlchemy<2", "prefect", "SQLAlchemy<2"),
        (kinds.REQUIREMENTS, "mlflow == 2.3.1  # tracking", "prefect", "mlflow == 2.3.1"),
        (kinds.REQUIREMENTS, "evidently==0.3.3", "prefect", "evidently==0.3.3"),
        (kinds.REQUIREMENTS, "evidently==0.2.6\nmlflow==1.27.0\nmlflow==2.9.2", "prefect", ""),
        (kinds.REQUIREMENTS, "protobuf==4.22.3\ndbt-core==1.7.4\nagate==1.7.0", "prefect-dbt", ""),
        (kinds.REQUIREMENTS, "boto3==1.34.99", "prefect-aws", "boto3==1.34.99"),
        (kinds.REQUIREMENTS, "boto3==1.34.99", "prefect-gcp", ""),
        (kinds.REQUIREMENTS, "sqlalchemy==2.0.30\\nsqlalchemy>=1.4\\n", "prefect", ""),
        (kinds.REQUIREMENTS, "sqlalchemy>=1.4,<3\npandas==1.0\n# sqlalchemy==1.4", "prefect", ""),
        (kinds.REQUIREMENTS, "typing_extensions==4.5.0", "prefect", "typing_extensions==4.5.0"),
        (
            kinds.PYPROJECT,
            _POETRY + 'sqlalchemy = "1.4.46"',
            "prefect-sqlalchemy",
            "sqlalchemy = 1.4.46",
        ),
        (
            kinds.PYPROJECT,
            _POETRY + 'sqlalchemy = {version = "^1.4"}',
            "prefect",
            "sqlalchemy = ^1.4",
        ),
        (kinds.PYPROJECT, _POETRY + 'sqlalchemy = ">=1.4"', "prefect", ""),
        (kinds.PYPROJECT, 'dependencies = [\n  "sqlalchemy~=1.4.0",\n]', "prefect", "sqlalchemy~=1.4.0"),
        (kinds.PYPROJECT, 'python = "^3.8"\nversion = "0.1.0"', "prefect", ""),
        (kinds.PIPFILE, '[packages]\nsqlalchemy = "==1.4.46"', "prefect", "sqlalchemy = ==1.4.46"),
        (kinds.PIPFILE, 'sqlalchemy = "*"', "prefect", ""),
        (kinds.YAML, "dependencies:\n  - sqlalchemy=1.4\n", "prefect", "sqlalchemy=1.4"),
        (kinds.YAML, "dependencies:\n  - sqlalchemy=2.0\n", "prefect", ""),
    ],
)
def test_what_is_too_old(kind: str, text: str, package: str, found: str) -> None:
    reason = too_old(kind, text.replace("\\n", "\n"), package, (3, 8))
    assert reason.partition("`")[2].partition("`")[0] == found


def test_minors_that_were_not_looked_at() -> None:
    assert too_old(kinds.REQUIREMENTS, "sqlalchemy==1.4.46", "prefect", (3, 0)) == ""


def test_a_pin_beside_something_too_old_wants_review(make_project: MakeProject) -> None:
    folder = make_project({"requirements.txt": "prefect==2.10.8\nprefect-aws==0.3.1\nboto3==1.34.99\n"})
    findings = scan_folder(folder, select=("PM501",)).findings
    tiers = {finding.message.split("`")[1]: finding.applicability.value for finding in findings}
    assert tiers == {"prefect==2.10.8": "safe", "prefect-aws==0.3.1": "review"}


def test_an_image_waits_for_what_it_installs(make_project: MakeProject) -> None:
    dockerfile = "FROM prefecthq/prefect:2.14.9-python3.11\nCOPY docker/requirements.txt .\n"
    files = {"Dockerfile": dockerfile, "docker/requirements.txt": "prefect-aws==0.3.1\nboto3==1.34.99\n"}
    (image,) = scan_folder(make_project(files), select=("PM506",)).findings
    assert image.applicability.value == "review"
    assert "docker/requirements.txt, which it installs, keeps prefect-aws==0.3.1" in image.reason


def test_an_image_moves_with_what_it_installs(make_project: MakeProject) -> None:
    dockerfile = "FROM prefecthq/prefect:2.14.9-python3.11\nCOPY requirements.txt .\n"
    files = {"Dockerfile": dockerfile, "requirements.txt": "prefect-aws==0.3.1\n"}
    (image,) = scan_folder(make_project(files), select=("PM506",)).findings
    assert image.applicability.value == "safe"
