"""The commands of the project's scripts that register deployments, run one by one without the scripts around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect_migrate.plan.registrations import is_document
from prefect_migrate.verify.servers import Engine

PREFECT = "prefect"
#: Runs the command line of a Prefect whose environment has no `prefect` script.
_CLI = "from prefect.cli import app; app()"
#: Sub-commands of Prefect 2 alone.
_OF_2 = ("build", "apply", "set-schedule", "pause-schedule", "resume-schedule")


@dataclass(frozen=True, slots=True)
class Step:
    """A command that registers something; `cwd` is relative to the project.

    A shell would expand the words that are `patterns`.
    """

    label: str
    command: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()

    def expanded(self, folder: Path) -> tuple[str, ...]:
        """The words, with the files of a folder in the place of patterns; as in a shell, one without any stays."""
        return tuple(word for item in self.command for word in self._files(item, folder))

    def _files(self, word: str, folder: Path) -> list[str]:
        if word not in self.patterns:
            return [word]
        return sorted(path.relative_to(folder).as_posix() for path in folder.glob(word)) or [word]


def prefect(engine: Engine) -> tuple[str, ...]:
    """What starts an engine's command line: the script on the PATH, if it is that of the engine."""
    script = engine.python.with_name("prefect")
    return (PREFECT,) if script.exists() else (str(engine.python), "-c", _CLI)


def command_steps(engine: Engine, inventory: dict[str, Any], root: Path) -> list[Step]:
    """The commands of an engine's side, in the order of the inventory."""
    return [
        _step(engine, command)
        for command in _commands(inventory, engine.major)
        if not command.get("why_not") and (root / command["working_directory"]).is_dir()
    ]


def _step(engine: Engine, command: dict[str, Any]) -> Step:
    arguments = tuple(command["arguments"])
    line = (*prefect(engine), "--no-prompt", *arguments)
    patterns = tuple(command.get("patterns") or ())
    return Step(_label(command), line, command["working_directory"], command.get("environment") or {}, patterns)


def _label(command: dict[str, Any]) -> str:
    """The sub-command and its place."""
    verb = command["arguments"][: 2 if command["arguments"][0] == "deployment" else 1]
    return f"prefect {' '.join(verb)} ({command['path']}:{command['line']})"


def _commands(inventory: dict[str, Any], major: int) -> Iterator[dict[str, Any]]:
    for command in inventory.get("commands", []):
        arguments = command["arguments"]
        if major == 2 or not (arguments[0] == "deployment" and arguments[1] in _OF_2):
            yield command


def skipped_commands(inventory: dict[str, Any], major: int) -> list[tuple[str, str]]:
    """What can't be run, with the reason."""
    return [(_label(item), str(item["why_not"])) for item in _commands(inventory, major) if item.get("why_not")]


def of_documents(inventory: dict[str, Any], major: int) -> set[str]:
    """The labels of commands that only a document shows: nobody promises that they work."""
    return {_label(item) for item in _commands(inventory, major) if is_document(item["path"])}


def not_run(inventory: dict[str, Any], deployment: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Place and reason of each command that would register a deployment, and can't be run."""
    for command in inventory.get("commands", []):
        at = (command["path"], command["line"]) == (deployment.get("path"), deployment.get("line"))
        if command.get("why_not") and (at or deployment.get("name") in command.get("deployments", [])):
            yield f"{command['path']}:{command['line']}", str(command["why_not"])
