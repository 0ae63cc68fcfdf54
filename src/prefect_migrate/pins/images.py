"""Prefect's own container images: where they are named, and what their tags say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.constraints import verdict
from prefect_migrate.pins.versions import CLIENTS, Target, integration_release, newest_release, python_floor
from prefect_migrate.source.lines import logical_line

#: What a tag tells: a generation, `moving` (latest, dev: nothing), `unknown` (a variable, or no tag that we know).
Generation = Literal["3", "2", "1", "moving", "unknown"]

KINDS = frozenset(
    {
        kinds.DOCKERFILE, kinds.YAML, kinds.PREFECT_YAML, kinds.SHELL, kinds.MAKE, kinds.BATCH, kinds.POWERSHELL,
        kinds.DOTENV, kinds.TERRAFORM, kinds.MARKDOWN, kinds.NOTEBOOK, kinds.TOML, kinds.INI, kinds.JSON, kinds.PYTHON,
        kinds.JUSTFILE, kinds.JINJA, kinds.GROOVY, kinds.CODE,
    }
)  # fmt: skip

#: Repositories of images, and the package whose version their tags begin with.
_PACKAGES = {
    "prefect": "prefect",
    "prefect-client": "prefect",
    "prefect-dev": "prefect",
    "prefect-aws": "prefect-aws",
    "prefect-gcp": "prefect-gcp",
    "prefect-azure": "prefect-azure",
}
_VARIABLE = r"\$\{\{[^}\n]*\}\}|\$\{[^}\n]*\}|\{\{[^}\n]*\}\}|\$\([\w.]+\)|\$\w+|%\w+%|\{[\w.!:\[\]]*\}|%s"
_TAG = rf"(?:[\w.-]|{_VARIABLE})+"
IMAGE = re.compile(
    r"(?P<host>(?:(?<![\w/.:@-])|(?<=docker://))(?:[\w.-]+(?::\d+)?/)*)(?<![\w.-])prefecthq/"
    r"(?P<image>prefect(?:-(?:client|dev|aws|gcp|azure))?)(?![\w-]|/|\.\w)"
    rf"(?::(?P<tag>{_TAG}))?(?P<digest>@sha256:[0-9a-f]+)?"
)
#: The tag in a line of its own: `prefectTag: 2.14-python3.11` in values of Helm charts; `repository:` and `tag:`, or
#: kustomize's `name:` and `newTag:`, in neighbouring lines.
SPLIT_TAG = re.compile(
    r"^[ \t]*(?:-[ \t]+)?(?:"
    r"(?:(?:repository|name|newName):[ \t]*[\"']?(?:docker\.io/)?prefecthq/(?P<image>prefect(?:-[a-z]+)?)[\"']?[ \t]*"
    r"(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*|pullPolicy:[^\n]*|newName:[^\n]*)?\r?\n){0,6}[ \t]*(?:tag|newTag|prefectTag)"
    rf"|prefectTag):[ \t]*[\"']?(?P<tag>{_TAG}))",
    re.MULTILINE,
)
_IS = r"[\"']?[ \t]*[:=][ \t]*[\"']?"
#: `{"repository": "prefecthq/prefect", "tag": "2.14-python3.11"}`, and the like in YAML or code.
INLINE_TAG = re.compile(
    rf"\b(?:repository|name|newName){_IS}(?:docker\.io/)?prefecthq/(?P<image>prefect(?:-[a-z]+)?)[\"']?[ \t]*,"
    rf"(?:[ \t]*[\"']?\w+{_IS}[^,{{}}\n]*,){{0,4}}[ \t]*[\"']?(?:tag|newTag|prefectTag){_IS}(?P<tag>{_TAG})"
)
#: `name = "server.image.prefectTag"` and `value = …`, as Terraform and Argo CD set a value of a chart.
NAMED_TAG = re.compile(
    rf"\bname{_IS}[\w.]*\bprefectTag[\"']?[ \t]*,?(?:[ \t]*\r?\n)?[ \t]*[\"']?\bvalue{_IS}(?P<tag>{_TAG})"
)
#: `server.image.prefectTag: 2.14-python3.11`, as skaffold sets it; `image: {prefectTag: 2.14-python3.11}`.
DOTTED_TAG = re.compile(rf"(?m)^[ \t]*[\"']?[\w.]+\.prefectTag[\"']?:[ \t]*[\"']?(?P<tag>{_TAG})")
TABLE_TAG = re.compile(
    rf"\{{(?P<before>[^{{}}\n]*)(?<![\w.-])[\"']?prefectTag[\"']?:[ \t]*[\"']?(?P<tag>{_TAG})(?P<after>[^{{}}\n]*)\}}"
)
#: `helm upgrade … --set server.image.prefectTag=…`
SET_TAG = re.compile(rf"\.prefectTag=[\"']?(?P<tag>{_TAG})")
_SET_IMAGE = re.compile(r"\.image\.repository=[\"']?([\w./${}-]+)")
_PARTS = re.compile(
    rf"(?P<version>[\w.]+?|(?:{_VARIABLE})+)(?:-python(?P<python>\d+\.\d+|(?:{_VARIABLE})+))"
    r"(?P<rest>-prefect[\w.]+)?(?P<flavour>-conda|-kubernetes)?$"
)
_LATEST = re.compile(r"(?P<major>\d)-latest(?P<flavour>-conda|-kubernetes)?$")
_PUBLISHED_LATEST = re.compile(r"latest(-python\d+\.\d+)?$")


@dataclass(frozen=True, slots=True)
class Image:
    """One reference; `at:to` are the characters of its tag (none if it has none)."""

    start: int
    end: int
    text: str
    name: str
    tag: str
    at: int
    to: int
    host: str = ""
    digest: bool = False

    @property
    def package(self) -> str:
        return _PACKAGES[self.name]

    @property
    def generation(self) -> Generation:
        latest = _LATEST.match(self.tag)
        version = latest["major"] if latest else self.version
        if not self.tag or _PUBLISHED_LATEST.match(self.tag) or version in ("main", "dev", "latest"):
            return "moving"
        if not re.match(r"\d", version):
            python_2 = self.python() in ("3.6", "3.7", "3.8")  # there is no Prefect 3 for it
            return "moving" if version.startswith("sha-") else "2" if python_2 else "unknown"
        return _generation(self.package, version)

    @property
    def version(self) -> str:
        """What the tag begins with: a version or a variable."""
        match = _PARTS.match(self.tag)
        return match["version"] if match else self.tag

    @property
    def variables(self) -> list[str]:
        """The expressions in the tag."""
        return re.findall(_VARIABLE, self.tag)

    def python(self) -> str | None:
        """The Python that the tag names."""
        match = _PARTS.match(self.tag)
        return match["python"] if match and re.match(r"\d", match["python"]) else None

    def old_python(self, target: Target) -> bool:
        """Whether there is no image of the target for this Python."""
        python = self.python()
        return python is not None and tuple(map(int, python.split("."))) < python_floor(target)

    def rewritten(self, target: Target) -> str | None:
        """The tag for the target, as exact as the old one; None if there is none of that form."""
        latest = _LATEST.match(self.tag)
        if latest:
            return f"{target[0]}-latest{latest['flavour'] or ''}"
        match = _PARTS.match(self.tag)
        if match is None or not re.match(r"\d", match["version"]) or match["rest"]:
            return None
        python = ".".join(map(str, python_floor(target))) if self.old_python(target) else match["python"]
        return f"{self._release(match['version'], target)}-python{python}{match['flavour'] or ''}"

    def _release(self, old: str, target: Target) -> str:
        if self.package not in CLIENTS:
            return ".".join(integration_release(self.package, target)[0].split(".")[:2])
        release = newest_release(target)
        return release if old.count(".") > 1 else ".".join(release.split(".")[:2])


def _generation(package: str, version: str) -> Generation:
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    assert numbers is not None
    if package in CLIENTS:
        major = int(numbers.group().partition(".")[0])
        return "3" if major > 2 else "2" if major == 2 else "1"
    exact = numbers.group().count(".") > 1
    found = verdict(package, f"=={numbers.group()}" if exact else f"=={numbers.group()}.*")
    return found if found in ("2", "3") else "unknown"


def images_in(text: str) -> Iterator[Image]:
    """Every reference to an image of Prefect's, those in comments included."""
    if "prefecthq/" not in text and "prefectTag" not in text:
        return
    for match in IMAGE.finditer(text):
        tag = (match["tag"] or "").rstrip(".-")
        at = match.start("tag") if tag else match.end()
        end = match.end() if match["digest"] else at + len(tag)
        host = match["host"].removeprefix("docker.io/")
        yield Image(
            match.start(), end, text[match.start() : end], match["image"], tag, at, at + len(tag), host,
            bool(match["digest"]),
        )  # fmt: skip
    for match in SPLIT_TAG.finditer(text) if "ag:" in text else ():
        name = match["image"] or "prefect"
        if name in _PACKAGES and (match["image"] or not _is_of_another_image(text, match)):
            yield _of_tag(match, name)
    if "ag" in text:
        yield from (
            _of_tag(match, match["image"]) for match in INLINE_TAG.finditer(text) if match["image"] in _PACKAGES
        )
        yield from (_of_tag(match, "prefect") for match in NAMED_TAG.finditer(text))
        yield from (_of_tag(match, "prefect") for match in SET_TAG.finditer(text) if not _sets_image(text, match))
    if "prefectTag" in text:
        yield from (_of_tag(match, "prefect") for match in DOTTED_TAG.finditer(text))
        yield from (_of_tag(match, "prefect") for match in TABLE_TAG.finditer(text) if _names_no_image(match))


