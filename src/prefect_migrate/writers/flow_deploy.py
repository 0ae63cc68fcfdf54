"""Writer: a Prefect 2 definition as `flow.deploy(...)` or `flow.to_deployment(...)`, in the place of the old call."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from prefect_migrate import reference
from prefect_migrate.changes.calls import CallEditor
from prefect_migrate.changes.indent import indent_unit, reindent
from prefect_migrate.changes.statements import statement_edit
from prefect_migrate.findings import Changes, ImportRequest
from prefect_migrate.plan.saved_blocks import saves, saving_lines
from prefect_migrate.plan.storage import CURRENT
from prefect_migrate.project import Project
from prefect_migrate.readers.python_blocks import unread_infrastructure
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.source.python import PythonFile
from prefect_migrate.writers.annotations import annotation_edits
from prefect_migrate.writers.arguments import ArgumentWriter
from prefect_migrate.writers.entrypoints import entrypoint_code
from prefect_migrate.writers.late_schedules import late_schedule_edits
from prefect_migrate.writers.names import Names
from prefect_migrate.writers.placing import Placer
from prefect_migrate.writers.uploads import upload_lines


class FlowDeployWriter:
    """Rewrites one definition."""

    def __init__(self, project: Project, deployment: PythonDeployment, target: tuple[int, int]) -> None:
        assert deployment.rewrite is not None
        self.project = project
        self.deployment = deployment
        self.rewrite = deployment.rewrite
        self.file: PythonFile = deployment.file
        self.target = target
        self.changes = Changes()
        self.names = Names(self.file, self.changes)
        self.placer = Placer(self.file, deployment, self.changes)
        self.editor = self._editor()

    def _editor(self) -> CallEditor:
        file, placer = self.file, self.placer
        source = reindent(file.source(self.deployment.call), placer.old_indent, placer.indent)
        return CallEditor(
            source,
            placer.indent,
            file.text.newline,
            line_width(file),
            column=placer.column,
            unit=indent_unit(file.text.text),
        )

    def changes_made(self) -> Changes:
        """All edits, import requests and orphans of this definition."""
        indents = (self.placer.old_indent, self.placer.indent)
        ArgumentWriter(self.project, self.deployment, self.target, self.editor, self.changes, indents).write()
        call = self.editor.code(self._function(wide=False), self._function(wide=True))
        call = self._copied(call) if self.rewrite.copied else self._awaited(call)
        self.placer.put(call, before=self._before(), after=self._after())
        if self.deployment.with_its_file:
            self.changes.edits += annotation_edits(self.project, self.file, self.names)
        self.changes.edits += [statement_edit(self.file.text, load) for load in self.deployment.loads]
        self.changes.edits += late_schedule_edits(self.project, self.deployment, self.names)
        self._drop_what_is_unused()
        self._keep_what_others_import()
        return self.changes

    # -- the function --------------------------------------------------------------------------------------------

    def _function(self, *, wide: bool) -> str:
        deployment = self.deployment
        method = "deploy" if self.rewrite.register else "to_deployment"
        if deployment.flow_node is None:
            flow = self.names.use(ImportRequest("prefect", "flow"))
        else:
            flow = deployment.flow_text
        if not isinstance(deployment.flow_node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, type(None))):
            flow = f"({flow})"
        if not self.rewrite.from_source:
            return f"{flow}.{method}"
        arguments = [f"source={self._source()}", f"entrypoint={entrypoint_code(deployment)}"]
        loaded = f"{flow}.from_source({', '.join(arguments)})"
        if wide:
            newline, indent = self.editor.newline, self.placer.indent
            inner = indent + indent_unit(self.file.text.text)
            body = "".join(f"{inner}{argument},{newline}" for argument in arguments)
            loaded = f"{flow}.from_source({newline}{body}{indent})"
        return f"{self._named(loaded)}.{method}"

    def _named(self, loaded: str) -> str:
        """The loaded flow under the name that it is registered by."""
        loaded = f"(await {loaded})" if self.rewrite.awaits else loaded
        return f"{loaded}.with_options(name={self.rewrite.flow_name})" if self.rewrite.flow_name else loaded

    def _awaited(self, call: str) -> str:
        """The call, awaited where the code does not do so itself."""
        if not self.rewrite.awaits or self.deployment.applied == "chained":
            return call
        plain = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.keyword, ast.List, ast.Tuple)
        node = self.deployment.call
        parent = self.file.parents[node]
        is_plain = isinstance(parent, plain) or (isinstance(parent, ast.Call) and node in parent.args)
        return f"await {call}" if is_plain else f"(await {call})"

    def _copied(self, call: str) -> str:
        """The object with what else must be set on it, as an expression."""
        settings = ", ".join(f'"{name}": {value}' for name, value in self._settings())
        call = f"(await {call})" if self.deployment.awaited else call
        return f"{call}.model_copy(update={{{settings}}})"

    def _source(self) -> str:
        target = self.deployment.storage_target
        if target is not None and not self.rewrite.here:
            source = self._here(self.names.use_all(target.source, target.imports))
            return f"await {source}" if self.rewrite.awaits and re.match(r"[\w.]+\.load\(", source) else source
        script = PurePosixPath(self.file.path).parent
        depth = len(script.relative_to(self.deployment.working_directory).parts)
        if self.file.is_notebook:
            here = f"{self.names.path()}.cwd()"
            return f"str({here})" if depth == 0 else f"str({here}.parents[{depth - 1}])"
        path = f"{self.names.path()}(__file__)"
        return f"str({path}.parent)" if depth == 0 else f"str({path}.resolve().parents[{depth}])"

    # -- statements around it ------------------------------------------------------------------------------------

    def _before(self) -> list[str]:
        target = self.deployment.storage_target
        lines = [target.binding] if target is not None and target.binding else []
        unit, width = indent_unit(self.file.text.text), line_width(self.file) - len(self.placer.indent)
        lines += saving_lines(self.deployment)
        return lines + upload_lines(self.project, self.deployment, self.names, unit, width)

    def _after(self) -> list[str]:
        """What is set on the object, and its registration where `apply=True` did that."""
        rewrite, name = self.rewrite, self.rewrite.name or self.deployment.variable
        lines = [] if rewrite.copied else [f"{name}.{attribute} = {value}" for attribute, value in self._settings()]
        if rewrite.apply and (rewrite.name or self.deployment.variable) and not self._is_applied_anyway():
            lines.append(f"{'await ' if self.deployment.awaited else ''}{name}.apply()")
        returned = rewrite.name and self.deployment.variable is None and isinstance(self.placer.statement, ast.Return)
        return [*lines, f"return {name}"] if returned else lines

    def _settings(self) -> list[tuple[str, str]]:
        """(attribute, value) of what only the object can be told."""
        found = [("storage", self._runner())] if self.rewrite.storage else []
        return [*found, ("entrypoint", entrypoint_code(self.deployment))] if self.rewrite.entrypoint else found

    def _is_applied_anyway(self) -> bool:
        """Whether an `.apply()` follows in the same block, which registers it too."""
        body = self.file.body_of(self.file.statement_of(self.deployment.call))
        return self.deployment.applied == "argument" and any(
            self.file.statement_of(call) in body for call in self.deployment.apply_calls
        )

    def _runner(self) -> str:
        target = self.deployment.storage_target
        assert target is not None
        code = self.names.use_all(target.runner, target.runner_imports)
        code = self._here(code)
        return code.replace(f"{target.source})", f"await {target.source})") if self._awaits_load() else code

    def _here(self, code: str) -> str:
        """The code with the directory that the script runs in."""
        return code.replace(CURRENT, f"str({self.names.path()}.cwd())") if CURRENT in code else code

    def _awaits_load(self) -> bool:
        target = self.deployment.storage_target
        loads = (
            target is not None
            and not target.asks
            and ".load(" in target.source
            and not target.source.startswith("await ")
        )
        return self.deployment.awaited and loads

    # -- what is left behind -------------------------------------------------------------------------------------

    def _drop_what_is_unused(self) -> None:
        for block in (self.deployment.infrastructure, self.deployment.storage):
            if block is not None and block.site.path == self.file.path and not saves(self.file, block):
                for name in block.variables:
                    self._orphan(name)
        if self.deployment.with_its_file:
            for name in unread_infrastructure(self.project, self.file):
                self._orphan(name)
        function: ast.expr = self.deployment.call.func
        while isinstance(function, ast.Attribute):
            function = function.value
        if isinstance(function, ast.Name):
            self._orphan(function.id)
        for keyword in self.deployment.call.keywords:
            if keyword.arg is None and isinstance(keyword.value, ast.Name):
                self._orphan(keyword.value.id)
        explicit, pool = self.deployment.nodes.get("work_pool_name"), self.deployment.pool
        if isinstance(explicit, ast.Name) and pool is not None:
            self._orphan(explicit.id)

    def _orphan(self, name: str) -> None:
        if not is_imported_elsewhere(self.project, self.file, name):
            self.changes.orphans.append(name)

    def _keep_what_others_import(self) -> None:
        """An import that another file takes from this one stays, unless it would fail."""
        for node in ast.walk(self.deployment.call):
            if not isinstance(node, ast.Name) or not is_imported_elsewhere(self.project, self.file, node.id):
                continue
            meaning = self.file.meaning(node)
            if meaning is None or reference.has_name(meaning.name, self.target) is not False:
                self.names.keep(node)


def line_width(file: PythonFile) -> int:
    """How wide the file's author lets lines be: 88, or more where the file has longer ones."""
    longest = max((len(line) for line in file.text.text.splitlines()), default=0)
    return min(max(88, longest), 120)
