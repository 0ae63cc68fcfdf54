"""Settings: `[tool.prefect-migrate]` of pyproject.toml, overridden by the command line."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from prefect_migrate.record import recorded

#: The newest minor of Prefect 3 that the reference data knows.
NEWEST_TARGET = (3, 9)
#: The newest minor that everything is proved on: its engine runs in the tests, its versions are pinned for `verify`.
DEFAULT_TARGET = (3, 8)

TargetStyleOption = Literal["auto", "flow-deploy", "prefect-yaml"]
#: The Prefect that the code was written for; auto: what the repository's pins, images and code say.
OriginOption = Literal["auto", "2", "3", "unknown"]


class ConfigError(Exception):
    """Wrong use or configuration; the text names the file and the remedy.  The exit code is 2."""


@dataclass(frozen=True, slots=True)
class Config:
    """All that a run is told."""

    target: tuple[int, int] = DEFAULT_TARGET
    target_style: TargetStyleOption = "auto"
    origin: OriginOption = "auto"
    #: Whether only the record of an earlier `apply` tells the origin.
    recorded: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: pool type -> the name of the repository's default pool of that type
    pool_defaults: dict[str, str] = field(default_factory=dict)
    #: pool or block name in Prefect 2 -> pool name in Prefect 3
    pool_renames: dict[str, str] = field(default_factory=dict)
    #: pool name in Prefect 3 -> its type
    pool_types: dict[str, str] = field(default_factory=dict)

    def override(self, **given: Any) -> Config:
        """The same with what the command line gave; None and () mean: not given."""
        return replace(self, **{name: value for name, value in given.items() if value not in (None, ())})


def parse_target(text: str) -> tuple[int, int]:
    """`3.x` as a pair.  Raises ConfigError."""
    major, _, minor = text.strip().lstrip("v").partition(".")
    if major != "3" or not minor.split(".")[0].isdigit():
        raise ConfigError(f"--target {text!r} is not a minor version of Prefect 3; write it as 3.{DEFAULT_TARGET[1]}")
    target = (3, int(minor.split(".")[0]))
    if target > NEWEST_TARGET:
        known = ".".join(map(str, NEWEST_TARGET))
        raise ConfigError(f"--target {text!r} is newer than what this release knows ({known}); update prefect-migrate")
    return target


def load_config(root: Path) -> Config:
    """The configuration of the pyproject.toml in `root`, or the defaults.  Raises ConfigError.

    Where it does not say which Prefect the code was written for, the record of an earlier `apply` does.
    """
    config = _from_pyproject(root)
    if config.origin == "auto" and recorded(root):
        return replace(config, origin="2", recorded=True)
    return config


def _from_pyproject(root: Path) -> Config:
    path = root / "pyproject.toml"
    try:
        content = path.read_bytes()
        data = tomllib.loads(content.decode("utf-8"))
    except OSError:
        return Config()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if b"prefect-migrate" not in content:
            # a template, or another program's mistake: it has nothing to say to this one
            return Config()
        raise ConfigError(f"{path}: {error}; mend the file, or run from a folder without it") from error
    table = data.get("tool", {}).get("prefect-migrate")
    return Config() if table is None else _from_table(path, table)


def _from_table(path: Path, table: Any) -> Config:
    from pydantic import ValidationError

    from prefect_migrate.config_schema import ConfigTable

    try:
        parsed = ConfigTable.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(["tool.prefect-migrate", *map(str, first["loc"])])
        raise ConfigError(f"{path}: {where}: {first['msg']}") from error
    return Config(
        target=parse_target(parsed.target) if parsed.target else DEFAULT_TARGET,
        target_style=parsed.target_style,
        origin=parsed.from_,
        select=tuple(parsed.select),
        ignore=tuple(parsed.ignore),
        exclude=tuple(parsed.exclude),
        pool_defaults=parsed.work_pools.defaults,
        pool_renames=parsed.work_pools.rename,
        pool_types=parsed.work_pools.types,
    )