def _of_tag(match: re.Match[str], name: str) -> Image:
    at, to = match.span("tag")
    return Image(at, to, match["tag"], name, match["tag"], at, to)


def _is_of_another_image(text: str, tag: re.Match[str]) -> bool:
    """Whether the `repository:` beside a `prefectTag:` names an image of the user's own, with versions of its own."""
    indent = re.match(r"[ \t]*(?:-[ \t]+)?", tag.group())
    assert indent is not None
    depth = len(indent.group())
    above = reversed(text[: tag.start()].splitlines())
    below = text[tag.end() :].splitlines()[1:]
    siblings = [*_siblings(above, depth), *_siblings(below, depth)]
    names = [line.partition(":")[2] for line in siblings if line.lstrip(" -").startswith("repository:")]
    return bool(names) and not any("prefect" in name for name in names)


def _names_no_image(table: re.Match[str]) -> bool:
    """Whether the tag is that of the chart's own image, which nothing names beside it."""
    return "repository" not in table["before"] + table["after"]


def _sets_image(text: str, tag: re.Match[str]) -> bool:
    """Whether the command that sets the tag sets an image of the user's own beside it."""
    names = _SET_IMAGE.findall(logical_line(text, tag.start()))
    return bool(names) and not any("prefecthq/" in name for name in names)


def _siblings(lines: Iterable[str], depth: int) -> Iterator[str]:
    """The keys of one mapping, from one of its keys on to where it ends."""
    for line in lines:
        own = re.match(r"[ \t]*(?:-[ \t]+)?", line)
        if own is not None and line.strip() and len(own.group()) < depth:
            return
        if own is not None and len(own.group()) == depth:
            yield line
