from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.caching import is_switched_on, keeps_results, says_how_it_caches
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix, ImportRequest
from prefect_migrate.names.calls import known_calls
from prefect_migrate.names.places import is_free
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.reference import definition
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_TASKS = frozenset({"prefect.tasks.task", "prefect.tasks.Task.with_options"})
_POLICIES = "prefect.cache_policies"


class TaskCaching(Rule):
    """A task that keeps its results is cached in Prefect 3

    Prefect 2 cached a task only if it had a `cache_key_fn`.  Prefect 3 caches every task whose results are persisted:
    called twice with the same inputs in one flow run, it runs once.  With a `result_storage_key` it runs once for all:
    later runs of the flow take what lies there.

    With `refresh_cache=True` the task runs every time, and its results are kept, as they were with
    `persist_result=True`; those of the same inputs in one flow run, or of one `result_storage_key`, in one file.
    `cache_policy=NO_CACHE` would keep none.  A task that has only a `result_storage`, a `result_serializer` or a key
    gets that: Prefect 2 kept nothing of it.
    """

    code = "PM408"
    name = "task-caching"
    reads_cells = True
    examples = (
        Example(
            "from prefect import task\n\n\n@task(persist_result=True)\ndef send(): ...\n",
            "from prefect import task\n\n\n@task(persist_result=True, refresh_cache=True)\ndef send(): ...\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            "from prefect import task\n\n\n@task(result_serializer='json')\ndef send(): ...\n",
            "from prefect import task\nfrom prefect.cache_policies import NO_CACHE\n\n\n"
            "@task(result_serializer='json', cache_policy=NO_CACHE)\ndef send(): ...\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            "from prefect import task\n\n\n@task(persist_result=True, refresh_cache=False)\ndef send(): ...\n",
            others=ON_2,
        ),
        Example(
            "from prefect import task\nfrom prefect.tasks import task_input_hash\n\n\n"
            "@task(persist_result=True, cache_key_fn=task_input_hash)\ndef load(): ...\n",
            clean=True,
            others=ON_2,
        ),
        Example(
            "from prefect import task\n\n\n@task(persist_result=False)\ndef send(): ...\n", clean=True, others=ON_2
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "result" not in file.text.text or not was_on_2(context.project, context.config):
            return
        for known in known_calls(context, file):
            is_task = known.called in _TASKS and not known.through
            if not is_task or not keeps_results(known.call) or says_how_it_caches(known.call):
                continue
            if not is_served(context, file, known.call):
                yield self._finding(context, file, known.call)

    def _finding(self, context: FileContext, file: PythonFile, call: ast.Call) -> Finding:
        given = {keyword.arg for keyword in call.keywords}
        what = "The results of this task are kept, and Prefect 3 takes them again for the same inputs"
        if "result_storage_key" in given:
            what = "The result of this task is kept under this key, and Prefect 3 takes it again in all later runs"
        if is_switched_on(call):
            keyword, value, imports = "refresh_cache", "True", []
        else:
            policy = "NO_CACHE" if definition(f"{_POLICIES}.NO_CACHE", context.target) else "NONE"
            keyword, value, imports = "cache_policy", policy, [ImportRequest(_POLICIES, policy)]
        step = f"Give it `{keyword}={value}`{f' of `{_POLICIES}`' * len(imports)}, if it has to run every time."
        reason = None
        if imports and not is_free(file, value, f"{_POLICIES}.{value}"):
            reason = f"`{value}` means something else in this file"
        elif keyword in given:
            reason = f"`{keyword}=` says something else"
        if reason is not None:
            return self.finding(context, file.span(call), what, step, reason=reason)
        return self.finding(
            context, file.span(call), what, step,
            fix=Fix("Don't cache it", lambda: _changes(file, call, keyword, value, imports)),
            applicability=Applicability.REVIEW, reason="to run it once may be what is wanted",
        )  # fmt: skip


def _changes(file: PythonFile, call: ast.Call, keyword: str, value: str, imports: list[ImportRequest]) -> Changes:
    # A scan must not pay for LibCST, which comes with this module.
    from prefect_migrate.changes.calls import CallEditor

    editor = CallEditor(file.source(call), newline=file.text.newline, width=10**6)
    editor.add(keyword, value)
    return Changes([Edit(*file.span(call), editor.code(file.source(call.func)))], imports)
