"""Short ways to say what a file's commands are, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

from prefect_migrate.apply import apply
from prefect_migrate.commands.model import Command
from prefect_migrate.config import Config
from prefect_migrate.discovery.kinds import kind_of
from prefect_migrate.hosts.reading import read_text
from prefect_migrate.hosts.sites import read_sites, text_of
from prefect_migrate.project import Project

FLOWS = """\
from prefect import flow
from prefect.deployments import Deployment


@flow
def etl():
    pass


if __name__ == "__main__":
    Deployment.build_from_flow(etl, "nightly", work_queue_name="etl").apply()
"""


def commands_in(path: str, text: str) -> list[Command]:
    """The commands of a text that is no Python, with checked places."""
    kind = kind_of(path)
    assert kind
    commands = read_text(kind, text)
    for command in commands:
        check_spans(command, text)
    return commands


def python_commands(folder: Path, text: str, path: str = "run.py") -> list[Command]:
    (folder / path).write_bytes(text.encode())
    project = Project(folder)
    (file,) = project.files
    found = text_of(project, file)
    assert found is not None
    commands = read_sites(project, file)
    for command in commands:
        check_spans(command, found.text)
    return commands


def said(command: Command) -> str:
    """The words as they are understood."""
    return " ".join(word.text for word in command.words)


def check_spans(command: Command, text: str) -> None:
    """Every word is what stands at its place, and so is what divides it from the word before."""
    for word in (*command.words, *command.wrapper, *command.assignments):
        assert 0 <= word.start <= word.end <= len(text)
        assert text[word.start : word.end] == word.raw
        assert text[word.start - len(word.space) : word.start] == word.space
    starts = [word.start for word in command.words]
    assert starts == sorted(starts)


def migrated(folder: Path, path: str, text: str, code: str = "PM201") -> str:
    """The file after the rule was applied, review tier included; a second run must change nothing."""
    (folder / "flows.py").write_text(FLOWS)
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode())
    config = Config(select=(code,))
    changes = {change.path: change.after for change in apply(Project(folder), config, unsafe=True).changes}
    if path not in changes:
        return text
    after = changes[path]
    assert after is not None
    target.write_bytes(after)
    assert not apply(Project(folder), config, unsafe=True).changes
    return after.decode()
