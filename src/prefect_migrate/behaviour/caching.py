"""Which results are kept, and so cached in Prefect 3 where Prefect 2 ran every time."""

from __future__ import annotations

import ast

from prefect_migrate.context import FileContext
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

_PERSISTS = frozenset({"result_storage", "result_serializer", "result_storage_key"})
_CACHES = frozenset({"cache_key_fn", "cache_policy", None})


def keeps_results(call: ast.Call) -> bool:
    """Whether the arguments of a flow or task turn persistence on."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    value = given.get("persist_result")
    switched = value is not None and not (isinstance(value, ast.Constant) and not value.value)
    return switched or (value is None and not _PERSISTS.isdisjoint(given))


def says_how_it_caches(call: ast.Call) -> bool:
    """Whether the arguments of a task have a cache key or a policy, or may have behind `**`."""
    return any(keyword.arg in _CACHES for keyword in call.keywords)


def is_cached_anew(context: FileContext, file: PythonFile, child: ast.expr) -> bool:
    """Whether a task says nothing of results and caching itself, so that what its flow says goes for it."""
    found = resolve(context.project, file, child)
    node = found.node if isinstance(found, Definition) else None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not node.decorator_list:
        return False
    decorator = node.decorator_list[0]
    if not isinstance(decorator, ast.Call):
        return True
    own = says_how_it_caches(decorator) or any(keyword.arg == "persist_result" for keyword in decorator.keywords)
    return not (own or keeps_results(decorator))


def is_never_cached(context: FileContext, file: PythonFile, child: ast.expr) -> bool:
    """Whether a task says `cache_policy=NO_CACHE`, as `apply` makes it say."""
    found = resolve(context.project, file, child)
    node = found.node if isinstance(found, Definition) else None
    decorators = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    keywords = [keyword for one in decorators[:1] if isinstance(one, ast.Call) for keyword in one.keywords]
    return any(word.arg == "cache_policy" and ast.unparse(word.value) in ("NO_CACHE", "NONE") for word in keywords)
