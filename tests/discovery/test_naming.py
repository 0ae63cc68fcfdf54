"""A file names another one: by its name, below whatever directory, unless that is plainly another file."""

from __future__ import annotations

import pytest

from prefect_migrate.discovery.naming import names, runs

FILES = {"flows/deploy.py", "other/deploy.py", "other/run.sh", "Makefile"}


@pytest.mark.parametrize(
    "text",
    [
        "deploy: flows/deploy.py",
        "python deploy.py",
        "python ./flows/deploy.py && ls",
        "python flows\\deploy.py",
        "python $DIR/deploy.py",
        "COPY deploy.py /app/deploy.py",
        "python /app/other/deploy.py",
        "python src/other/deploy.py",
        "redeploy.py and deploy.py",
        '"deploy.py"',
        "python -m flows.deploy",
        "python3 -u -m  flows.deploy --all",
        '["python", "-m", "flows.deploy"]',
        "python -m deploy",
        "python -m acme.flows.deploy",
    ],
)
def test_what_names_it(text: str) -> None:
    assert names(text.encode(), "Makefile", "flows/deploy.py", FILES.__contains__)


@pytest.mark.parametrize(
    "text",
    [
        "python redeploy.py",
        "python my-deploy.py",
        "less deploy.pyc",
        "deploy_py",
        "python other/deploy.py",
        "python ./other/deploy.py",
        "python flows/../other/deploy.py",
        "python -m other.deploy",
        "python -m flows.deploy.later",
        "python -m flows.redeploy",
        "from flows.deploy import a",
    ],
)
def test_what_names_another(text: str) -> None:
    assert not names(text.encode(), "Makefile", "flows/deploy.py", FILES.__contains__)


@pytest.mark.parametrize(
    ("naming", "text", "expected"),
    [
        ("other/run.sh", "python deploy.py", False),
        ("other/run.sh", "python ./deploy.py", False),
        ("other/run.sh", "cd ../flows\npython deploy.py", True),
        ("other/run.sh", "python ../flows/deploy.py", True),
        ("flows/run.sh", "python ../other/deploy.py", False),
        ("other/deploy.py", '"""Usage: python deploy.py"""', False),
        ("other/Dockerfile", "WORKDIR /flows\nCMD python deploy.py", True),
        ("third/run.sh", "python deploy.py", True),
    ],
)
def test_from_another_directory(naming: str, text: str, expected: bool) -> None:
    assert names(text.encode(), naming, "flows/deploy.py", FILES.__contains__) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("command: python /app/flows/deploy.py", True),
        ('CMD ["python3.11", "-u", "flows/deploy.py"]', True),
        ("\tpython -m flows.deploy", True),
        ("poetry run flows/deploy.py", True),
        ("./flows/deploy.py --all", True),
        ("COPY flows/deploy.py /app", False),
        ("COPY ./flows/deploy.py /app", False),
        ("- run: ./flows/deploy.py", True),
        ("deploy.py registers the flows", False),
        ("python other.py\ncat flows/deploy.py", False),
        ("entrypoint: flows/deploy.py:etl", False),
        ("python flows/redeploy.py", False),
    ],
)
def test_what_runs_it(text: str, expected: bool) -> None:
    assert runs(text.encode(), "Makefile", "flows/deploy.py", FILES.__contains__) == expected
