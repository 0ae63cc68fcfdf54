"""Writer: deployments as entries of a prefect.yaml that `prefect deploy --all` accepts."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from prefect_migrate.plan.infrastructure import nest_dotted
from prefect_migrate.plan.model import Deployment, Schedule
from prefect_migrate.plan.obstacles import overrides_of
from prefect_migrate.plan.storage import writable_block
from prefect_migrate.readers.cli_deployments import IGNORE_FILE, CliBuild
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.comments import argument_comments, leading_comments
from prefect_migrate.source.yaml_scalars import type_of

if TYPE_CHECKING:
    from ruamel.yaml.comments import CommentedMap

HEADER = "# Deployments for `prefect deploy --all`.\n"
#: Where Prefect 2 looked for code in an image when nothing else was said.
IMAGE_PATH = "/opt/prefect/flows"
#: Column of an entry's keys below `deployments:`.
_ENTRY_INDENT = 4
_KEY_OF_ARGUMENT = {
    "schedule": "schedules",
    "is_schedule_active": "paused",
    "infrastructure": "work_pool",
    "infra_overrides": "work_pool",
    "job_variables": "work_pool",
    "work_queue_name": "work_pool",
    "work_pool_name": "work_pool",
    "path": "pull",
}
#: The id of the step that pulls, where another one follows it.
PULLED = "code"
SET_DIRECTORY = "prefect.deployments.steps.set_working_directory"


class UnreadableYaml(Exception):
    """The prefect.yaml that is there can't be merged with; the text is the reason."""


def merge_deployments(existing: str | None, deployments: Sequence[Deployment]) -> str:
    """The text of a prefect.yaml with these deployments added; entries that are there already are left alone.

    Raises UnreadableYaml.
    """
    entries: dict[tuple[Any, Any], CommentedMap] = {}
    for deployment in deployments:
        entry = entry_of(deployment)
        entries.setdefault((entry["name"], entry["entrypoint"]), entry)
    if existing is None or not existing.strip():
        return HEADER + _dump({"deployments": list(entries.values())})
    names = _existing_names(existing)
    missing = [entry for key, entry in entries.items() if key not in names]
    _shield(_load(existing), missing)
    return _append(existing, missing) if missing else existing


def _shield(data: Any, entries: Sequence[CommentedMap]) -> None:
    """Keep the steps that a file has for all its deployments from the new ones.  Raises UnreadableYaml."""
    for entry in entries:
        if data.get("push") and "push" not in entry:
            raise UnreadableYaml("its `push` steps would run for every deployment, and no entry can do without them")
        if data.get("build") and "build" not in entry:
            entry["build"] = None
        if data.get("pull") and "pull" not in entry:
            entry["pull"] = [{SET_DIRECTORY: {"directory": "{{ $PWD }}"}}]


def _existing_names(text: str) -> set[tuple[Any, Any]]:
    data = _load(text)
    entries = data.get("deployments") or []
    if not isinstance(entries, list):
        raise UnreadableYaml("its `deployments` is not a list")
    return {(entry.get("name"), entry.get("entrypoint")) for entry in entries if isinstance(entry, dict)}


def _load(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="rt").load(text)
    except (YAMLError, ValueError) as error:
        raise UnreadableYaml(f"it does not load: {str(error).splitlines()[0]}") from error
    if not isinstance(data, dict):
        raise UnreadableYaml("it is not a mapping")
    return data


def _append(text: str, entries: list[CommentedMap]) -> str:
    """Add entries behind the last one by text, so that nothing else in the file changes."""
    data: Any = _load(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    listed: Any = data.get("deployments")
    body = text if text.endswith(("\n", "\r")) else text + newline
    if not listed:
        lines = [line for line in body.splitlines(keepends=True) if not line.startswith("deployments:")]
        return "".join(lines) + _dump({"deployments": entries}).replace("\n", newline)
    if listed.fa.flow_style():
        raise UnreadableYaml("its `deployments` is written in one line; break it into one entry a line first")
    indent = " " * listed.lc.col if hasattr(listed, "lc") else ""
    first: Any = listed[0]
    dash = " " * max(first.lc.col - 2, 0) if hasattr(first, "lc") else indent
    block = "".join(dash + line for line in _dump(entries).splitlines(keepends=True)).replace("\n", newline)
    position = _end_of_list(body, data, listed)
    return body[:position] + block + body[position:]


def _end_of_list(text: str, data: Any, listed: Any) -> int:
    """Where the list of deployments ends: before the next top-level key, without the blank lines between."""
    lines = text.splitlines(keepends=True)
    keys = [data.lc.key(key)[0] for key in data if data.lc.key(key)[0] > listed.lc.line]
    end = min(keys, default=len(lines))
    while end > 0 and (not lines[end - 1].strip() or (end < len(lines) and lines[end - 1].startswith("#"))):
        end -= 1
    return sum(map(len, lines[:end]))


def _dump(data: Any) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2) if isinstance(data, dict) else yaml.indent(mapping=2, sequence=2)
    stream = io.StringIO()
    yaml.dump(_quoted(data), stream)
    return stream.getvalue()


def _quoted(data: Any) -> Any:
    """The same with quotes around what Prefect's loader, which knows an older YAML, would not take for a text."""
    from ruamel.yaml.scalarstring import SingleQuotedScalarString

    if isinstance(data, str):
        return SingleQuotedScalarString(data) if type_of(data) != "str" and "\n" not in data else data
    if isinstance(data, dict):
        for key in data:
            data[key] = _quoted(data[key])
    elif isinstance(data, list):
        data[:] = [_quoted(item) for item in data]
    return data


