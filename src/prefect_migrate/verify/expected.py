"""Differences between deployments that the change of engine brings, each with its reason."""

from __future__ import annotations

import ast
import json
import re
import shlex
from pathlib import PurePosixPath
from typing import Any

from prefect_migrate import reference
from prefect_migrate.readers.prefect_yaml_meanings import has_both_days
from prefect_migrate.verify.api import Json
from prefect_migrate.verify.compare import Keys, same
from prefect_migrate.verify.job import AGENT_POOL, IN_THE_BLOCK, ONLY_MADE_UP
from prefect_migrate.verify.model import MISSING
from prefect_migrate.verify.normalise import HASH

NO_AGENTS = "Prefect 3 has no agents, so every deployment needs a typed work pool"
ENFORCED = "Prefect 3 checks the parameters when a run is created, Prefect 2 when it starts"
IN_IMAGE = "Prefect 2 copied the code to where the image starts, which holds the file as well"
BACKSLASHES = "the same file; Prefect 2 registered the path as Windows writes it, which only Windows can load"
FROM_SOURCE = "from_source starts a run in the root of what it pulls, not in a folder of it"
MADE_UP = "the block says nothing: Prefect 2 filled in the account that a verification made up"
NAMED = "what the block held itself, secrets included, is in a document of its own now"
WORKER_DEFAULT = "not set in Prefect 2; the default of Prefect 3's worker"
BOTH_DEFAULTS = "the engines' own defaults differ; set the variable in the work pool to keep the old one"
BLOCK_DEFAULT = "the default of Prefect 2's block, which Prefect 3's worker does not have"
NO_DAYS = "day_or only counts where a cron line chooses both days of the month and days of the week"
NEW_IMAGE = "Prefect 3 can't run in an image of Prefect 2"
OWN_IMAGE = "without an image each engine takes Prefect's own, of its version"

VERSION = "`prefect deploy` of Prefect 3 gives a deployment without a version that of the flow, a hash of its file"
NO_VERSION = "the version was a hash of the flow's file; Prefect 3 makes none of a file that it can read but not import"
BY_HAND = "Prefect 2's `Deployment(...)` registered this only if it was given; Prefect 3 takes it from the flow"
NULLABLE = "its default is None, which pydantic 2 takes only where the type says so"
TEXT = "Prefect 2's block made this of the text when a run started"
#: What Prefect 2's blocks wrote out where no image was given.
_OWN_IMAGE = re.compile(r"prefecthq/prefect:2[\d.]*-python3\.\d+")
#: Prefect's image, wherever it is taken from: what stands before the version, the version, the Python, the flavour.
_IMAGE = re.compile(
    r"(?P<name>(?:[\w.:-]+/)*prefecthq/prefect:)(?P<major>[23])[\d.]*(?:-python3\.(?P<python>\d+))?(?P<rest>-.*)?"
)
#: What the schema of a parameter says besides its type.
_BESIDE_THE_TYPE = frozenset({"title", "default", "position"})
#: Variables that releases since our templates added, with their defaults: (pool type, variable) -> it.
_NEWER_DEFAULTS = {("kubernetes", "backoff_limit"): 0}
#: Defaults of block fields whose job variable counts otherwise: seven days, in hours.
_IN_OTHER_UNITS = {"maximum_run_time_hours": 168}


