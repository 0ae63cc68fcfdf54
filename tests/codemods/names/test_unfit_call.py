"""Calls whose number of arguments is wrong for the target, and the many that nothing can be said of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import scan_folder

CLIENT = "from prefect import get_client\n\n\nasync def f(d, i, a, o):\n    async with get_client() as client:\n"


def messages(folder: Path, text: str) -> list[str]:
    (folder / "a.py").write_text(text)
    return [finding.message for finding in scan_folder(folder, select=("PM317", "PM9")).findings]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (f"{CLIENT}        await client.update_deployment(deployment=d)\n", "needs `deployment_id`"),
        (f"{CLIENT}        await client.update_deployment(d)\n", "needs `deployment`"),
        (f"{CLIENT}        await client.read_flow_run(i, d)\n", "no more than 1 by position"),
        ("from prefect.blocks.system import Secret as S\n\nS('x')\n", "takes nothing by position"),
        ("from prefect.blocks.system import Secret\n\nSecret(name='x')\n", "needs `value`"),
        ("from prefect_aws import S3Bucket\n\nS3Bucket(bucket='x')\n", "needs `bucket_name`"),
        ("import prefect\n\nwith prefect.concurrency('db'):\n    ...\n", "is a module"),
        ("from prefect.states import raise_state_exception as r\n\nr(1, 2)\n", "no more than 1"),
    ],
)
def test_found(tmp_path: Path, text: str, part: str) -> None:
    (message,) = messages(tmp_path, text)
    assert part in message


@pytest.mark.parametrize(
    "text",
    [
        f"{CLIENT}        await client.update_deployment(i, d)\n",
        f"{CLIENT}        await client.update_deployment(*a)\n",
        f"{CLIENT}        await client.update_deployment(d, **o)\n",
        # The object comes first.
        "from prefect import Flow, flow\n\n\n@flow\ndef etl(): ...\n\n\nFlow.serve(etl, 'x')\n",
        "from prefect.utilities.dispatch import get_registry_for_type\n\nget_registry_for_type(int)\n",
        # The one value of a model that is nothing else.
        "from prefect.events import Resource\n\nResource({'prefect.resource.id': 'x'})\n",
        "import pytest\nfrom prefect.states import Failed\n\nwith pytest.raises(ValueError):\n    Failed(1, 2, 3)\n",
        "from functools import partial\nfrom prefect.states import raise_state_exception as r\n\npartial(r)\n",
        # The user's own.
        "from prefect import task\n\n\n@task\ndef t(a, b): ...\n\n\nt(1)\nt.submit(1, 2, 3)\n",
        # Another place than in Prefect 2, of which another rule tells more.
        "from prefect.runner.storage import GitRepository as G\n\nG('u', None, 'n', 'b', True, 1, 2, 3, [4])\n",
    ],
)
def test_nothing_to_say(tmp_path: Path, text: str) -> None:
    assert not messages(tmp_path, text)


def test_what_the_minor_asks_for(tmp_path: Path) -> None:
    """The facts are those of the target."""
    (tmp_path / "a.py").write_text(f"{CLIENT}        await client.update_deployment(d)\n")
    (finding,) = scan_folder(tmp_path, select=("PM317",), target=(3, 0)).findings
    assert "3.0" in finding.message
