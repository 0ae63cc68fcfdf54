"""Any value becomes JSON that says what it is."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import uuid
from collections import OrderedDict, namedtuple
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from prefect_migrate.verify.runners.canonical import canonical


class Colour(enum.Enum):
    RED = "red"


class Text(str, enum.Enum):
    A = "a"


class Stamp(datetime.datetime):
    """A subclass, as pendulum's are."""


@dataclasses.dataclass
class Point:
    x: int
    when: datetime.date


class Model(BaseModel):
    a: int = 1
    b: list[Colour] = [Colour.RED]


Pair = namedtuple("Pair", "one two")


DAY = datetime.date(2024, 5, 1)


class FutureList(list[int]):
    """What `task.map` returns in Prefect 3."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (1, 1),
        (1.5, 1.5),
        ("a", "a"),
        (float("inf"), {"$type": "float", "value": "inf"}),
        ([1, (2,)], [1, {"$type": "tuple", "items": [2]}]),
        (FutureList([1]), [1]),
        ((number for number in (1, 2)), [1, 2]),
        ({"a": 1}, {"a": 1}),
        (OrderedDict(a=1), {"a": 1}),
        ({2: "b", 1: "a"}, {"$type": "dict", "items": [[1, "a"], [2, "b"]]}),
        ({"b", "a"}, {"$type": "set", "items": ["a", "b"]}),
        (datetime.date(2024, 5, 1), {"$type": "date", "value": "2024-05-01"}),
        (Stamp(2024, 5, 1), {"$type": "datetime", "value": "2024-05-01T00:00:00"}),
        (datetime.timedelta(hours=1), {"$type": "timedelta", "value": "1:00:00"}),
        (Decimal("1.50"), {"$type": "Decimal", "value": "1.50"}),
        (Path("/a"), {"$type": "PurePath", "value": "/a"}),
        (uuid.UUID(int=1), {"$type": "UUID", "value": "00000000-0000-0000-0000-000000000001"}),
        (Colour.RED, {"$type": "Colour", "value": "red"}),
        (Text.A, {"$type": "Text", "value": "a"}),
        (ValueError("no"), {"$type": "ValueError", "message": "no"}),
        (Point(1, DAY), {"$type": "Point", "x": 1, "when": {"$type": "date", "value": "2024-05-01"}}),
        (Model(), {"$type": "Model", "a": 1, "b": [{"$type": "Colour", "value": "red"}]}),
        (Pair(1, 2), {"$type": "Pair", "one": 1, "two": 2}),
        (b"ab", {"$type": "bytes", "repr": "b'ab'"}),
        (Point, {"$type": "type", "repr": repr(Point)}),
    ],
)  # fmt: skip
def test_value(value: Any, expected: Any) -> None:
    result = canonical(value)
    assert result == expected
    json.dumps(result, allow_nan=False)


def test_value_that_holds_itself_ends() -> None:
    value: list[Any] = []
    value.append(value)
    json.dumps(canonical(value))


def test_large_value_is_its_hash() -> None:
    one, other = canonical(["x"] * 100_000), canonical(["y"] * 100_000)
    assert one["$type"] == "list"
    assert one != other
    assert len(json.dumps(one)) < 200
