"""Names across files: which function, class or constant of the repository an expression means."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from prefect_migrate.project import Project
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.reaching import binding_in_force
from prefect_migrate.source.scopes import Binding, GuardKind

_MAX_HOPS = 8
#: Packages that are Prefect's own, even in a repository that holds them.
_INTEGRATIONS = frozenset(
    {"prefect_airbyte", "prefect_aws", "prefect_azure", "prefect_bitbucket", "prefect_dask", "prefect_databricks",
     "prefect_dbt", "prefect_docker", "prefect_email", "prefect_fivetran", "prefect_gcp", "prefect_github",
     "prefect_gitlab", "prefect_great_expectations", "prefect_hightouch", "prefect_jupyter", "prefect_kubernetes",
     "prefect_monte_carlo", "prefect_openai", "prefect_ray", "prefect_redis", "prefect_shell", "prefect_slack",
     "prefect_snowflake", "prefect_sqlalchemy", "prefect_twitter", "prefect_vault"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name of the repository is defined: a function, a class, or the value assigned to it."""

    file: PythonFile
    binding: Binding

    @property
    def node(self) -> ast.AST:
        return self.binding.node

    @property
    def value(self) -> ast.expr | None:
        return self.binding.value


@dataclass(frozen=True, slots=True)
class External:
    """A dotted name outside the repository, such as `prefect.deployments.Deployment`."""

    name: str
    certain: bool = True
    guard: GuardKind | None = None


def resolve(project: Project, file: PythonFile, node: ast.expr) -> Definition | External | None:
    """What a Name or an Attribute chain means, through imports and re-exports of the repository's own modules.

    None when it can't be known: an ambiguous name, a parameter, an attribute of an object.
    """
    if isinstance(node, ast.Name):
        bindings = file.bindings_of(node)
        local = [binding for binding in bindings if binding.target is None]
        if bindings and len(local) == len(bindings):
            binding = binding_in_force(file, node)
            return Definition(file, binding) if binding is not None else None
    meaning = file.meaning(node)
    if meaning is None:
        return None
    found = _follow(project, file, meaning.name)
    if isinstance(found, External):
        return External(found.name, meaning.certain, meaning.guard)
    return found if meaning.certain else None


def dotted(project: Project, file: PythonFile, node: ast.expr) -> External | None:
    """The dotted name outside the repository that an expression means, attributes of re-exported names included."""
    known = file.answers.get(node)
    if known is None or known[0] != project.generation:
        known = file.answers[node] = _answer(project, file, node)
    found: External | None = known[1]
    return found


def _answer(project: Project, file: PythonFile, node: ast.expr) -> tuple[int, External | None]:
    """What `dotted` says, and in which generation: the same of all expressions for which imports say the same."""
    meaning = file.meaning(node)
    if meaning is None:
        return project.generation, _dotted(project, file, node)
    known = file.answers.get(meaning)
    if known is None or known[0] != project.generation:
        known = file.answers[meaning] = project.generation, _dotted(project, file, node)
    return known


def _dotted(project: Project, file: PythonFile, node: ast.expr) -> External | None:
    suffix: list[str] = []
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        suffix.append(root.attr)
        root = root.value
    if not isinstance(root, ast.Name):
        return None
    if file.meaning(root) is None:
        node = root
    else:
        suffix.clear()
    hops = 0
    while True:
        found = resolve(project, file, node)
        if isinstance(found, External):
            return External(".".join([found.name, *reversed(suffix)]), found.certain, found.guard)
        if isinstance(found, Definition) and isinstance(found.value, (ast.Name, ast.Attribute)) and hops < _MAX_HOPS:
            # Another name for it: `D = Deployment`.
            file, node, hops = found.file, found.value, hops + 1
            continue
        if found is not None or not isinstance(node, ast.Attribute):
            return None
        suffix.append(node.attr)
        node = node.value


def may_be_prefect(project: Project, file: PythonFile, node: ast.expr) -> bool:
    """Whether `dotted` could say a name of Prefect's: a cheap test for the many calls of other things."""
    root: Any = node
    while root.__class__ is ast.Attribute:
        root = root.value
    if root.__class__ is not ast.Name:
        return False
    names = _reach_of(project, file)
    return names is None or root.id in names


def prefect_calls(project: Project, file: PythonFile, *methods: str) -> list[ast.Call]:
    """The calls of what `may_be_prefect`, and of any method of these names, in the order of the source."""
    names = _reach_of(project, file)
    return [
        call
        for call, root in file.rooted_calls
        if (root and (names is None or root in names)) or (methods and getattr(call.func, "attr", "") in methods)
    ]


