from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit, Finding
from prefect_migrate.hosts.edit import insert_words, replace_value, spell
from prefect_migrate.hosts.rule import CommandRule
from prefect_migrate.pins.survey import first_origin
from prefect_migrate.rules import Example

_FLOWS = """\
from prefect import flow
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer


@flow
def etl():
    pass


if __name__ == "__main__":
    Deployment.build_from_flow(
        etl, "nightly", work_pool_name="etl-pool", infrastructure=DockerContainer(image="etl")
    ).apply()
"""


class WorkPoolType(CommandRule):
    """A work pool is created without a type, or with the type of agents

    Prefect 3 has no `prefect-agent` type ("Unknown work pool type"), and without a terminal `work-pool create` wants
    `--type`.  Early releases of Prefect 2 took `prefect-agent` when none was given; in a repository that is on Prefect
    3 already, no type is no finding.  The type is that of the infrastructure which the pool's deployments have; where
    no deployment tells, agents ran flows as processes, and you look at the rewrite.
    """

    code = "PM203"
    name = "work-pool-type"
    needs_plan = True
    examples = (
        Example(
            "prefect work-pool create 'etl-pool'\n",
            "prefect work-pool create 'etl-pool' --type docker\n",
            path="pools.sh",
            others=(("flows.py", _FLOWS),),
        ),
        Example(
            "prefect work-pool create -t prefect-agent my-pool\n",
            "prefect work-pool create -t process my-pool\n",
            path="pools.sh",
            unsafe=True,
        ),
        Example("prefect work-pool create $POOL --provision-infra\n", path="pools.sh"),
        Example("prefect work-pool create my-pool --type process\n", path="pools.sh", clean=True),
        Example(
            "prefect work-pool create my-pool\n",
            path="pools.sh",
            others=(("requirements.txt", "prefect==3.4.0\n"),),
            clean=True,
        ),
        Example("```bash\nprefect work-pool create [OPTIONS] NAME\n```\n", path="README.md", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        given = invocation.last("--type")
        value = given.value if given else None
        if invocation.path != ("work-pool", "create") or not invocation.positionals:
            return
        if value is not None and value.text != "prefect-agent":
            return
        if value is None and first_origin(context.project, context.config) == "3":
            return  # a person at a terminal is asked, as the author knows
        if any(word.text.startswith(("{%", "[")) for word in invocation.positionals):
            return  # a template chooses what follows, or `[OPTIONS]` stands for it: the type too
        name = invocation.positionals[0]
        kind, doubts = _type(context, name.value)
        push = invocation.last("--provision-infrastructure") is not None
        what = "has the type of agents" if value else "has no type"
        yield self.rewritten(
            context, command, f"`prefect work-pool create`: work pool {name.raw} {what}",
            f"Create it with `--type {kind}`, or the type of what should run its flows.",
            title=f"Make it a pool of type {kind}", make=lambda: _edits(command, invocation, kind), doubts=doubts,
            obstacles=["which infrastructure is provisioned depends on the type"] if push else [],
            reason="its deployments have this infrastructure",
        )  # fmt: skip


def _type(context: FileContext, name: str | None) -> tuple[str, list[str]]:
    """The type for a pool of this name, and the doubts about it."""
    configured = context.config.pool_types.get(name or "")
    planned = context.plan.pools.get(context.config.pool_renames.get(name or "", name or ""))
    if configured or (planned is not None and planned.type):
        return configured or (planned.type if planned else ""), []
    return "process", ["no deployment in this repository tells what the pool's flows run on"]


def _edits(command: Command, invocation: Invocation, kind: str) -> list[Edit]:
    given = invocation.last("--type")
    if given is not None and given.value is not None:
        return [replace_value(command, given, spell(command, kind, given.value))]
    return insert_words(command, len(command.words), [spell(command, "--type"), spell(command, kind)])
