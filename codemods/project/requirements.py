from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.readers.requirements import PrefectPin, frozen_dependency, read_pins
from prefect_migrate.rules import Example, Rule


class RequirementsPin(Rule):
    """A requirements file keeps Prefect 2

    The requirement admits no Prefect 3, or admits Prefect 2 as well.  An exact pin becomes the newest release of the
    target minor that this tool was tested with; a range becomes the target's range.  A line with hashes is only
    reported, because the hashes are those of the old release: run your lock tool again.  In a frozen file, which pins
    what Prefect itself requires, the change wants review, because those pins were resolved for Prefect 2.
    """

    code = "PM501"
    name = "requirements-pin"
    kinds = frozenset({"requirements"})
    examples = (
        Example(
            "prefect==2.20.26  # orchestration\n",
            "prefect==3.8.8  # orchestration\n",
            path="requirements.txt",
        ),
        Example("prefect[aws]>=2.10,<3\n", "prefect[aws]>=3.8,<4\n", path="requirements.txt"),
        Example("prefect ~= 2.14\n", "prefect ~= 3.8\n", path="requirements/base.txt"),
        Example(
            "pendulum==2.1.2\nprefect==2.10.13\n",
            "pendulum==2.1.2\nprefect==3.8.8\n",
            path="requirements.txt",
            unsafe=True,
        ),
        Example("prefect==2.20.26 \\\n    --hash=sha256:0f\n", path="requirements.txt"),
        Example("prefect>=3.0\nprefect-aws==0.5\n", path="requirements.txt", clean=True),
        Example("prefect\n", path="requirements.txt", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for pin in read_pins(context.text.text):
            if pin.keeps_prefect_2:
                yield self._finding(context, pin)

    def _finding(self, context: FileContext, pin: PrefectPin) -> Finding:
        span = (pin.start, pin.end)
        message = f"`{pin.text}` keeps Prefect 2"
        wanted = pin.rewritten(context.target)
        if pin.hashed:
            step = f"Change it to `{wanted}` and run your lock tool again."
            return self.finding(context, span, message, step, reason="the hashes are those of the old release")
        if wanted is None:
            step = f"Require prefect>={context.target[0]}.{context.target[1]},<4."
            return self.finding(context, span, message, step, reason="the version is not a plain one")
        fix = Fix(f"Require {wanted}", lambda: Changes(edits=[Edit(pin.start, pin.end, wanted)]))
        other = frozen_dependency(context.text.text)
        if other is not None:
            step = f"Resolve the whole file again for `{wanted}`."
            reason = f"`{other}` was resolved for Prefect 2 and may not fit"
            return self.finding(
                context, span, message, step, fix=fix, applicability=Applicability.REVIEW, reason=reason
            )
        return self.finding(
            context, span, message, "Install the new requirements before you run the flows.", fix=fix,
            applicability=Applicability.SAFE, reason="the code around it is migrated to the same version",
        )  # fmt: skip
