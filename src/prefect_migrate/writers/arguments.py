"""Writer: the arguments of a definition under Prefect 3's names, in the call that is being edited."""

from __future__ import annotations

import ast

from prefect_migrate.changes.calls import CallEditor
from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.changes.indent import indent_of, indent_unit, reindent
from prefect_migrate.changes.statements import statement_edit
from prefect_migrate.findings import CannotFix, Changes, Edit
from prefect_migrate.plan.infrastructure import TEXTS, as_variable, settings_of
from prefect_migrate.plan.model import UNKNOWN, Value
from prefect_migrate.plan.obstacles import DROPPED, overrides_of
from prefect_migrate.plan.overrides import base_variables, block_class, dotted_heads, stays, translated
from prefect_migrate.project import Project
from prefect_migrate.readers.python_chosen_infrastructure import Choices
from prefect_migrate.readers.python_deployments import POSITIONAL, PythonDeployment
from prefect_migrate.readers.python_fills import written_items
from prefect_migrate.readers.python_splats import Splat
from prefect_migrate.source.comments import all_comments
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tokens import comments_of, own_words
from prefect_migrate.source.values import value_of
from prefect_migrate.writers.job_variables import Layout, as_texts, is_display, merged_variables, text_value
from prefect_migrate.writers.literals import code_of, text_literal
from prefect_migrate.writers.names import Names
from prefect_migrate.writers.schedules import ScheduleWriter

#: Arguments that Prefect 3 takes as Prefect 2 did, whatever their values.
_SAME = frozenset({"name", "description", "tags", "parameters", "work_queue_name"})
#: Expressions that bind closer than `not` and a method call.
_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)


