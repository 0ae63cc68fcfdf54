"""Reader: manifests that `prefect deployment build` wrote, whatever they are called, with what people changed."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from prefect_migrate import reference
from prefect_migrate.discovery.kinds import YAML
from prefect_migrate.findings import place_of
from prefect_migrate.plan.model import UNKNOWN, Block, Deployment, Schedule, Site, Value
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.cli_deployments import KINDS_OF_SCHEDULE, joined
from prefect_migrate.readers.names import INFRASTRUCTURE_SLUGS, STORAGE_SLUGS
from prefect_migrate.source.text import SourceText
from prefect_migrate.source.yaml_tree import BadYaml, Mapping, Node, Scalar, Sequence, plain_value, read_tree

#: Fields of Prefect 2's Deployment; any other makes `deployment apply` fail.
_FIELDS = frozenset(
    {"name", "description", "version", "tags", "parameters", "schedule", "schedules", "is_schedule_active", "flow_name",
     "work_queue_name", "work_pool_name", "manifest_path", "infrastructure", "infra_overrides", "job_variables",
     "storage", "path", "entrypoint", "parameter_openapi_schema", "timestamp", "triggers", "enforce_parameter_schema"}
)  # fmt: skip
_KEPT = ("description", "tags", "parameters", "work_queue_name", "work_pool_name", "enforce_parameter_schema")
#: What Prefect 2's server said where no pool was given.
DEFAULT_POOL = "default-agent-pool"
_HEADING = b"### A complete description of a Prefect Deployment for flow"
_HASH = re.compile(r"[0-9a-f]{32}")
_MASK = "********"
#: The image that a block of Prefect 2 has when nobody chose one.
_DEFAULT_IMAGE = re.compile(r"prefecthq/prefect:2\.\d+\.\d+-python3\.\d+")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.MULTILINE)
_GENERATED = re.compile(r"###|# The work queue that will handle this deployment's runs")
_PULL_POLICIES = {"ALWAYS": "Always", "IF_NOT_PRESENT": "IfNotPresent", "NEVER": "Never"}
_DEFAULT_JOB = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"labels": {}},
    "spec": {
        "template": {
            "spec": {
                "parallelism": 1,
                "completions": 1,
                "restartPolicy": "Never",
                "containers": [{"name": "prefect-job", "env": []}],
            }
        }
    },
}


@dataclass(slots=True, eq=False)
class Manifest(Deployment):
    """A deployment together with the file that describes it."""

    data: dict[str, Any] = field(kw_only=True)
    #: What people wrote beside it: field -> the comments, with their `#`.
    comments: dict[str, list[str]] = field(default_factory=dict)
    #: Whether the flow's file was found below the scanned root.
    found: bool = True
    #: The command that writes the file anew, with what it says: the deployment is its.
    made_by: Deployment | None = None


def may_be_manifest(file: ProjectFile) -> bool:
    """Whether the words of a manifest stand in a file."""
    data = file.data or b""
    return file.kind == YAML and b"flow_name" in data and (b"parameter_openapi" in data or b"manifest_path" in data)


def read_manifest(project: Project, file: ProjectFile) -> Manifest | None:
    """The deployment that a YAML file describes, None if it is something else."""
    if not may_be_manifest(file):
        return None
    text = SourceText.plain(file.data or b"")
    try:
        root = read_tree(text.text)
    except BadYaml:
        return None
    content = plain_value(root) if isinstance(root, Mapping) else {}
    if not {"name", "flow_name"} <= set(content) or not {"parameter_openapi_schema", "manifest_path"} & set(content):
        return None
    manifest = _manifest(project, file.path, text, content)
    manifest.comments = comments_of(text.text, root) if isinstance(root, Mapping) else {}
    return manifest


def broken_manifest(file: ProjectFile) -> str | None:
    """Why a file that begins as `prefect deployment build` begins its files can't be loaded; None if it can."""
    if file.kind != YAML or _HEADING not in (file.data or b""):
        return None
    try:
        read_tree(SourceText.plain(file.data or b"").text)
    except BadYaml as error:
        return f"line {error.line}: {error}"
    return None


