from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.changes.statements import statement_edit
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, CannotFix, Changes, Finding, Fix
from prefect_migrate.plan.saved_infrastructure import SavedBlock, saved_blocks
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.writers import work_pools


class SavedInfrastructure(Rule):
    """Code makes and saves an infrastructure block

    Prefect 3 has no infrastructure blocks; what they say stands in the base job template of a work pool.  Where the
    code does no more with a block than save it under a name, and print that, `work-pools/` gets a pool with its
    settings: the one of the deployments that load the block, or one of the block's own name.  The statements go, and
    a file that did nothing else with them; where another file names it, it runs work-pools/create.sh from now on.

    It says nothing of blocks whose settings are only known when the code runs, and of such as the code does more
    with; what it has of their classes is reported by PM301.
    """

    code = "PM105"
    name = "saved-infrastructure"
    needs_plan = True
    examples = (
        Example(
            """\
            from prefect.infrastructure import DockerContainer

            import etl

            # runs on the big machine
            block = DockerContainer(image="etl:1", auto_remove=True)
            uuid = block.save("big", overwrite=True)
            print(f"saved as {uuid}")

            etl.prepare()
            """,
            """\
            import etl

            etl.prepare()
            """,
            unsafe=True,
            creates=(
                (
                    "work-pools/create.sh",
                    "# runs on the big machine\nprefect --no-prompt work-pool create big --type docker"
                    " --base-job-template big.json --overwrite",
                ),
                ("work-pools/big.json", '"default": "etl:1"'),
            ),
        ),
        Example(
            'from prefect.infrastructure import Process\n\nProcess(env={"A": "1"}).save("local")\n',
            deletes=True,
            unsafe=True,
            creates=(("work-pools/local.json", '"A": "1"'),),
        ),
        Example(
            'import os\nfrom prefect.infrastructure import Process\n\nProcess(env=dict(os.environ)).save("local")\n',
            clean=True,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is not None:
            yield from (self._finding(context, file, saved) for saved in saved_blocks(context))

    def _finding(self, context: FileContext, file: PythonFile, saved: SavedBlock) -> Finding:
        name, pool = saved.block.document, saved.pool
        message = f"{saved.block.cls} {name.text if name else ''} is made and saved, which Prefect 3 has no use for"
        lost = "".join(f"; of its `{field}`: {what}" for field, what in pool.lost.items())
        reason = f"work pool {pool.name!r} gets what it says; whoever else loads the block has to name that pool{lost}"
        step = f"Run work-pools/create.sh, which creates work pool {pool.name!r}."
        fix = Fix("Describe a work pool instead", lambda: _changes(file, saved))
        return self.finding(
            context, file.span(saved.call), message, step, fix=fix, applicability=Applicability.REVIEW, reason=reason
        )


def _changes(file: PythonFile, saved: SavedBlock) -> Changes:
    try:
        work_pools.template_text(saved.pool)
    except ValueError as error:
        raise CannotFix(str(error)) from error
    changes = Changes(pools=[saved.pool])
    changes.edits += [statement_edit(file.text, statement) for statement in saved.statements]
    changes.orphans += [node.id for node in ast.walk(saved.call) if isinstance(node, ast.Name)]
    return changes
