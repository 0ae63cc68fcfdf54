from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.reference import definition
from prefect_migrate.rules import Example, Rule
from prefect_migrate.settings.uses import KINDS, places

#: What turns persistence on for all tasks; the last is what the second is called in Prefect 3.
_KEEPS = "PREFECT_RESULTS_PERSIST_BY_DEFAULT"
_SETTINGS = frozenset(
    {
        _KEEPS,
        "PREFECT_DEFAULT_RESULT_STORAGE_BLOCK",
        "PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK",
    }
)
_NO_CACHE = "PREFECT_TASKS_DEFAULT_NO_CACHE"
#: The value that follows a name, in any of the spellings of the files that set it.
_VALUE = re.compile(r"[\"'\]\s:=,]*(?:value[\"'\s:=]*)?(?P<value>[^\s\"',;})\]#]*)", re.IGNORECASE)
_OFF = frozenset({"", "false", "0", "no", "off", "f", "n", "none"})


class PersistByDefault(Rule):
    """A setting that keeps the results of all tasks makes Prefect 3 cache them

    With `PREFECT_RESULTS_PERSIST_BY_DEFAULT` Prefect 2 kept what tasks gave, and with
    `PREFECT_DEFAULT_RESULT_STORAGE_BLOCK` it knew where to; each call ran.  With either Prefect 3 keeps and caches: a
    task that is called twice with the same inputs in one run of a flow runs once.

    It only reports.  `refresh_cache=True` makes a task run every time, and keeps its results.  With
    `cache_policy=NO_CACHE`, or `PREFECT_TASKS_DEFAULT_NO_CACHE=true` for all, it runs every time too, but nothing of it
    is kept: as it was where only the storage was set.
    """

    code = "PM413"
    name = "persist-by-default"
    kinds = KINDS
    examples = (
        Example("FROM python:3.11\nENV PREFECT_RESULTS_PERSIST_BY_DEFAULT=true\n", path="Dockerfile", others=ON_2),
        Example(
            'import os\n\nos.environ["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] = "1"\n', path="settings.py", others=ON_2
        ),
        Example("PREFECT_DEFAULT_RESULT_STORAGE_BLOCK=s3/results\n", path=".env", others=ON_2),
        Example("PREFECT_RESULTS_PERSIST_BY_DEFAULT=false\n", path=".env", clean=True, others=ON_2),
        Example(
            "PREFECT_RESULTS_PERSIST_BY_DEFAULT=true\nPREFECT_TASKS_DEFAULT_NO_CACHE=true\n",
            path=".env",
            clean=True,
            others=ON_2,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        data = context.project.read(context.path) or b""
        if b"PREFECT_" not in data or _NO_CACHE.encode() in data or not was_on_2(context.project, context.config):
            return
        for place in places(context):
            if place.name in _SETTINGS and place.role == "sets" and _is_on(context.text.text, place.end):
                yield self.finding(
                    context,
                    (place.start, place.end),
                    f"With `{place.name}` Prefect 3 caches every task",
                    _step(context, place.name),
                    reason="to run a task once for the same inputs may be what is wanted",
                )


def _is_on(text: str, end: int) -> bool:
    match = _VALUE.match(text, end)
    return match is not None and match["value"].lower() not in _OFF


def _step(context: FileContext, setting: str) -> str:
    """What keeps it as it was: results that were kept still are, and a storage alone kept none."""
    if setting == _KEEPS:
        return "Give the tasks that have to run every time `refresh_cache=True`."
    known = definition(f"prefect.settings.{_NO_CACHE}", context.target) is not None
    one = f"set `{_NO_CACHE}=true` beside it, or " if known else ""
    step = f"{one}give the tasks that have to run every time `cache_policy=NO_CACHE`."
    return step[0].upper() + step[1:]
