"""The packages that workers and imports need, and the files that such a package belongs into."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.discovery import kinds
from prefect_migrate.findings import Edit
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.versions import CLIENTS
from prefect_migrate.project import Project
from prefect_migrate.readers.requirements import compile_command, read_pins

#: Type of a work pool -> the package that its worker comes with.
PACKAGES = {
    "docker": "prefect-docker", "kubernetes": "prefect-kubernetes", "ecs": "prefect-aws",
    "cloud-run": "prefect-gcp", "cloud-run-v2": "prefect-gcp", "vertex-ai": "prefect-gcp",
    "azure-container-instance": "prefect-azure",
}  # fmt: skip


def is_installed(project: Project, package: str, *, by_import: bool = True) -> bool:
    """Whether anything names the package, an extra of prefect that brings it, or an image that has it.

    Python that imports it counts only `by_import`.
    """
    extra = package.removeprefix("prefect-")
    pattern = re.compile(
        rf"(?<![\w/-])prefect[-_]{extra}(?![\w-])|\bprefect(?:-client)?\[[^\]]*\b{extra}\b|prefecthq/prefect:[\w.${{}}-]*-{extra}"
    )
    files = (file for file in project.files if file.kind != kinds.PREFECT_YAML)
    sources = (file for file in files if by_import or file.kind != kinds.PYTHON or file.path.endswith("setup.py"))
    texts = (project.text(file.path) for file in sources)
    return any(text is not None and pattern.search(text.text) for text in texts)


def asked(project: Project) -> Iterator[tuple[str, Pin]]:
    """The requirements files that ask for Prefect."""
    for file in project.of_kind(kinds.REQUIREMENTS):
        text = project.text(file.path)
        pin = next((pin for pin in read_pins(text.text) if pin.package in CLIENTS), None) if text is not None else None
        if pin is not None:
            yield file.path, pin


def takes_a_line(project: Project, path: str, pin: Pin) -> bool:
    """Whether a person writes the file, and its Prefect is, or will be, one that packages for Prefect 3 go with."""
    text = project.text(path)
    is_made = text is None or compile_command(text.text) is not None
    return not (is_made or pin.hashed or pin.obstacle) and pin.verdict in ("2", "3", "free")


def below(text: str, place: int, line: str) -> Edit:
    end = text.find("\n", place)
    newline = "\r\n" if "\r\n" in text else "\n"
    if end < 0:
        return Edit(len(text), len(text), f"{newline}{line}")
    return Edit(end + 1, end + 1, f"{line}{newline}")
