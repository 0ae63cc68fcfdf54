"""Infrastructure blocks of classes that a repository derives itself: what to do is said, nothing is guessed."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, scan_folder

BLOCKS = """\
from prefect.infrastructure import KubernetesJob
from prefect.infrastructure.base import Infrastructure


class Slurm(Infrastructure):
    partition: str = "cpu"


class Gpu(Slurm):
    partition: str = "gpu"


class Big(KubernetesJob):
    namespace: str = "big"


class Other:
    pass


small = Slurm()
"""
HEAD = """\
from prefect.deployments import Deployment
from flows import etl
import blocks
from blocks import Big, Gpu, Other
"""


def step(make_project: MakeProject, infrastructure: str) -> str:
    code = f'{HEAD}Deployment.build_from_flow(etl, "n", infrastructure={infrastructure}).apply()\n'
    folder = make_project({"flows.py": FLOWS, "blocks.py": BLOCKS, "deploy.py": code})
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert finding.fix is None
    return finding.next_step


@pytest.mark.parametrize(
    ("infrastructure", "told"),
    [
        ("blocks.Slurm(partition='x')", "`Slurm` is a class of blocks.py:5 that runs flows itself: write a worker"),
        ("blocks.Slurm.load('prod')", "`Slurm` is a class of blocks.py:5 that runs flows itself"),
        ("Gpu()", "`Gpu` is a class of blocks.py:9 that runs flows itself"),
        ("blocks.small", "`Slurm` is a class of blocks.py:5 that runs flows itself"),
        ("Big(image='i')", "`Big` is a class of blocks.py:13 that adds to KubernetesJob: make a work pool of type kub"),
        ("Other()", "`infrastructure=Other()` can't be traced to a block"),
        ("unknown()", "`infrastructure=unknown()` can't be traced to a block"),
    ],
)
def test_what_is_said(make_project: MakeProject, infrastructure: str, told: str) -> None:
    assert told in step(make_project, infrastructure)
