from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import MARKDOWN
from prefect_migrate.findings import Finding
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.pins.versions import spelled
from prefect_migrate.rules import Example, Rule
from prefect_migrate.settings.report import rename_finding
from prefect_migrate.settings.uses import KINDS, uses


class RenamedSetting(Rule):
    """A setting has a new name, and Prefect 3 still reads the old one

    `PREFECT_API_DATABASE_CONNECTION_URL`, `PREFECT_UI_ENABLED` and some eighty more are aliases in Prefect 3: they
    work, and may go.  The name is changed wherever it is set or read, the value stays as it is.

    The change always wants review, because it is not necessary, and what shares the environment (a Prefect 2 beside,
    a chart, a script that reads the variable) may know the old name only.  A repository that says of itself that it is
    on Prefect 3 is left alone.
    """

    code = "PM342"
    name = "renamed-setting"
    kinds = KINDS
    examples = (
        Example(
            "ENV PREFECT_API_DATABASE_ECHO=true PREFECT_HOME=/x\n",
            "ENV PREFECT_SERVER_DATABASE_ECHO=true PREFECT_HOME=/x\n",
            path="Dockerfile",
            unsafe=True,
        ),
        Example(
            'profile = {"env": {"PREFECT_LOCAL_STORAGE_PATH": "/data"}}\n',
            'profile = {"env": {"PREFECT_RESULTS_LOCAL_STORAGE_PATH": "/data"}}\n',
            unsafe=True,
        ),
        Example('[profiles.a]\nPREFECT_API_URL = "http://x"\nPREFECT_HOME = "/x"\n', path="profiles.toml", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        found = list(uses(context, "renamed_alias_accepted"))
        if found and was_on_3(context.project, context.config):
            return
        for use in found:
            if context.file.kind == MARKDOWN and use.place.role == "names":
                continue
            message = f"`{use.place.name}` is `{use.fact.new}` in Prefect {spelled(context.target)}"
            doubt = f"Prefect {spelled(context.target)} still reads the old name"
            if finding := rename_finding(self, context, use, message, doubt=doubt):
                yield finding
