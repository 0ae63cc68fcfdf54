from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PIPFILE, PYPROJECT, SETUP, TOML
from prefect_migrate.findings import Finding
from prefect_migrate.pins.kept import beside_3, settled
from prefect_migrate.pins.manifests import manifest_pins
from prefect_migrate.pins.report import is_ours, pin_finding, relock
from prefect_migrate.pins.texts import text_pins
from prefect_migrate.rules import Example, Rule

_GROUPS = """\
[project]
dependencies = [
    "prefect{0}",  # orchestration
]
optional-dependencies.aws = ['prefect-aws{1}']

[dependency-groups]
dev = ["prefect-docker{2}; python_version > '3.9'"]

[tool.hatch.envs.test]
dependencies = ["prefect[kubernetes]{0}"]
"""
_POETRY = """\
[tool.poetry.dependencies]
prefect = "{0}"
prefect-gcp = {{ version = "{1}", extras = ["bigquery"] }}

[tool.poetry.group.dev.dependencies.prefect-shell]
version = "{2}"
"""


class ManifestPin(Rule):
    """A project's manifest keeps Prefect 2

    pyproject.toml (PEP 621 dependencies and extras, dependency groups, poetry with its groups, PDM, uv, hatch, pixi),
    Pipfile, pixi.toml or setup.cfg asks for a prefect, or for an integration package, that has nothing to do with
    Prefect 3.  The constraint is rewritten in its own language: `^2.10` becomes `^3.8`, `==2.10.13` the newest release
    of the target minor.  The lock file beside it has to be renewed (PM505 says how).

    It only reports installs from a repository, poetry's lists of several constraints, a file that asks for Prefect 3
    in another extra or group, and a file that is no TOML.  The change wants review where the manifest holds pydantic 1,
    which Prefect 3 doesn't run on, and where another file of the repository asks for Prefect 3.
    """

    code = "PM502"
    name = "manifest-pin"
    kinds = frozenset({PYPROJECT, PIPFILE, SETUP, TOML})
    examples = (
        Example(
            _GROUPS.format(">=2.10,<3", "==0.4.20", "~=0.3.1"),
            _GROUPS.format(">=3.8,<4", "==0.7.12", "~=0.7.4"),
            path="pyproject.toml",
        ),
        Example(
            _POETRY.format("^2.10.13", "^0.4.4", "~0.2"),
            _POETRY.format("^3.8.8", "^0.6.22", "~0.3"),
            path="pyproject.toml",
        ),
        Example('[packages]\nprefect = "==2.8.3"\n', '[packages]\nprefect = "==3.8.8"\n', path="Pipfile"),
        Example('[dependencies]\nprefect = "2.14.*"\n', '[dependencies]\nprefect = "3.8.*"\n', path="pixi.toml"),
        Example(
            "[options]\ninstall_requires =\n    prefect~=2.7\n    s3fs\n",
            "[options]\ninstall_requires =\n    prefect~=3.8\n    s3fs\n",
            path="setup.cfg",
        ),
        Example('[tool.poetry.dependencies]\nprefect = [{version = "^2", python = "<3.12"}]\n', path="pyproject.toml"),
        Example(
            '[tool.poetry.dependencies]\nprefect = ">=2.14"\nprefect-aws = "*"\n', path="pyproject.toml", clean=True
        ),
        Example(
            '[project]\nkeywords = ["prefect"]\ndependencies = ["prefect>=3"]\n', path="pyproject.toml", clean=True
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        name = PurePosixPath(context.path).name.lower()
        if not is_ours(context) or (context.file.kind == TOML and not name.startswith("pixi")):
            return
        text = context.text.text
        pins = text_pins(text, SETUP) if context.file.kind == SETUP else manifest_pins(text, name)
        after = relock(context.project, context.path)
        for pin in settled(pins):
            if finding := pin_finding(self, context, pin, doubt=beside_3(context), after=after):
                yield finding
