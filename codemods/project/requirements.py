from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import REQUIREMENTS
from prefect_migrate.findings import Finding
from prefect_migrate.pins.kept import beside_3, settled
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.report import is_ours, message_about, pin_finding
from prefect_migrate.readers.requirements import compile_command, read_pins
from prefect_migrate.rules import Example, Rule


class RequirementsPin(Rule):
    """A requirements file keeps Prefect 2

    A requirement on prefect, prefect-client or an integration package admits no release that goes with Prefect 3.  An
    exact pin becomes the newest release of the target minor that this tool was tested with, and the integration's
    release that goes with it; a range becomes the target's range.  A constraint that admits Prefect 3 already, and a
    name without a version, are left alone.

    A line with hashes is only reported, because the hashes are those of the old release: run your lock tool again.
    So is Prefect 1, an install from a repository, a list of conda's with builds, and a file that asks for Prefect 3 in
    another line.  The change wants review in a frozen file, which pins what Prefect itself requires (those pins were
    resolved for Prefect 2), and where another file of the repository asks for Prefect 3.
    """

    code = "PM501"
    name = "requirements-pin"
    kinds = frozenset({REQUIREMENTS})
    examples = (
        Example(
            "prefect==2.20.26  # orchestration\n",
            "prefect==3.8.8  # orchestration\n",
            path="requirements.txt",
        ),
        Example("prefect[aws]>=2.10,<3\n", "prefect[aws]>=3.8,<4\n", path="requirements.txt"),
        Example("prefect ~= 2.14\n", "prefect ~= 3.8\n", path="requirements/base.txt"),
        Example(
            "prefect-aws==0.4.1 ; python_version > '3.9'\nprefect_gcp>=0.4,<0.5\n",
            "prefect-aws==0.7.12 ; python_version > '3.9'\nprefect_gcp>=0.6.0\n",
            path="constraints.txt",
        ),
        Example(
            "pendulum==2.1.2\nprefect==2.10.13\n",
            "pendulum==2.1.2\nprefect==3.8.8\n",
            path="requirements.txt",
            unsafe=True,
        ),
        Example("prefect==2.20.26 \\\n    --hash=sha256:0f\n", path="requirements.txt"),
        Example("prefect @ git+https://github.com/PrefectHQ/prefect@2.10.13\n", path="requirements.txt"),
        Example("prefect>=2.14\nprefect-aws==0.5\n", path="requirements.txt", clean=True),
        Example("prefect\n# prefect==2.10\nmy-prefect==2.1\n", path="requirements.txt", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        if not is_ours(context):
            return
        command = compile_command(context.text.text)
        for pin in settled(read_pins(context.text.text)):
            if finding := self._finding(context, pin, command):
                yield finding

    def _finding(self, context: FileContext, pin: Pin, command: str | None) -> Finding | None:
        if pin.hashed and pin.holds_back:
            run = f"run `{command}`" if command else "run your lock tool again"
            step = f"Change it to `{pin.spelled_for(context.target)}` and {run}."
            return self.finding(
                context,
                (pin.start, pin.end),
                message_about(pin),
                step,
                reason="the hashes are those of the old release",
            )
        if command is None:
            return pin_finding(self, context, pin, doubt=beside_3(context))
        return pin_finding(
            self, context, pin, doubt="a tool wrote this file", after=f"Change its source too and run `{command}`."
        )
