from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.loading import flow_calls, is_loaded, under_guard
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_ETL = "from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\n"
_DEPLOYED = (
    *ON_2,
    ("prefect.yaml", "deployments:\n- name: daily\n  entrypoint: deploy.py:etl\n  work_pool:\n    name: pool\n"),
)
_GUARD = 'if __name__ == "__main__":'


class FlowAtImport(Rule):
    """A flow is called while the file of a deployment is loaded

    The file of a deployment's flow is loaded to register it and for each of its runs.  Prefect 2 passed over flows
    that are called meanwhile, and said so.  Prefect 3 runs them: each time beside the run that was asked for.

    `--unsafe` puts such a call, or that of a function of the file which calls a flow, under
    `if __name__ == "__main__":`, so that only `python file.py` runs it.  It only reports a call whose result is kept,
    and one that is not a statement of the module, alone on its lines.
    """

    code = "PM418"
    name = "flow-at-import"
    examples = (
        Example(f"{_ETL}etl()\n", f"{_ETL}{_GUARD}\n    etl()\n", unsafe=True, others=_DEPLOYED),
        Example(f"{_ETL}result = etl()\n", others=_DEPLOYED),
        Example(
            f"{_ETL}def main():\n    etl()\n\n\nmain()\n",
            f"{_ETL}def main():\n    etl()\n\n\n{_GUARD}\n    main()\n",
            unsafe=True,
            others=_DEPLOYED,
        ),
        Example(f"{_ETL}{_GUARD}\n    etl()\n", clean=True, others=_DEPLOYED),
        Example(f"{_ETL}etl()\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        for call in flow_calls(file, typer_of(context, file)):
            if is_loaded(context, file) and not is_served(context, file, call):
                yield self._finding(context, file, call)

    def _finding(self, context: FileContext, file: PythonFile, call: ast.Call) -> Finding:
        what = f"`{file.source(call.func)}()` runs whenever Prefect 3 loads this file for a deployment"
        step, edit = f"Put it under `{_GUARD}`.", under_guard(file, call, _GUARD)
        if edit is None:
            return self.finding(context, file.span(call), what, step, reason="what stands around it may need it")
        return self.finding(
            context, file.span(call), what, step,
            fix=Fix("Run it with the script only", lambda: Changes([edit])), applicability=Applicability.REVIEW,
            reason="a module that imports this one does not run it then",
        )  # fmt: skip
