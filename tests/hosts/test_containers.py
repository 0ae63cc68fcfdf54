"""Commands that leave the program to a container's entrypoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.hosts.sites import read_sites, text_of
from prefect_migrate.project import Project
from tests.hosts.helpers import check_spans, migrated, said

COMPOSE = """\
services:
  cli:
    image: prefecthq/prefect:2.10.0-python3.10
    entrypoint: %s
  shell:
    image: prefecthq/prefect:2.10.0-python3.10
    entrypoint: [bash]
"""
DOCKERFILE = 'FROM prefecthq/prefect:2.10.0-python3.10\nENTRYPOINT ["poetry", "run", "prefect"]\n'


def commands(folder: Path, files: dict[str, str]) -> list[str]:
    for path, text in files.items():
        (folder / path).write_text(text)
    project, found = Project(folder), []
    for file in project.files:
        source = text_of(project, file)
        for command in read_sites(project, file):
            assert source is not None
            check_spans(command, source.text)
            found.append(said(command))
    return found


@pytest.mark.parametrize(
    "entrypoint", ["prefect", "[prefect]", '["tini", "--", "/opt/bin/prefect"]', "poetry run prefect"]
)
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "up:\n\tdocker-compose run cli agent start -q etl\n"),
        ("up.sh", "docker compose --profile x run --rm cli \\\n  agent  start -q etl && echo up\n"),
        ("ci.yml", "steps:\n- run: docker compose run cli agent start -q etl\n"),
        ("README.md", "For Prefect:\n\n```bash\ndocker compose run cli agent start -q etl\n```\n"),
    ],
)
def test_a_service_that_starts_prefect(tmp_path: Path, entrypoint: str, path: str, text: str) -> None:
    assert commands(tmp_path, {"docker-compose.yml": COMPOSE % entrypoint, path: text}) == [
        "prefect agent start -q etl"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "docker compose run shell agent start -q etl",
        "docker compose run other agent start -q etl",
        "docker compose exec cli agent start -q etl",
        "docker compose run --name agent start",
        "docker compose run cli; agent start",
        "systemctl run cli agent start",
        "docker compose run cli python agent.py start",
        "docker compose run cli agent starts",
    ],
)
def test_what_no_entrypoint_of_ours_starts(tmp_path: Path, line: str) -> None:
    assert commands(tmp_path, {"docker-compose.yml": COMPOSE % "prefect", "up.sh": f"{line}\n"}) == []


def test_an_image_that_starts_prefect(tmp_path: Path) -> None:
    script = "docker run --rm -e PREFECT_API_URL=$URL ours:latest deployment apply etl.yaml\n"
    assert commands(tmp_path, {"up.sh": script}) == []
    assert commands(tmp_path, {"Dockerfile": DOCKERFILE, "up.sh": script}) == ["prefect deployment apply etl.yaml"]


def test_the_program_may_already_stand_there(tmp_path: Path) -> None:
    script = "docker run --rm ours:latest prefect agent start -q etl\n"
    assert commands(tmp_path, {"Dockerfile": DOCKERFILE, "up.sh": script}) == ["prefect agent start -q etl"]


def test_the_rest_of_the_line_stays(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(COMPOSE % "prefect")
    before = (
        "up:\n\t@docker-compose run  cli agent start -q etl # now\n"
        "\tdocker compose run cli agent start --work-queue 'etl'\n"
    )
    after = migrated(tmp_path, "Makefile", before)
    assert after == (
        "up:\n\t@docker-compose run  cli worker start --pool process-pool -q etl # now\n"
        "\tdocker compose run cli worker start --pool process-pool --work-queue 'etl'\n"
    )
