from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.config import Config
from prefect_migrate.context import FileContext, context_of
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.foreign import vendored_package
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.survey import all_statements, had_storage_of_2, was_on_2
from prefect_migrate.pins.versions import canonical, integration_release
from prefect_migrate.pins.worker_packages import asked, below, is_installed, takes_a_line
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.rules import Example, RepositoryRule

_IMPORT = re.compile(r"^(?:from|import)[ \t]+(prefect_[a-z]+)\b", re.MULTILINE)
_CODE = "from prefect_aws import S3Bucket\n\nS3Bucket.load('lake')\n"


class ImportedPackage(RepositoryRule):
    """A package is imported that nothing in the repository installs

    Prefect 2 had storage and infrastructure of its own where Prefect 3 has integrations: `prefect.filesystems.S3` is
    `prefect_aws.S3Bucket` now, which `pip install prefect` does not bring.  Where one requirements file of the
    repository asks for Prefect, the package goes below it, for review: it may be installed from elsewhere.
    """

    code = "PM511"
    name = "imported-package"
    examples = (
        Example(
            "prefect==2.20.0\ns3fs\n",
            "prefect==2.20.0\nprefect-aws>=0.7.12\ns3fs\n",
            path="requirements.txt",
            others=(("flows.py", _CODE),),
            unsafe=True,
        ),
        Example(_CODE, others=(("Dockerfile", "FROM prefecthq/prefect:2.20.0-python3.11\n"),)),
        Example(_CODE, others=(("requirements.txt", "prefect==2.20.0\nprefect_aws\n"),), clean=True),
        Example(_CODE, others=(("requirements.txt", "prefect[aws]==2.20.0\n"),), clean=True),
        Example(_CODE, others=(("requirements.txt", "prefect==3.8.8\n"),), clean=True),
    )

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        imports = _imports(project)
        is_migrated = was_on_2(project, config) or had_storage_of_2(project, config)
        asks = is_migrated and any(statement.client for statement in all_statements(project, config))
        if not imports or not asks:
            return
        missing = {package for package in imports if not is_installed(project, package, by_import=False)}
        askers = list(asked(project))
        if len(askers) == 1 and missing and takes_a_line(project, *askers[0]):
            context = context_of(project, plan, config, askers[0][0])
            yield self._to_add(context, askers[0][1], sorted(missing), [imports[package][0] for package in missing])
            return
        for package in sorted(missing):
            path, span = imports[package]
            yield self.finding(
                context_of(project, plan, config, path), span, f"{package} is imported, and nothing here installs it",
                f"Install {package} wherever this runs.", reason="it is not known what the flows are installed from",
            )  # fmt: skip

    def _to_add(self, context: FileContext, pin: Pin, packages: list[str], importers: list[str]) -> Finding:
        """One finding for all, as all go below the same line."""
        releases = [(package, *integration_release(package, context.target)) for package in packages]
        newline = "\r\n" if "\r\n" in context.text.text else "\n"
        lines = newline.join(f"{package}>={release}" for package, release, _ in releases)
        listed = ", ".join(packages)
        verb, subject, them = ("is", "it", "it") if len(packages) == 1 else ("are", "they", "them")
        edit = below(context.text.text, pin.end, lines)
        return self.finding(
            context, (pin.start, pin.end), f"{listed} {verb} imported, and nothing here installs {them}",
            f"See that {min(importers)} runs with what this file asks for.",
            fix=Fix(f"Require {listed}", lambda: Changes(edits=[edit])), applicability=Applicability.REVIEW,
            reason=next((doubt for *_, doubt in releases if doubt), f"{subject} may be installed from elsewhere"),
        )  # fmt: skip


def _imports(project: Project) -> dict[str, tuple[str, tuple[int, int]]]:
    """integration package -> the first file that imports it without any guard, and the name there."""
    found: dict[str, tuple[str, tuple[int, int]]] = {}
    for file in project.of_kind(PYTHON):
        if b"prefect_" not in (file.data or b"") or vendored_package(project, file.path) is not None:
            continue
        text = project.text(file.path)
        for match in _IMPORT.finditer(text.text) if text is not None else ():
            package = canonical(match[1])
            is_own = project.module_path(match[1], file.path) is not None
            if package is not None and package not in found and not is_own:
                found[package] = (file.path, match.span(1))
    return found
