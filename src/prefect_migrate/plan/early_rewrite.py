"""`DeploymentSpec(...)` and `Deployment(flow=...)` of the betas as the `Deployment.build_from_flow` of later releases.

The next round of `apply` rewrites that for Prefect 3 as any other (PM101).  In the betas a spec was only a description,
which `prefect deployment create FILE` found when it ran the file; now running the script registers it, but no import.
"""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from prefect_migrate.changes.indent import indent_unit
from prefect_migrate.findings import Changes, Edit, ImportRequest
from prefect_migrate.project import Project
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.readers.places import normal
from prefect_migrate.readers.python_flows import read_flows
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.readers.python_uses import assigned_name
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import is_main_guard
from prefect_migrate.symbols import dotted
from prefect_migrate.writers.names import Names

_KEPT = frozenset({"flow", "name", "schedule", "parameters", "tags"})
_GONE = ("flow_location", "flow_name", "flow_runner")
#: What an agent does by itself.
_RUNNERS = frozenset({"prefect.flow_runners.SubprocessFlowRunner", "prefect.flow_runners.UniversalFlowRunner"})
_DEPLOYMENT = ImportRequest("prefect.deployments", "Deployment")


def early_changes(project: Project, file: PythonFile, call: ast.Call) -> Changes | None:
    """The changes; None where the spec says what has no counterpart, or the code does something with it."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if call.args or None in given or given.keys() - _KEPT - set(_GONE) or "name" not in given:
        return None
    statement = file.statement_of(call)
    if not _is_plain(project, file, call, statement) or not _runs_by_itself(project, file, given.get("flow_runner")):
        return None
    flow = _flow(project, file, given)
    return _written(project, file, call, statement, flow) if flow is not None else None


def _is_plain(project: Project, file: PythonFile, call: ast.Call, statement: ast.stmt) -> bool:
    """A statement of the module or of its main block that does nothing but to make it, without strings over lines."""
    if file.parents[statement] is not file.tree and not is_main_guard(file.parents[statement]):  # type: ignore[arg-type]
        return False
    source = file.source(call)
    if '"""' in source or "'''" in source or "\\" in source:
        return False
    if isinstance(statement, ast.Expr):
        return statement.value is call
    target = assigned_name(statement, call)
    return (
        target is not None and file.named(target.id) == [target] and not is_imported_elsewhere(project, file, target.id)
    )


def _runs_by_itself(project: Project, file: PythonFile, runner: ast.expr | None) -> bool:
    if runner is None:
        return True
    meaning = dotted(project, file, runner.func) if isinstance(runner, ast.Call) else None
    bare = isinstance(runner, ast.Call) and not runner.args and not runner.keywords
    return bare and meaning is not None and meaning.name in _RUNNERS


def _flow(project: Project, file: PythonFile, given: dict[str | None, ast.expr]) -> str | ImportRequest | None:
    """The code for the flow, or how to import it: the only one of the file, or the one of that name."""
    if "flow" in given:
        return None if isinstance(given["flow"], ast.Call) else file.source(given["flow"])
    place, name = given.get("flow_location"), given.get("flow_name")
    if not isinstance(place, ast.Constant) or not isinstance(place.value, str):
        return None
    if name is not None and not isinstance(name, ast.Constant):
        return None
    path = normal(str(PurePosixPath(file.path).parent), place.value)
    other = project.python(path) if path is not None else None
    flows = list(read_flows(project, other)) if other is not None else []
    named = [one for one in flows if name is None or one.name.literal == name.value]
    if path is None or len(named) != 1:
        return None
    if path == file.path:
        return named[0].function
    stem = PurePosixPath(path)
    is_beside = stem.parent == PurePosixPath(file.path).parent and stem.stem.isidentifier()
    return ImportRequest(stem.stem, named[0].function) if is_beside else None


def _written(
    project: Project, file: PythonFile, call: ast.Call, statement: ast.stmt, flow: str | ImportRequest
) -> Changes:
    from prefect_migrate.changes.calls import CallEditor

    changes = Changes()
    names = Names(file, changes)
    function = file.source(call.func)
    meaning = dotted(project, file, call.func)
    if meaning is None or deployment_method(meaning.name) != "":
        function = names.use(_DEPLOYMENT)
    code = flow if isinstance(flow, str) else names.use(flow)
    unit, newline = indent_unit(file.text.text), file.text.newline
    editor = CallEditor(file.source(call), newline=newline, width=10**6, unit=unit)
    if editor.index("flow") is None:
        editor.replace("flow_location", "flow", code)
    for name in _GONE:
        editor.remove(name)
    text = f"{editor.code(f'{function}.build_from_flow')}.apply()"
    if file.parents[statement] is file.tree:
        body = f"{newline}{unit}".join(text.split(newline))
        text = f'if __name__ == "__main__":{newline}{unit}{body}'
    changes.edits.append(Edit(*file.span(statement), text))
    return changes
