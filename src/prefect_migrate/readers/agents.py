"""Reader: agents (and workers) that shell-like files start."""

from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.plan.model import Agent
from prefect_migrate.project import Project, ProjectFile


def read_agents(project: Project, file: ProjectFile) -> Iterator[Agent]:
    return iter(())
