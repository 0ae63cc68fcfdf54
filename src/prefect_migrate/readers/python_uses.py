"""Reader: how a built deployment is registered, and what else its variable is read for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from prefect_migrate.readers.python_trail import reached_loads
from prefect_migrate.source.python import PythonFile

_LOGGERS = frozenset({"logger", "logging", "log", "console"})
#: What a message may call, beside methods.
_WORDING = frozenset({"str", "repr", "len", "int", "type", "list", "dict", "sorted"})


@dataclass(slots=True)
class Uses:
    """The reads of a variable that one assignment reaches."""

    apply_calls: list[ast.Call] = field(default_factory=list)
    others: list[ast.Name] = field(default_factory=list)
    #: Statements that only register it or tell about it: `for d in (a, b): d.apply()`, `print(d.name)`.
    ceremonies: list[ast.stmt] = field(default_factory=list)


def read_uses(file: PythonFile, target: ast.Name, settings: set[ast.stmt]) -> Uses:
    """Sort the reads of a variable into `.apply()` calls and others; those in `settings` do not count."""
    uses = Uses()
    for node in reached_loads(file, target):
        attribute = file.parents[node]
        call = file.parents[attribute]
        if file.statement_of(node) in settings:
            continue
        if isinstance(attribute, ast.Attribute) and attribute.attr == "apply" and _calls(call, attribute):
            assert isinstance(call, ast.Call)
            uses.apply_calls.append(call)
        else:
            uses.others.append(node)
            ceremony = _ceremony_around(file, node)
            if ceremony is not None and ceremony not in uses.ceremonies:
                uses.ceremonies.append(ceremony)
    return uses


def told_results(file: PythonFile, call: ast.Call) -> list[ast.stmt] | None:
    """The statements that only tell what `.apply()` returned, or return it; None where more is made of it."""
    statement, outer = file.statement_of(call), file.parents[call]
    value = outer if isinstance(outer, ast.Await) else call
    if isinstance(statement, ast.Expr) and statement.value is value:
        return []
    if is_ceremony(file, statement) or _returns(statement, value):
        return [statement]
    target = assigned_name(statement, value)
    if target is None:
        return None
    told = [_telling(file, read) for read in reached_loads(file, target)]
    return None if None in told else [one for one in told if one is not None]


def _telling(file: PythonFile, read: ast.Name) -> ast.stmt | None:
    statement = file.statement_of(read)
    return statement if _returns(statement, read) else _ceremony_around(file, read)


def _returns(statement: ast.stmt, value: ast.expr) -> bool:
    """Whether a function gives a value to its caller, who may not want it."""
    return isinstance(statement, ast.Return) and statement.value is value


def _calls(node: ast.AST, function: ast.expr) -> bool:
    return isinstance(node, ast.Call) and node.func is function


def assigned_name(statement: ast.AST, value: ast.AST) -> ast.Name | None:
    """The one name that a statement binds a value to."""
    if isinstance(statement, ast.Assign) and statement.value is value and len(statement.targets) == 1:
        return statement.targets[0] if isinstance(statement.targets[0], ast.Name) else None
    if isinstance(statement, ast.AnnAssign) and statement.value is value and isinstance(statement.target, ast.Name):
        return statement.target
    return None


def is_in_async(file: PythonFile, node: ast.AST) -> bool:
    """Whether the innermost function around a node is a coroutine, as the cells of a notebook are."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    innermost = next((outer for outer in file.enclosing(node) if isinstance(outer, functions)), None)
    if innermost is None:
        return file.is_notebook
    return isinstance(innermost, ast.AsyncFunctionDef)


def _ceremony_around(file: PythonFile, use: ast.Name) -> ast.stmt | None:
    outers = (outer for outer in file.enclosing(use) if isinstance(outer, ast.stmt))
    return next((outer for outer in outers if is_ceremony(file, outer)), None)


def is_ceremony(file: PythonFile, statement: ast.stmt) -> bool:
    """Whether a statement does nothing but register deployments and tell about it."""
    if isinstance(statement, ast.For):
        names = statement.iter.elts if isinstance(statement.iter, (ast.Tuple, ast.List)) else []
        plain = bool(names) and all(isinstance(name, ast.Name) for name in names) and not statement.orelse
        return plain and _applies(file, statement)
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    called = [
        inner.func for inner in ast.walk(statement) if isinstance(inner, ast.Call) and inner is not statement.value
    ]
    if any(not isinstance(one, ast.Attribute) and getattr(one, "id", "") not in _WORDING for one in called):
        return False
    function = statement.value.func
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id in _LOGGERS
    return isinstance(function, ast.Name) and function.id == "print" and not file.bindings_of(function)


def registers_each(file: PythonFile, loop: ast.For) -> bool:
    """Whether a loop does nothing but `d.apply()`, and tell about it."""
    calls = [node for node in ast.walk(loop) if isinstance(node, ast.Call)]
    applies = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "apply"]
    is_plain = bool(applies) and not any(call.args or call.keywords for call in applies)
    return is_plain and not loop.orelse and _applies(file, loop)


def _applies(file: PythonFile, loop: ast.For) -> bool:
    target = loop.target
    return isinstance(target, ast.Name) and all(
        is_ceremony(file, inner) or _is_apply_of(inner, target.id) for inner in loop.body
    )


def _is_apply_of(statement: ast.stmt, name: str) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "apply"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == name
    )


def loop_names(loop: ast.For) -> list[str]:
    """The names that `for d in (a, b)` goes through."""
    names = loop.iter.elts if isinstance(loop.iter, (ast.Tuple, ast.List)) else []
    return [name.id for name in names if isinstance(name, ast.Name)]


def is_meant_to_build(file: PythonFile, call: ast.Call) -> bool:
    """Whether `Deployment(flow=...)` is no spelling of the betas, which had neither queues nor `.apply()`."""
    given = {keyword.arg for keyword in call.keywords}
    if "flow" not in given or given & {"flow_name", "entrypoint", "packager", "flow_runner", "flow_location", None}:
        return False
    outer = file.parents[call]
    outer = file.parents[outer] if isinstance(outer, ast.Await) else outer
    if isinstance(outer, ast.Attribute):
        return outer.attr == "apply"
    names = [target.id for target in getattr(outer, "targets", []) if isinstance(target, ast.Name)]
    applied = any(
        node.attr == "apply" and isinstance(node.value, ast.Name) and node.value.id in names
        for node in file.of_type(ast.Attribute)
    )
    return applied or bool(given & {"work_queue_name", "work_pool_name", "infra_overrides", "job_variables"})
