"""The rows of the tables as pydantic models, for tests and the tool that derives them.  Not imported at run time."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, TypeAdapter, model_validator

Dotted = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")]
Minor = Annotated[str, StringConstraints(pattern=r"^3\.\d+$")]
Release = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Variable = Annotated[str, StringConstraints(pattern=r"^PREFECT_[A-Z0-9_]+$")]
Flavour = Literal["sync", "coroutine", "generator", "compatible", "dispatch"]
_RANGES = re.compile(r"(\d*-?\d*)(,\d*-?\d*)*")


def _check_ranges(text: str) -> str:
    if text and not _RANGES.fullmatch(text):
        raise ValueError(f"{text!r} is no list of ranges of minors")
    return text


Ranges = Annotated[str, AfterValidator(_check_ranges)]


class Row(BaseModel):
    """A row without unknown keys, whose range of targets is not empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Minor = "3.0"
    until: Minor | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _range(self) -> Row:
        if self.until is not None and int(self.until[2:]) < int(self.since[2:]):
            raise ValueError(f"{self.since} to {self.until} is empty")
        return self


class NameRow(Row):
    old: Dotted
    kind: Literal["module", "class", "function", "constant"]
    what: Literal["removed", "moved", "import_raises", "import_warns"]
    new: Dotted | None = None
    new_confidence: str | None = None
    first2: Release | None = None
    last2: Release | None = None
    advice: str | None = None
    incidental: bool = False

    @model_validator(mode="after")
    def _new(self) -> NameRow:
        if (self.new is None) != (self.new_confidence is None) or (self.what == "moved") > (self.new is not None):
            raise ValueError(f"{self.old}: a new name needs evidence, and `moved` a new name")
        return self


class MemberRow(Row):
    cls: Dotted
    member: str
    kind: str
    in_target: Dotted | None = None
    new: str | None = None
    first2: Release
    last2: Release
    advice: str | None = None


class ParameterRow(Row):
    callable: Dotted
    parameter: str
    what: Literal[
        "removed", "ignored", "swallowed", "required", "new_required", "keyword_only", "repositioned", "default_changed"
    ]
    in_target: Dotted | None = None
    new: str | None = None
    old_default: str | None = None
    new_default: str | None = None
    first2: Release | None = None
    last2: Release | None = None
    advice: str | None = None


class FlavourRow(Row):
    callable: Dotted
    in_target: Dotted | None = None
    old: Flavour
    new: Flavour
    last2: Release


class PatchRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Dotted
    parameter: str | None = None
    since: Release


class SettingRow(Row):
    name: Variable
    status: Literal["kept", "renamed_alias_accepted", "renamed_old_name_ignored", "removed_ignored"]
    new: Variable | None = None
    path: str | None = None
    first2: Release
    last2: Release
    default2: str | None = None
    default3: str | None = None
    advice: str | None = None

    @model_validator(mode="after")
    def _new(self) -> SettingRow:
        if self.status.startswith("renamed") != (self.new is not None):
            raise ValueError(f"{self.name}: a new name and `renamed` belong together")
        return self


class BlockRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cls: str
    module: Dotted
    slug: str
    pool_type: str
    worker: Dotted


class FieldRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cls: str
    field: str
    status: Literal["same_name", "renamed", "template_only", "dropped", "no_counterpart"]
    job_variable: str | None = None
    type: str
    default: str | None = None
    required: bool = False
    note: str | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _variable(self) -> FieldRow:
        if (self.status in ("same_name", "renamed")) != (self.job_variable is not None):
            raise ValueError(f"{self.cls}.{self.field}: {self.status} and the job variable don't fit")
        return self


class StorageRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cls: str
    module: Dotted
    slug: str
    state: Literal["kept", "import_raises"]
    pull_step: dict[Dotted, dict[str, str]]
    alternative: dict[Dotted, dict[str, str]] = {}
    from_source: str | None = None
    push_step: Dotted | None = None
    replacement: str | None = None
    credentials: str | None = None
    path: str | None = None
    fields: dict[str, str] = {}
    source: str | None = None


class IntegrationRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    package: str
    module: str
    last2: Release
    first3: Release
    newest: Release
    requires_last2: str
    requires_first3: str
    requires_newest: str
    names: list[NameRow] = []
    blocks2: dict[Dotted, str] = {}
    blocks3: dict[Dotted, str] = {}
    steps: dict[Dotted, Dotted] = {}
    members: dict[Dotted, list[str]] = {}
    async_runs: list[Dotted] = []
    were_async: dict[Dotted, tuple[Literal["sync", "function"], Dotted | Literal[""]]] = {}


class TemplateRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pool_type: str
    package: str
    worker_variables: list[str]
    template: dict[str, Any]


#: Table -> the model of its rows.
ROWS: dict[str, type[BaseModel]] = {
    "names": NameRow,
    "members": MemberRow,
    "parameters": ParameterRow,
    "flavours": FlavourRow,
    "patches": PatchRow,
    "settings": SettingRow,
    "infra": FieldRow,
    "storage": StorageRow,
    "integrations": IntegrationRow,
    "worker_templates": TemplateRow,
}
#: Table read by lines -> the shape of its rows after the first.
LINES: dict[str, TypeAdapter[Any]] = {
    "target_index": TypeAdapter(tuple[Dotted, Ranges, str]),
    "classes": TypeAdapter(
        tuple[str, Ranges, str, str] | tuple[str, Ranges, str, str, Literal["allow", "ignore", "forbid"]]
    ),
    "kinds": TypeAdapter(tuple[str, Ranges, str]),
    "callables": TypeAdapter(tuple[str, Ranges, str] | tuple[str, Ranges, str, Flavour]),
}
