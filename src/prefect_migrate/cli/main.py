"""The command line: `prefect-migrate`.

Each command lives in a module of its own that is imported when the command is called, so that `--help` stays fast.
"""

from __future__ import annotations

import importlib

import click

from prefect_migrate import __version__

#: command -> (module, what `--help` says of it)
_COMMANDS = {
    "scan": (
        "prefect_migrate.cli.scan",
        "Report what a repository uses that Prefect 3 lacks or treats differently.",
    ),
    "apply": ("prefect_migrate.cli.apply", "Rewrite a repository for Prefect 3."),
    "verify": (
        "prefect_migrate.verify.cli",
        "Prove that the rewritten project does the same, on real Prefect 2 and 3.",
    ),
    "rules": ("prefect_migrate.cli.rules", "List the rules."),
    "explain": ("prefect_migrate.cli.explain", "Print the documentation of one rule."),
}


class _InternalError(click.ClickException):
    """A mistake of ours that no single file was to blame for."""

    exit_code = 3

    def format_message(self) -> str:
        return (
            f"prefect-migrate itself failed, and changed nothing: {self.message}\n"
            "Please report this with what `prefect-migrate --traceback …` prints."
        )


class _LazyGroup(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            raise _InternalError(f"{type(error).__name__}: {error}") from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 clean or done, 1 findings or differences, 2 wrong use or configuration, 3 a mistake of ours.",
)
@click.option("--traceback", is_flag=True, help="Show where an error of prefect-migrate itself comes from.")
@click.version_option(__version__, prog_name="prefect-migrate")
def main(traceback: bool) -> None:
    """Move a repository of Prefect 2 flows, deployments, agents and work queues to Prefect 3, and prove that the
    result does the same."""


def run() -> None:
    """What the `prefect-migrate` program calls."""
    from prefect_migrate.cli.leave import OWN_PROGRAM

    main(obj=OWN_PROGRAM)