def reads_below(project: Project, file: PythonFile, package: str) -> list[ast.Name | ast.Attribute]:
    """The names that may lead to what is in a package of Prefect's, and the attributes below them, in order."""
    names, parents = _reach(project, file, package), file.parents
    found: list[ast.Name | ast.Attribute] = []
    roots = file.of_type(ast.Name) if names is None else [node for name in names for node in file.named(name)]
    for node in roots:
        found.append(node)
        outer = parents[node]
        while isinstance(outer, ast.Attribute):
            found.append(outer)
            outer = parents[outer]
    read = [node for node in found if isinstance(node.ctx, ast.Load)]
    # Of those that begin at one place the name, then the longest.
    return sorted(read, key=lambda node: (node.lineno, node.col_offset, isinstance(node, ast.Attribute), -_end(node)))


def _end(node: ast.expr) -> int:
    return (node.end_lineno or 0) * 10**6 + (node.end_col_offset or 0)


def _reach_of(project: Project, file: PythonFile) -> frozenset[str] | None:
    known = file.reach
    if known is None or known[0] != project.generation:
        known = file.reach = project.generation, _reach(project, file)
    return known[1]


def _reach(project: Project, file: PythonFile, package: str = "prefect") -> frozenset[str] | None:
    """The names that imports and assignments bind to what may be Prefect's; None: any may be, by a star import.

    With a `package` below prefect, what leads to it: itself, what is in it, what it is in, and the user's own modules.
    """
    if file.scopes.has_stars:
        return None
    found = {
        binding.name
        for binding in file.scopes.import_bindings()
        if binding.target and (_leads_to(binding.target, package) or _own_path(project, file, binding.target)[0])
    }
    before = -1
    while len(found) != before:
        before = len(found)
        found.update(name for name, root in file.scopes.aliases if root in found)
    return frozenset(found)


def _leads_to(target: str, package: str) -> bool:
    return target.startswith(package) or package.startswith(f"{target}.")


def origin(project: Project, file: PythonFile, name: str) -> Definition | External | None:
    """What a dotted name that a file imports means in the end, re-exports of the repository's own modules followed."""
    return _follow(project, file, name)


def _follow(project: Project, file: PythonFile, name: str, hops: int = 0) -> Definition | External | None:
    """Walk `a.b.c` through the repository's own modules as far as it goes."""
    module, rest = _own_module(project, file, name)
    if module is None:
        return External(name)
    if not rest or hops > _MAX_HOPS:
        return None
    bindings = module.scopes.module.lookup(rest[0])
    if not bindings:
        return _follow_star(project, module, rest, hops)
    if len(bindings) > 1 and len({binding.target for binding in bindings}) > 1:
        return None
    binding = bindings[0]
    if binding.target is not None:
        return _follow(project, module, ".".join([binding.target, *rest[1:]]), hops + 1)
    last = binding if len(bindings) == 1 else _last_function(module, bindings)
    return Definition(module, last) if len(rest) == 1 and last is not None else None


def _last_function(module: PythonFile, bindings: list[Binding]) -> Binding | None:
    """The last of several functions of one name at the top of a module: what an import of it gets."""
    body, functions = module.tree.body, (ast.FunctionDef, ast.AsyncFunctionDef)
    if not all(isinstance(one.node, functions) and one.node in body for one in bindings):
        return None
    return max(bindings, key=lambda one: one.node.lineno)  # type: ignore[attr-defined]


def _follow_star(project: Project, module: PythonFile, rest: list[str], hops: int) -> Definition | External | None:
    for star in module.scopes.module.stars:
        found = _follow(project, module, ".".join([star, *rest]), hops + 1)
        if found is not None and (isinstance(found, Definition) or star.startswith("prefect")):
            return found
    return None


def _own_module(project: Project, file: PythonFile, name: str) -> tuple[PythonFile | None, list[str]]:
    """The longest prefix of a dotted name that is a file of the repository, and what is left of the name."""
    path, rest = _own_path(project, file, name)
    if path is not None:
        project.follows.setdefault(file.path, set()).add(path)
    return (None if path is None else project.python(path)), rest


def _own_path(project: Project, file: PythonFile, name: str) -> tuple[str | None, list[str]]:
    parts = name.split(".")
    if parts[0] == "prefect" or parts[0] in _INTEGRATIONS or not project.may_hold_module(parts[0]):
        return None, parts
    for length in range(len(parts), 0, -1):
        path = project.module_path(".".join(parts[:length]), file.path)
        if path is not None:
            return path, parts[length:]
    return None, parts
