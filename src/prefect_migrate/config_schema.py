"""The shape of `[tool.prefect-migrate]`, checked only when a project has that table."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


def _dashed(name: str) -> str:
    return name.replace("_", "-")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=_dashed, populate_by_name=True)


class WorkPoolTable(_Table):
    """`[tool.prefect-migrate.work-pools]`."""

    #: pool type -> name of the default pool, such as {process = "local-process-pool"}
    defaults: dict[str, str] = Field(default_factory=dict)
    #: old pool or block name -> new pool name
    rename: dict[str, str] = Field(default_factory=dict)
    #: new pool name -> type
    types: dict[str, str] = Field(default_factory=dict)


class ConfigTable(_Table):
    """`[tool.prefect-migrate]`."""

    target: str | None = None
    target_style: Literal["auto", "flow-deploy", "prefect-yaml"] = "auto"
    from_: Literal["auto", "2", "3"] = Field("auto", alias="from")
    select: list[str] = Field(default_factory=list)
    ignore: list[str] = Field(default_factory=list)
    exclude: list[str] = Field(default_factory=list)
    work_pools: WorkPoolTable = Field(default_factory=WorkPoolTable)
