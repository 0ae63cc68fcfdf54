from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.pins.code import pins_of_code
from prefect_migrate.pins.kept import beside_3, settled
from prefect_migrate.pins.report import is_ours, pin_finding
from prefect_migrate.rules import Example, Rule


class CodePin(Rule):
    """A string in Python asks for Prefect 2

    `install_requires` and extras in setup.py, sessions in noxfile.py, `EXTRA_PIP_PACKAGES` in the `env` of a block or
    a job variable, `pip_packages`, and install commands that the program runs: strings that name a version of prefect
    or of an integration that has nothing to do with Prefect 3.

    Such a string elsewhere wants review, because it may be data.  One that is put together from parts, or written
    with escapes, is only reported, and docstrings are left alone.
    """

    code = "PM503"
    name = "code-pin"
    examples = (
        Example(
            'from setuptools import setup\n\nsetup(install_requires=["prefect>=2.8,<3", "s3fs"])\n',
            'from setuptools import setup\n\nsetup(install_requires=["prefect>=3.8,<4", "s3fs"])\n',
            path="setup.py",
        ),
        Example(
            'env = {"EXTRA_PIP_PACKAGES": "prefect-aws==0.4.1 s3fs", "N": 1}\n',
            'env = {"EXTRA_PIP_PACKAGES": "prefect-aws==0.7.12 s3fs", "N": 1}\n',
        ),
        Example(
            "import os\n\nos.system('pip install prefect==2.10.13')\n",
            "import os\n\nos.system('pip install prefect==3.8.8')\n",
            unsafe=True,
        ),
        Example('wanted = ("prefect"\n    "==2.10.13")\n'),
        Example('"""We used prefect==2.10.13."""\nname = "prefect"\nnew = "prefect>=3"\n', clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for pin in settled(pins_of_code(context)) if is_ours(context) else ():
            if finding := pin_finding(self, context, pin, doubt=beside_3(context), after="Build the environment anew."):
                yield finding
