"""Which of Prefect's packages a file asks for in the target's release, or will once its pins are rewritten."""

from __future__ import annotations

from packaging.version import Version

from prefect_migrate.context import FileContext
from prefect_migrate.pins.constraints import oldest_admitted
from prefect_migrate.pins.kept import settled
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.survey import pins_of, was_on_2
from prefect_migrate.pins.versions import CLIENTS, Target, integration_release, spelled


def moved_pins(context: FileContext) -> list[Pin]:
    """Those for which the target's release is sure to be what is installed, because Prefect 2 was to be."""
    return [pin for pin in settled(pins_of(context)) if _moves(pin, context) or _has_moved(pin, context)]


def _moves(pin: Pin, context: FileContext) -> bool:
    return pin.verdict == "2" and not (pin.obstacle or pin.hashed) and pin.rewrite(context.target) is not None


def _has_moved(pin: Pin, context: FileContext) -> bool:
    """Whether a constraint for Prefect 3 lets nothing in that is older than the target."""
    if pin.verdict != "3" or pin.standing == "text" or not was_on_2(context.project, context.config):
        return False
    oldest = oldest_admitted(pin.package, pin.constraint, pin.dialect)
    return oldest is not None and oldest >= _release(pin.package, context.target)


def _release(package: str, target: Target) -> Version:
    """Any patch of a minor of Prefect will do."""
    return Version(spelled(target) if package in CLIENTS else integration_release(package, target)[0])