class ArgumentWriter:
    """Rewrites the arguments of one call; imports and edits elsewhere go to `changes`."""

    def __init__(
        self,
        project: Project,
        deployment: PythonDeployment,
        target: tuple[int, int],
        editor: CallEditor,
        changes: Changes,
        indents: tuple[str, str],
    ) -> None:
        self.project, self.deployment, self.target = project, deployment, target
        self.file, self.editor, self.changes = deployment.file, editor, changes
        self.names = Names(deployment.file, changes)
        #: The indentation where the definition stood, and where it will stand.
        self.old_indent, self.indent = indents

    def write(self) -> None:
        editor, given = self.editor, self.deployment.arguments
        editor.name_positional(POSITIONAL)
        self._spread()
        self._take_in_late_settings()
        self._write_schedules()
        self._write_activity()
        self._write_version()
        self._write_schema_check()
        self._write_job_variables()
        self._write_pool()
        for name in sorted(DROPPED & set(given), key=lambda name: self.editor.index(name) or 0):
            editor.remove(name)

    # -- options that stand elsewhere ----------------------------------------------------------------------------

    def _spread(self) -> None:
        """Write the items of `**options` out, where any of them must be said otherwise."""
        for splat in reversed(self.deployment.spread):
            self.changes.edits += [statement_edit(self.file.text, statement) for statement in splat.fills]
            if splat.fills or not all(self._stays(name, value) for name, value in splat.values.items()):
                self.editor.spread(splat.number, [(name, self._code(splat, name)) for name in splat.items])

    def _stays(self, name: str, value: Value) -> bool:
        pool = self.deployment.pool
        if name == "version":
            return isinstance(value.literal, str)
        if name == "work_pool_name":
            return pool is not None and value.literal == pool.name
        return name in _SAME and name not in self.deployment.late

    def _code(self, splat: Splat, name: str) -> str:
        node, value = splat.items[name], splat.values[name]
        parent = self.file.parents.get(node)
        if parent is None and not value.known:
            return value.text
        if parent is None:
            return code_of(value.literal, self.editor.inner, self.editor.newline, indent_unit(self.file.text.text))
        first = self.file.text.line(node.lineno)
        return reindent(self.file.source(node), indent_of(first), self.editor.inner)

    # -- what is set afterwards ----------------------------------------------------------------------------------

    def _take_in_late_settings(self) -> None:
        """Make arguments of what was set on the object right after it was built; the comments go with them."""
        file = self.file
        for name, statement in self.deployment.late.items():
            value = self.deployment.nodes[name]
            code = reindent(file.source(value), self.old_indent, self.editor.inner)
            if self.editor.index(name) is None:
                self.editor.add(name, code)
            else:
                self.editor.set(name, code)
            self.editor.comment(name, self._comments_of(statement, code))
        for statement in dict.fromkeys(self.deployment.late.values()):
            self.changes.edits.append(statement_edit(file.text, statement))

    def _comments_of(self, statement: ast.stmt, code: str) -> list[str]:
        """The comments above, in and behind a statement, but those in its value."""
        inside = comments_of(code)
        return [comment for comment in own_words(all_comments(self.file, statement)) if comment not in inside]

    # -- one by one ----------------------------------------------------------------------------------------------

    def _write_schedules(self) -> None:
        writer = ScheduleWriter(self.project, self.file, self.target, self.names)
        for name in ("schedule", "schedules"):
            node = self.deployment.nodes.get(name)
            if node is None:
                continue
            written = writer.argument(name, node)
            if written is None:
                self.editor.remove(name)
            else:
                moved = reindent(written[1], self.old_indent, self.indent)
                self.editor.replace(name, written[0], moved)

    def _write_activity(self) -> None:
        node = self.deployment.nodes.get("is_schedule_active")
        if node is None or (isinstance(node, ast.Constant) and node.value in (None, True)):
            return
        self.editor.replace("is_schedule_active", "paused", negated(self.file, node))

    def _write_version(self) -> None:
        version, node = self.deployment.arguments.get("version"), self.deployment.nodes.get("version")
        if version is None or node is None or _is_text(node) or isinstance(version.literal, str):
            return
        if version.literal is None:
            self.editor.remove("version")
        elif isinstance(node, ast.Constant):
            self.editor.set("version", text_literal(str(version.literal)))
        elif version.known or not isinstance(node, _ATOMS[:2]):
            self.editor.set("version", f"str({version.text})")
        else:
            self.editor.set("version", f"None if {version.text} is None else str({version.text})")

    def _write_schema_check(self) -> None:
        check = self.deployment.arguments.get("enforce_parameter_schema")
        if check is not None and check.literal is None:
            self.editor.remove("enforce_parameter_schema")
        if self.deployment.misfits:
            self.editor.add("enforce_parameter_schema", "False", after="parameters")

    # -- job variables -------------------------------------------------------------------------------------------

    def _write_job_variables(self) -> None:
        """`infra_overrides` under its new name, over what the block says and the work pool does not."""
        editor = self.editor
        name = "job_variables" if "job_variables" in self.deployment.arguments else "infra_overrides"
        for other in ("job_variables", "infra_overrides"):
            value = self.deployment.arguments.get(other)
            if value is not None and value.literal in (None, {}) and not self._extra():
                editor.remove(other)
        given, dropped = editor.value(name), self.deployment.in_template
        if given is not None and self._is_to_be_written_out(self.deployment.arguments[name].literal, given):
            given = self.deployment.override_code or code_of(self.deployment.arguments[name].literal)
            fills = self.deployment.override_fills
            self.changes.edits += [statement_edit(self.file.text, statement) for statement in fills]
            self.editor.comment(name, [text for statement in fills for text in self._comments_of(statement, "")])
        code = merged_variables(given, self._extra(), self._layout(), self._translate, dropped)
        if given is not None and code is not None:
            editor.replace(name, "job_variables", code)
        elif code is not None:
            editor.add("job_variables", code, after=self._behind())

    def _is_to_be_written_out(self, literal: object, given: str) -> bool:
        """Whether overrides have a name, or are put together, and are none that Prefect 3 would take as they are."""
        if self.deployment.override_code:
            return True
        if not isinstance(literal, dict) or is_display(given):
            return False
        if not self.deployment.in_template and stays(literal, block_class(self.deployment)):
            return False
        if comments_of(given):
            raise CannotFix("comments between the overrides would be lost")
        return True

    def _extra(self) -> dict[str, str]:
        """Variables that the deployment must say itself, as code."""
        deployment = self.deployment
        literals = base_variables(deployment, dotted_heads(deployment))
        layout = self._layout()
        extra = {name: code_of(value, layout.indent, layout.newline, layout.unit) for name, value in literals.items()}
        if deployment.infrastructure is not None:
            expressions = settings_of(deployment.infrastructure).expressions
            extra |= {name: self._as_texts(code, {}) if name in TEXTS else code for name, code in expressions.items()}
        if deployment.rewrite is not None and deployment.rewrite.working_dir:
            extra["working_dir"] = self._working_dir()
        return extra

    def _working_dir(self) -> str:
        path, node = self.deployment.arguments.get("path"), self.deployment.nodes.get("path")
        if path is None or path.literal in (None, ""):
            return f"str({self.names.path()}.cwd())"
        is_sure = path.known or _is_text(node)
        return path.text if is_sure else f"{path.text} or str({self.names.path()}.cwd())"

    def _translate(self, key: str, code: str) -> tuple[str, str]:
        """An override as a job variable."""
        head, *rest = key.split(".")
        if rest:
            variable = translated(block_class(self.deployment), head)[0]
            texts = variable in TEXTS and len(rest) == 1
            return ".".join([variable, *rest]), text_value(code, self._known(key)) if texts else code
        try:
            literal = ast.literal_eval(code)
        except (ValueError, SyntaxError):
            variable, known = translated(block_class(self.deployment), key)[0], self._known(key)
            texts = variable in TEXTS
            return variable, self._as_texts(code, known if isinstance(known, dict) else {}) if texts else code
        name, value = translated(block_class(self.deployment), key, literal)
        return name, code if value == literal else code_of(value)

    def _as_texts(self, code: str, known: dict[str, object]) -> str:
        """Only a process may be told that a variable is not there."""
        cls = block_class(self.deployment)
        if known and UNKNOWN not in known.values() and not is_display(code):
            fitting = as_variable("env", known, cls)
            return code if fitting == known else code_of(fitting)
        return as_texts(code, known, nulls=cls == "Process")

    def _known(self, key: str) -> object:
        """The value of an override, UNKNOWN if only running the code tells."""
        overrides = overrides_of(self.deployment)
        whole = overrides.literal if overrides is not None else UNKNOWN
        if isinstance(whole, dict):
            return whole.get(key, UNKNOWN)
        node = self._override_node(key)
        items = written_items(node) if node is not None else None
        if items is not None:
            return {name: value_of(self.project, self.file, value).literal for name, value in items.items()}
        item = self.deployment.override_items.get(key)
        return item.literal if item is not None else UNKNOWN

    def _override_node(self, key: str) -> ast.expr | None:
        nodes = (self.deployment.nodes.get(name) for name in ("job_variables", "infra_overrides"))
        found = [items for node in nodes if node is not None and (items := written_items(node)) is not None]
        return found[0].get(key) if found else None

    def _layout(self) -> Layout:
        editor = self.editor
        return Layout(editor.inner, indent_unit(self.file.text.text), editor.newline, editor.width)

    def _behind(self) -> str | None:
        names = ("work_queue_name", "work_pool_name", "infrastructure", "name")
        return next((name for name in names if self.editor.index(name) is not None), None)

    # -- the work pool -------------------------------------------------------------------------------------------

    def _write_pool(self) -> None:
        """Name the work pool, where the infrastructure stood if there was one."""
        deployment, editor = self.deployment, self.editor
        explicit = deployment.work_pool_name
        if deployment.choices is not None:
            editor.remove("work_pool_name")
            editor.replace("infrastructure", "work_pool_name", self._chosen_pool(deployment.choices))
        if deployment.pool is None:
            return
        code = text_literal(deployment.pool.name)
        if explicit is not None and explicit.literal is not None:
            if explicit.literal != deployment.pool.name:
                editor.set("work_pool_name", code)
            return
        editor.remove("work_pool_name")
        if editor.index("infrastructure") is not None:
            editor.replace("infrastructure", "work_pool_name", code)
        else:
            editor.add("work_pool_name", code, after="name")

    def _chosen_pool(self, choices: Choices) -> str:
        """What chooses the pool: the blocks' places are taken by the names of their pools, here and elsewhere."""
        node, file = self.deployment.nodes["infrastructure"], self.file
        start, end = file.span(node)
        here: list[Edit] = []
        for item in choices.items:
            assert item.pool is not None
            edit = Edit(*file.span(item.node), text_literal(item.pool.name))
            (here if _is_within(file, item.node, node) else self.changes.edits).append(edit)
            if item.block is not None:
                self.changes.orphans += [name for name in item.block.variables if not _is_saved(file, name)]
        self.changes.edits += [Edit(*file.span(annotation), "str") for annotation in choices.annotations]
        moved = [Edit(edit.start - start, edit.end - start, edit.text) for edit in here]
        return reindent(apply_edits(file.text.text[start:end], moved), self.old_indent, self.indent)


