"""Names of block documents for blocks that the code makes and never names, and what must not be copied out of them."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePosixPath
from typing import Any

from prefect_migrate.plan.model import Block, Plan

#: Fields that say where a storage block's files lie.
_LOCATIONS = (
    "bucket_path", "bucket_name", "bucket", "container_name", "share_path", "basepath", "repository_url", "repository",
)  # fmt: skip
_SECRET = re.compile(
    r"secret|passw|token|credential|(?:^|_)(?:access_?)?key(?:$|_)|account_?key|connection_?string|(?:^|_)sas(?:$|_)",
    re.I,
)
_LOGIN = re.compile(r"^https?://[^/@]+@|://[^/@:]*:[^/@]+@")


def document_name(block: Block) -> str:
    """The name for a block that the code gives none."""
    return block.suggested or name_by_code(block)


def name_by_code(block: Block) -> str:
    """What its own code suggests: the location's name, else the file's with the line.

    Not the variable's: a quoted name counts as a use of it, so the block would stay.
    """
    for field in _LOCATIONS:
        value = block.fields.get(field)
        text = value.literal if value is not None else None
        if isinstance(text, str) and dashed(text):
            return dashed(re.sub(r"^\w+://|\.git$", "", text))
    return f"{dashed(PurePosixPath(block.site.path).stem) or 'block'}-{block.site.line}"


def dashed(text: str) -> str:
    """As Prefect wants the names of documents: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def made_as(block: Block) -> str:
    """The block, as a person finds it: never its fields, which may hold secrets."""
    return f"the {block.cls} of {block.site.path}:{block.site.line}"


def is_secret(value: Any) -> bool:
    """Whether a mapping, or one inside of it, has a key that sounds like a secret's, or a URL that logs in."""
    if isinstance(value, str):
        return bool(_LOGIN.search(value))
    if isinstance(value, dict):
        return any(_SECRET.search(str(key)) or is_secret(item) for key, item in value.items())
    return isinstance(value, (list, tuple)) and any(map(is_secret, value))


def documents(plan: Plan) -> list[dict[str, Any]]:
    """What the code says about block documents, those that it never names included: class, name and plain fields.

    `unsaid` are the fields that it sets to what only running it shows, or to a secret; `runs` tells whether a file that
    deploys saves it.
    """
    deploying = {deployment.site.path for deployment in plan.deployments}
    unnamed = [
        deployment.storage
        for deployment in plan.deployments
        if deployment.storage is not None and deployment.storage.document is None
    ]
    found = []
    for block in (*plan.blocks, *unnamed):
        name = block.document.literal if block.document is not None else document_name(block)
        if not block.loaded and not block.doubt and isinstance(name, str):
            saved = block.document is not None and block.site.path in deploying
            fields = _plain_fields(block)
            unsaid = [field for field in block.fields if field not in fields and not _is_nothing(block, field)]
            found.append({"class": block.cls, "name": name, "fields": fields, "unsaid": unsaid, "runs": saved})
    return found


def _plain_fields(block: Block) -> dict[str, Any]:
    """The fields that are known, without secrets; another document is its reference, as in a work pool's template."""
    fields = {}
    for name, value in block.fields.items():
        literal = value.literal
        if isinstance(literal, datetime.timedelta):
            literal = literal.total_seconds()
        is_reference = isinstance(literal, str) and literal.startswith("{{ prefect.blocks.")
        if value.known and literal is not None and (is_reference or not is_secret({name: literal})):
            fields[name] = literal
    return fields


def _is_nothing(block: Block, field: str) -> bool:
    return block.fields[field].known and block.fields[field].literal is None