# -- one entry -------------------------------------------------------------------------------------------------------


def entry_of(deployment: Deployment) -> CommentedMap:
    """The entry of one deployment, in the order of Prefect's own templates, without what is default.

    The comments of the code that it replaces come along.
    """
    from ruamel.yaml.comments import CommentedMap

    entry = CommentedMap(_entry(deployment))
    if isinstance(deployment, PythonDeployment):
        for key, lines in _comments(deployment, entry).items():
            entry.yaml_set_comment_before_after_key(key, before="\n".join(lines), indent=_ENTRY_INDENT)
    return entry


def _entry(deployment: Deployment) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": deployment.name.literal}
    version = _given(deployment, "version")
    if version is not None:
        entry["version"] = str(version)
    for key in ("tags", "description"):
        if _given(deployment, key):
            entry[key] = _plain(_given(deployment, key))
    entry["entrypoint"] = deployment.entrypoint
    if _given(deployment, "parameters"):
        entry["parameters"] = _plain(_given(deployment, "parameters"))
    if deployment.schedules:
        entry["schedules"] = [schedule_entry(schedule) for schedule in deployment.schedules]
    if deployment.paused:
        entry["paused"] = True
    if _given(deployment, "enforce_parameter_schema") is not None:
        entry["enforce_parameter_schema"] = _given(deployment, "enforce_parameter_schema")
    entry["work_pool"] = _work_pool(deployment)
    push, pull = push_steps(deployment), pull_steps(deployment)
    if push:
        entry["push"] = push
    if pull:
        entry["pull"] = pull
    return entry


def _comments(deployment: PythonDeployment, entry: dict[str, Any]) -> dict[str, list[str]]:
    """key of the entry -> the comments to write above it, without their `#`."""
    file = deployment.file
    statement = file.statement_of(deployment.call)
    above = leading_comments(file, statement)
    found: dict[str, list[str]] = {}
    for name, lines in argument_comments(file, statement, deployment.call).items():
        key = _KEY_OF_ARGUMENT.get(name, name)
        if key in entry and key != "name":
            found.setdefault(key, []).extend(lines)
        else:
            above += lines
    # A comment cannot stand before the first key of a list item, so it follows the name.
    second = list(entry)[1]
    found[second] = above + found.get(second, [])
    return {key: [line.lstrip("#").strip() for line in lines] for key, lines in found.items() if lines}


def _given(deployment: Deployment, name: str) -> Any:
    value = deployment.arguments.get(name)
    return None if value is None else value.or_none()


def _work_pool(deployment: Deployment) -> dict[str, Any]:
    assert deployment.pool is not None
    pool: dict[str, Any] = {"name": deployment.pool.name}
    queue = deployment.work_queue_name
    if queue is not None and queue.literal not in (None, "default"):
        pool["work_queue_name"] = queue.literal
    overrides = overrides_of(deployment)
    if overrides is not None and isinstance(overrides.literal, dict) and overrides.literal:
        pool["job_variables"] = _plain(nest_dotted(overrides.literal))
    return pool


def pull_steps(deployment: Deployment) -> list[dict[str, Any]]:
    """Where the code comes from; none for the directory that `prefect deploy` is run in, which is its default."""
    target, path = deployment.storage_target, _given(deployment, "path")
    if target is not None and target.pull is not None:
        return _below(target.pull, path) if not isinstance(deployment, PythonDeployment) else [target.pull]
    in_image = deployment.infrastructure is not None and deployment.infrastructure.cls != "Process"
    directory = str(path) if path else IMAGE_PATH if in_image else None
    return [{SET_DIRECTORY: {"directory": directory}}] if directory else []


def _below(step: dict[str, Any], path: Any) -> list[dict[str, Any]]:
    """A step, and where a run starts below what it pulled."""
    path = str(path or "").strip("/")
    if path in ("", "."):
        return [step]
    (name, arguments), *_ = step.items()
    return [
        {name: {"id": PULLED, **arguments}},
        {SET_DIRECTORY: {"directory": f"{{{{ {PULLED}.directory }}}}/{path}"}},
    ]


def push_steps(deployment: Deployment) -> list[dict[str, Any]]:
    """The upload that `prefect deployment build` did itself."""
    if not isinstance(deployment, CliBuild) or deployment.storage is None or deployment.parsed.last("--skip-upload"):
        return []
    block = writable_block(deployment.storage)
    if block is None:
        return []
    module, cls, name = block
    path = str(_given(deployment, "path") or "").strip("/")
    arguments = "local_path='.'" + (f", to_path={path!r}" if path else "")
    arguments += f", ignore_file={IGNORE_FILE!r}" if deployment.ignores else ""
    script = f'python -c "from {module} import {cls}; {cls}.load({name!r}).put_directory({arguments})"'
    return [{"prefect.deployments.steps.run_shell_script": {"script": script}}]


def schedule_entry(schedule: Schedule) -> dict[str, Any]:
    """One item of `schedules:`."""
    entry: dict[str, Any] = {}
    for key, value in schedule.fields.items():
        if value.literal is not None:
            entry[key] = _plain(value.literal)
    if schedule.active is not None:
        entry["active"] = schedule.active
    return entry


def _plain(value: Any) -> Any:
    """A value in the types that YAML and Prefect's own loader share: intervals in seconds, dates as ISO text."""
    if isinstance(value, datetime.timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds.is_integer() else seconds
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    return value
