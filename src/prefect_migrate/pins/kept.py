"""Whether a pin or an image of Prefect 2 may be meant to stay, because something beside it asks for Prefect 3."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from prefect_migrate.context import FileContext
from prefect_migrate.pins.constraints import generation
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.survey import place_of_3


def settled(pins: Iterable[Pin]) -> list[Pin]:
    """The pins of a file; those with a sibling for Prefect 3, of another extra, Python or job, are out of reach."""
    found = list(pins)
    moved = {pin.package for pin in found if pin.standing != "text" and _only_3(pin)}
    why = "the file asks for Prefect 3 in another place, so it may be meant for both"
    return [replace(pin, obstacle=pin.obstacle or why) if pin.package in moved else pin for pin in found]


def _only_3(pin: Pin) -> bool:
    return generation(pin.package, pin.constraint, pin.dialect) == "3"


def beside_3(context: FileContext) -> str:
    """Why what keeps Prefect 2 wants review: the repository asked for Prefect 3 in another file from the start."""
    place = place_of_3(context.project, context.config)
    return f"{place} asks for Prefect 3, so both may be meant" if place else ""