class ExpectedInDeployment:
    """Tells the expected differences between a deployment's two normalised records."""

    def __init__(self, before: Json, after: Json) -> None:
        self.before = before
        self.after = after

    def __call__(self, keys: Keys, before: Any, after: Any) -> str | None:
        if keys[0] == "pool" and self.before["pool"]["type"] in (None, AGENT_POOL):
            return NO_AGENTS
        if keys == ("enforce_parameter_schema",) and after is True:
            return ENFORCED
        if keys == ("version",) and before in (None, MISSING) and after == HASH:
            return VERSION
        if keys == ("version",) and before == HASH and after in (None, MISSING):
            return NO_VERSION
        if self._is_by_hand() and keys[0] in ("parameter_schema", "description") and before in (None, MISSING):
            return BY_HAND
        if keys[:2] == ("parameter_schema", "properties") and len(keys) > 2 and self._is_nullable_now(str(keys[2])):
            return NULLABLE
        if keys == ("code", "starts_in") and self.before["entrypoint"] == self.after["entrypoint"]:
            return FROM_SOURCE if after == "." or str(before).startswith(f"{after}/") else None
        if keys == ("entrypoint",) and str(before).replace("\\", "/") == after:
            return BACKSLASHES
        if keys in (("code", "directory"), ("entrypoint",)) and self._is_same_file():
            return FROM_SOURCE
        if keys == ("code", "directory") and self._is_in_image():
            return IN_IMAGE
        if keys[0] == "schedules" and keys[-1] == "day_or" and self._has_no_days(keys):
            return NO_DAYS
        if keys[0] == "job_variables" and before in (IN_THE_BLOCK, ONLY_MADE_UP):
            if str(after).startswith("{{ prefect.blocks."):
                return NAMED
            return MADE_UP if before == ONLY_MADE_UP and after in (None, MISSING) else None
        if keys[0] == "job_variables" and len(keys) == 2:
            if is_parsed(self.after["runs_in"], str(keys[1]), before, after):
                return TEXT
            return self._default(str(keys[1]), before, after)
        return None

    def _has_no_days(self, keys: Keys) -> bool:
        cron = str(self.after["schedules"][int(keys[1])].get("cron"))
        return len(cron.split()) == 5 and not has_both_days(cron)

    def _is_by_hand(self) -> bool:
        """Whether nothing of the flow was registered: `Deployment(...)` names it, and does not load it."""
        return not (self.before.get("parameter_schema") or {}).get("properties")

    def _is_nullable_now(self, parameter: str) -> bool:
        """Whether a parameter takes what it did, and None, which was its default already."""
        old, new = (side["parameter_schema"]["properties"].get(parameter, {}) for side in (self.before, self.after))
        kept = {key: value for key, value in old.items() if key not in _BESIDE_THE_TYPE}
        options = kept["anyOf"] if list(kept) == ["anyOf"] else [kept]
        return old.get("default") is None and new.get("anyOf") == [*options, {"type": "null"}]

    def _is_same_file(self) -> bool:
        """Whether the flow's file is the same, and a run starts in a folder above the old one."""
        old, new = (PurePosixPath(str(side["code"].get("directory", ""))) for side in (self.before, self.after))
        files = [folder / str(side["entrypoint"]) for folder, side in ((old, self.before), (new, self.after))]
        return new.is_absolute() and new in old.parents and files[0] == files[1]

    def _is_in_image(self) -> bool:
        """Whether a run starts above the folder that Prefect 2 copied from, and finds the file in that folder."""
        old, new = (PurePosixPath(str(side["code"].get("directory", ""))) for side in (self.before, self.after))
        file = new / str(self.after["entrypoint"])
        same = self.before["entrypoint"] == self.after["entrypoint"]
        return same and new.is_absolute() and new in old.parents and file.is_relative_to(old)

    def _default(self, variable: str, before: Any, after: Any) -> str | None:
        """Whether a variable has what nobody chose, on both sides."""
        if variable == "image" and _is_renewed(str(before), str(after)):
            return NEW_IMAGE
        if variable == "image" and after is MISSING and _OWN_IMAGE.fullmatch(str(before)):
            return OWN_IMAGE
        pool_type = self.after["runs_in"]
        old = block_default(pool_type, variable)
        unset_before = before is MISSING or same(before, old)
        unset_after = after is MISSING or same(after, worker_default(pool_type, variable))
        if not (unset_before and unset_after):
            return None
        if before is MISSING:
            return WORKER_DEFAULT
        return BLOCK_DEFAULT if after is MISSING else BOTH_DEFAULTS


def is_parsed(pool_type: str, variable: str, before: Any, after: Any) -> bool:
    """Whether a text, as `--override stream_output=false` gives it, is what a variable that is no text says now."""
    template = reference.worker_template(pool_type)
    schema = template.variables.get(variable, {}) if template else {}
    kinds = {schema.get("type"), *(option.get("type") for option in schema.get("anyOf", []))}
    if not isinstance(before, str) or isinstance(after, str) or "string" in kinds:
        return False
    try:
        return same(json.loads(before.lower()), after)
    except ValueError:
        return False


def _is_renewed(before: str, after: str) -> bool:
    """Whether an image of Prefect 2 became the same of Prefect 3, on a Python that is not older."""
    old, new = _IMAGE.fullmatch(before), _IMAGE.fullmatch(after)
    if old is None or new is None or (old["major"], new["major"]) != ("2", "3"):
        return False
    same_kind = all(old[part] == new[part] for part in ("name", "rest")) and bool(old["python"]) == bool(new["python"])
    return same_kind and int(old["python"] or 0) <= int(new["python"] or 0)


def worker_default(pool_type: str, variable: str) -> Any:
    """The default in the worker's own template, None if there is none."""
    if (pool_type, variable) in _NEWER_DEFAULTS:
        return _NEWER_DEFAULTS[pool_type, variable]
    template = reference.worker_template(pool_type)
    default = template.variables.get(variable, {}).get("default") if template else None
    return shlex.split(default) if variable == "command" and isinstance(default, str) else default


def block_default(pool_type: str, variable: str) -> Any:
    """The default of the block field that became a job variable, None if there is none or it is no literal."""
    for fact in reference.infrastructure_blocks().values():
        if fact.pool_type == pool_type:
            for field in reference.block_fields(fact.cls).values():
                if field.job_variable == variable and field.default:
                    return _IN_OTHER_UNITS.get(variable, _literal(field.default))
    return None


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
