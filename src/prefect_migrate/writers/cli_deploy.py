"""Writer: `prefect deploy` in the place of `prefect deployment build` and `apply`, and commands that go away."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from prefect_migrate.changes.edits import line_span
from prefect_migrate.commands import edit
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, Option
from prefect_migrate.findings import Edit
from prefect_migrate.hosts.edit import NotEditable, delete_option, delete_words, insert_words, replace_word, spell
from prefect_migrate.hosts.strings import ESCAPES, PLAIN, VARIABLES
from prefect_migrate.plan.model import Deployment, Plan
from prefect_migrate.readers.cli_deployments import CliBuild, CliCommand

#: Options of `deployment build` that `deploy` has not, or that are said by the pool, the entry or the command itself.
_DROPPED = frozenset(
    {"--apply", "--skip-upload", "--output", "--infra", "--infra-block", "--storage-block", "--no-schedule", "--limit",
     "--path"}
)  # fmt: skip
_RENAMED = {"--override": "--job-variable", "--version": "--version"}
#: A statement that is all that its line holds, but for a comment.
_COMMENT = re.compile(r"[ \t]*(?:#[^\r\n]*)?$")
_BEFORE = re.compile(r"[ \t@+-]*$")
#: An instruction of a Dockerfile, of which an image may have none.
_INSTRUCTION = re.compile(r"[ \t]*(?i:RUN)[ \t]+(?:--\S+[ \t]+)*")
_ITEM = re.compile(r"[ \t]*-[ \t]+")
#: A line that is empty, or a comment.
_NO_ITEM = re.compile(r"(?m)^[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
#: What encloses a text of YAML without quotes.
_UNQUOTED = frozenset(PLAIN + VARIABLES)
_AND = re.compile(r"(?:[ \t]|\\\r?\n)*(?:&&|;)(?:[ \t]|\\\r?\n)*$")
_THEN = re.compile(r"(?:[ \t]|\\\r?\n)*(?:&&|;)(?:[ \t]|\\\r?\n)*")
#: A line of a notebook's cell up to a command, by itself or in one string with the others; and what ends it.
_CELL_LINE = re.compile(r"(?:[\[,:]\s*\"|(?<!\\)\\n)(?P<line>[ \t]*!?[ \t]*)$")
_CELL_LINE_END = re.compile(r"[ \t]*(?:\\n|\")")
_CELL_OPENS = re.compile(r"(?:\b(?:then|do|else)|[{(|&\\:])[ \t]*\\n(?:\",\s*\")?$")
_OPENS = re.compile(r"(?:^|[\s;])(?:then|do|else|\{|\()[ \t]*(?:#[^\n]*)?$|\)[ \t]*$")
_NOWHERE = {"bat": "NUL", "powershell": "NUL"}


# -- in the place of a command ---------------------------------------------------------------------------------------


def deploy_edits(
    plan: Plan,
    command: Command,
    parsed: Invocation,
    deployments: Sequence[Deployment],
    *,
    everything: bool = False,
) -> list[Edit]:
    """`prefect --no-prompt deploy --name …`, or `--all`, in place of a command.  Raises ValueError."""
    raws = [spell(command, word) for word in ("deploy", *(["--all"] if everything else _names(plan, deployments)))]
    return _in_place(command, parsed, raws)


def _names(plan: Plan, deployments: Sequence[Deployment]) -> list[str]:
    return [word for deployment in deployments for word in ("--name", deploy_name(plan, deployment))]


def deploy_name(plan: Plan, deployment: Deployment) -> str:
    """The name that means one entry: with the flow's function in front where others have the same name."""
    name = str(deployment.name.literal)
    others = {
        other.entrypoint
        for other in plan.deployments
        if other.name.literal == name
        and other.working_directory == deployment.working_directory
        and (other.kind == "prefect_yaml" or other.target == "prefect-yaml")
    }
    function = (deployment.entrypoint or "").rpartition(":")[2]
    return f"{function}/{name}" if others - {deployment.entrypoint} else name


