"""What the commands share: paths, configuration, errors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from prefect_migrate.config import Config, ConfigError, load_config, parse_target

if TYPE_CHECKING:
    from prefect_migrate.project import Project

F = TypeVar("F", bound=Callable[..., Any])


class UsageError(click.ClickException):
    """Wrong use or configuration: one line, exit code 2."""

    exit_code = 2


def codes(_context: click.Context, _parameter: click.Parameter, value: Iterable[str]) -> tuple[str, ...]:
    """`--select PM1,PM2 --select PM3` as one tuple."""
    return tuple(code.strip() for item in value for code in item.split(",") if code.strip())


def pairs(_context: click.Context, _parameter: click.Parameter, value: Iterable[str]) -> dict[str, str]:
    """`--rename-work-pool old=new,b=c --rename-work-pool d=e` as one mapping."""
    found = {}
    for item in (part.strip() for one in value for part in one.split(",")):
        key, equals, given = (part.strip() for part in item.partition("="))
        if not (key and equals and given):
            raise click.BadParameter(f"{item!r} is not of the form NAME=NAME")
        found[key] = given
    return found


def planning_options(function: F) -> F:
    """--target-style and what `[tool.prefect-migrate.work-pools]` has, which scan and apply share."""
    options = (
        click.option(
            "--target-style",
            type=click.Choice(["auto", "flow-deploy", "prefect-yaml"]),
            help="Where deployments in Python go; auto uses flow.deploy() where it can say the same, else "
            "prefect.yaml.",
        ),
        click.option(
            "--rename-work-pool",
            "pool_renames",
            multiple=True,
            metavar="OLD=NEW",
            callback=pairs,
            help="The work pool that takes the place of a pool, or an infrastructure block, of Prefect 2.",
        ),
        click.option(
            "--work-pool-type",
            "pool_types",
            multiple=True,
            metavar="POOL=TYPE",
            callback=pairs,
            help="The type of a work pool, such as kubernetes.",
        ),
        click.option(
            "--default-work-pool",
            "pool_defaults",
            multiple=True,
            metavar="TYPE=POOL",
            callback=pairs,
            help="The work pool of this type for deployments that name none.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def selection_options(function: F) -> F:
    """--select, --ignore, --from, --target and --exclude, which scan and apply share."""
    options = (
        click.option(
            "--select",
            multiple=True,
            metavar="CODE",
            callback=codes,
            help="Only these codes, families (PM1) or names.",
        ),
        click.option(
            "--ignore",
            multiple=True,
            metavar="CODE",
            callback=codes,
            help="All but these codes, families or names.",
        ),
        click.option(
            "--from",
            "origin",
            type=click.Choice(["2", "3"]),
            help="The Prefect that the code was written for; by default what its pins, images and code say.",
        ),
        click.option("--target", metavar="3.x", help="The minor version to migrate to, 3.0 to 3.9; 3.8 by default."),
        click.option(
            "--exclude",
            multiple=True,
            metavar="PATTERN",
            help="Leave out paths, in the syntax of .gitignore.",
        ),
        click.option("--no-gitignore", is_flag=True, help="Read files that git ignores too."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def open_project(paths: tuple[str, ...], config: Config, *, gitignore: bool = True) -> Project:
    """The project of some paths: one directory is the root itself, several share their common parent."""
    from prefect_migrate.project import Project

    root, starts = split_root(paths)
    return Project(root, starts, config.exclude, gitignore=gitignore)


def split_root(paths: tuple[str, ...]) -> tuple[Path, list[str]]:
    """The root that findings are relative to, and what to read below it.  Raises UsageError."""
    given = [Path(path) for path in paths] or [Path()]
    for path in given:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or directory")
    absolute = [Path(os.path.abspath(path)) for path in given]  # noqa: PTH100  a link given by hand stays one
    if len(absolute) == 1 and absolute[0].is_dir():
        return absolute[0], [""]
    here = Path.cwd()
    inside = all(path.is_relative_to(here) for path in absolute)
    common = Path(os.path.commonpath(absolute))
    root = here if inside else common if common.is_dir() else common.parent
    return root, ["" if path == root else path.relative_to(root).as_posix() for path in absolute]


def make_config(root: Path, target: str | None, **given: Any) -> Config:
    """The project's configuration with what the command line gave.  Raises UsageError."""
    try:
        config = load_config(root)
        given["recorded"] = False if given.get("origin") else None
        for name in ("pool_renames", "pool_types", "pool_defaults"):
            given[name] = {**getattr(config, name), **given.get(name, {})}
        return config.override(target=parse_target(target) if target else None, **given)
    except ConfigError as error:
        raise UsageError(str(error)) from error
