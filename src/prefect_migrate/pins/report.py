"""Findings about pins: one shape for all the files that hold them."""

from __future__ import annotations

from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PIPFILE, PYPROJECT, REQUIREMENTS, YAML
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.foreign import vendored_package
from prefect_migrate.pins.beside import too_old
from prefect_migrate.pins.locks import LOCKS
from prefect_migrate.pins.markers import leaves_out
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.python_asks import asks
from prefect_migrate.pins.versions import CLIENTS, python_floor, spelled
from prefect_migrate.project import Project
from prefect_migrate.readers.requirements import frozen_dependency, pydantic_1
from prefect_migrate.rules import Rule

_STANDING = {"likely": "the place shows a requirement, but not for sure what reads it", "text": ""}
SAFE = "the code around it is migrated to the same version"


def is_ours(context: FileContext) -> bool:
    """Whether the file is the user's own text: no lock, no part of a copy of Prefect."""
    return is_own_text(context.project, context.path)


def is_own_text(project: Project, path: str) -> bool:
    """The same for whoever asks about many files: no Path is made."""
    return path.rpartition("/")[2] not in LOCKS and vendored_package(project, path) is None


def pin_finding(rule: Rule, context: FileContext, pin: Pin, *, doubt: str = "", after: str = "") -> Finding | None:
    """The finding about a pin that keeps Prefect 3 out; None about any other.

    `doubt` is why the place wants review, `after` the sentence that says what to do once it is changed.
    """
    if not pin.holds_back:
        return None
    span = (pin.start, pin.end)
    wanted = pin.rewrite(context.target)
    step = _wanted_step(context, pin)
    obstacle = pin.obstacle or _obstacle(context, pin)
    if obstacle or wanted is None:
        return rule.finding(
            context, span, message_about(pin), step, reason=obstacle or "the version is not a plain one"
        )
    doubt = doubt or wanted.doubt or _STANDING.get(pin.standing, "") or why_frozen(context, pin)
    fix = Fix(f"Require {pin.spelled_for(context.target)}", lambda: Changes(edits=[Edit(pin.at, pin.to, wanted.text)]))
    return rule.finding(
        context, span, message_about(pin), f"{step} {after}".strip() if doubt else after or _INSTALL, fix=fix,
        applicability=Applicability.REVIEW if doubt else Applicability.SAFE, reason=doubt or SAFE,
    )  # fmt: skip


#: The kinds of files that are resolved for the Python which they ask for.
_WITH_PYTHON = frozenset({PIPFILE, PYPROJECT, YAML})
_INSTALL = "Install the new requirements before you run the flows."


def message_about(pin: Pin) -> str:
    """What is wrong with a pin."""
    if pin.package not in CLIENTS:
        return f"`{pin.text}` is for Prefect 2"
    return f"`{pin.text}` keeps Prefect {pin.verdict}"


def _obstacle(context: FileContext, pin: Pin) -> str:
    if pin.verdict == "1":
        return "this tool migrates from Prefect 2; Prefect 1 is another program"
    if leaves_out(context.text.text, pin.start, pin.end, python_floor(context.target)):
        return f"it is only for Pythons on which no Prefect {spelled(context.target)} runs"
    return "the text only names it" if pin.standing == "text" else ""


def _wanted_step(context: FileContext, pin: Pin) -> str:
    wanted = pin.spelled_for(context.target)
    if leaves_out(context.text.text, pin.start, pin.end, python_floor(context.target)):
        return f"Ask for {pin.package} under a condition that newer Pythons meet, or take the line away."
    if wanted is None or pin.obstacle:
        return f"Ask for {pin.package} in a release that goes with Prefect {spelled(context.target)}."
    return f"Change it to `{wanted}`."


def why_frozen(context: FileContext, pin: Pin) -> str:
    """Why what stands beside the pin may not fit the new release."""
    text, kind = context.text.text, context.file.kind
    if known := too_old(kind, text, pin.package, context.target):
        return known
    if kind in _WITH_PYTHON and (python := asks(text, kind, _name(context), python_floor(context.target))):
        return f"`{python[0].text}` lets in Pythons that are too old for Prefect {spelled(context.target)}"
    if kind == REQUIREMENTS and (other := frozen_dependency(text)):
        return f"`{other}` was resolved for Prefect 2 and may not fit"
    other = pydantic_1(text)
    return f"`{other}` keeps pydantic 1, and Prefect 3 needs pydantic 2" if other else ""


def relock(project: Project, path: str) -> str:
    """What to run after a change of a manifest, if a lock file lies beside it."""
    folder = PurePosixPath(path).parent
    locks = [command for name, command in LOCKS.items() if project.exists(str(folder / name))]
    return f"Run `{locks[0]}` and install before you run the flows." if locks else ""


def _name(context: FileContext) -> str:
    return PurePosixPath(context.path).name.lower()