def _in_place(command: Command, parsed: Invocation, raws: list[str]) -> list[Edit]:
    """The sub-command and all that follows it; what stands before it, such as `--profile`, stays."""
    first = list(command.words).index(parsed.path_words[0])
    edits = [] if _is_quiet(parsed) else insert_words(command, first, [spell(command, "--no-prompt")])
    if command.dialect == "argv":
        return edits + _replace_items(command, first, raws)
    if ESCAPES in command.enclosing and command.editable and command.statement[1] == command.end:
        # quotes and the ends of lines are spelled otherwise in there, but all of it goes
        return [*edits, Edit(command.words[first].start, command.end, " ".join(raws))]
    return edits + edit.replace_words(command, first, len(command.words), raws)


def _is_quiet(parsed: Invocation) -> bool:
    return any(option.of_root and option.spelled == "--no-prompt" for option in parsed.options)


def _replace_items(command: Command, first: int, raws: list[str]) -> list[Edit]:
    """The items of a list, one by one."""
    there = len(command.words) - first
    edits = [Edit(word.start, word.end, raw) for word, raw in zip(command.words[first:], raws, strict=False)]
    if len(raws) < there:
        return edits + delete_words(command, first + len(raws), len(command.words))
    return edits + (insert_words(command, len(command.words), raws[there:]) if len(raws) > there else [])


def elsewhere(command: CliCommand, folder: str) -> str | None:
    """The directory that the command must change to, None if it runs there already."""
    return None if folder == command.folder else os.path.relpath(folder, command.folder)


def in_directory(command: Command, folder: str, edits: list[Edit]) -> list[Edit]:
    """The same in another directory, in a subshell.  Raises NotEditable."""
    if command.dialect not in ("sh", "make") or command.context != "command" or command.enclosing:
        raise NotEditable(f"it must run in {folder}")
    start, end = command.statement
    return [Edit(start, start, f"(cd {spell(command, folder)} && "), *edits, Edit(end, end, ")")]


# -- with the options themselves -------------------------------------------------------------------------------------


def direct_edits(plan: Plan, build: CliBuild, has_file: bool) -> list[Edit]:
    """`prefect deploy ENTRYPOINT` with the options of the build.  Raises ValueError.

    `has_file`: there is a prefect.yaml beside, whose settings must not get into it.
    """
    command, parsed = build.invocation, build.parsed
    words = list(command.words)
    group, verb = (words.index(word) for word in parsed.path_words)
    edits = [replace_word(command, group, "deploy"), *delete_words(command, verb, verb + 1)]
    edits += [] if _is_quiet(parsed) else insert_words(command, group, [spell(command, "--no-prompt")])
    for option in parsed.options:
        if option.name in _DROPPED:
            edits += delete_option(command, option)
        elif option.name in _RENAMED:
            edits += _rename(option)
    more = ["--pool", build.pool.name] if parsed.last("--pool") is None and build.pool is not None else []
    more += ["--prefect-file", _NOWHERE.get(command.dialect, "/dev/null")] if has_file else []
    return edits + insert_words(command, len(words), [spell(command, word) for word in more])


def _rename(option: Option) -> list[Edit]:
    """The option's name, in whatever spelling."""
    word, name = option.words[0], _RENAMED[option.name]
    if option.spelled == name:
        return []
    at = word.raw.find(option.spelled)
    if option.bundled or at not in (0, 1):
        raise NotEditable(word.raw)
    rest = word.raw[at + len(option.spelled) :]
    gap = " " if len(option.words) == 1 and option.value is not None and not rest.startswith("=") else ""
    return [Edit(word.start + at, word.start + at + len(option.spelled), name + gap)]


# -- commands that go ------------------------------------------------------------------------------------------------


