"""Fixes for removed names that need no decision: imports that nothing uses, and blocks that are only loaded."""

from __future__ import annotations

import ast

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import Applicability, Changes, Edit, Fix, ImportRequest
from prefect_migrate.names.coverage import tier_of_node
from prefect_migrate.names.fixes import Proposal
from prefect_migrate.names.kept_values import KEPT, VARIABLE, KeptValue, NotPlain
from prefect_migrate.names.made_storage import Recipe, recipe_of, rewritten_arguments
from prefect_migrate.names.problems import Problem
from prefect_migrate.plan.storage import REPLACED
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name, used_names
from prefect_migrate.writers.names import Names

#: What a block of files can do in both versions, and what any block has.
_COMMON = frozenset({"get_directory", "put_directory", "read_path", "write_path", "save"}) | frozenset(
    {"get_block_type_name", "get_block_type_slug", "_block_document_id", "_block_document_name"}
)


def proposal_of(context: FileContext, problem: Problem) -> Proposal | None:
    """How a name that is gone can leave the file; None where a person has to decide."""
    file, alias = context.python, problem.use.node
    if file is None or problem.guard is not None or not isinstance(alias, ast.alias):
        return None
    if (
        context.only_reports
        or context.file.kind != PYTHON
        or problem.use.form != "from"
        or file.path.endswith("__init__.py")
    ):
        return None
    name = bound_name(alias)
    reads = file.named(name)
    is_unused = not reads and name not in used_names(file.walked) and problem.use.statement in file.tree.body
    is_kept = problem.verdict.name in KEPT
    if not (is_unused or is_kept or _is_replaced(problem, alias)) or is_imported_elsewhere(context.project, file, name):
        return None
    if is_unused:
        fix = Fix("Drop the import", lambda: Changes(orphans=[name]))
        return Proposal(problem, Applicability.SAFE, "nothing uses it", fix)
    if is_kept:
        return _in_variable(context, file, problem, alias, reads)
    return _successor(context, file, problem, alias, reads)


def _is_replaced(problem: Problem, alias: ast.alias) -> bool:
    return alias.name in REPLACED and problem.verdict.name == f"prefect.filesystems.{alias.name}"


def _in_variable(
    context: FileContext, file: PythonFile, problem: Problem, alias: ast.alias, reads: list[ast.Name]
) -> Proposal | None:
    """A Variable in the place of a block that only keeps a value."""
    bound = [(node, file.bindings_of(node)) for node in reads]
    own = [node for node, bindings in bound if any(binding.node is problem.use.statement for binding in bindings)]
    if not own or any(len(bindings) != 1 for node, bindings in bound if node in own):
        return None
    try:
        kept = KeptValue(file, alias.name, own)
    except NotPlain:
        return None
    if any(is_imported_elsewhere(context.project, file, holder) for holder in kept.holders):
        return None

    def make() -> Changes:
        changes = Changes()
        variable = Names(file, changes).use(VARIABLE)
        changes.edits.extend(kept.edits(variable))
        return changes

    reason = "it sets a Variable of the same name beside the block: run it again"
    if kept.loads:
        read = f"{alias.name}.load({file.source(kept.loads[0]).partition('load(')[2]}.value"
        reason = (
            f"give the Variable its value first: what `{read}` is in Prefect 2, `Variable.set` in Prefect 3; "
            "where there is none, the block raised an error and the Variable is None"
        )
    return Proposal(problem, Applicability.REVIEW, reason, Fix("Keep the value in a Variable", make))


def _successor(
    context: FileContext, file: PythonFile, problem: Problem, alias: ast.alias, reads: list[ast.Name]
) -> Proposal | None:
    """The block that took its place, where the code only loads it by name, or makes it of what that one takes too."""
    stays = [node for node in reads if tier_of_node(context, file, node) is None]
    if not reads or any(len(file.bindings_of(node)) != 1 for node in reads):
        return None
    recipes = {node: recipe for node in stays if (recipe := _recipe(file, alias.name, node)) is not None}
    if not all(node in recipes or _only_loads(file, node) or _annotates(file, node) for node in stays):
        return None
    cls, module, _ = REPLACED[alias.name]
    fix = Fix(f"Use {module}.{cls}", lambda: _renamed(file, stays, recipes, ImportRequest(module, cls)))
    reason = f"save a {module}.{cls} block under the name that it is loaded by"
    if recipes:
        reason = f"it makes a {module}.{cls} block of the same name beside the {alias.name} block: run it again"
    return Proposal(problem, Applicability.REVIEW, reason, fix)


def _recipe(file: PythonFile, cls: str, node: ast.Name) -> Recipe | None:
    """How `Cls(...)` is written for its successor, if the code does with it what both blocks can do."""
    call = file.parents[node]
    if not isinstance(call, ast.Call) or call.func is not node or not _is_common(file, call):
        return None
    return recipe_of(file, cls, call)


def _only_loads(file: PythonFile, node: ast.Name) -> bool:
    """`Cls.load(...)`, of which the code wants nothing but what both blocks can do."""
    load = file.parents[node]
    call = file.parents[load]
    is_load = isinstance(load, ast.Attribute) and load.attr == "load" and isinstance(call, ast.Call)
    return is_load and call.func is load and _is_common(file, call)  # type: ignore[attr-defined]


def _is_common(file: PythonFile, call: ast.AST) -> bool:
    """Whether the code reads nothing of the block that the other one has not."""
    outer = file.parents[call]
    outer = file.parents[outer] if isinstance(outer, ast.Await) else outer
    if isinstance(outer, ast.Attribute):
        return outer.attr in _COMMON
    targets = outer.targets if isinstance(outer, ast.Assign) else [getattr(outer, "target", None)]
    return _reads_common(file, {target.id for target in targets if isinstance(target, ast.Name)})


def _reads_common(file: PythonFile, names: set[str]) -> bool:
    """Whether nothing is read of what has these names but what both blocks have."""
    return all(
        attribute.attr in _COMMON
        for attribute in file.of_type(ast.Attribute)
        if isinstance(attribute.value, ast.Name) and attribute.value.id in names
    )


def _annotates(file: PythonFile, node: ast.Name) -> bool:
    """Whether it is part of an annotation of what the code wants nothing of but what both blocks can do."""
    inner: ast.AST = node
    for outer in file.enclosing(node):
        if isinstance(outer, (ast.arg, ast.AnnAssign)):
            name = outer.arg if isinstance(outer, ast.arg) else getattr(outer.target, "id", "")
            return outer.annotation is inner and _reads_common(file, {name})
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return outer.returns is inner
        inner = outer
    return False


def _renamed(
    file: PythonFile, reads: list[ast.Name], recipes: dict[ast.Name, Recipe], request: ImportRequest
) -> Changes:
    changes = Changes()
    names = Names(file, changes)
    name = names.use(request)
    for node in reads:
        call = file.parents[node]
        if node in recipes and isinstance(call, ast.Call):
            arguments = rewritten_arguments(file, call, recipes[node], names.use)
            changes.edits.append(Edit(*file.span(call), name + arguments))
        else:
            changes.edits.append(Edit(*file.span(node), name))
    return changes
