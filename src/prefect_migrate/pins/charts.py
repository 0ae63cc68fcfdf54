"""Where Helm charts of Prefect are named, and the version that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.discovery.kinds import YAML
from prefect_migrate.pins.texts import in_comment
from prefect_migrate.project import Project
from prefect_migrate.source.lines import logical_line

_NAMES = ("prefect-agent", "prefect-orion", "prefect-server", "prefect-worker")
_CHART = rf"(?P<chart>{'|'.join(_NAMES)})(?![\w./-])"
#: `chart: prefect/prefect-agent`, `chart = "prefect-agent"`.
_NAMED = re.compile(rf"(?:\bchart|\bremoteChart)[\"']?[ \t]*[:=][ \t]*[\"']?(?:[\w-]+/)?{_CHART}")
#: `helm install agent prefect/prefect-agent`; a path such as ./charts/prefect-agent is a chart of the user's own.
_COMMAND = re.compile(rf"\bhelm3?\b(?:\\\r?\n|[^\n])*?(?<![\w./-])[\w-]+/{_CHART}")
#: A dependency in Chart.yaml, or `helm install --repo https://prefecthq.github.io/prefect-helm agent prefect-agent`.
_DEPENDENCY = re.compile(rf"(?m)^[ \t]*-?[ \t]*[\"']?name[\"']?[ \t]*[:=][ \t]*[\"']?{_CHART}")
_FROM = re.compile(rf"prefect-helm/?[\"']?[ \t](?:\\\r?\n|[^\n])*?(?<![\w./-]){_CHART}")
_REPOSITORY = re.compile(r"\brepository\b[^\n]*(?:prefect-helm|(?:@|alias:)prefect)")
_OTHER_NAME = re.compile(r"\bchart[\"']?[ \t]*[:=]")
_VERSION = re.compile(
    r"(?:\b(?:version|targetRevision)[\"']?[ \t]*[:=][ \t]*|--version[ =])[\"']?[\^~v]?(?P<version>20\d\d\.\d+\.\d+)"
)
#: The first charts whose image is Prefect 3.
_FIRST_3 = (2024, 9)
#: Older ones are of another repository, and of Prefect 1.
_FIRST_2 = (2022, 9)


#: The charts that are not made any more, and what took their places.
SUCCESSORS = {"prefect-agent": "prefect-worker", "prefect-orion": "prefect-server"}
#: Below which key of their values charts that start what only Prefect 2 has keep their image.
KEYS = {"agent": "prefect-agent", "orion": "prefect-orion"}
_KEY = re.compile(r"(?P<indent>[ \t]*(?:-[ \t]+)?)[\"']?(?P<key>[\w.-]+)[\"']?[ \t]*:")
#: `agent: {image: {prefectTag: …`
_IN_TABLE = re.compile(r"(?<![\w.-])[\"']?(?P<key>agent|orion)[\"']?[ \t]*:[ \t]*\{[^}\n]*$")
#: `name = "agent.image.prefectTag"` before its `value`, or what is set on a command line.
_SET = re.compile(
    r"\b(?P<key>agent|orion)\.[\w.]*prefectTag[\"']?[ \t,]*\s*(?:[\"']?value[\"']?[ \t]*)?[:=][ \t]*[\"']?$"
)


#: An image of Prefect 3, in a chart's values or beside it.
_TAG_OF_3 = re.compile(r"prefectTag[\"']?(?:[ \t]*[:=]|[\"',]*\s+value[\"']?[ \t]*[:=])[ \t]*[\"']?3[.\-\s\"']")
#: Below which a chart that depends on others keeps the values of each.
_VALUES_OF = re.compile(rf"(?m)^[\"']?({'|'.join(_NAMES)})[\"']?[ \t]*:")


class Chart(NamedTuple):
    name: str
    start: int
    end: int
    #: "" if none stands beside it.
    version: str

    @property
    def is_of_2(self) -> bool:
        year, _, rest = self.version.partition(".")
        return bool(self.version) and _FIRST_2 <= (int(year), int(rest.partition(".")[0])) < _FIRST_3


def charts_in(text: str) -> Iterator[Chart]:
    """The charts that a text names outside comments, each once."""
    found: dict[int, Chart] = {}
    if not any(name in text for name in _NAMES):
        return
    for pattern in (_NAMED, _COMMAND, _DEPENDENCY, _FROM):
        for match in pattern.finditer(text):
            start, end = match.span("chart")
            line = text[text.rfind("\n", 0, start) + 1 : start]
            command = pattern in (_COMMAND, _FROM)
            around = logical_line(text, start) if command else _paragraph(text, start, end)
            if not in_comment(line) and (pattern is not _DEPENDENCY or _is_dependency(around)):
                version = _VERSION.search(around)
                found[start] = Chart(match["chart"], start, end, version["version"] if version else "")
    yield from (found[start] for start in sorted(found))


def takes_image_of_3(project: Project, path: str, text: str, chart: str) -> bool:
    """Whether a chart, whatever its age, is told to take an image of Prefect 3: beside its name, or in its values.

    Values are the YAML files of the same folder, and those that the text names.
    """
    if _TAG_OF_3.search(text):
        return True
    folder = path.rpartition("/")[0]
    others = (file for file in project.of_kind(YAML) if file.path != path and b"prefectTag" in (file.data or b""))
    near = (
        file.path for file in others
        if file.path.rpartition("/")[0] == folder or file.path.rpartition("/")[2] in text
    )  # fmt: skip
    return any(_has_tag_for(values.text, chart) for other in near if (values := project.text(other)) is not None)


def _has_tag_for(text: str, chart: str) -> bool:
    charts = set(_VALUES_OF.findall(text))
    return _TAG_OF_3.search(text) is not None and (not charts or chart in charts)


def chart_of_tag(text: str, at: int) -> str:
    """The chart that starts an agent or Orion whose `prefectTag` stands there, "" if it is another's."""
    if found := _SET.search(text, max(at - 200, 0), at):
        return KEYS[found["key"]]
    first = text.rfind("\n", 0, at) + 1
    own = _KEY.match(text, first, at)
    if own is None or "prefectTag" not in text[first:at]:
        return ""
    if found := _IN_TABLE.search(text, first, at):
        return KEYS[found["key"]]
    depth = len(own["indent"])
    for line in reversed(text[:first].splitlines()):
        above = _KEY.match(line)
        if above is not None and len(above["indent"]) < depth:
            depth = len(above["indent"])
            if above["key"] in KEYS:
                return KEYS[above["key"]]
    return ""


def _is_dependency(around: str) -> bool:
    """Whether the name is that of a chart, and not of a release whose chart is named beside it."""
    return _REPOSITORY.search(around) is not None and _OTHER_NAME.search(around) is None


def _paragraph(text: str, start: int, end: int) -> str:
    """The lines around a name, up to the next item of a list, block or empty line."""
    before = re.split(r"\n[ \t]*(?:\n|(?=-[ \t])|[^\n]*\{[ \t]*\n)", text[max(0, start - 400) : start])[-1]
    after = re.split(r"\n[ \t]*(?:\n|-[ \t]|\}|helm\b)", text[end : end + 400])[0]
    return before + text[start:end] + after
