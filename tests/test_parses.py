"""A scan parses a file a few times at most, however many others there are and whatever they ask about it.

`apply` scans several times, and looks again only at what its fixes may have changed something for.
"""

from __future__ import annotations

from collections import Counter

import pytest

from prefect_migrate.apply import apply
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


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file is parsed."""
    found: Counter[str] = Counter()
    read = PythonFile.read

    def counted(path: str, data: bytes) -> PythonFile:
        found[path] += 1
        return read(path, data)

    monkeypatch.setattr(PythonFile, "read", counted)
    return found


def test_parses_do_not_multiply(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, parses: Counter[str]
) -> None:
    files = {
        f"pkg/module_{own}.py": MODULE.format(own=own, one=(own + 1) % COUNT, two=(own + 7) % COUNT)
        for own in range(COUNT)
    }
    folder = make_project({"requirements.txt": "prefect==2.10\n", **files})
    # so that a tree that is asked for again must be made again, as in a big repository
    monkeypatch.setattr(parsed, "KEPT", 2_000)
    assert scan(Project(folder), Config(), fixes=False).findings
    assert len(parses) == COUNT
    assert max(parses.values()) <= 4, parses


#: What `base` imports is moved; it hands it on, by way of `middle`, to `user`.
CHAIN = {
    "requirements.txt": "prefect==2.10\n",
    "pkg/base.py": "from prefect.client import get_client\n",
    "pkg/middle.py": "from pkg.base import get_client  # prefect\n",
    "pkg/user.py": "from prefect import flow\nfrom pkg.middle import get_client\n",
    **{f"pkg/other_{number}.py": "from prefect import flow\n\n\n@flow\ndef one(): ...\n" for number in range(COUNT)},
}


def test_apply_looks_again_where_something_changed(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, parses: Counter[str]
) -> None:
    folder = make_project(CHAIN)
    monkeypatch.setattr(parsed, "KEPT", 50)
    assert {finding.path for finding in scan(Project(folder), Config()).findings} > {"pkg/middle.py", "pkg/user.py"}
    parses.clear()
    result = apply(Project(folder), Config(), unsafe=True)
    assert [change.path for change in result.changes] == ["pkg/base.py", "requirements.txt"]
    assert result.remaining.findings == []
    assert {parses[f"pkg/other_{number}.py"] for number in range(COUNT)} == {1}
