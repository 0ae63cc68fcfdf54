"""The block documents that a project loads from its server, made up: what a verification saves on both servers.

A stand-in has the name of its document where a name, a bucket or an image is wanted, so that two blocks that take each
other's place say the same.  What the repository itself says about a document, because it saves it somewhere, counts
more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect_migrate.plan.storage import REPLACED
from prefect_migrate.source.newer_syntax import tree_of
from prefect_migrate.verify.manifest_blocks import manifest_blocks

_FILES = "prefect.filesystems"
_AZURE = "DefaultEndpointsProtocol=https;AccountName=standin;AccountKey=c3RhbmRpbg==;EndpointSuffix=stand-in.invalid"
_GIT = "https://git.stand-in.invalid/{}.git"
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A block class: where each engine has it (None: not at all), and what its stand-ins say, `{}` for their name."""

    slug: str
    module_2: str | None
    module_3: str | None
    fields: Fields = field(default_factory=dict)


#: Class -> what is known of it.
KINDS = {
    "LocalFileSystem": Kind("local-file-system", _FILES, _FILES, {"basepath": "/stand-in/{}"}),
    "RemoteFileSystem": Kind("remote-file-system", _FILES, _FILES, {"basepath": "memory://{}"}),
    "SMB": Kind("smb", _FILES, _FILES, {"share_path": "{}", "smb_host": "stand-in.invalid"}),
    "S3": Kind("s3", _FILES, None, {"bucket_path": "{}"}),
    "GCS": Kind("gcs", _FILES, None, {"bucket_path": "{}"}),
    "Azure": Kind("azure", _FILES, None, {"bucket_path": "{}"}),
    "GitHub": Kind("github", _FILES, None, {"repository": _GIT}),
    "GitHubRepository": Kind("github-repository", "prefect_github", "prefect_github", {"repository_url": _GIT}),
    "GitLabRepository": Kind("gitlab-repository", "prefect_gitlab", "prefect_gitlab", {"repository": _GIT}),
    "BitBucketRepository": Kind("bitbucket-repository", "prefect_bitbucket", "prefect_bitbucket", {"repository": _GIT}),
    "S3Bucket": Kind("s3-bucket", "prefect_aws", "prefect_aws", {"bucket_name": "{}"}),
    "GcsBucket": Kind("gcs-bucket", "prefect_gcp", "prefect_gcp", {"bucket": "{}"}),
    "AzureBlobStorageContainer": Kind(
        "azure-blob-storage-container",
        "prefect_azure",
        "prefect_azure",
        {"container_name": "{}", "credentials": {"connection_string": _AZURE}},
    ),
    "AzureBlobStorageCredentials": Kind(
        "azure-blob-storage-credentials", "prefect_azure", "prefect_azure", {"connection_string": _AZURE}
    ),
    "KubernetesClusterConfig": Kind(
        "kubernetes-cluster-config",
        "prefect.blocks.kubernetes",
        "prefect_kubernetes.credentials",
        {"config": {}, "context_name": "{}"},
    ),
    # Scripts read the keys to pass them on.
    "AwsCredentials": Kind(
        "aws-credentials",
        "prefect_aws",
        "prefect_aws",
        {"aws_access_key_id": "{}", "aws_secret_access_key": "stand-in"},
    ),
    "MinIOCredentials": Kind("minio-credentials", "prefect_aws", "prefect_aws"),
    "GcpCredentials": Kind("gcp-credentials", "prefect_gcp", "prefect_gcp", {"project": "{}"}),
    "AzureContainerInstanceCredentials": Kind("azure-container-instance-credentials", "prefect_azure", "prefect_azure"),
    # Prefect 2 can't load one whose password is empty.
    "EmailServerCredentials": Kind(
        "email-server-credentials", "prefect_email", "prefect_email", {"username": "{}", "password": "stand-in"}
    ),
    "SlackWebhook": Kind(
        "slack-webhook",
        "prefect.blocks.notifications",
        "prefect.blocks.notifications",
        {"url": "https://hooks.slack.com/services/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"},
    ),
    "DockerRegistry": Kind("docker-registry", "prefect.infrastructure.container", None),
    "DockerRegistryCredentials": Kind("docker-registry-credentials", "prefect_docker", "prefect_docker"),
    "Process": Kind("process", "prefect.infrastructure", None, {"env": {"STAND_IN": "{}"}}),
    "DockerContainer": Kind("docker-container", "prefect.infrastructure", None, {"image": "{}:stand-in"}),
    "KubernetesJob": Kind("kubernetes-job", "prefect.infrastructure", None, {"image": "{}:stand-in"}),
    "ECSTask": Kind("ecs-task", "prefect_aws.ecs", None, {"image": "{}:stand-in"}),
    "CloudRunJob": Kind("cloud-run-job", "prefect_gcp.cloud_run", None, {"image": "{}:stand-in", "region": "stand-in"}),
    "VertexAICustomTrainingJob": Kind(
        "vertex-ai-custom-training-job",
        "prefect_gcp.aiplatform",
        None,
        {"image": "{}:stand-in", "region": "stand-in"},
    ),
    "AzureContainerInstanceJob": Kind(
        "azure-container-instance-job",
        "prefect_azure.container_instance",
        None,
        {"image": "{}:stand-in", "resource_group_name": "{}", "subscription_id": "stand-in"},
    ),
}
_BY_SLUG = {kind.slug: cls for cls, kind in KINDS.items()}
_LOAD_TEXT = re.compile(r"\b(?P<cls>[A-Z]\w+)\.load\(\s*(?P<quote>['\"])(?P<name>[a-z0-9-]+)(?P=quote)")
_SLUG_NAME = re.compile(r"\b(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)/(?P<name>[a-z0-9-]+)\b")
_REFERENCE = re.compile(r"\{\{ prefect\.blocks\.(?P<slug>[a-z0-9-]+)\.(?P<name>[a-z0-9-]+) \}\}")
_PULL_STEP = re.compile(
    r"\bblock_type_slug: *['\"]?(?P<slug>[a-z0-9-]+)['\"]?\s+block_document_name: *['\"]?(?P<name>[a-z0-9-]+)\b"
)
_TEXTS = (".yaml", ".yml", ".json", ".sh", "Makefile", ".toml")