def _is_saved(file: PythonFile, name: str) -> bool:
    attributes = (file.parents[use] for use in file.named(name))
    return any(isinstance(one, ast.Attribute) and one.attr == "save" for one in attributes)


def _is_within(file: PythonFile, node: ast.expr, outer: ast.expr) -> bool:
    return node is outer or outer in file.enclosing(node)


def _is_text(node: ast.expr | None) -> bool:
    """Whether an expression gives a string whatever happens."""
    if isinstance(node, (ast.JoinedStr, ast.Constant)):
        return not isinstance(node, ast.Constant) or isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in ("str", "format", "join", "strip", "isoformat", "strftime", "hexdigest", "replace", "lower")
    source = node.value if isinstance(node, ast.Subscript) else None
    return isinstance(source, ast.Attribute) and source.attr == "environ"


def negated(file: PythonFile, node: ast.expr) -> str:
    """The opposite of an expression; None means active in Prefect 2."""
    text = file.source(node)
    if isinstance(node, ast.Constant):
        return "None" if node.value is None else str(node.value is False)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return f"bool({file.source(node.operand)})"
    if isinstance(node, ast.IfExp) and _is_flag(node.body) and _is_flag(node.orelse):
        condition = file.source(node.test)
        return f"{not _flag(node.body)} if {condition} else {not _flag(node.orelse)}"
    is_flag = isinstance(node, ast.Compare) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bool"
    )
    if is_flag:
        return f"not {text}" if isinstance(node, ast.Call) else f"not ({text})"
    return f"{text} is False" if isinstance(node, _ATOMS) else f"({text}) is False"


def _is_flag(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (bool, type(None)))


def _flag(node: ast.expr) -> bool:
    """What a constant means for `is_schedule_active`: None is active."""
    return isinstance(node, ast.Constant) and node.value is not False
