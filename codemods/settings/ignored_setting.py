from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.pins.versions import spelled
from prefect_migrate.rules import Example, Rule
from prefect_migrate.settings.report import rename_finding
from prefect_migrate.settings.uses import KINDS, is_ignored_already, uses

_COMPOSE = "services:\n  server:\n    environment:\n      - {0}=0.0.0.0  # all\n"


class IgnoredSetting(Rule):
    """A setting has a new name, and Prefect 3 ignores the old one

    `PREFECT_ORION_…` and a few others are not read any more: no error, no warning, the default takes over.  The name
    is changed wherever it is set or read: environments in YAML, Dockerfiles, `.env` files, shell, Terraform,
    `os.environ`, `env={…}`, profiles, `prefect config set`.  The value stays as it is, also a `${PREFECT_ORION_…}`
    that the repository doesn't set itself.

    The change wants review where the value comes from outside under the old name, in documents, and where the
    repository's Prefect ignored the setting already, so that the new name brings a forgotten value back.  It only
    reports text that merely names the setting, and files that have the new name as well.
    """

    code = "PM341"
    name = "ignored-setting"
    kinds = KINDS
    examples = (
        Example(
            _COMPOSE.format("PREFECT_ORION_API_HOST"), _COMPOSE.format("PREFECT_SERVER_API_HOST"), path="compose.yaml"
        ),
        Example(
            'import os\n\nos.environ["PREFECT_LOGGING_ORION_ENABLED"] = "false"\n',
            'import os\n\nos.environ["PREFECT_LOGGING_TO_API_ENABLED"] = "false"\n',
        ),
        Example(
            "prefect config set PREFECT_ORION_UI_ENABLED=false\n",
            "prefect config set PREFECT_SERVER_UI_ENABLED=false\n",
            path="setup.sh",
        ),
        Example(
            "env:\n  PREFECT_ORION_API_PORT: ${PREFECT_ORION_API_PORT}\n",
            "env:\n  PREFECT_SERVER_API_PORT: ${PREFECT_ORION_API_PORT}\n",
            path="ci.yml",
        ),
        Example(
            'import os\n\nport = os.getenv("PREFECT_ORION_API_PORT")\n',
            'import os\n\nport = os.getenv("PREFECT_SERVER_API_PORT")\n',
            unsafe=True,
        ),
        Example("PREFECT_ORION_API_PORT=1\nPREFECT_SERVER_API_PORT=1\n", path=".env"),
        Example(
            "# PREFECT_ORION_API_PORT=1\nPREFECT_API_URL=http://x\nPREFECT_ORION_HOUSE=1\n", path=".env", clean=True
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for use in uses(context, "renamed_old_name_ignored"):
            message = f"Prefect {spelled(context.target)} ignores `{use.place.name}`; it is `{use.fact.new}` now"
            already = is_ignored_already(context, use.fact)
            doubt = f"{already} ignored it already; under its new name it has an effect again" if already else ""
            if finding := rename_finding(self, context, use, message, doubt=doubt):
                yield finding
