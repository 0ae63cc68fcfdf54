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
    return is_switched_on(call) or (given.get("persist_result") is None and not _PERSISTS.isdisjoint(given))


def is_switched_on(call: ast.Call) -> bool:
    """Whether `persist_result=` may be true, which alone kept the results of a task in Prefect 2."""
    values = [keyword.value for keyword in call.keywords if keyword.arg == "persist_result"]
    return any(not (isinstance(value, ast.Constant) and not value.value) for value in values)


def says_how_it_caches(call: ast.Call) -> bool:
    """Whether the arguments of a task have a cache key or a policy, or may have behind `**`; or it runs every time."""
    return refreshes(call) or any(keyword.arg in _CACHES for keyword in call.keywords)


def refreshes(call: ast.Call) -> bool:
    """Whether a task says `refresh_cache=True`: it never takes what is kept."""
    values = [keyword.value for keyword in call.keywords if keyword.arg == "refresh_cache"]
    return any(isinstance(value, ast.Constant) and value.value is True for value in values)


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
    """Whether a task says `cache_policy=NO_CACHE` or `refresh_cache=True`, as `apply` makes it say."""
    found = resolve(context.project, file, child)
    node = found.node if isinstance(found, Definition) else None
    decorators = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    calls = [one for one in decorators[:1] if isinstance(one, ast.Call)]
    policies = [word.value for one in calls for word in one.keywords if word.arg == "cache_policy"]
    return any(map(refreshes, calls)) or any(ast.unparse(value) in ("NO_CACHE", "NONE") for value in policies)
