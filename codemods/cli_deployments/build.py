from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.cli_rules import CliRule, described_changes, next_step, other_commands, own_builds
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.hosts.fixes import doubts_of, obstacles_of
from prefect_migrate.readers.cli_deployments import BUILD, CliBuild
from prefect_migrate.rules import Example

_FLOWS = ("flows/etl.py", "from prefect import flow\n\n\n@flow\ndef load_all(n: int = 1):\n    return n\n")


class DeploymentBuild(CliRule):
    """`prefect deployment build` is gone

    Prefect 3 reads deployments from prefect.yaml.  What the command says becomes an entry there, the infrastructure
    block becomes a typed work pool, the storage block a pull step (and a push step, where the command uploaded the
    code), and `prefect --no-prompt deploy --name …` stands in place of the command, or of the `prefect deployment
    apply` that registered it.  With variables in it, the command itself becomes `prefect deploy ENTRYPOINT …`.

    It is for review where a block's settings are on the server, or nothing in the repository registered what was
    built.  It only reports options that contradict each other, infrastructure and storage without a counterpart, and
    variables next to anything that only an entry in prefect.yaml can say.
    """

    code = "PM110"
    name = "deployment-build"
    examples = (
        Example(
            "prefect deployment build flows/etl.py:load_all -n nightly -q etl --cron '0 3 * * *' -a  # every night\n",
            "prefect --no-prompt deploy --name nightly  # every night\n",
            path="deploy.sh",
            others=(_FLOWS,),
            creates=(
                (
                    "prefect.yaml",
                    """\
                    # Deployments for `prefect deploy --all`.
                    deployments:
                      - name: nightly
                        entrypoint: flows/etl.py:load_all
                        schedules:
                          - cron: 0 3 * * *
                        work_pool:
                          name: process-pool
                          work_queue_name: etl
                    """,
                ),
                ("work-pools/create.sh", "prefect --no-prompt work-pool create process-pool --type process"),
            ),
        ),
        Example(
            'prefect deployment build flows/etl.py:load_all -n "$NAME" -v 2 --override env.A=b -a\n',
            'prefect --no-prompt deploy flows/etl.py:load_all -n "$NAME" --version 2 --job-variable env.A=b'
            " --pool process-pool\n",
            path="deploy.sh",
            others=(_FLOWS,),
        ),
        Example(
            "prefect deployment build flows/etl.py:load_all -n a --cron '@daily' --interval 60\n",
            path="deploy.sh",
            others=(_FLOWS,),
        ),
        Example("prefect deployment build --help\n", path="help.sh"),
        Example(
            """\
            import subprocess

            subprocess.run("prefect deployment build flows/etl.py:load_all -n nightly -a", shell=True, check=True)
            """,
            """\
            import subprocess

            subprocess.run("prefect --no-prompt deploy --name nightly", shell=True, check=True)
            """,
            path="deploy.py",
            others=(_FLOWS,),
        ),
        Example(
            """\
            import os

            build = "prefect deployment build"
            os.system(f"{build} flows/etl.py:load_all -n nightly")
            """,
            path="deploy.py",
            others=(_FLOWS,),
        ),
        Example("prefect deployment run load-all/nightly\n", path="deploy.sh", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for build in own_builds(context):
            yield self._finding(context, build)
        for command, why in other_commands(context, BUILD):
            yield self.mention(context, command, BUILD, why)

    def _finding(self, context: FileContext, build: CliBuild) -> Finding:
        span = (build.invocation.start, build.invocation.end)
        message = f"Deployment {build.label!r} is built with `prefect deployment build`, which Prefect 3 does not have"
        obstacles = [*build.obstacles, *(obstacles_of(build.invocation) if not build.obstacles else [])]
        if obstacles or build.target is None:
            step = "Write an entry in prefect.yaml by hand, and run `prefect deploy --name NAME`."
            return self.finding(context, span, message, step, reason="; ".join(obstacles))
        doubts = [*filter(None, build.doubts), *doubts_of(context, build.invocation)]
        title = "Move it to prefect.yaml" if build.target == "prefect-yaml" else "Deploy it with the options given"
        return self.finding(
            context,
            span,
            message,
            next_step(build),
            fix=Fix(title, lambda: described_changes(context, build)),
            applicability=Applicability.REVIEW if doubts else Applicability.SAFE,
            reason="; ".join(doubts) or "every option has a counterpart whose value is kept",
        )
