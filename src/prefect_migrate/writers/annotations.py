"""Writer: annotations that name Prefect 2's `Deployment`, for the class of what takes its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.findings import Edit, ImportRequest
from prefect_migrate.project import Project
from prefect_migrate.readers.python_classes import annotation_nodes
from prefect_migrate.source.python import PythonFile
from prefect_migrate.writers.names import Names

_NEW = ImportRequest("prefect.deployments.runner", "RunnerDeployment")


def annotation_edits(project: Project, file: PythonFile, names: Names) -> Iterator[Edit]:
    """Edits for every annotation of the file, where the class is named in annotations and in definitions only."""
    for node in annotation_nodes(project, file):
        new = names.use(_NEW)
        yield Edit(*file.span(node), f'"{new}"' if isinstance(node, ast.Constant) else new)
