from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, Option
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit, Finding
from prefect_migrate.hosts.edit import NotEditable, delete_option, insert_words, spell
from prefect_migrate.hosts.rule import CommandRule, spelled_path
from prefect_migrate.rules import Example

#: Prefect 3 takes the name of an argument as an option, too.
_STILL_TAKEN = frozenset({("deployment", "ls", "--flow-name")})
_ADVICE = {
    ("deploy", "--ci"): "Use `prefect --no-prompt deploy`.",
    ("deploy", "--variable"): "Use `--job-variable`.",
    ("deploy", "--flow"): "Give the flow's entrypoint, path/to/file.py:function, as argument.",
    ("work-queue", "create", "--tag"): "Remove it, and name the queue in the deployments that it should hold.",
}


class GoneOption(CommandRule):
    """An option of a command is gone

    Prefect 3's CLI answers with "Unknown option" and exit code 1.  `prefect deploy --ci` becomes
    `prefect --no-prompt deploy`, and `--variable` becomes `--job-variable`; the others are reported with what to do:
    `prefect deploy --flow` took the name of a registered flow, and Prefect 3 wants its entrypoint.
    """

    code = "PM212"
    name = "gone-option"
    examples = (
        Example("prefect deploy --ci --all\n", "prefect --no-prompt deploy --all\n", path="deploy.sh"),
        Example("prefect deploy -n a -v cpu=2\n", "prefect deploy -n a --job-variable cpu=2\n", path="deploy.sh"),
        Example("prefect deploy -f etl -n nightly\n", path="deploy.sh"),
        Example("prefect work-queue create etl --tag nightly\n", path="queues.sh"),
        Example("prefect deploy flows.py:etl -n nightly --cron '0 0 * * *'\n", path="deploy.sh", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        path = load_tree(3).resolve(invocation.path)
        if not path:
            return
        known = load_tree(3).commands[path].options
        for option in invocation.options:
            key = (*path, option.name)
            if option.of_root or option.spelled in known or option.name == "--help" or key in _STILL_TAKEN:
                continue
            yield self._finding(context, command, invocation, option)

    def _finding(self, context: FileContext, command: Command, invocation: Invocation, option: Option) -> Finding:
        return self.rewritten(
            context,
            command,
            f"`{spelled_path(invocation)} {option.spelled}`: Prefect 3 has no such option",
            _ADVICE.get((*invocation.path, option.name), "Remove it."),
            title=f"Replace {option.spelled}",
            make=lambda: _edits(command, option),
            obstacles=[] if option.name in ("--ci", "--variable") else ["nothing takes its place"],
            reason="it means the same",
        )


def _edits(command: Command, option: Option) -> list[Edit]:
    if option.name == "--ci":
        return [*insert_words(command, 1, [spell(command, "--no-prompt")]), *delete_option(command, option)]
    word = option.words[0]
    at = word.raw.find(option.spelled)
    end = at + len(option.spelled)
    alone = len(option.words) == 2 or word.raw[end : end + 1] == "="
    if option.bundled or at not in (0, 1) or not alone:
        raise NotEditable(word.raw)
    return [Edit(word.start + at, word.start + end, "--job-variable")]