def _manifest(project: Project, path: str, text: SourceText, data: dict[str, Any]) -> Manifest:
    site = Site(path, place_of(text, 0, 0))
    manifest = Manifest(site, "deployment_yaml", literal(data["name"]), data=data)
    for name in _KEPT:
        if data.get(name) not in (None, [], {}, DEFAULT_POOL):
            manifest.arguments[name] = literal(data[name])
    if data.get("version") is not None and not _HASH.fullmatch(str(data["version"])):
        manifest.arguments["version"] = literal(str(data["version"]))
    overrides = data.get("infra_overrides") or data.get("job_variables")
    if overrides:
        manifest.arguments["infra_overrides"] = literal(overrides)
    manifest.parameters, manifest.tags = manifest.arguments.get("parameters"), manifest.arguments.get("tags")
    manifest.work_pool_name = manifest.arguments.get("work_pool_name")
    manifest.work_queue_name = manifest.arguments.get("work_queue_name")
    _read_entrypoint(project, manifest)
    _read_schedules(manifest)
    _read_blocks(manifest)
    manifest.obstacles += _obstacles(manifest)
    return manifest


def literal(value: Any) -> Value:
    return Value(json.dumps(value, default=str), value)


def _read_entrypoint(project: Project, manifest: Manifest) -> None:
    entrypoint, path = manifest.data.get("entrypoint"), manifest.data.get("path")
    own = str(PurePosixPath(manifest.site.path).parent)
    manifest.working_directory = own
    if isinstance(entrypoint, str) and ":" in entrypoint:
        file, _, manifest.flow_text = entrypoint.replace("\\", "/").rpartition(":")
        manifest.entrypoint = f"{PurePosixPath(file)}:{manifest.flow_text}"
        folders = [own, *map(str, PurePosixPath(own).parents)] if own != "." else [own]
        found = [folder for folder in folders if project.exists(joined(folder, file))]
        likely = [folder for folder in found if _ends_like(str(path or ""), folder)]
        manifest.found = bool(found)
        manifest.working_directory = (likely or found or [own])[0]
    here = {"", ".", str(project.root / manifest.working_directory), str(project.root.resolve() / own)}
    if path is not None and str(path).rstrip("/") not in here:
        manifest.arguments["path"] = literal(str(path))


def _ends_like(path: str, folder: str) -> bool:
    """Whether a directory of somebody's machine has the name of one of the repository."""
    last = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    return folder != "." and last == PurePosixPath(folder).name


def _obstacles(manifest: Manifest) -> Iterator[str]:
    data = manifest.data
    unknown = sorted(set(data) - _FIELDS, key=str)
    if unknown:
        yield f"`{unknown[0]}` is no field of a deployment"
    if not isinstance(data["name"], str):
        yield "its name is no text"
    if manifest.entrypoint is None:
        yield "it names no entrypoint; `manifest_path` is from the first releases of Prefect 2"
    if data.get("triggers"):
        yield "its triggers must be written again under `triggers:`"
    for name in ("tags", "parameters", "infra_overrides"):
        if data.get(name) and not isinstance(data[name], list if name == "tags" else dict):
            yield f"`{name}` has a value of the wrong type"


# -- schedules -------------------------------------------------------------------------------------------------------


def _read_schedules(manifest: Manifest) -> None:
    """`schedule`, which counts more, or `schedules`; a switch that is off pauses the deployment."""
    one, several = manifest.data.get("schedule"), manifest.data.get("schedules")
    items = [{"schedule": one}] if one else several if isinstance(several, list) else []
    for item in items:
        schedule = _schedule(item)
        if schedule is None:
            manifest.obstacles.append("a schedule can't be read")
        else:
            manifest.schedules.append(schedule)
    if manifest.data.get("is_schedule_active") is False:
        manifest.paused = True


def _schedule(item: Any) -> Schedule | None:
    """A schedule, bare or under `schedule` with its own switch."""
    nested = item.get("schedule") if isinstance(item, dict) else None
    data = nested if isinstance(nested, dict) else item
    if not isinstance(data, dict):
        return None
    kind = next((name for name in KINDS_OF_SCHEDULE if data.get(name)), None)
    if kind is None or not isinstance(data[kind], str if kind != "interval" else (str, int, float)):
        return None
    fields = {str(name): literal(value) for name, value in data.items() if value is not None and name != "active"}
    if fields.get("day_or") is not None and fields["day_or"].literal is True:
        del fields["day_or"]
    interval = fields.get("interval")
    if interval is not None and isinstance(interval.literal, float) and interval.literal.is_integer():
        fields["interval"] = literal(int(interval.literal))
    active = item.get("active") if nested is not None else None
    return Schedule(kind, fields, False if active is False else None)


