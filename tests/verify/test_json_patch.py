from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.json_patch import apply_patch


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "add", "path": "/b", "value": 2}, {"a": {"l": [1, 2]}, "b": 2}),
        ({"op": "add", "path": "/x/y", "value": 2}, {"a": {"l": [1, 2]}, "x": {"y": 2}}),
        ({"op": "add", "path": "/a/l/0", "value": 0}, {"a": {"l": [0, 1, 2]}}),
        ({"op": "add", "path": "/a/l/-", "value": 3}, {"a": {"l": [1, 2, 3]}}),
        ({"op": "replace", "path": "/a/l/0", "value": 0}, {"a": {"l": [0, 2]}}),
        ({"op": "add", "path": "/a~1b", "value": 1}, {"a": {"l": [1, 2]}, "a/b": 1}),
        ({"op": "remove", "path": "/a/l/1"}, {"a": {"l": [1]}}),
        ({"op": "remove", "path": "/a/l"}, {"a": {}}),
        ({"op": "move", "from": "/a/l", "path": "/l"}, {"a": {}, "l": [1, 2]}),
        ({"op": "copy", "from": "/a/l/1", "path": "/b"}, {"a": {"l": [1, 2]}, "b": 2}),
        ({"op": "test", "path": "/a", "value": 1}, {"a": {"l": [1, 2]}}),
        ({"op": "remove", "path": "/none/at/all"}, {"a": {"l": [1, 2]}}),
    ],
)
def test_operation(operation: dict[str, Any], expected: dict[str, Any]) -> None:
    document: dict[str, Any] = {"a": {"l": [1, 2]}}
    apply_patch(document, [operation])
    assert document == expected