def removal_edits(text: str, command: Command) -> list[Edit]:
    """Take a command away with the line that it stands on, or with the `&&` before it.  Raises NotEditable."""
    start, end = command.statement
    if command.editable and command.enclosing == '"' + ESCAPES:
        return _empty_line(text, start, end)
    if not command.editable or command.dialect == "argv" or set(command.enclosing) - _UNQUOTED:
        raise NotEditable("the command can't go alone")
    glued = _AND.search(text, max(start - 200, 0), start)
    if glued and not _OPENS.search(text[: glued.start()]):
        return [Edit(glued.start(), end, "")]
    first, last = line_span(text, start, end)
    before, after = text[first:start], text[end:last].rstrip("\r\n")
    if _INSTRUCTION.fullmatch(before) and not after.strip() and not command.enclosing:
        return [Edit(first, last, "")]
    if command.enclosing:
        return _remove_item(text, first, last, before, after)
    if _BEFORE.fullmatch(before) and _COMMENT.fullmatch(after):
        return [Edit(first, last, "") if _may_go(text, first, last) else Edit(start, end, _nothing(command))]
    following = _THEN.match(text, end)
    if following and _BEFORE.fullmatch(before):
        return [Edit(start, following.end(), "")]
    raise NotEditable("the command can't go alone")


def _empty_line(text: str, start: int, end: int) -> list[Edit]:
    """Leave an empty line in a notebook's cell where the command was all of it.  Raises NotEditable."""
    before, after = _CELL_LINE.search(text, max(start - 200, 0), start), _CELL_LINE_END.match(text, end)
    if before is None or after is None or _CELL_OPENS.search(text, max(start - 200, 0), before.start("line")):
        raise NotEditable("the command can't go alone")
    return [Edit(before.start("line"), end, "")]


def _remove_item(text: str, first: int, last: int, before: str, after: str) -> list[Edit]:
    """Take away an item of a YAML list that the command is all of; the list keeps others.  Raises NotEditable."""
    above, below = _NO_ITEM.sub("", text[:first]), _NO_ITEM.sub("", text[last:])
    siblings = (above.rstrip().rpartition("\n")[2], below.partition("\n")[0])
    if not (
        _ITEM.fullmatch(before) and _COMMENT.fullmatch(after) and any(line.startswith(before) for line in siblings)
    ):
        raise NotEditable("the command can't go alone")
    return [Edit(first, last, "")]


def _may_go(text: str, first: int, last: int) -> bool:
    """Whether something is left where the line stood: shells want a command between `then` and `fi`."""
    above, below = text[:first].rstrip(), text[last:].lstrip()
    line = above[above.rfind("\n") + 1 :]
    closes = re.match(r"(?:fi|done|else|elif|esac)\b|[})]|;;", below)
    return not (_OPENS.search(line) and closes) and not line.endswith(("\\", "&&", "||", "|"))


def _nothing(command: Command) -> str:
    if command.dialect not in ("sh", "make"):
        raise NotEditable("the command can't go alone")
    return ":"


# -- schedules -------------------------------------------------------------------------------------------------------


def schedule_edits(command: CliCommand) -> list[Edit]:
    """`deployment schedule create … --replace` in place of `set-schedule`.  Raises ValueError."""
    invocation, parsed = command.invocation, command.parsed
    words = list(invocation.words)
    verb = words.index(parsed.path_words[-1])
    clears = parsed.last("--no-schedule")
    raws = [spell(invocation, word) for word in ("schedule", "clear" if clears else "create")]
    edits = [Edit(words[verb].start, words[verb].end, raws[0]), *insert_words(invocation, verb + 1, raws[1:])]
    edits += delete_option(invocation, clears) if clears else []
    day_or = parsed.last("--day_or")
    edits += day_or_edits(invocation, day_or) if day_or is not None else []
    more = ["--accept-yes"] if clears else ["--replace", "--accept-yes"]
    return edits + insert_words(invocation, len(words), [spell(invocation, word) for word in more])


def day_or_edits(command: Command, option: Option) -> list[Edit]:
    """`--day_or false` as the flag that it is now.  Raises NotEditable."""
    value = option.value.value if option.value is not None else None
    switch = _SWITCHES.get((value or "").lower())
    if switch is None or option.bundled:
        raise NotEditable(f"`{option.spelled}` has a value that only the run knows")
    flag = "--day_or" if switch else "--no-day_or"
    rest = delete_words(command, option.at + 1, option.at + 2) if len(option.words) == 2 else []
    return [Edit(option.words[0].start, option.words[0].end, spell(command, flag)), *rest]


_SWITCHES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
