from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.config import Config
from prefect_migrate.findings import Finding, place_of
from prefect_migrate.pins.locks import LOCKS, read_lock
from prefect_migrate.pins.places import folders_above
from prefect_migrate.pins.versions import spelled
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.rules import Example, RepositoryRule

_LOCK = """\
[[package]]
name = "prefect"
version = "{0}"

[[package]]
name = "prefect-aws"
version = "{1}"
"""
_MANIFEST = ("pyproject.toml", '[project]\ndependencies = ["prefect>=3.8,<4"]\n')


class LockFile(RepositoryRule):
    """A lock file holds Prefect 2

    poetry.lock, uv.lock, pdm.lock, Pipfile.lock, pixi.lock, conda-lock.yml or a lock of rye was resolved for Prefect
    2.  Whoever installs from it gets Prefect 2, whatever the manifest beside it asks for.

    It only reports: a lock file is what a resolver makes, with hashes of every file, and is never edited.  The next
    step names the command that renews it.
    """

    code = "PM505"
    name = "lock-file"
    examples = (
        Example(_LOCK.format("2.10.13", "0.4.1"), path="poetry.lock", others=(_MANIFEST,)),
        Example(
            '{"default": {"prefect": {"hashes": ["sha256:0f"], "index": "pypi", "version": "==2.8.2"}}}\n',
            path="Pipfile.lock",
            others=(("Pipfile", '[packages]\nprefect = "*"\n'),),
        ),
        Example(_LOCK.format("3.8.8", "0.7.12"), path="poetry.lock", others=(_MANIFEST,), clean=True),
    )

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        for folder in folders_above(file.path for file in project.files):
            for name, command in LOCKS.items():
                path = f"{folder}/{name}" if folder else name
                if project.covers(path):
                    yield from self._check_lock(project, path, command, config)

    def _check_lock(self, project: Project, path: str, command: str, config: Config) -> Iterator[Finding]:
        text = project.text(path)
        held = list(read_lock(text.text)) if text is not None and b"refect" in text.data else []
        if text is None or not held:
            return
        packages = ", ".join(f"{locked.package} {locked.version}" for locked in held)
        folder = PurePosixPath(path).parent
        where = "" if str(folder) == "." else f" in `{folder}`"
        yield Finding(
            self.code, self.name, f"the lock file holds {packages}", path, place_of(text, held[0].start, held[0].end),
            f"Run `{command}`{where} once the manifest asks for Prefect {spelled(config.target)}, and install again.",
            reason="a lock file is made by its tool", subject=packages,
        )  # fmt: skip
