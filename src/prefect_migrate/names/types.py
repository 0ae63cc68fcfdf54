"""Which class of Prefect's an expression is an instance of, where the code says so for certain.

How a type is written, see `known_types`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property

from prefect_migrate.names.attributes import Attributes, Held, attributes_of, own_class
from prefect_migrate.names.known_types import (
    DECORATED,
    EITHER,
    FLOW,
    MAX_BASES,
    MODELS,
    OLD_DEPLOYMENT,
    OLD_DEPLOYMENTS,
    PLAIN,
    RESULTS,
    SAID,
    STATE,
    STATES,
    TASK,
    element_of,
    is_collection,
    listed,
    valued,
)
from prefect_migrate.names.narrowing import class_before, tested_names
from prefect_migrate.names.verdicts import judge
from prefect_migrate.project import Project
from prefect_migrate.reference import definition, kind_of, lineage, names_of_runs, run_of_integration, signature
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.reaching import binding_in_force
from prefect_migrate.source.scopes import Binding
from prefect_migrate.symbols import Definition, dotted, may_be_prefect, resolve


class Typer:
    """Answers for one file; other files of the repository are looked into as far as names lead there."""

    def __init__(
        self,
        project: Project,
        file: PythonFile,
        target: Target,
        memo: dict[ast.AST, str | None] | None = None,
        *,
        exact: bool = False,
    ) -> None:
        self.project = project
        self.file = file
        self.target = target
        #: Not to believe annotations, which subclasses fit as well.
        self.exact = exact
        #: What is known already; None stands for "being worked out" as well, so that nothing goes round in circles.
        self.memo: dict[ast.AST, str | None] = {} if memo is None else memo

    # -- callables -------------------------------------------------------------------------------------------------

    def callable_of(self, function: ast.expr) -> str | None:
        """The dotted name of what is called: a function, a class, or `Class.method` for a receiver of known type."""
        name = self.name_of(function)
        is_of_run = name is not None and run_of_integration(name.rpartition(".")[0]) is not None
        if name is not None and not is_of_run:
            return name
        if isinstance(function, ast.Attribute):
            owner = self.type_of(function.value)
            return f"{owner}.{function.attr}" if owner and not is_collection(owner) else None
        return None

    def name_of(self, node: ast.expr) -> str | None:
        """The dotted name, in the target where it has one, that a Name or an Attribute chain means."""
        if not isinstance(node, (ast.Name, ast.Attribute)) or not may_be_prefect(self.project, self.file, node):
            return None
        found = dotted(self.project, self.file, node)
        if found is None or not found.name.startswith("prefect"):
            return None
        return self.canonical(found.name) if found.certain else self._common_name(node)

    def _common_name(self, node: ast.Name | ast.Attribute) -> str | None:
        """What a name means that is imported from several places, if the target has one thing for all of them."""
        if not isinstance(node, ast.Name):
            return None
        bindings = self.file.bindings_of(node)
        names = {self.canonical(binding.target) if binding.target else None for binding in bindings}
        return names.pop() if len(names) == 1 else None

    def canonical(self, name: str) -> str:
        """Where the target defines it: `prefect.flows.flow` for `prefect.flow`, the new place of what has moved."""
        verdict = judge(name, self.target)
        if verdict is not None and verdict.new is not None and not (self.exact and verdict.kind == "other-kind"):
            name = verdict.new + name[len(verdict.name) :]
        return definition(name, self.target) or name

    # -- types -----------------------------------------------------------------------------------------------------

    def type_of(self, node: ast.expr) -> str | None:
        """The type of an expression, None if it can't be known."""
        if node not in self.memo:
            self.memo[node] = None
            self.memo[node] = self._type_of(node)
        return self.memo[node]

    def _type_of(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Await):
            return self.type_of(node.value)
        if isinstance(node, ast.Call):
            return self._type_of_call(node)
        if isinstance(node, (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)):
            return self._type_of_list(node)
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            kind = self.type_of(node.value)
            return kind[5:-1] if kind is not None and is_collection(kind) else None
        if isinstance(node, ast.DictComp):
            return valued(self.type_of(node.value))
        if isinstance(node, ast.Name):
            return self._type_of_name(node) or self.narrowed(node)
        if isinstance(node, ast.Attribute):
            found = resolve(self.project, self.file, node)
            if isinstance(found, Definition):
                return self._type_of_definition(found)
            owner = self.type_of(node.value)
            name = f"{owner}.{node.attr}"
            # What a method gives is not what the method is.
            is_field = owner is not None and not is_collection(owner) and signature(name, self.target) is None
            return (self.said(name) if is_field else None) or self._of_self(node) or self._of_integration(node)
        return None

    def _type_of_call(self, node: ast.Call) -> str | None:
        called = self.callable_of(node.func)
        if called is None:
            receiver = self.type_of(node.func.value) if isinstance(node.func, ast.Attribute) else None
            if receiver is not None and receiver.startswith("dict["):
                return listed(receiver[5:-1]) if getattr(node.func, "attr", "") == "values" else None
            if node.args and self._is_builtin(node.func, "iter", "list", "reversed", "sorted", "tuple"):
                kind = self.type_of(node.args[0])
                return kind if element_of(kind) else None
            if _is_gather(self.file, node):
                kinds = [listed(self.type_of(item)) for item in node.args if not isinstance(item, ast.Starred)]
                return _common(
                    [*kinds, *(self.type_of(item.value) for item in node.args if isinstance(item, ast.Starred))]
                )
            outer = node.func
            if _gives_state(node) and self.type_of(outer) in (FLOW, TASK):
                return STATE
            makes = isinstance(outer, ast.Call) and not outer.args and self.callable_of(outer.func)
            return DECORATED.get(makes) if makes else None
        if called in DECORATED:
            return DECORATED[called] if node.args else None
        owner, _, method = called.rpartition(".")
        if _gives_state(node):
            return STATE if owner in (FLOW, TASK) and method in ("submit", "__call__") else None
        if called in RESULTS:
            if self.exact and called in EITHER:
                return None
            return owner if RESULTS[called] == "=" else RESULTS[called]
        if (said := self.said(called)) is not None:
            return said
        if method in ("load", "aload") and "prefect.blocks.core.Block" in lineage(owner, self.target):
            return owner
        if owner == "prefect.states" and method in STATES:
            return STATE
        return called if lineage(called, self.target) else None

    def said(self, name: str) -> str | None:
        """What the target's own annotations say that a callable gives, or an attribute holds."""
        kind = kind_of(name, self.target)
        if kind == "=":
            return name.rpartition(".")[0]
        plain = kind.removeprefix("list[") if kind is not None else ""
        return kind if plain.startswith(SAID) and (not self.exact or plain.startswith(MODELS)) else None

    def _type_of_list(self, node: ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp) -> str | None:
        parts: Sequence[ast.expr] = [node.elt] if isinstance(node, (ast.ListComp, ast.GeneratorExp)) else node.elts
        return _common([listed(self.type_of(part)) for part in parts])

    def _type_of_name(self, node: ast.Name) -> str | None:
        bindings = self.file.bindings_of(node)
        if not bindings:
            return self._of_integration(node) if self.file.scopes.has_stars else None
        if len(bindings) > 1 and (seen := binding_in_force(self.file, node)) is not None and seen.target is None:
            return self._type_of_binding(seen)
        local = [binding for binding in bindings if binding.target is None]
        if len(local) == len(bindings):
            return _common([self._type_of_binding(binding) for binding in bindings])
        found = resolve(self.project, self.file, node)
        return self._type_of_definition(found) if isinstance(found, Definition) else self._of_integration(node)

    def _type_of_definition(self, found: Definition) -> str | None:
        return Typer(self.project, found.file, self.target, self.memo, exact=self.exact)._type_of_binding(found.binding)

    def _type_of_binding(self, binding: Binding) -> str | None:
        node = binding.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.decorated(node)
        if isinstance(binding.value, ast.List) and not binding.value.elts:
            return self.grown(binding)
        if isinstance(binding.value, ast.Dict) and not binding.value.keys:
            return self.filled(binding)
        if binding.value is not None:
            return self.type_of(binding.value)
        if isinstance(node, ast.arg):
            return None if self.exact else self.annotated(node.annotation)
        return self.bound_by_statement(node) if isinstance(node, ast.Name) else None

    def narrowed(self, node: ast.Name) -> str | None:
        """What `isinstance` has told of a name; one of a class that is derived from it, maybe."""
        calls = [] if self.exact else self.tested.get(node.id, [])
        known = class_before(self.file, node, calls) if calls else None
        return self.annotated(known)

    @cached_property
    def tested(self) -> dict[str, list[ast.Call]]:
        """The questions for Prefect's classes that the file asks."""
        found = tested_names(self.file) if "isinstance" in self.file.text.text else {}
        kept = {name: [call for call in calls if self.annotated(call.args[1])] for name, calls in found.items()}
        return {name: calls for name, calls in kept.items() if calls}

    # -- where names come from -----------------------------------------------------------------------------------------

    def grown(self, binding: Binding) -> str | None:
        """The type of a list that starts empty, by what `append` puts in."""
        added = [
            call.args[0]
            for call in self.file.of_type(ast.Call)
            if isinstance(call.func, ast.Attribute)
            and call.func.attr == "append"
            and len(call.args) == 1
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == binding.name
            and self._is_bound(call.func.value, binding)
        ]
        return _common([listed(self.type_of(item)) for item in added])

    def filled(self, binding: Binding) -> str | None:
        """The type of a dict that starts empty, by what is set in it."""
        values = [
            statement.value
            for statement in self.file.of_type(ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Name)
            and target.value.id == binding.name
            and self._is_bound(target.value, binding)
        ]
        return _common([valued(self.type_of(value)) for value in values])

    def _is_bound(self, name: ast.Name, binding: Binding) -> bool:
        return any(one is binding for one in self.file.bindings_of(name))

    def _of_integration(self, node: ast.Name | ast.Attribute) -> str | None:
        """Flow or Task for what Prefect 2's integrations had as async ones; others are not known."""
        if self.exact or (isinstance(node, ast.Attribute) and node.attr not in names_of_runs()):
            return None
        kind = run_of_integration(self.name_of(node) or "")
        return DECORATED[f"prefect.{kind}s.{kind}"] if kind is not None else None

    def _of_self(self, node: ast.Attribute) -> str | None:
        """The type of `self.client`, by what the class sets; a subclass may set something else."""
        owner = own_class(self.file, node.value) if isinstance(node.value, ast.Name) and not self.exact else None
        return self.held_by(owner, node.attr) if owner is not None else None

    def held_by(self, owner: ast.ClassDef, name: str, hops: int = 0) -> str | None:
        """The type of an attribute of a class of the repository's, its bases of other files included."""
        held = self._attributes.get(owner, {}).get(name)
        if held is not None:
            kinds = [self._type_of_held(one) for one in held if one.annotation or not _is_none(one.value)]
            return _common(kinds)
        for base in owner.bases if hops < MAX_BASES else ():
            found = resolve(self.project, self.file, base)
            if isinstance(found, Definition) and isinstance(found.node, ast.ClassDef):
                typer = Typer(self.project, found.file, self.target, self.memo)
                if kind := typer.held_by(found.node, name, hops + 1):
                    return kind
        return None

    def _type_of_held(self, held: Held) -> str | None:
        kind = self.type_of(held.value) if held.value is not None else None
        return kind or self.annotated(held.annotation)

    @cached_property
    def _attributes(self) -> Attributes:
        return attributes_of(self.file)

    def decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
        """Flow or Task for a function whose outermost decorator makes it one."""
        if not node.decorator_list:
            return None
        outer = node.decorator_list[0]
        return DECORATED.get(self.callable_of(outer.func if isinstance(outer, ast.Call) else outer) or "")

    def annotated(self, annotation: ast.expr | None) -> str | None:
        """The class of a plain annotation, `X | None`, `Optional[X]` and `list[X]` included."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value, mode="eval").body
            except SyntaxError:
                return None
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            sides = [side for side in (annotation.left, annotation.right) if not _is_none(side)]
            return self.annotated(sides[0]) if len(sides) == 1 else None
        if isinstance(annotation, ast.Subscript):
            outer = getattr(annotation.value, "attr", getattr(annotation.value, "id", ""))
            inner = self.annotated(annotation.slice)
            if outer in ("Optional", "Annotated"):
                return inner
            if outer in ("list", "List", "Sequence", "Iterable", "tuple"):
                return listed(inner)
            return self.annotated(annotation.value)
        name = self.name_of(annotation) if annotation is not None else None
        if name in OLD_DEPLOYMENTS:
            return OLD_DEPLOYMENT
        return name if name is not None and name.startswith(PLAIN) and lineage(name, self.target) else None

    def bound_by_statement(self, name: ast.Name) -> str | None:
        """The type of a name that `with … as name`, `for name in …` or a comprehension binds."""
        parent = self.file.parents[name]
        if isinstance(parent, ast.withitem):
            return self.type_of(parent.context_expr)
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.target is name:
            return element_of(self.type_of(parent.iter))
        return self._counted(name, parent)

    def _counted(self, name: ast.Name, pair: ast.AST) -> str | None:
        """The type of `x` in `for i, x in enumerate(...)`."""
        if not isinstance(pair, ast.Tuple) or len(pair.elts) != 2 or pair.elts[1] is not name:
            return None
        loop = self.file.parents[pair]
        if not isinstance(loop, (ast.For, ast.AsyncFor, ast.comprehension)) or not isinstance(loop.iter, ast.Call):
            return None
        counted = self._is_builtin(loop.iter.func, "enumerate") and loop.iter.args
        return element_of(self.type_of(loop.iter.args[0])) if counted else None

    def _is_builtin(self, function: ast.expr, *names: str) -> bool:
        return isinstance(function, ast.Name) and function.id in names and not self.file.bindings_of(function)


def _is_gather(file: PythonFile, node: ast.Call) -> bool:
    meaning = file.meaning(node.func)
    return meaning is not None and meaning.name == "asyncio.gather"


def _common(kinds: Sequence[str | None]) -> str | None:
    return kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else None


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _gives_state(node: ast.Call) -> bool:
    return any(
        keyword.arg == "return_state" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
        for keyword in node.keywords
    )
