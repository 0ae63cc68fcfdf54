"""Packages that came along with Prefect 2, and that Prefect 3 does not need any more.

From the `Requires-Dist` of prefect 2.20.26 and of all that it needs, against the same of 3.8.8 on Python 3.11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.discovery import kinds
from prefect_migrate.discovery.kinds import kind_of
from prefect_migrate.foreign import vendored_package
from prefect_migrate.project import Project


class Brought(NamedTuple):
    """`imports` matches the code that needs the package, `others` the packages that need it as well."""

    package: str
    #: What Prefect 2 asked for, so that the code meets the releases that it was written for.
    constraint: str
    imports: re.Pattern[str]
    others: str = "(?!)"


def _import(module: str) -> re.Pattern[str]:
    """An import at the top of a file, where nothing guards it."""
    return re.compile(rf"^(?:from|import)[ \t]+(?P<name>{module})(?![\w])", re.MULTILINE)


_FLASK = r"flask[\w-]*|mlflow|dash|locust|superset|apache-superset|fastapi\[all\]|starlette\[full\]|zenml"
BROUGHT = (
    Brought("croniter", ">=1.0.12,<7", _import("croniter"), r"apache-airflow|dagster|rq-scheduler|zenml"),
    Brought("kubernetes", ">=24.2,<32", _import("kubernetes"),
            r"apache-airflow[\w-]*|chromadb|dagster-k8s|dask-kubernetes|kfp|zenml"),
    Brought("ujson", ">=5.8,<6", _import("ujson"), r"fastapi\[all\]|sanic|starlette\[full\]"),
    Brought("itsdangerous", "", _import("itsdangerous"), _FLASK),
    Brought("google-auth", "", _import(r"google\.(?:auth|oauth2)"),
            r"[\w-]*(?:google|gcp|gcs|bigquery|gspread|firebase|gsheets|pydrive|earthengine|vertex|kubernetes)[\w-]*"
            r"|[\w-]+\[[^\]]*\b(?:gcp|gcs|gs|bigquery|google)\b[^\]]*\]"),
    Brought("importlib-resources", ">=6.1.3,<6.5", _import("importlib_resources"), r"matplotlib|jsonschema|zenml"),
    Brought("email-validator", "",
            re.compile(r"^(?:from|import)[ \t]+(?P<name>email_validator)\b"
                       r"|^from[ \t]+pydantic[ \t]+import[ \t(][^\n#]*\b(?P<type>EmailStr|NameEmail)\b", re.MULTILINE),
            r"pydantic\[[^\]]*email[^\]]*\]|fastapi\[(?:all|standard)\]|[\w-]*wtforms[\w-]*"),
)  # fmt: skip
#: What lists the packages that a project installs; lock files and Python tell what came along as well.
_MANIFESTS = (kinds.REQUIREMENTS, kinds.PYPROJECT, kinds.SETUP, kinds.PIPFILE, kinds.DOCKERFILE, kinds.YAML)
_LISTS = kinds.ALL - {kinds.PYTHON, kinds.MARKDOWN, kinds.NOTEBOOK, kinds.PREFECT_YAML, kinds.CODE}


def brought_along(project: Project) -> Iterator[tuple[Brought, str, tuple[int, int]]]:
    """Packages that code imports and that nothing here asks for: the first file, and where it imports them."""
    found = {one: place for one in BROUGHT if (place := _first_import(project, one))}
    lists = _lists_of(project) if found else []
    for one, place in found.items():
        if not any(_asks(text, one) for text in lists):
            yield (one, *place)


def _lists_of(project: Project) -> list[str]:
    """The texts of what lists packages; the files of which nothing else wants to know count as well."""
    paths = {file.path for file in project.files if _is_list(file.kind, file.path)}
    paths.update(path for path in project.paths_of(*_MANIFESTS, kinds.PYTHON) if _is_list(kind_of(path) or "", path))
    return [(project.read(path) or b"").decode(errors="replace") for path in sorted(paths)]


def _is_list(kind: str, path: str) -> bool:
    return (kind in _LISTS or path.rpartition("/")[2] == "setup.py") and not path.endswith((".lock", "-lock.json"))


def _asks(text: str, one: Brought) -> bool:
    """Whether a text has the package, or one that needs it, where lists of packages have names."""
    name, others = (re.sub(r"(?<=[a-z])-(?=[a-z])", "[-_.]", part) for part in (one.package, one.others))
    return re.search(
        rf"(?im)^[ \t]*(?:-[ \t]*)?[\"']?(?:{name}|{others})(?:\[[^\]\n]*\])?[\"']?[ \t]*(?:[=<>~!@;,#\\]|\r?$)"
        rf"|[\"'](?:{name}|{others})[\"'\[=<>~!; ]"
        rf"|\b(?:install|add|--with)\b[^\n]*[\s\"'](?:{name}|{others})(?![\w/.-])",
        text,
    ) is not None  # fmt: skip


def _first_import(project: Project, one: Brought) -> tuple[str, tuple[int, int]] | None:
    for file in project.of_kind(kinds.PYTHON):
        text = project.text(file.path) if vendored_package(project, file.path) is None else None
        match = one.imports.search(text.text) if text is not None else None
        if match is None or file.path.rpartition("/")[2] == "setup.py":
            continue
        group = "name" if match["name"] else "type"
        if group == "type" or project.module_path(match["name"], file.path) is None:
            return file.path, match.span(group)
    return None
