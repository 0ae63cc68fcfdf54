"""What YAML, JSON, HCL, TOML and Python literals have in common: strings, lists and tables, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Union

from prefect_migrate.commands.decoded import Decoded


@dataclass(slots=True)
class Scalar:
    """A string at `start:end`, its quotes included.

    `decode` tells what it says and what stands where; it gives None for an expression that only a run can know.
    """

    start: int
    end: int
    decode: Callable[[], Decoded | None]
    #: The `enclosing` of commands in it: its quote, and what its syntax reads in its own way.
    enclosing: str = ""


@dataclass(slots=True)
class Listing:
    start: int
    end: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """`pairs` are its keys and values in the order of the text; a key may stand there twice."""

    start: int
    end: int
    pairs: list[tuple[str, Node]] = field(default_factory=list)

    def get(self, *keys: str) -> Node | None:
        """The value of the first of these keys that is there."""
        return next((node for wanted in keys for key, node in self.pairs if key == wanted), None)


@dataclass(slots=True)
class Expression:
    """Something that only a run can know; strings and lists may stand in it."""

    start: int
    end: int
    children: list[Node] = field(default_factory=list)


Node = Union[Scalar, Listing, Table, Expression]  # noqa: UP007 - the classes above name it before it is there
