"""The quotes that a file prefers."""

from __future__ import annotations

import ast
from collections import Counter

from prefect_migrate.source.python import PythonFile


def favourite_quote(file: PythonFile) -> str:
    """The quotes that most texts of a file are in; docstrings and texts that hold quotes themselves tell nothing."""
    found = Counter(
        source[0]
        for node in file.of_type(ast.Constant)
        if isinstance(node.value, str) and not {"'", '"'} & set(node.value)
        if (source := file.source(node))[:1] in ("'", '"') and source[:3] not in ("'''", '"""')
    )
    return "'" if found["'"] > found['"'] else '"'
