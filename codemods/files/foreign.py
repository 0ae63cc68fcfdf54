from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import Finding, Place
from prefect_migrate.foreign import vendored_package
from prefect_migrate.rules import Example, Rule


class VendoredPrefect(Rule):
    """The file belongs to a copy of Prefect itself

    A folder `prefect/` with Prefect's own modules lies in the repository, or all of Prefect's repository below a folder
    of it.  It is somebody else's source and never rewritten; replace the copy by the package, or leave it out with
    `--exclude`.  Reported once a copy.
    """

    code = "PM903"
    name = "vendored-prefect"
    reads_foreign = True
    examples = (
        Example(
            "# prefect\n", path="lib/prefect/__init__.py",
            others=tuple((f"lib/prefect/{name}.py", "import prefect\n") for name in ("flows", "engine", "tasks")),
        ),
    )  # fmt: skip

    def check(self, context: FileContext) -> Iterator[Finding]:
        if context.foreign != "vendored":
            return
        folder = vendored_package(context.project, context.path)
        files = context.project.of_kind
        first = context.project.ask(
            ("first", folder), lambda: next(file.path for file in files(PYTHON) if file.path.startswith(f"{folder}/"))
        )
        if context.path == first:
            yield Finding(
                self.code, self.name, f"`{folder}` is a copy of Prefect itself", context.path, Place(1, 1, 1, 1),
                "Install Prefect 3 as a package instead, or leave the folder out with --exclude.",
                reason="somebody else's source is never rewritten",
            )  # fmt: skip


class PrefectOne(Rule):
    """The file is written for Prefect 1

    It uses what only Prefect 1 had, such as `Parameter`, `prefect.run_configs`, `with Flow(...)` or values of
    `prefect.context`.  The way to Prefect 3 leads through a rewrite of the flow, which no codemod can do: see Prefect's
    own guide from 1 to 2, then run this tool.  Reported once a file, and nothing else in it is looked at.
    """

    code = "PM904"
    name = "prefect-1"
    reads_foreign = True
    examples = (
        Example("from prefect import Flow, Parameter\n\nwith Flow('x') as flow:\n    n = Parameter('n')\n"),
        Example("import prefect\n\n\ndef log():\n    prefect.context.get('logger').info(prefect.context.today)\n"),
        Example("from prefect import Flow, task\n\nwith Flow('x') as flow:\n    task(print)()\n"),
        Example("from prefect import flow\nfrom prefect.schedules import Cron\n", clean=True),
        Example("import prefect\n\nrun = prefect.context.get_run_context()\n", clean=True),
        Example("from prefect import Flow\n\nflow = Flow(print, name='x')\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        if context.foreign == "prefect-1":
            yield Finding(
                self.code, self.name, "The file is written for Prefect 1", context.path, Place(1, 1, 1, 1),
                "Port the flow to `@flow` and `@task` by hand, then run prefect-migrate again.",
                reason="a Prefect 1 flow has no counterpart that keeps its meaning",
            )  # fmt: skip
