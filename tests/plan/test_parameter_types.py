"""Which values the schema of an argument's type takes: as the servers of Prefect 3 answered."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from prefect_migrate.plan.parameter_types import fits


@pytest.mark.parametrize(
    ("annotation", "taken", "refused"),
    [
        ("str", ["a"], [None, 1]),
        ("int", [1, 2020.0], ["2020", True, None]),
        ("float", [1, 1.5], ["1", None]),
        ("bool", [True], [1, "true"]),
        ("list", [[1], (1,)], [None, "a"]),
        ("List[str]", [["a"]], [[1], "a"]),
        ("tuple", [[1]], ["a"]),
        ("dict", [{}], [None, []]),
        ("Dict[str, int]", [{"a": 1}], [{"a": "x"}]),
        ("typing.Optional[str]", [None, "a"], [1]),
        ("int | None", [None, 1], ["1"]),
        ("'int | None'", [None, 1], ["1"]),
        ("Union[str, int]", ["a", 1], [None]),
        ("Annotated[int, 'days']", [1], ["1"]),
        ("Literal['a', 'b']", ["a"], ["c"]),
        ("datetime.date", ["2020-01-01", "x"], [None]),
        ("Config", [None, 1, {}], []),
        ("dict[str, Config]", [{"a": 1}], [1]),
        ("'not a type'", [None, 1], []),
        ("get_type()", [None, 1], []),
    ],
)
def test_types(annotation: str, taken: list[Any], refused: list[Any]) -> None:
    node = ast.parse(annotation, mode="eval").body
    assert [value for value in taken if not fits(node, value)] == []
    assert [value for value in refused if fits(node, value)] == []