@dataclass(frozen=True, slots=True)
class StandIn:
    """A document to save: the class as that engine knows it, dotted."""

    cls: str
    name: str
    fields: Fields

    def as_json(self) -> Fields:
        return {"class": self.cls, "name": self.name, "fields": self.fields}


def stand_ins(major: int, root: Path, inventory: Fields, documents: Iterable[Fields]) -> list[StandIn]:
    """What a side's project loads and does not save itself; what one of them holds comes before it.

    `documents` is what the repository, as it was, says about documents; see `api.block_documents`.
    """
    said = {(item["class"], item["name"]): item for item in documents}
    found: dict[tuple[str, str], StandIn] = {}
    for cls, name, dotted in _loads(root, inventory):
        kind = KINDS.get(cls)
        module = dotted if kind is None else kind.module_2 if major == 2 else kind.module_3
        if module is None or _is_saved_by_running(said.get((cls, name)), major):
            continue
        for stand_in in _with_held(major, StandIn(f"{module}.{cls}", name, _fields(said, cls, name)), said):
            found.setdefault((stand_in.cls.rpartition(".")[2], stand_in.name), stand_in)
    return list(found.values())


def stand_ins_of(major: int, slug: str, name: str, documents: Iterable[Fields]) -> list[StandIn]:
    """What stands in for one document, after what it holds; nothing for a class that is not known here."""
    if slug == "secret":
        return [StandIn("prefect.blocks.system.Secret", name, {})]
    said = {(item["class"], item["name"]): item for item in documents}
    stand_in = _of_kind(major, _BY_SLUG[slug], name, said) if slug in _BY_SLUG else None
    return _with_held(major, stand_in, said) if stand_in is not None else []


def _with_held(major: int, stand_in: StandIn, said: dict[tuple[str, str], Fields]) -> list[StandIn]:
    held = [_of_kind(major, cls, name, said) for cls, name in _held(stand_in.fields)]
    return [*(item for item in held if item is not None), stand_in]


def _of_kind(major: int, cls: str, name: str, said: dict[tuple[str, str], Fields]) -> StandIn | None:
    module = KINDS[cls].module_2 if major == 2 else KINDS[cls].module_3
    return StandIn(f"{module}.{cls}", name, _fields(said, cls, name)) if module is not None else None


def _fields(said: dict[tuple[str, str], Fields], cls: str, name: str) -> Fields:
    return _said(said, cls, name) or _filled(KINDS[cls].fields if cls in KINDS else {}, name)


def _held(fields: Fields) -> Iterator[tuple[str, str]]:
    """(class, name) of the documents that a block's fields name."""
    for value in fields.values():
        match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if match is not None and match["slug"] in _BY_SLUG:
            yield _BY_SLUG[match["slug"]], match["name"]


