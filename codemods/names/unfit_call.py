from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.arity import Unfit, unfit_calls
from prefect_migrate.names.messages import sentence, version
from prefect_migrate.names.problems import is_served
from prefect_migrate.reference import parameter
from prefect_migrate.rules import Example, Rule


class UnfitCall(Rule):
    """A call leaves out an argument that Prefect 3 needs, or gives too many

    Prefect 3 asks some callables for more than Prefect 2 did: `client.update_deployment` wants the deployment's id
    before what is to change.  Others take nothing by position, as `Secret.get()`, or are modules: `prefect.concurrency`
    is one, and the function of that name lies in `prefect.concurrency.sync`.  Such a call raises a TypeError, a block
    or a request to the server a ValidationError.  Looked up in the signatures of what the target really has.

    It only reports.  A call with `*arguments` may give any number, and one with `**options` may give all that is
    missing, so that nothing is said of these, nor of what a test expects to fail.
    """

    code = "PM317"
    name = "unfit-call"
    reads_cells = True
    examples = (
        Example(
            "from prefect import get_client\n\n\nasync def f(deployment):\n    async with get_client() as client:\n"
            "        await client.update_deployment(deployment)\n"
        ),
        Example("from prefect.blocks.system import Secret\n\nSecret.load('db').get('password')\n"),
        Example("from prefect import concurrency\n\nwith concurrency('db', occupy=1):\n    ...\n"),
        Example("from prefect.blocks.system import Secret\n\nSecret.load('db').get()\n", clean=True),
        Example("from prefect import unmapped\n\n\ndef f(*values):\n    return unmapped(*values)\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        for unfit in unfit_calls(context, file) if file is not None else ():
            if file is None or is_served(context, file, unfit.node):
                continue
            message, step = _said(unfit, context)
            yield self.finding(
                context, file.span(unfit.node), message, step, reason="nothing tells what it is to be called with"
            )


def _said(unfit: Unfit, context: FileContext) -> tuple[str, str]:
    now = version(context.target)
    if unfit.missing:
        names = ", ".join(f"`{name}`" for name in unfit.missing)
        facts = (parameter(unfit.called, name, context.target) for name in unfit.missing)
        advice = next((fact.advice for fact in facts if fact is not None and fact.advice), None)
        return f"`{unfit.called}` needs {names} in {now}", sentence(advice) if advice else "Give it, or call another."
    if unfit.most is None:
        return f"`{unfit.called}` is a module and can't be called", "Call what it holds."
    most = f"no more than {unfit.most} by position" if unfit.most else "nothing by position"
    return f"`{unfit.called}` takes {most} in {now}", "Give the argument its name, or leave it out."
