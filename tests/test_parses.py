"""A scan parses a file a few times at most, however many others there are and whatever they ask about it."""

from __future__ import annotations

from collections import Counter

import pytest

from prefect_migrate.config import Config
from prefect_migrate.project import Project
from prefect_migrate.scan import scan
from prefect_migrate.source import parsed
from prefect_migrate.source.python import PythonFile
from tests.conftest import MakeProject

#: Names that are gone (used and not), a flow, futures; each module takes names from two others.
MODULE = """\
from prefect import flow, task
from prefect.filesystems import S3, GCS
from prefect.infrastructure import Process
from pkg.module_{one} import load as other, etl_{one}
from pkg.module_{two} import etl_{two}


@task
def load(): ...


@flow
def etl_{own}():
    print(S3.load("a"))
    other.submit().wait()
    etl_{one}()
    etl_{two}()
"""
COUNT = 24


def test_parses_do_not_multiply(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        f"pkg/module_{own}.py": MODULE.format(own=own, one=(own + 1) % COUNT, two=(own + 7) % COUNT)
        for own in range(COUNT)
    }
    folder = make_project({"requirements.txt": "prefect==2.10\n", **files})
    parses: Counter[str] = Counter()
    read = PythonFile.read

    def counted(path: str, data: bytes) -> PythonFile:
        parses[path] += 1
        return read(path, data)

    monkeypatch.setattr(PythonFile, "read", counted)
    # so that a tree that is asked for again must be made again, as in a big repository
    monkeypatch.setattr(parsed, "KEPT", 2_000)
    assert scan(Project(folder), Config(), fixes=False).findings
    assert len(parses) == COUNT
    assert max(parses.values()) <= 4, parses
