"""Where imports and uses of names that have moved must be rewritten, and where they must stay."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

CODES = ("PM302", "PM306")


def moved(folder: Path, text: str, *, unsafe: bool = False, path: str = "a.py") -> str:
    """The file after apply; it must parse, and a second apply must change nothing."""
    (folder / path).write_bytes(dedent(text).encode())
    result = apply_folder(folder, select=CODES, unsafe=unsafe)
    after = texts(result).get(path, dedent(text))
    assert after is not None
    compile(after, path, "exec")
    (folder / path).write_bytes(after.encode())
    assert not apply_folder(folder, select=CODES, unsafe=unsafe).changes
    return after


# -- imports -------------------------------------------------------------------------------------------------------


def test_alone_in_its_statement(tmp_path: Path) -> None:
    before = "from prefect import get_cloud_client\n\nget_cloud_client()\n"
    assert moved(tmp_path, before) == "from prefect.client.cloud import get_cloud_client\n\nget_cloud_client()\n"


def test_as_another_name(tmp_path: Path) -> None:
    before = "from prefect import OrionClient as C, flow\n\nC()\nflow()\n"
    after = "from prefect import flow\nfrom prefect.client.orchestration import PrefectClient as C\n\nC()\nflow()\n"
    assert moved(tmp_path, before) == after


def test_a_new_name_is_used_everywhere(tmp_path: Path) -> None:
    before = """\
        from prefect.deployments import DeploymentImage


        def build(tag: str, cls=DeploymentImage) -> DeploymentImage:
            return DeploymentImage("etl", tag=tag)
        """
    after = """\
        from prefect.docker import DockerImage


        def build(tag: str, cls=DockerImage) -> DockerImage:
            return DockerImage("etl", tag=tag)
        """
    assert moved(tmp_path, before) == dedent(after)


def test_module_alias_keeps_working(tmp_path: Path) -> None:
    before = "import prefect.deployments as d\n\nd.DeploymentImage('etl')\nd.run_deployment('a/b')\n"
    after = (
        "import prefect.deployments as d\nfrom prefect.docker import DockerImage\n\n"
        "DockerImage('etl')\nd.run_deployment('a/b')\n"
    )
    assert moved(tmp_path, before) == after


def test_module_alias_goes_with_its_last_use(tmp_path: Path) -> None:
    before = "import prefect.deployments as d\n\nd.DeploymentImage('etl')\n"
    assert moved(tmp_path, before) == "from prefect.docker import DockerImage\n\nDockerImage('etl')\n"


def test_a_renamed_tree(tmp_path: Path) -> None:
    before = (
        "import prefect.orion.schemas.core as core\nfrom prefect.orion import models\n\ncore.Flow()\nmodels.flows\n"
    )
    assert moved(tmp_path, before) == before.replace("orion", "server")


def test_a_module_under_another_name(tmp_path: Path) -> None:
    before = "from prefect.client import orion\n\norion.get_client()\n"
    after = "from prefect.client import orchestration\n\norchestration.get_client()\n"
    assert moved(tmp_path, before) == after


def test_merged_into_an_import_that_is_there(tmp_path: Path) -> None:
    before = """\
        from prefect import flow, get_cloud_client
        from prefect.client.cloud import CloudClient

        flow, get_cloud_client, CloudClient
        """
    after = """\
        from prefect import flow
        from prefect.client.cloud import CloudClient, get_cloud_client

        flow, get_cloud_client, CloudClient
        """
    assert moved(tmp_path, before) == dedent(after)


def test_a_module_that_is_imported_already(tmp_path: Path) -> None:
    before = "import prefect.client.cloud\nimport prefect\n\nprefect.get_cloud_client()\n"
    assert moved(tmp_path, before).count("import prefect.client.cloud") == 1


@pytest.mark.parametrize("second", ["prefect.blocks.core", "prefect.deployments"])
def test_sorted_imports_stay_sorted(tmp_path: Path, second: str) -> None:
    before = f"""\
        from prefect.artifacts import create_link_artifact
        from {second} import name
        from prefect.orion.schemas.schedules import CronSchedule
        from prefect.tasks import task

        create_link_artifact, name, CronSchedule, task
        """
    lines = moved(tmp_path, before).splitlines()[:4]
    assert lines == sorted(lines)
    assert "from prefect.client.schemas.schedules import CronSchedule" in lines


def test_sections_of_imports_stay_sorted(tmp_path: Path) -> None:
    """The standard library stands above; that its last module comes after Prefect is no disorder."""
    before = """\
        from typing import Any

        from prefect.artifacts import create_link_artifact
        from prefect.deployments import name
        from prefect.orion.schemas.schedules import CronSchedule

        from mine import other

        Any, create_link_artifact, name, CronSchedule, other
        """
    lines = moved(tmp_path, before).splitlines()[2:5]
    assert lines == sorted(lines)
    assert "from prefect.client.schemas.schedules import CronSchedule" in lines


def test_comments_between_names(tmp_path: Path) -> None:
    before = """\
        from prefect import (
            flow,  # decorates
            # the cloud's client
            get_cloud_client,  # opens
            task,
        )

        flow, get_cloud_client, task
        """
    after = """\
        from prefect import (
            flow,  # decorates
            # the cloud's client
            task,
        )
        from prefect.client.cloud import get_cloud_client  # opens

        flow, get_cloud_client, task
        """
    assert moved(tmp_path, before) == dedent(after)


def test_comments_that_would_be_lost(tmp_path: Path) -> None:
    before = "from prefect import (flow, get_cloud_client,  # both\n    task)\n\nflow, get_cloud_client, task\n"
    assert moved(tmp_path, before) == before
    (finding,) = scan_folder(tmp_path, select=CODES).findings
    assert finding.applicability is Applicability.MANUAL
    assert "comments" in finding.reason


PLACES = {
    "noqa": (
        "from prefect import get_cloud_client  # noqa: F401\n",
        "from prefect.client.cloud import get_cloud_client  # noqa: F401\n",
    ),
    "noqa on one of two": (
        "from prefect import get_cloud_client, flow  # noqa: F401\n",
        "from prefect import flow  # noqa: F401\nfrom prefect.client.cloud import get_cloud_client  # noqa: F401\n",
    ),
    "trailing comma": (
        "from prefect import (\n    get_cloud_client,\n)\n",
        "from prefect.client.cloud import (\n    get_cloud_client,\n)\n",
    ),
    "backslash": (
        "from prefect import \\\n    get_cloud_client\n",
        "from prefect.client.cloud import \\\n    get_cloud_client\n",
    ),
    "semicolon": (
        "import os; from prefect import get_cloud_client, flow\n",
        "import os; from prefect import flow\nfrom prefect.client.cloud import get_cloud_client\n",
    ),
    "in a function": (
        "def f():\n    from prefect import flow, get_cloud_client\n    return flow, get_cloud_client\n",
        "def f():\n    from prefect import flow\n    from prefect.client.cloud import get_cloud_client\n"
        "    return flow, get_cloud_client\n",
    ),
    "behind a colon": (
        "if True: from prefect import flow, get_cloud_client\n",
        "if True: from prefect import flow; from prefect.client.cloud import get_cloud_client\n",
    ),
    "type checking": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from prefect import OrionClient\n\n\n"
        "def f(c: 'OrionClient'): ...\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from prefect.client.orchestration import PrefectClient as OrionClient\n\n\ndef f(c: 'OrionClient'): ...\n",
    ),
    "future": (
        '"""Doc."""\nfrom __future__ import annotations\nfrom prefect import get_cloud_client\n',
        '"""Doc."""\nfrom __future__ import annotations\nfrom prefect.client.cloud import get_cloud_client\n',
    ),
    "star": (
        "from prefect.orion.schemas.schedules import *\n\nCronSchedule(cron='* * * * *')\n",
        "from prefect.client.schemas.schedules import CronSchedule\nfrom prefect.server.schemas.schedules import *\n\n"
        "CronSchedule(cron='* * * * *')\n",
    ),
    "star of what is there": (
        "from prefect import *\n\nflow(get_cloud_client)\n",
        "from prefect import *\nfrom prefect.client.cloud import get_cloud_client\n\nflow(get_cloud_client)\n",
    ),
    "in __all__": (
        "from prefect import OrionClient\n\n__all__ = ['OrionClient']\n",
        "from prefect.client.orchestration import PrefectClient as OrionClient\n\n__all__ = ['OrionClient']\n",
    ),
    "new name is taken": (
        "from prefect import OrionClient\n\nPrefectClient = 1\nOrionClient()\n",
        "from prefect.client.orchestration import PrefectClient as OrionClient\n\nPrefectClient = 1\nOrionClient()\n",
    ),
    "type comment": (
        "import prefect\n\nx = None  # type: prefect.client.orion.OrionClient\n",
        "import prefect\n\nx = None  # type: prefect.client.orchestration.PrefectClient\n",
    ),
    "package alias": (
        "import prefect as p\n\np.get_cloud_client()\n",
        "from prefect.client.cloud import get_cloud_client\n\nget_cloud_client()\n",
    ),
    "decorated": (
        "import prefect\n\n\n@prefect.flow\ndef f(a=prefect.OrionClient):\n    ...\n",
        "import prefect\nimport prefect.client.orchestration\n\n\n@prefect.flow\n"
        "def f(a=prefect.client.orchestration.PrefectClient):\n    ...\n",
    ),
    "nested scopes": (
        "import prefect\n\n\nclass A:\n    def f(self):\n        return [prefect.get_cloud_client() for _ in (1,)]\n",
        "import prefect\nimport prefect.client.cloud\n\n\nclass A:\n    def f(self):\n"
        "        return [prefect.client.cloud.get_cloud_client() for _ in (1,)]\n",
    ),
    "import_module": (
        "import importlib\n\nimportlib.import_module('prefect.orion.schemas.core')\n",
        "import importlib\n\nimportlib.import_module('prefect.server.schemas.core')\n",
    ),
    "quoted": (
        "import prefect\n\n\ndef f(x: 'prefect.client.orion.OrionClient'): ...\n",
        "import prefect\n\n\ndef f(x: 'prefect.client.orchestration.PrefectClient'): ...\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_in_other_places(tmp_path: Path, before: str, after: str) -> None:
    assert moved(tmp_path, before) == after


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    text = "from prefect import flow, get_cloud_client\r\n\r\nget_cloud_client(flow)\r\n"
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (change,) = apply_folder(tmp_path, select=CODES).changes
    after = (change.after or b"").decode()
    assert after.startswith("\ufefffrom prefect import flow\r\nfrom prefect.client.cloud import get_cloud_client\r\n")
    assert "\n" not in after.replace("\r\n", "")


def test_a_patched_name_wants_review(tmp_path: Path) -> None:
    text = "from unittest import mock\n\nmock.patch('prefect.client.orion.get_client')\n"
    assert moved(tmp_path, text) == text
    assert "'prefect.client.orchestration.get_client'" in moved(tmp_path, text, unsafe=True)


def test_an_entry_point(tmp_path: Path) -> None:
    text = "STEP = 'prefect.deployments.steps:git_clone_project'\n"
    assert moved(tmp_path, text, unsafe=True) == "STEP = 'prefect.deployments.steps:git_clone'\n"


# -- left alone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "from mylib import get_cloud_client\n\nget_cloud_client('prefect')\n",
        "def f(prefect):\n    return prefect.get_cloud_client()\n",
        "import prefect\n\n\ndef f(prefect):\n    return prefect.get_cloud_client()\n",
        "'''\nfrom prefect import get_cloud_client\n'''\n",
        "# from prefect import get_cloud_client\n",
        "import logging\n\nlogging.getLogger('prefect.orion')\n",
        "EVENT = 'prefect.flow_run.Completed'\n",
        "try:\n    from prefect import get_cloud_client\nexcept ImportError:\n"
        "    from prefect.client.cloud import get_cloud_client\n",
        "try:\n    from prefect.client.cloud import get_cloud_client\nexcept ImportError:\n"
        "    from prefect import get_cloud_client\n",
        "import prefect\n\nif prefect.__version__ >= '3':\n    x = 1\nelse:\n    prefect.get_cloud_client()\n",
        "import prefect\n\nif hasattr(prefect, 'get_cloud_client'):\n    prefect.get_cloud_client()\n",
        "import prefect\n\n\ndef f():\n    if prefect.__version__.startswith('3'):\n        return 1\n"
        "    return prefect.get_cloud_client()\n",
        "from .orion import get_client  # prefect\n",
        "from prefect_pipelines import get_cloud_client\n",
    ],
)
def test_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert not scan_folder(tmp_path, select=CODES).findings


def test_guards_are_counted(tmp_path: Path) -> None:
    text = "try:\n    from prefect import get_cloud_client\nexcept ImportError:\n    get_cloud_client = None\n"
    (tmp_path / "a.py").write_text(text)
    result = scan_folder(tmp_path, select=CODES)
    assert (result.findings, result.guarded) == ([], 1)


GUARDS = {
    "raises": "try:\n    from prefect import get_cloud_client\nexcept ImportError:\n    raise RuntimeError('no')\n",
    "passes": "try:\n    from prefect import get_cloud_client\nexcept ImportError:\n    pass\n",
    "no better": "try:\n    from prefect import get_cloud_client\nexcept ImportError:\n"
    "    from prefect.client.orion import get_client\n",
    "suppressed": "from contextlib import suppress\n\nwith suppress(ImportError):\n"
    "    from prefect import get_cloud_client\n",
    "no else": "import prefect\n\nif prefect.__version__ < '3':\n    from prefect import get_cloud_client\n",
}


@pytest.mark.parametrize("text", GUARDS.values(), ids=GUARDS)
def test_guards_without_another_way(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    found = scan_folder(tmp_path, select=CODES).findings
    assert found
    assert all(finding.applicability is Applicability.MANUAL for finding in found)
    assert not apply_folder(tmp_path, select=CODES).changes


def test_every_name_is_found_on_its_own_line(tmp_path: Path) -> None:
    text = "from prefect import (\n    flow,\n    get_cloud_client,\n    task,\n    CloudClient as C,\n)\n"
    (tmp_path / "a.py").write_text(text)
    found = scan_folder(tmp_path, select=CODES).findings
    assert [(finding.place.line, finding.subject) for finding in found] == [
        (3, "get_cloud_client"),
        (5, "CloudClient as C"),
    ]


def test_names_of_another_module_of_the_repository(make_project: MakeProject) -> None:
    folder = make_project(
        {
            "clients.py": "from prefect import OrionClient\n\nOrionClient()\n",
            "use.py": "import clients  # for prefect\nfrom clients import OrionClient\n\nclients.OrionClient()\n",
            "star.py": "from clients import *  # for prefect\n\nOrionClient()\n",
        }
    )
    found = scan_folder(folder, select=CODES).findings
    assert [(finding.path, finding.place.line, finding.applicability.value) for finding in found] == [
        ("clients.py", 1, "safe"),
        ("star.py", 3, "manual"),
        ("use.py", 2, "manual"),
        ("use.py", 4, "manual"),
    ]
    result = apply_folder(folder, select=CODES)
    after = "from prefect.client.orchestration import PrefectClient as OrionClient\n\nOrionClient()\n"
    assert texts(result) == {"clients.py": after}
    assert not result.remaining.findings


def test_what_the_target_has(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from prefect.cli.cloud import Workspace\n")
    assert not scan_folder(tmp_path, select=CODES, target=(3, 0)).findings
    assert scan_folder(tmp_path, select=CODES, target=(3, 8)).findings
