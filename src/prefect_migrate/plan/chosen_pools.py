"""Work pools of deployments whose infrastructure is chosen among several blocks when the code runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.plan.image_paths import IMAGE_PATH
from prefect_migrate.plan.infrastructure import is_settled
from prefect_migrate.plan.model import Deployment, WorkPool
from prefect_migrate.plan.overrides import dotted_heads, said_by
from prefect_migrate.readers.python_deployments import PythonDeployment


def chosen_pools(deployment: Deployment) -> list[WorkPool]:
    """The pools that a deployment may get."""
    items = deployment.choices.items if isinstance(deployment, PythonDeployment) and deployment.choices else []
    return list({item.pool.name: item.pool for item in items if item.pool is not None}.values())


def choice_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    """Why a choice among pools can't take the place of one among blocks."""
    if deployment.choices is None:
        return
    blocks = [item.block for item in deployment.choices.items]
    for block in blocks:
        if block is not None and (block.doubt or block.to_save):
            yield f"the {block.cls} block can't be read: {block.doubt or block.to_save[0]}"
        elif block is not None and not block.loaded and not is_settled(block):
            yield f"what the {block.cls} block says is only known when the code runs, and its work pool must say it"
    if deployment.work_pool_name is not None and deployment.work_pool_name.literal is not None:
        yield "its infrastructure is one of several blocks, and the work pool that it names has one type"
    in_image = any(pool.type != "process" for pool in chosen_pools(deployment))
    if in_image and deployment.storage is not None and deployment.storage.optional:
        yield "its code lies in an image or where the script runs, and in a storage at times"
    path = deployment.arguments.get("path")
    is_absolute = path is None or path.literal in (None, "") or str(path.literal).startswith("/")
    if not is_absolute and in_image:
        yield "its `path=` is relative to the image, or to where the script runs"
    classes = list(dict.fromkeys(block.cls if block is not None else "Process" for block in blocks))
    said = [said_by(deployment, cls) for cls in classes]
    heads = dotted_heads(deployment) - {"env"}
    if any(one != said[0] for one in said) or any(heads & pool.variables.keys() for pool in chosen_pools(deployment)):
        yield "its overrides mean something else for each of the blocks that its infrastructure may be"


def share_choices(deployments: list[PythonDeployment]) -> bool:
    """Keep what shares its blocks with a definition that stays; whether there was any."""
    found = False
    _note_groups(deployments)
    by_call = {deployment.call: deployment for deployment in deployments}
    for deployment in deployments:
        sinks = deployment.choices.sinks if deployment.choices is not None and not deployment.obstacles else set()
        users = [by_call.get(call) for call in sinks]
        if any(user is None or user.obstacles or user.target == "prefect-yaml" for user in users):
            deployment.obstacles.append("its infrastructure is chosen together with that of a definition that stays")
            deployment.rewrite, deployment.target, found = None, None, True
    return found


def _note_groups(deployments: list[PythonDeployment]) -> None:
    """Fill in which definitions share blocks, directly or not: they are rewritten in one go."""
    choosing = [deployment for deployment in deployments if deployment.choices is not None]
    for deployment in choosing:
        group, calls = [deployment], set(_sinks(deployment))
        while more := [one for one in choosing if one not in group and (one.call in calls or calls & _sinks(one))]:
            group += more
            calls.update(*map(_sinks, more))
        deployment.chosen_with = sorted(group, key=lambda one: one.call.lineno)


def _sinks(deployment: PythonDeployment) -> set[ast.Call]:
    return deployment.choices.sinks if deployment.choices is not None else set()


def chosen_directory(deployment: PythonDeployment, subject: str, here: str) -> str:
    """The expression of the directory that the code lies in: where the script runs, or in the image."""
    images = [pool.name for pool in chosen_pools(deployment) if pool.type != "process"]
    processes = [pool.name for pool in chosen_pools(deployment) if pool.type == "process"]
    image = f'"{deployment.image_path or IMAGE_PATH}"'
    path = deployment.arguments.get("path")
    if path is not None and path.literal not in (None, ""):
        return path.text
    if not images:
        return ""
    if not processes:
        return image
    test = f'== "{processes[0]}"' if len(processes) == 1 else f"in {tuple(processes)}".replace("'", '"')
    return f"{here} if {subject}.work_pool_name {test} else {image}"
