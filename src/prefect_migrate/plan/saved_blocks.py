"""Storage blocks that the deploying file makes, whose documents Prefect 3 pulls from by name."""

from __future__ import annotations

import json

from prefect_migrate.names.made_storage import is_made_anew
from prefect_migrate.plan.documents import document_name
from prefect_migrate.plan.model import Block
from prefect_migrate.plan.obstacles import is_deferred
from prefect_migrate.plan.storage import REPLACED, needs_document
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile


def saves(file: PythonFile, block: Block) -> bool:
    """Whether the file saves the block, or has to, and can do so in Prefect 3 as well: then it stays there."""
    return (block.document is not None or needs_document(block)) and is_made_anew(file, block)


def saving_lines(deployment: PythonDeployment) -> list[str]:
    """The statement that saves a block which Prefect 2 kept without a name.

    A block that is gone is made by it as well: the next round writes its successor.
    """
    block = deployment.storage
    if block is None or is_deferred(deployment) or not _is_saved_now(deployment, block):
        return []
    text = deployment.file.source(deployment.nodes["storage"])
    awaits = "await " if deployment.in_async else ""
    return [f"{awaits}{text}.save({json.dumps(document_name(block))}, overwrite=True)"]


def saving_review(deployment: PythonDeployment) -> str:
    """What is to be known of a block that the script saves for Prefect 3, "" where it does not."""
    block = deployment.storage
    if block is None or not saves(deployment.file, block):
        return ""
    if block.document is None:
        cls, name = REPLACED[block.cls][0] if block.cls in REPLACED else block.cls, repr(document_name(block))
        return f"Prefect 3 pulls from a block by its name: the script saves the {cls} block under the name {name} now"
    if block.cls in REPLACED:
        cls, module, _ = REPLACED[block.cls]
        return f"the script saves a {module}.{cls} block in the place of the {block.cls} block"
    return ""


def _is_saved_now(deployment: PythonDeployment, block: Block) -> bool:
    return needs_document(block) and is_made_anew(deployment.file, block)
