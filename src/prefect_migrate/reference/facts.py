"""The shapes of the facts.  Named tuples: they are cheap to import and to make."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from prefect_migrate.reference.tables import FIRST_TARGET, Target

#: Evidence that a new name is the same thing.
SURE = frozenset({"curated", "prefect_says", "setting", "module_rule", "same_definition"})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class NameFact(NamedTuple):
    """What became of a public name of Prefect 2.

    `old` and `new` are dotted; `new` is None when nothing takes its place.  `what` is removed, moved, import_raises or
    import_warns.  `first2` and `last2` are the first and last of the sampled releases that had it.

    `new_confidence` says what speaks for `new`: curated (written by hand), curated_differs (by hand, but called or used
    otherwise), prefect_says (the target's own warning), setting (the settings table), module_rule (its whole tree was
    renamed), same_definition (Prefect 2 had it from there already), same_name_unique or same_name_best_of_N (nothing
    but the name).
    """

    old: str
    kind: str
    what: str
    new: str | None = None
    new_confidence: str | None = None
    first2: str | None = None
    last2: str | None = None
    since: Target = FIRST_TARGET
    until: Target | None = None
    advice: str | None = None
    #: The name was only importable because its module imported it for itself.
    incidental: bool = False
    source: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether `new` can stand where `old` stood, without a look at its use."""
        return self.new is not None and self.new_confidence in SURE


class MemberFact(NamedTuple):
    """A method, property or field that a class has no longer; `in_target` is the class that takes its place."""

    cls: str
    member: str
    kind: str
    in_target: str | None = None
    new: str | None = None
    first2: str | None = None
    last2: str | None = None
    since: Target = FIRST_TARGET
    until: Target | None = None
    advice: str | None = None
    source: str = ""


class ParameterFact(NamedTuple):
    """What became of a parameter of a function, a method or a class as its constructor; `new` is its name now.

    `what` is removed (a TypeError), ignored (a pydantic model drops it), swallowed (it vanishes in **kwargs), required
    (it lost its default), new_required (Prefect 2 had no such parameter), keyword_only, repositioned (`old_default` and
    `new_default` are the places among the positional ones) or default_changed.
    """

    callable: str
    parameter: str
    what: str
    in_target: str | None = None
    new: str | None = None
    old_default: str | None = None
    new_default: str | None = None
    first2: str | None = None
    last2: str | None = None
    since: Target = FIRST_TARGET
    until: Target | None = None
    advice: str | None = None
    source: str = ""


class FlavourFact(NamedTuple):
    """A callable that is called otherwise; `old` and `new` are flavours as in `index.Signature`."""

    callable: str
    old: str
    new: str
    in_target: str | None = None
    last2: str | None = None
    since: Target = FIRST_TARGET
    until: Target | None = None
    source: str = ""


class SettingFact(NamedTuple):
    """What became of a PREFECT_ variable.

    `status` is kept, renamed_alias_accepted, renamed_old_name_ignored or removed_ignored; `new` its canonical name now.
    """

    name: str
    status: str
    new: str | None = None
    path: str | None = None
    first2: str | None = None
    last2: str | None = None
    default2: str | None = None
    default3: str | None = None
    since: Target = FIRST_TARGET
    until: Target | None = None
    advice: str | None = None
    source: str = ""


class FieldFact(NamedTuple):
    """Where a field of an infrastructure block went.

    `status` is same_name, renamed, template_only, dropped or no_counterpart; `job_variable` is None for the last three.
    """

    cls: str
    field: str
    status: str
    job_variable: str | None = None
    type: str | None = None
    default: str | None = None
    required: bool = False
    note: str | None = None
    source: str = ""


class BlockFact(NamedTuple):
    """An infrastructure block class of Prefect 2 and the type of work pool that does its work."""

    cls: str
    module: str
    slug: str
    pool_type: str
    worker: str
    source: str = ""


class StorageFact(NamedTuple):
    """A storage block class and where its code comes from in Prefect 3.

    `pull_step` is {step: arguments with <placeholders>}; `fields` maps the block's fields to what they became.
    """

    cls: str
    module: str
    slug: str
    state: str
    pull_step: dict[str, dict[str, str]]
    alternative: Mapping[str, Mapping[str, str]] = _NOTHING
    from_source: str | None = None
    push_step: str | None = None
    replacement: str | None = None
    credentials: str | None = None
    path: str | None = None
    fields: Mapping[str, str] = _NOTHING
    source: str = ""


class IntegrationFact(NamedTuple):
    """An integration package: its last release for Prefect 2, its first for Prefect 3, and the newest examined."""

    package: str
    module: str
    last2: str
    first3: str
    newest: str
    requires_last2: str
    requires_first3: str
    requires_newest: str
    #: names that are gone or moved, and names whose import only warns
    names: tuple[NameFact, ...] = ()
    deprecated: tuple[NameFact, ...] = ()
    #: class -> slug, in the last release for Prefect 2 and in the newest
    blocks2: Mapping[str, str] = _NOTHING
    blocks3: Mapping[str, str] = _NOTHING
    #: pull, push and build steps in prefect.yaml: dotted name of Prefect 2 -> of Prefect 3
    steps: Mapping[str, str] = _NOTHING
    members: Mapping[str, tuple[str, ...]] = _NOTHING
    #: The async tasks and flows of the newest release.
    async_runs: frozenset[str] = frozenset()
    #: Async tasks and flows of the last release for Prefect 2 -> what the newest has in their places, a sync one or a
    #: plain function that calls a task, and the async one beside it.
    were_async: Mapping[str, tuple[Literal["sync", "function"], str]] = _NOTHING
    source: str = ""

    @property
    def slugs_gone(self) -> frozenset[str]:
        return frozenset(self.blocks2.values()) - frozenset(self.blocks3.values())


class WorkerTemplate(NamedTuple):
    """The default base job template of a pool type, as Prefect gives it without the worker's package.

    `worker_variables` are those of the newest worker itself: other variables of the template do nothing.
    """

    pool_type: str
    template: dict[str, Any]
    package: str = ""
    worker_variables: frozenset[str] = frozenset()
    source: str = ""

    @property
    def variables(self) -> dict[str, dict[str, Any]]:
        """The job variables: name -> JSON schema."""
        properties: dict[str, dict[str, Any]] = self.template.get("variables", {}).get("properties", {})
        return properties

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.template.get("variables", {}).get("required", ()))
