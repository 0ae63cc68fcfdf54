"""Writer: a Prefect 2 definition as `flow.deploy(...)` or `flow.to_deployment(...)`, in the place of the old call."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from prefect_migrate.changes.calls import CallEditor
from prefect_migrate.changes.edits import line_span
from prefect_migrate.changes.indent import reindent
from prefect_migrate.changes.orphans import statement_edit
from prefect_migrate.findings import Changes, Edit, ImportRequest
from prefect_migrate.plan.infrastructure import settings_of
from prefect_migrate.plan.obstacles import DROPPED
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import POSITIONAL, PythonDeployment
from prefect_migrate.source.python import PythonFile
from prefect_migrate.writers.overrides import nested_overrides, with_variable
from prefect_migrate.writers.schedules import ScheduleWriter


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
        #: A statement to put behind the definition when all else stands.
        self.late_line = ""
        self.old_indent = self._indent_of(deployment.call)
        self.indent = self._indent_of(self.rewrite.sink_to or deployment.call)
        source = reindent(self.file.source(deployment.call), self.old_indent, self.indent)
        self.editor = CallEditor(source, self.indent, self.file.text.newline, line_width(self.file))

    def changes_made(self) -> Changes:
        """All edits, import requests and orphans of this definition."""
        self._write_arguments()
        code = self.editor.code(self._function())
        self._put(code)
        if self.rewrite.set_storage:
            self._set_storage()
        if self.late_line:
            self._insert_after(self.file.statement_of(self.deployment.call), self.late_line)
        self._upload()
        self._drop_blocks()
        return self.changes

    # -- arguments -----------------------------------------------------------------------------------------------

    def _write_arguments(self) -> None:
        editor, given = self.editor, self.deployment.arguments
        editor.name_positional(POSITIONAL)
        self._take_in_late_settings()
        self._write_schedules()
        self._write_version()
        self._write_job_variables()
        self._write_pool()
        for name in DROPPED & set(given):
            editor.remove(name)

    def _take_in_late_settings(self) -> None:
        """Make arguments of what was set on the object right after it was built."""
        file = self.file
        for name, statement in self.deployment.late.items():
            code = reindent(file.source(statement.value), self.old_indent, self.editor.inner)
            if self.editor.index(name) is None:
                self.editor.add(name, code)
            else:
                self.editor.set(name, code)
            self.changes.edits.append(statement_edit(file.text.text, file.tree, statement))

    def _write_schedules(self) -> None:
        editor, deployment = self.editor, self.deployment
        writer = ScheduleWriter(self.project, self.file, self.target, self.changes)
        for name in ("schedule", "schedules"):
            node = deployment.nodes.get(name)
            if node is not None:
                written = writer.argument(name, node)
                if written is None:
                    editor.remove(name)
                else:
                    editor.replace(name, *written)
        active = deployment.arguments.get("is_schedule_active")
        if active is not None and active.literal is not True and active.literal is not None:
            paused = "True" if active.literal is False else f"not ({active.text})"
            editor.replace("is_schedule_active", "paused", paused)

    def _write_version(self) -> None:
        version = self.deployment.arguments.get("version")
        if version is None or isinstance(version.literal, str):
            return
        if version.literal is None:
            self.editor.remove("version")
        elif version.known:
            self.editor.set("version", f'"{version.literal}"')
        else:
            self.editor.set("version", f"str({version.text})")

    def _write_job_variables(self) -> None:
        """`infra_overrides` under its new name, with what the block takes from the running code."""
        deployment, editor = self.deployment, self.editor
        name = "job_variables" if "job_variables" in deployment.arguments else "infra_overrides"
        given = deployment.arguments.get(name)
        extra = dict(settings_of(deployment.infrastructure).expressions) if deployment.infrastructure else {}
        if not self.rewrite.from_source and not self.rewrite.set_storage:
            extra["working_dir"] = self._working_dir()
        if given is not None and given.literal in (None, {}):
            editor.remove(name)
            given = None
        code = None if given is None else nested_overrides(editor.value(name) or "", editor.inner, editor.newline)
        for variable, expression in extra.items():
            code = with_variable(code, variable, expression)
        if given is not None and code is not None:
            editor.replace(name, "job_variables", code)
        elif code is not None:
            editor.add("job_variables", code, after=self._behind())

    def _behind(self) -> str | None:
        names = ("work_queue_name", "work_pool_name", "infrastructure", "name")
        return next((name for name in names if self.editor.index(name) is not None), None)

    def _working_dir(self) -> str:
        path = self.deployment.arguments.get("path")
        if path is not None and path.literal not in (None, ""):
            return path.text
        return f"str({self._path_class()}.cwd())"

    def _write_pool(self) -> None:
        """Name the work pool, where the infrastructure stood if there was one."""
        deployment, editor = self.deployment, self.editor
        explicit = deployment.work_pool_name
        if deployment.pool is None:
            return
        code = f'"{deployment.pool.name}"'
        if explicit is not None and explicit.literal is not None:
            if explicit.literal != deployment.pool.name:
                editor.set("work_pool_name", code)
            return
        editor.remove("work_pool_name")
        if editor.index("infrastructure") is not None:
            editor.replace("infrastructure", "work_pool_name", code)
        else:
            editor.add("work_pool_name", code, after="name")

    # -- the function ---------------------------------------------------------------------------------------------

    def _function(self) -> str:
        deployment = self.deployment
        method = "deploy" if self.rewrite.register else "to_deployment"
        flow = deployment.flow_text
        if not isinstance(deployment.flow_node, (ast.Name, ast.Attribute, ast.Call)):
            flow = f"({flow})"
        if not self.rewrite.from_source:
            return f"{flow}.{method}"
        arguments = [f"source={self._source()}", f'entrypoint="{entrypoint_in_storage(deployment)}"']
        if self.editor.multiline:
            newline, inner = self.editor.newline, self.editor.inner
            body = "".join(f"{inner}{argument},{newline}" for argument in arguments)
            return f"{flow}.from_source({newline}{body}{self.indent}).{method}"
        return f"{flow}.from_source({', '.join(arguments)}).{method}"

    def _source(self) -> str:
        target = self.deployment.storage_target
        if target is not None:
            self.changes.imports += target.imports
            return target.source
        script = PurePosixPath(self.file.path).parent
        depth = len(script.relative_to(self.deployment.working_directory).parts)
        path = f"{self._path_class()}(__file__)"
        if self.rewrite.from_source and depth:
            path = f"{path}.resolve()"
        return f"str({path}.parent)" if depth == 0 else f"str({path}.parents[{depth}])"

    def _path_class(self) -> str:
        """`Path`, under the name that the file has for it."""
        for binding in self.file.scopes.import_bindings():
            if binding.scope is self.file.scopes.module and binding.target == "pathlib.Path":
                return binding.name
            if binding.scope is self.file.scopes.module and binding.target == "pathlib":
                return f"{binding.name}.Path"
        self.changes.imports.append(ImportRequest("pathlib", "Path"))
        return "Path"

    # -- placing --------------------------------------------------------------------------------------------------

    def _put(self, code: str) -> None:
        deployment, file = self.deployment, self.file
        start, end = file.span(deployment.call)
        if self.rewrite.sink_to is not None:
            self._sink(code, self.rewrite.sink_to)
            return
        if self.rewrite.register and deployment.applied == "chained":
            end = file.span(deployment.apply_calls[0])[1]
        elif not self.rewrite.register:
            if deployment.applied == "argument":
                code = self._also_apply(code)
            for call in deployment.apply_calls:
                self._clear_apply_arguments(call)
        self.changes.edits.append(Edit(start, end, code))

    def _also_apply(self, code: str) -> str:
        """What `apply=True` did, when the object is still wanted or can't be registered at once."""
        deployment = self.deployment
        if deployment.apply_calls:
            return code
        if not deployment.other_uses and not self.rewrite.set_storage:
            return code if deployment.awaited else f"{code}.apply()"
        line = f"{'await ' if deployment.awaited else ''}{deployment.variable}.apply()"
        self.late_line = line
        return code

    def _clear_apply_arguments(self, call: ast.Call) -> None:
        """`upload=` and `work_queue_concurrency=` are no parameters any more."""
        if call.args or call.keywords:
            _, function_end = self.file.span(call.func)
            self.changes.edits.append(Edit(function_end, self.file.span(call)[1], "()"))

    def _sink(self, code: str, goal: ast.Expr) -> None:
        """Move the definition, and the comments right above it, to where `.apply()` stood."""
        file, text = self.file, self.file.text.text
        statement = file.statement_of(self.deployment.call)
        start, end = file.span(statement)
        first, _ = line_span(text, start, end)
        block = _comment_block(file, statement)
        comments = reindent("\n" + text[block:first], self.old_indent, self.indent)[1:] if block < first else ""
        goal_start, goal_end = file.span(goal)
        self.changes.edits.append(statement_edit(text, file.tree, statement))
        if comments:
            code = comments[len(self.indent) :] + self.indent + code
        self.changes.edits.append(Edit(goal_start, goal_end, code))

    def _set_storage(self) -> None:
        deployment, file = self.deployment, self.file
        target = deployment.storage_target
        assert target is not None
        self.changes.imports += target.runner_imports
        statement = file.statement_of(deployment.call)
        self._insert_after(statement, f"{deployment.variable}.storage = {target.runner}")
        if folder_in_storage(deployment):
            entrypoint = entrypoint_in_storage(deployment)
            self._insert_after(statement, f'{deployment.variable}.entrypoint = "{entrypoint}"')

    def _upload(self) -> None:
        """Put the code where Prefect 2 did, before anything is registered."""
        deployment, file = self.deployment, self.file
        target, skip = deployment.storage_target, deployment.arguments.get("skip_upload")
        if target is None or target.upload is None or (skip is not None and skip.literal is True):
            return
        self.changes.imports += target.imports
        ignore = self._ignore_file()
        folder = f', to_path="{folder_in_storage(deployment)}"' if folder_in_storage(deployment) else ""
        line = f'{"await " if deployment.awaited else ""}{target.upload}.put_directory(local_path="."{folder}{ignore})'
        place = self.rewrite.sink_to or file.statement_of(deployment.call)
        start, _ = file.span(place)
        self._prepend(start, f"{line}{file.text.newline}{self._indent_of(place)}")

    def _ignore_file(self) -> str:
        given = self.deployment.arguments.get("ignore_file")
        if given is not None:
            return "" if given.literal is None else f", ignore_file={given.text}"
        folder = self.deployment.working_directory
        name = ".prefectignore" if folder == "." else f"{folder}/.prefectignore"
        return ', ignore_file=".prefectignore"' if self.project.exists(name) else ""

    def _prepend(self, start: int, text: str) -> None:
        """Put text in front of a place, into the edit that begins there if there is one."""
        for index, edit in enumerate(self.changes.edits):
            if edit.start == start:
                self.changes.edits[index] = Edit(edit.start, edit.end, text + edit.text)
                return
        self.changes.edits.append(Edit(start, start, text))

    def _insert_after(self, statement: ast.stmt, line: str) -> None:
        """A new statement behind one, with the same indentation."""
        _, end = self.file.span(statement)
        text = f"{self.file.text.newline}{self._indent_of(statement)}{line}"
        for index, edit in enumerate(self.changes.edits):
            if edit.end == end:
                self.changes.edits[index] = Edit(edit.start, edit.end, edit.text + text)
                return
        self.changes.edits.append(Edit(end, end, text))

    def _drop_blocks(self) -> None:
        for block in (self.deployment.infrastructure, self.deployment.storage):
            if block is not None and block.variable and block.site.path == self.file.path:
                self.changes.orphans.append(block.variable)

    def _indent_of(self, node: ast.stmt | ast.expr) -> str:
        """The white space in front of the line that a node starts on."""
        line = self.file.text.line(node.lineno)
        return line[: len(line) - len(line.lstrip())]


def folder_in_storage(deployment: PythonDeployment) -> str:
    """`path=`: the folder inside the storage that the code lies in, "" for its root."""
    path = deployment.arguments.get("path")
    if deployment.storage_target is None or path is None or not isinstance(path.literal, str):
        return ""
    return path.literal.strip("./")


def entrypoint_in_storage(deployment: PythonDeployment) -> str:
    """The entrypoint, relative to the root of the storage."""
    folder = folder_in_storage(deployment)
    return f"{folder}/{deployment.entrypoint}" if folder else str(deployment.entrypoint)


def _comment_block(file: PythonFile, statement: ast.stmt) -> int:
    """The offset where the comment lines right above a statement begin."""
    line = statement.lineno
    while (
        line > 1 and file.text.line(line - 1).strip().startswith("#") and not file.text.line(line - 1).startswith("#!")
    ):
        line -= 1
    return file.text.line_starts[line - 1]


def line_width(file: PythonFile) -> int:
    """How wide the file's author lets lines be: 88, or more where the file has longer ones."""
    longest = max((len(line) for line in file.text.text.splitlines()), default=0)
    return min(max(88, longest), 120)