def said_by_manifests(root: Path) -> list[Fields]:
    """What the manifests below a folder say about documents, in the form of `stand_ins`' `documents`."""
    return [
        {"class": _BY_SLUG[slug], "name": name, "fields": fields, "unsaid": unsaid}
        for slug, name, fields, unsaid in manifest_blocks(root)
        if slug in _BY_SLUG
    ]


def _is_saved_by_running(item: Fields | None, major: int) -> bool:
    return item is not None and item.get("runs", False) and major == 2


def _said(said: dict[tuple[str, str], Fields], cls: str, name: str) -> Fields:
    """The fields that the repository gives a document, or the one whose place this one takes."""
    for old, item in ((cls, said.get((cls, name))), *((key[0], item) for key, item in said.items() if key[1] == name)):
        if item is None or not item["fields"]:
            continue
        if old == cls:
            return _whole(old, name, item)
        if old in REPLACED and REPLACED[old][0] == cls:
            return _translated(old, _whole(old, name, item))
    return {}


def _whole(cls: str, name: str, item: Fields) -> Fields:
    """What is said, and something for what is set but not said, so that each engine's block has the same."""
    made_up = _filled(KINDS[cls].fields if cls in KINDS else {}, name)
    return {**{field: value for field, value in made_up.items() if field in item.get("unsaid", ())}, **item["fields"]}


def _translated(cls: str, fields: Fields) -> Fields:
    """A block's place as the fields of the block that takes its place."""
    if cls == "GitHub":
        return {"repository_url": fields["repository"], "reference": fields.get("reference")}
    container = fields.get("azure_storage_container")
    whole = "/".join(filter(None, [container, fields.get("bucket_path", "")]))
    bucket, _, folder = whole.partition("/")
    if cls == "S3":
        return {"bucket_name": bucket, "bucket_folder": folder}
    if cls == "GCS":
        return {"bucket": bucket, "bucket_folder": folder}
    return {**KINDS["AzureBlobStorageContainer"].fields, "container_name": bucket, "base_folder": folder}


def _filled(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return value.replace("{}", name)
    return {key: _filled(item, name) for key, item in value.items()} if isinstance(value, dict) else value


def infrastructure_fields(cls: str, name: str, documents: Iterable[Fields]) -> Fields:
    """What a loaded infrastructure block says, which is what its work pool gets."""
    said = {(item["class"], item["name"]): item for item in documents}
    return _said(said, cls, name) or dict(_filled(KINDS[cls].fields, name))


# -- what is loaded ----------------------------------------------------------------------------------------------------


def _loads(root: Path, inventory: Fields) -> Iterator[tuple[str, str, str | None]]:
    """(class, name, its module if the code says so) of every document that is loaded somewhere."""
    blocks = list(inventory.get("blocks", []))
    for deployment in inventory.get("deployments", []):
        blocks += [deployment[role] for role in ("infrastructure", "storage") if deployment.get(role)]
    for block in blocks:
        if block.get("loaded") and isinstance(block.get("document"), str):
            yield block["class"], block["document"], None
    for item in said_by_manifests(root):
        yield item["class"], item["name"], None
    for path in sorted(root.rglob("*")):
        if path.suffix == ".py" and path.is_file():
            yield from _in_python(path.read_text("utf-8", "replace"))
        elif path.name.endswith(_TEXTS) and path.is_file():
            yield from _in_text(path.read_text("utf-8", "replace"))


def _in_text(text: str) -> Iterator[tuple[str, str, str | None]]:
    for match in _LOAD_TEXT.finditer(text):
        if match["cls"] in KINDS:
            yield match["cls"], match["name"], None
    for match in (*_SLUG_NAME.finditer(text), *_PULL_STEP.finditer(text)):
        if match["slug"] in _BY_SLUG:
            yield _BY_SLUG[match["slug"]], match["name"], None


def _in_python(text: str) -> Iterator[tuple[str, str, str | None]]:
    """`X.load("name")` of a class that comes from Prefect, and `Block.load("slug/name")`."""
    try:
        tree = tree_of(text)
    except (SyntaxError, ValueError):
        return
    modules = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("prefect")
        for alias in node.names
    }
    for node in ast.walk(tree):
        name = _loaded_name(node)
        if not isinstance(node, ast.Call) or name is None:
            continue
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        module, cls = modules.get(owner.id, ("", "")) if isinstance(owner, ast.Name) else ("", "")
        slug, _, document = name.partition("/")
        if cls == "Block" and slug in _BY_SLUG and document:
            yield _BY_SLUG[slug], document, None
        elif cls and cls not in ("Deployment", "Block", "Flow"):
            yield cls, name, module


def _loaded_name(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "load":
        return None
    names = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "name")]
    first = names[0] if names else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
