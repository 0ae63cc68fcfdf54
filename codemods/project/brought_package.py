from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.config import Config
from prefect_migrate.context import FileContext, context_of
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.pins.brought import Brought, brought_along
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.survey import all_statements, was_on_2
from prefect_migrate.pins.worker_packages import asked, below, takes_a_line
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.rules import Example, RepositoryRule

_CODE = "from croniter import croniter\nfrom prefect import flow\n"
_TYPE = "from prefect import flow\nfrom pydantic import BaseModel, EmailStr\n"


class BroughtPackage(RepositoryRule):
    """A package is imported that came along with Prefect 2

    `pip install prefect` brought croniter, kubernetes, ujson, itsdangerous, google-auth, importlib-resources and
    email-validator, which `EmailStr` of pydantic needs.  Prefect 3 needs none of them, so that such an import fails in
    a new environment, unless something else there needs the package.

    Where one requirements file of the repository asks for Prefect, the package goes below it, for review, in the
    releases that Prefect 2 asked for.
    """

    code = "PM512"
    name = "brought-package"
    examples = (
        Example(
            "prefect==2.20.0\ns3fs\n",
            "prefect==2.20.0\ncroniter>=1.0.12,<7\ns3fs\n",
            path="requirements.txt",
            others=(("flows.py", _CODE),),
            unsafe=True,
        ),
        Example(
            "prefect==2.20.0\n",
            "prefect==2.20.0\nemail-validator\n",
            path="requirements.txt",
            others=(("flows.py", _TYPE),),
            unsafe=True,
        ),
        Example(_CODE, others=(("Dockerfile", "FROM prefecthq/prefect:2.20.0-python3.11\n"),)),
        Example(_CODE, others=(("requirements.txt", "prefect==2.20.0\ncroniter\n"),), clean=True),
        Example(_CODE, others=(("requirements.txt", "prefect==2.20.0\napache-airflow>2\n"),), clean=True),
        Example(_CODE, others=(("requirements.txt", "prefect==3.8.8\n"),), clean=True),
        Example(
            "from prefect import flow\n\ntry:\n    import ujson as json\nexcept ImportError:\n    import json\n",
            others=(("requirements.txt", "prefect==2.20.0\n"),),
            clean=True,
        ),
    )

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        if not was_on_2(project, config) or not any(one.client for one in all_statements(project, config)):
            return
        askers = list(asked(project))
        for one, path, span in brought_along(project):
            if len(askers) == 1 and takes_a_line(project, *askers[0]):
                yield self._to_add(context_of(project, plan, config, askers[0][0]), askers[0][1], one, path)
                continue
            yield self.finding(
                context_of(project, plan, config, path), span, _message(one),
                f"Install {one.package} wherever this runs, or see what else there needs it.",
                reason="it is not known what the flows are installed from",
            )  # fmt: skip

    def _to_add(self, context: FileContext, pin: Pin, one: Brought, importer: str) -> Finding:
        edit = below(context.text.text, pin.end, one.package + one.constraint)
        return self.finding(
            context, (pin.start, pin.end), _message(one),
            f"See that {importer} runs with what this file asks for.",
            fix=Fix(f"Require {one.package}", lambda: Changes(edits=[edit])), applicability=Applicability.REVIEW,
            reason="it may be installed from elsewhere",
        )  # fmt: skip


def _message(one: Brought) -> str:
    return f"{one.package} is imported, which Prefect 2 brought along, and nothing here installs it"
