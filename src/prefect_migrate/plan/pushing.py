"""The upload of the code as a command, which a `push:` step of prefect.yaml runs."""

from __future__ import annotations

from prefect_migrate.plan.documents import document_name
from prefect_migrate.plan.model import Block
from prefect_migrate.plan.obstacles import uploads
from prefect_migrate.plan.storage import StorageTarget, needs_document, writable_block
from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import IGNORE_FILE, joined
from prefect_migrate.readers.python_deployments import PythonDeployment

_FILESYSTEMS = "prefect.filesystems"


def push_script(block: Block, path: str, ignore_file: str | None) -> str | None:
    """The command that uploads the directory it runs in to a block that has a name; None if it has none, or can't."""
    known = writable_block(block)
    return _script(known[0], known[1], f"{known[1]}.load({known[2]!r})", path, ignore_file) if known else None


def push_of(project: Project, deployment: PythonDeployment) -> str | None:
    """The command for a deployment in Python: "" if nothing was uploaded, None where no command can say it."""
    block, target = deployment.storage, deployment.storage_target
    if block is None or target is None or target.upload is None or not uploads(deployment):
        return ""
    given = [deployment.arguments.get(name) for name in ("path", "ignore_file", "skip_upload")]
    if any(value is not None and not value.known for value in given):
        return None
    path = str((given[0].literal if given[0] is not None else None) or "").strip("/")
    ignore_file = ignore_file_of(project, deployment)
    inline = _inline(block, target)
    if inline is not None:
        return _script(_FILESYSTEMS, inline.partition("(")[0], inline, "" if target.folded else path, ignore_file)
    known = writable_block(block, document_name(block) if needs_document(block) else None)
    return _script(known[0], known[1], f"{known[1]}.load({known[2]!r})", path, ignore_file) if known else None


def _inline(block: Block, target: StorageTarget) -> str | None:
    """A block that holds no secret and has no name, as it is made."""
    if target.remote is not None:
        url, settings = target.remote
        return f"RemoteFileSystem(basepath={url!r}{f', settings={settings!r}' if settings else ''})"
    basepath = block.fields.get("basepath")
    if block.cls == "LocalFileSystem" and block.document is None and basepath is not None and basepath.literal:
        return f"LocalFileSystem(basepath={basepath.literal!r})"
    return None


def _script(module: str, cls: str, block: str, path: str, ignore_file: str | None) -> str | None:
    arguments = "local_path='.'" + (f", to_path={path!r}" if path else "")
    arguments += f", ignore_file={ignore_file!r}" if ignore_file else ""
    code = f"from {module} import {cls}; {block}.put_directory({arguments})"
    return None if set(code) & {'"', "\\", "`", "$"} else f'python -c "{code}"'


def ignore_file_of(project: Project, deployment: PythonDeployment) -> str | None:
    """The file of patterns that the upload heeds; None where there is none.

    Prefect 2 made an empty one of what is not there, Prefect 3 fails on it.
    """
    given = deployment.arguments.get("ignore_file")
    name = IGNORE_FILE if given is None else given.literal
    if not isinstance(name, str):
        return None
    return name if project.exists(joined(deployment.working_directory, name)) or name.startswith("/") else None
