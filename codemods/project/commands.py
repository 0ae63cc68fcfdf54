from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import SETUP, TOML
from prefect_migrate.findings import Finding
from prefect_migrate.pins.agents import kept_agent
from prefect_migrate.pins.kept import beside_3, settled
from prefect_migrate.pins.report import is_ours, pin_finding
from prefect_migrate.pins.texts import KINDS, text_pins
from prefect_migrate.rules import Example, Rule

_CONDA = """\
name: etl
dependencies:
  - python=3.11
  - conda-forge::prefect={0}  # orchestration
  - pip:
      - prefect-dask{1}
"""
_COMPOSE = """\
services:
  worker:
    environment:
      EXTRA_PIP_PACKAGES: "prefect-aws{0} s3fs"
"""


class CommandPin(Rule):
    """A command, an environment or a list of packages installs Prefect 2

    `pip install`, `uv pip install`, `poetry add`, `conda install` and their like in scripts, Dockerfiles, CI and
    notebooks, `EXTRA_PIP_PACKAGES` and `pip_packages` in whatever sets them, and environment files of conda name a
    version of prefect or of an integration that has nothing to do with Prefect 3.  An unquoted `prefect>=2` is left
    alone: to the shell that is a redirection, and pip sees no version.

    The change wants review in Markdown and in notebooks, and where a value looks like a requirement but nothing shows
    what reads it.  Text that merely names a version, and an install from a repository, are only reported.
    """

    code = "PM504"
    name = "command-pin"
    kinds = KINDS - {SETUP}
    examples = (
        Example(
            "pip install --no-cache-dir \\\n    'prefect>=2.10,<3' prefect-gcp==0.4.1 s3fs\n",
            "pip install --no-cache-dir \\\n    'prefect>=3.8,<4' prefect-gcp==0.6.22 s3fs\n",
            path="setup.sh",
        ),
        Example(
            'FROM python:3.11\nRUN ["pip", "install", "prefect==2.10.13"]\n',
            'FROM python:3.11\nRUN ["pip", "install", "prefect==3.8.8"]\n',
            path="Dockerfile",
        ),
        Example(_CONDA.format("2.10", "==0.2.4"), _CONDA.format("3.8", "==0.3.7"), path="environment.yml"),
        Example(_COMPOSE.format("==0.4.1"), _COMPOSE.format("==0.7.12"), path="compose.yaml"),
        Example("poetry add prefect@^2.10\n", "poetry add prefect@^3.8\n", path="setup.sh"),
        Example(
            "Run `pip install prefect==2.10.13`.\n",
            "Run `pip install prefect==3.8.8`.\n",
            path="README.md",
            unsafe=True,
        ),
        Example("echo 'wants prefect==2.10 in its path'\n", path="check.sh"),
        Example("# pip install prefect==2.10\npip install prefect>=2 prefect-aws\n", path="setup.sh", clean=True),
        Example("We came from prefect==2.10 last year.\n", path="README.md", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        name = PurePosixPath(context.path).name.lower()
        if not is_ours(context) or (context.file.kind == TOML and name.startswith("pixi")):
            return
        for pin in settled(text_pins(context.text.text, context.file.kind)):
            doubt = beside_3(context) or kept_agent(context)
            if finding := pin_finding(self, context, pin, doubt=doubt, after="Build the environment anew."):
                yield finding
