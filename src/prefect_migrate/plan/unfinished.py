"""The plan while files are still read, for rules that are asked right after a file was, while its tree is there."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from prefect_migrate.plan.model import Deployment, Plan


class NeedsPlan(BaseException):
    """A rule asked for more of the plan than there is.  No error: nothing that notes errors may take it for one."""


class UnfinishedPlan(Plan):
    """Says only that a file defines no deployments, if that is so."""

    def __init__(self, target: tuple[int, int], path: str, *, defines: bool) -> None:
        super().__init__(target)
        self._path = path
        self._defines = defines

    def __getattribute__(self, name: str) -> Any:
        if name in _FIELDS:
            raise NeedsPlan
        return super().__getattribute__(name)

    def deployments_in(self, path: str) -> list[Deployment]:
        if self._defines or path != self._path:
            raise NeedsPlan
        return []


_FIELDS = frozenset(field.name for field in fields(Plan) if field.name != "target")
