"""Uploads of code to a storage: what a deploying script wanted to upload, which the guard wrote down and left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prefect_migrate.verify.child import Home
from prefect_migrate.verify.code_source import bucket_of, relative

Uploads = dict[str, list[dict[str, Any]]]
"""Destination -> what was uploaded there: `{"folder", "ignore"}`, each once."""


def uploads_file(home: Home) -> Path:
    """Where the guard of a child writes; see `guard/sitecustomize.py`."""
    return home.prefect / "uploads.jsonl"


def read_uploads(home: Home, root: Path) -> Uploads:
    """What the project at `root` uploaded."""
    path = uploads_file(home)
    found: Uploads = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        raw = json.loads(line)
        block = {"block_type": {"slug": raw["slug"]}, "data": raw["data"], "name": raw["name"]}
        destination = bucket_of(block, raw["to_path"])
        upload = {"folder": relative(raw["local_path"], root), "ignore": sorted(raw["ignore"])}
        if upload not in found.setdefault(destination.replace(str(root), "<project>"), []):
            found[destination.replace(str(root), "<project>")].append(upload)
    return {name: sorted(uploads, key=repr) for name, uploads in sorted(found.items())}
