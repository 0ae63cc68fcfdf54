"""Which keys hold text that runs, and which hold text for people."""

from __future__ import annotations

import re

PROSE = frozenset(
    {"name", "description", "title", "summary", "help", "message", "comment", "notes", "label", "displayname"}
)
_RUNS = re.compile(
    r"(?:(?:before|after|pre|post|on|start|stop|run|build|deploy|bash|shell|container|docker|oncreate|post_?create"
    r"|post_?start|post_?attach|update_?content|initialize|health_?check)[_-]?)?"
    r"(?:run|scripts?|commands?|cmds?|args|arguments|argv|exec|execute|shell|bash|sh|powershell|pwsh|inline|inlinescript"
    r"|start|entry_?point|hooks?|runcmd|bootcmd|user[_-]?data|cron|test|task|call)\d*\Z"
)
#: A container's program and its arguments; the second goes on where the first ends.
PAIRS = (("command", "args"), ("entrypoint", "command"), ("entry_point", "command"), ("cmd", "args"))


def folded(key: str) -> str:
    """`ansible.builtin.shell` is `shell`, `entryPoint` is `entrypoint`."""
    return key.rpartition(".")[2].lower()


def runs(key: str) -> bool:
    """Whether the value of a key, as `folded` gives it, is a command."""
    return _RUNS.match(key) is not None