# -- blocks ----------------------------------------------------------------------------------------------------------


def _read_blocks(manifest: Manifest) -> None:
    infrastructure, storage = manifest.data.get("infrastructure"), manifest.data.get("storage")
    if isinstance(infrastructure, dict):
        block = _block(manifest, infrastructure, "infrastructure")
        # a bare process is what Prefect 2 wrote where nothing was chosen
        manifest.infrastructure = (
            block if block and (block.cls != "Process" or block.fields or block.document) else None
        )
    if isinstance(storage, dict):
        manifest.storage = _block(manifest, storage, "storage")


def _block(manifest: Manifest, data: dict[str, Any], role: str) -> Block | None:
    slug = str(data.get("_block_type_slug") or data.get("block_type_slug") or data.get("type"))
    slugs = INFRASTRUCTURE_SLUGS if role == "infrastructure" else STORAGE_SLUGS
    cls = slugs.get(slug)
    if cls is None:
        manifest.obstacles.append(f"the {role} block `{slug}` has no counterpart that is known")
        return None
    block = Block(manifest.site, cls, "infrastructure" if role == "infrastructure" else "storage")
    name = data.get("_block_document_name")
    if isinstance(name, str) and not data.get("_is_anonymous") and not name.startswith("anonymous-"):
        block.document = literal(name)
        manifest.doubts.append(f"the settings of block {slug}/{name} are those of the day when the manifest was built")
    for key, value in data.items():
        if not key.startswith("_") and key not in ("type", "block_type_slug") and not _is_default(cls, key, value):
            _field(manifest, block, key, value)
    return block


def _is_default(cls: str, name: str, value: Any) -> bool:
    if value in (None, {}, []) or (name == "job" and value == _DEFAULT_JOB):
        return True
    if name == "image" and _DEFAULT_IMAGE.fullmatch(str(value)):
        return True
    fact = reference.block_fields(cls).get(name)
    try:
        return fact is not None and fact.default is not None and bool(ast.literal_eval(fact.default) == value)
    except (ValueError, SyntaxError):
        return False


def _field(manifest: Manifest, block: Block, name: str, value: Any) -> None:
    """One field: the name of a block stands for the block; what was hidden can't be known."""
    if isinstance(value, dict) and isinstance(value.get("_block_document_name"), str):
        slug = value.get("_block_type_slug") or value.get("block_type_slug")
        reference_text = f"{{{{ prefect.blocks.{slug}.{value['_block_document_name']} }}}}"
        block.fields[name] = literal(reference_text)
    elif _MASK in json.dumps(value, default=str):
        block.fields[name] = Value(name, UNKNOWN if block.role == "infrastructure" else _MASK)
        manifest.doubts.append(f"`{name}` of the {block.cls} block is hidden in the manifest")
    elif name == "image_pull_policy":
        block.fields[name] = literal(_PULL_POLICIES.get(str(value), value))
    else:
        block.fields[name] = literal(value)


# -- comments --------------------------------------------------------------------------------------------------------


def comments_of(text: str, root: Mapping) -> dict[str, list[str]]:
    """The comments that Prefect did not write, by the field that they stand above, beside or in."""
    found: dict[str, list[str]] = {}
    for match in _COMMENT.finditer(text):
        line = match.group().strip()
        if _GENERATED.match(line) or _in_scalar(root, match.start()):
            continue
        starts = [item for item in root.items if item.key.start < match.start()]
        below = [item for item in root.items if item.key.start > match.start()]
        alone = text[text.rfind("\n", 0, match.start()) + 1 : match.end()].startswith("#")
        inside = bool(starts) and match.start() < starts[-1].node.end
        item = starts[-1] if starts and (inside or not alone or not below) else below[0]
        found.setdefault(item.key.text, []).append(line)
    return found


def _in_scalar(node: Node, offset: int) -> bool:
    """Whether a character belongs to a text."""
    if isinstance(node, Mapping):
        return any(_in_scalar(child, offset) for item in node.items for child in (item.key, item.node))
    if isinstance(node, Sequence):
        return any(_in_scalar(child, offset) for child in node.nodes)
    return isinstance(node, Scalar) and node.start <= offset < node.end
