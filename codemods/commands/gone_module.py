from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.hosts.edit import replace_value, spell
from prefect_migrate.hosts.rule import CommandRule
from prefect_migrate.reference import has_name
from prefect_migrate.rules import Example


class GoneModule(CommandRule):
    """A module whose blocks a command registers is gone

    `prefect block register -m prefect_aws.ecs` fails with "Unable to load", because the module went with the
    infrastructure block in it.  The package as a whole registers what is left, for review: it may have more blocks
    than the module had.  Modules that are not Prefect's are left alone.
    """

    code = "PM214"
    name = "gone-module"
    examples = (
        Example(
            "prefect block register -m prefect_aws.ecs\n",
            "prefect block register -m prefect_aws\n",
            path="blocks.sh",
            unsafe=True,
        ),
        Example("prefect block register --module=prefect.orion.blocks\n", path="blocks.sh"),
        Example(
            "prefect block register -m prefect_aws.s3\nprefect block register -m our.blocks\n",
            path="blocks.sh",
            clean=True,
        ),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        option = invocation.last("--module") if invocation.path == ("block", "register") else None
        value = option.value if option is not None else None
        module = value.value if value is not None else None
        if option is None or value is None or module is None or has_name(module, context.target) is not False:
            return
        package = module.partition(".")[0]
        is_whole = package == module or package == "prefect"
        yield self.rewritten(
            context,
            command,
            f"Prefect {context.target[0]}.{context.target[1]} has no module `{module}`",
            "Remove the command." if is_whole else f"Register the blocks of `{package}`.",
            title=f"Register {package}",
            make=lambda: [replace_value(command, option, spell(command, package, value))],
            obstacles=["nothing takes its place"] if is_whole else [],
            doubts=["the package may have more blocks than the module had"],
        )
