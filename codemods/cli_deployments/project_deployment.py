from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.project import ProjectFile
from prefect_migrate.readers.prefect_yaml import NAME, PrefectFile, prefect_file
from prefect_migrate.rules import Example
from prefect_migrate.source.yaml_tree import Mapping, plain_value
from prefect_migrate.writers.yaml_edits import content_end, newline_of
from prefect_migrate.yaml_rules import PrefectYamlRule

OLD_NAME = "deployment.yaml"
_PROJECT = "name: etl\nprefect-version: 2.10.13\npull: null\n"
_ENTRIES = "deployments:\n- name: nightly\n  entrypoint: flows.py:etl\n  work_pool: {name: my-pool}\n"
_EMPTY = "deployments:\n- name: null\n  tags: []\n  entrypoint: null\n  work_pool: {name: null, job_variables: {}}\n"


class ProjectDeploymentYaml(PrefectYamlRule):
    """The deployments of a project stand in a deployment.yaml of their own

    The first releases with projects, around Prefect 2.10, kept the steps in prefect.yaml and the deployments in
    deployment.yaml beside it.  Later ones, and Prefect 3, only read prefect.yaml.

    The list moves to prefect.yaml as it stands, if that has none; then deployment.yaml goes, and so does one whose
    entries are all empty, as `prefect project init` made it.  That is for review, because later releases of Prefect 2
    did not deploy it.
    """

    code = "PM119"
    name = "project-deployment-yaml"
    examples = (
        Example(
            _PROJECT,
            _PROJECT + "\n" + _ENTRIES,
            path="prefect.yaml",
            others=((OLD_NAME, _ENTRIES),),
            unsafe=True,
        ),
        Example(_ENTRIES, path=OLD_NAME),
        Example(_EMPTY, path=OLD_NAME, unsafe=True, deletes=True),
        Example(_PROJECT + _ENTRIES, path="prefect.yaml", clean=True),
        Example("prefect-version: 3.6.4\n" + _ENTRIES, path=OLD_NAME, clean=True),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        folder, name = PurePosixPath(file.path).parent, PurePosixPath(file.path).name
        if name == OLD_NAME and not _is_for_3(file):
            yield self._of_old(context, file, _sibling(context, str(folder / NAME)))
        old = _sibling(context, str(folder / OLD_NAME)) if name == NAME and file.root is not None else None
        if (
            old is not None
            and _says(old)
            and not _is_for_3(old)
            and file.root is not None
            and file.root.get("deployments") is None
        ):
            yield self.finding(
                context,
                (0, 0),
                f"The deployments of this project stand in {old.path}, which Prefect 3 does not read",
                "Move the list `deployments:` here.",
                fix=Fix("Move it here", lambda: _append(file, old)),
                applicability=Applicability.REVIEW,
                reason="Prefect 2.11 and later did not read it either",
            )

    def _of_old(self, context: FileContext, file: PrefectFile, new: PrefectFile | None) -> Finding:
        message = "No release after Prefect 2.10 reads a deployment.yaml"
        if not file.entries or (_says(file) and (new is None or not _names(file) <= _names(new))):
            return self.finding(
                context, (0, 0), message, f"Move the list `deployments:` to {NAME}, then delete this file."
            )
        return self.finding(
            context,
            (0, 0),
            message,
            "Delete it.",
            fix=Fix("Delete it", lambda: Changes(deletes=True)),
            applicability=Applicability.REVIEW,
            reason=f"{new.path} has its deployments" if new is not None and _says(file) else "its entries are empty",
        )


def _sibling(context: FileContext, path: str) -> PrefectFile | None:
    found: ProjectFile | None = next((file for file in context.project.files if file.path == path), None)
    return prefect_file(context.project, found) if found is not None else None


def _is_for_3(file: PrefectFile) -> bool:
    """Whether it is a whole prefect.yaml of another name, for `prefect deploy --prefect-file`."""
    stamp = file.root.get("prefect-version") if file.root is not None else None
    return stamp is not None and str(plain_value(stamp.node)).startswith("3")


def _names(file: PrefectFile) -> set[tuple[str, str]]:
    entries = [plain_value(entry) for entry in file.entries]
    return {(str(entry.get("name")), str(entry.get("entrypoint"))) for entry in entries}


def _says(file: PrefectFile) -> bool:
    """Whether any entry has a value."""
    return any(_has_value(plain_value(entry)) for entry in file.entries)


def _has_value(value: object) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(_has_value, value.values() if isinstance(value, dict) else value))
    return value is not None and value != ""


def _append(file: PrefectFile, old: PrefectFile) -> Changes:
    assert isinstance(old.root, Mapping)
    item = old.root.get("deployments")
    assert item is not None
    text, newline = file.text.text, newline_of(file.text.text)
    listed = old.text.text[item.key.start : content_end(old.text.text, item.node)].replace("\r\n", "\n")
    gap = newline if text.endswith(("\n", "\r")) else newline * 2
    return Changes([Edit(len(text), len(text), gap + listed.replace("\n", newline) + newline)])
