"""Make the changes that carry a planned rewrite out."""

from __future__ import annotations

from prefect_migrate.findings import CannotFix, Changes
from prefect_migrate.plan.chosen_pools import chosen_pools
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile


def changes_of(project: Project, deployment: PythonDeployment, target: tuple[int, int]) -> Changes:
    """The changes of one deployment, and of those that can't change without it.  Raises CannotFix."""
    changes, *others = [_changes_of(project, one, target) for one in deployment.chosen_with or [deployment]]
    for other in others:
        changes.edits += other.edits
        changes.imports += other.imports
        changes.in_place += other.in_place
        changes.orphans += other.orphans
        changes.kept += other.kept
    return changes


def _changes_of(project: Project, deployment: PythonDeployment, target: tuple[int, int]) -> Changes:
    # A scan must not pay for LibCST, which the writers load.
    from libcst import ParserSyntaxError

    from prefect_migrate.writers import work_pools
    from prefect_migrate.writers.files import prefect_yaml_text
    from prefect_migrate.writers.flow_deploy import FlowDeployWriter
    from prefect_migrate.writers.prefect_yaml import UnreadableYaml
    from prefect_migrate.writers.removal import removal_of

    try:
        if deployment.pool is not None and deployment.pool.ours:
            work_pools.template_text(deployment.pool)
        for pool in chosen_pools(deployment):
            work_pools.template_text(pool)
        if deployment.target != "prefect-yaml":
            changes = FlowDeployWriter(project, deployment, target).changes_made()
            changes.in_place.append(deployment)
            return changes
        prefect_yaml_text(project, [deployment])
        changes = removal_of(project, deployment)
        changes.to_yaml.append(deployment)
    except (ValueError, UnreadableYaml, ParserSyntaxError) as error:
        raise CannotFix(str(error)) from error
    return changes


def annotation_changes(project: Project, file: PythonFile, span: tuple[int, int]) -> Changes:
    """The change of one annotation that names `Deployment`."""
    from prefect_migrate.writers.annotations import annotation_edits
    from prefect_migrate.writers.names import Names

    changes = Changes()
    edits = list(annotation_edits(project, file, Names(file, changes)))
    changes.edits += [edit for edit in edits if (edit.start, edit.end) == span]
    if not changes.edits:
        raise CannotFix("the file names the class in other ways too")
    return changes
