"""Fixes for names that have moved: imports, attributes, star imports, strings and annotations."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, CannotFix, Changes, Edit, ImportRequest
from prefect_migrate.names.places import Home, home_of, is_free, is_module
from prefect_migrate.names.problems import Problem
from prefect_migrate.names.renaming import Renaming, renaming_of
from prefect_migrate.names.statements import rewrite_import
from prefect_migrate.names.strings import is_patched
from prefect_migrate.names.uses import Use, uses_of
from prefect_migrate.names.verdicts import Verdict, judge
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name

#: They are used otherwise, but in most programs the new name is all that is needed.
MOSTLY_THE_SAME = frozenset({"DeploymentTrigger", "create_storage_from_url"})


def tier_of(file: PythonFile, problem: Problem) -> tuple[Applicability, str]:
    """How far a new place can be trusted for this use, and why."""
    use, verdict = problem.use, problem.verdict
    if problem.guard is not None:
        return Applicability.MANUAL, "the guard around it has no other way to go"
    if verdict.new is None or (verdict.trust == "differs" and not _mostly_the_same(verdict)):
        return Applicability.MANUAL, "what takes its place is used in another way"
    if use.form == "handed-on":
        return Applicability.MANUAL, "it goes by itself when the module that hands it on is rewritten"
    if use.form == "attribute-string":
        return Applicability.MANUAL, "the object and the name stand apart"
    if use.form == "string" and (use.loose or is_patched(file, use.node)):
        return Applicability.REVIEW, "what the string is for can't be seen here"
    if not use.certain and use.form != "star-name":
        return Applicability.MANUAL, "the name may mean something else here"
    if verdict.trust == "likely":
        return Applicability.REVIEW, "the same name is in another module now; nothing tells that it is the same thing"
    if verdict.trust == "differs":
        return Applicability.REVIEW, "what takes its place may be used in another way"
    return Applicability.SAFE, "it is the same thing in another place"


def _mostly_the_same(verdict: Verdict) -> bool:
    return verdict.last in MOSTLY_THE_SAME or verdict.fact is None or verdict.fact.advice is None


class Mover:
    """Makes the changes for uses of one file; `group` are those that are rewritten together."""

    def __init__(self, context: FileContext, file: PythonFile, group: Sequence[Problem]) -> None:
        self.context = context
        self.file = file
        self.target = context.target
        self.group = group
        self.trial = False
        self.by_alias = {problem.use.node: problem for problem in group if isinstance(problem.use.node, ast.alias)}

    def changes(self, problem: Problem, *, trial: bool = False) -> Changes:
        """Raises CannotFix, which a trial finds out at little cost."""
        self.trial = trial
        make = {
            "from": self._from,
            "module": self._module,
            "star": self._star,
            "attribute": self._attribute,
            "star-name": self._star_name,
            "annotation": self._text,
            "string": self._text,
        }.get(problem.use.form)
        if make is None:
            raise CannotFix("this spelling is not rewritten")
        return make(problem)

    # -- imports ---------------------------------------------------------------------------------------------------

    def _from(self, problem: Problem) -> Changes:
        node = problem.use.statement
        assert isinstance(node, ast.ImportFrom)
        moved = {}
        for alias in node.names:
            if alias in self.by_alias and not self._loses_all_uses(alias):
                moved[alias] = self._plan(self.by_alias[alias]).moved
        assert isinstance(problem.use.node, ast.alias)
        changes = rewrite_import(self.file, node, moved, trial=self.trial) if moved else Changes()
        if problem.use.node in moved:
            changes.edits += self._plan(problem).edits
        return changes

    def _plan(self, problem: Problem) -> Renaming:
        assert isinstance(problem.use.node, ast.alias)
        home = home_of(self._goal(problem.use.node), self.target)
        return renaming_of(self.context, self.file, problem, home)

    def _goal(self, alias: ast.alias) -> str:
        """What an import will bring in: the module that all names taken from a moved module are in, if it is one."""
        problem = self.by_alias[alias]
        new = new_name(problem)
        if not is_module(new, self.target):
            return new
        roots = self._roots(alias, problem)
        homes = {home_of(other.verdict.new or "", self.target).module for other in self._below(alias, problem)}
        return homes.pop() if len(homes) == 1 and len(roots) == len(self._below(alias, problem)) else new

    def _roots(self, alias: ast.alias, problem: Problem) -> list[ast.AST]:
        """The uses of an imported module."""
        if isinstance(problem.use.statement, ast.Import) and alias.asname is None:
            return [use.node for use in uses_of(self.file) if use.form == "attribute" and _is_below(use, problem)]
        name = bound_name(alias)
        return list[ast.AST](self.file.named(name))

    def _below(self, alias: ast.alias, problem: Problem) -> list[Problem]:
        """The problems of the group that are attributes of an imported module."""
        return [
            other
            for other in self.group
            if other.use.form == "attribute"
            and _is_below(other.use, problem)
            and other.use.root is not None
            and other.use.root.id == bound_name(alias)
        ]

    def _module(self, problem: Problem) -> Changes:
        alias = problem.use.node
        assert isinstance(alias, ast.alias)
        new = self._goal(alias)
        if not is_module(new, self.target):
            raise CannotFix(f"`{new}` is no module")
        start, _ = self.file.span(alias)
        edits = [] if self._loses_all_uses(alias) else [Edit(start, start + len(alias.name), new)]
        return Changes(edits)

    def _star(self, problem: Problem) -> Changes:
        new = new_name(problem)
        if not is_module(new, self.target):
            raise CannotFix(f"`{new}` is no module")
        start, end = problem.use.span
        match = re.compile(r"from[ \t]+([\w.]+)").match(self.file.text.text, start, end)
        if match is None:
            raise CannotFix("the import is written in an unusual way")
        return Changes([Edit(match.start(1), match.end(1), new)])

    # -- uses ------------------------------------------------------------------------------------------------------

    def _star_name(self, problem: Problem) -> Changes:
        changes = self._by_name(problem, problem.use.span)
        stars = [use for use in uses_of(self.file) if use.form == "star"]
        if len(stars) == 1 and self._is_spent(stars[0]) and not self.trial:
            changes.edits.append(removal_of(self.file, stars[0]))
        return changes

    def _is_spent(self, star: Use) -> bool:
        """Whether `from a import *` fails for good, and every name that may be from there is imported by itself now."""
        verdict = judge(star.name, self.target)
        moving = {other.use.node for other in self.group}
        return verdict is not None and verdict.kind == "removed" and all(
            use.node in moving for use in uses_of(self.file) if use.form == "star-name"
        )  # fmt: skip

    def _attribute(self, problem: Problem) -> Changes:
        """A chain below an import: the import may move along with it, or the name is imported by itself."""
        use, root = problem.use, problem.use.root
        assert root is not None
        alias, statement = self._import_of(root)
        span = self._chain_span(use, problem.verdict)
        new = problem.verdict.new or ""
        there = self._new_meaning(alias, statement, root)
        if there is None or self._needs_own_import(there, new, root):
            return self._by_name(problem, span)
        if there == "prefect":
            changes = self._package_import(problem, new)
            changes.edits.append(Edit(*span, root.id + new.removeprefix("prefect")))
            return changes
        changes = self.changes(self.by_alias[alias]) if alias in self.by_alias else Changes()
        changes.edits += self._suffix_edit(use, problem.verdict, there, new)
        return changes

    def _import_of(self, root: ast.Name) -> tuple[ast.alias, ast.AST]:
        statement = self.file.bindings_of(root)[0].node
        names = statement.names if isinstance(statement, (ast.Import, ast.ImportFrom)) else []
        alias = next((alias for alias in names if bound_name(alias) == root.id), None)
        if alias is None:
            raise CannotFix("its import was not found")
        return alias, statement

    def _new_meaning(self, alias: ast.alias, statement: ast.AST, root: ast.Name) -> str | None:
        """What the root of a chain stands for after the import was rewritten; None when it will stand for nothing."""
        if isinstance(statement, ast.Import) and alias.asname is None:
            return "prefect" if root.id == "prefect" else None
        if alias in self.by_alias:
            return self._goal(alias)
        meaning = self.file.meaning(root)
        return meaning.name if meaning is not None and is_module(meaning.name, self.target) else None

    def _needs_own_import(self, there: str, new: str, root: ast.Name) -> bool:
        if there == "prefect":
            return root.id != "prefect" and home_of(new, self.target).module != "prefect"
        return home_of(new, self.target).module != there

    def _package_import(self, problem: Problem, new: str) -> Changes:
        """`import prefect.x.y`, because Prefect 3 does not load its modules before they are asked for.

        It takes the place of an import that fails, where nothing else needs that one.
        """
        module = home_of(new, self.target).module
        requests = [] if module == "prefect" else [ImportRequest(module)]
        for use in uses_of(self.file):
            if isinstance(use.node, ast.alias) and self._is_replaced(use, problem):
                homes = sorted(home_of(other.verdict.new or "", self.target).module for other in self._under(use))
                edit = Edit(*self.file.span(use.node), homes[0])
                return Changes([edit], [] if module == homes[0] else requests)
        return Changes([], requests)

    def _is_replaced(self, use: Use, problem: Problem) -> bool:
        """Whether an `import a.b` fails for good, and all that it is there for moves to other modules."""
        verdict = judge(use.name, self.target)
        if use.form != "module" or verdict is None or verdict.kind != "removed" or use.node in self.by_alias:
            return False
        under = self._under(use)
        return problem in under and len(under) == sum(
            other.form == "attribute" and other.name.startswith(f"{use.name}.") for other in uses_of(self.file)
        )

    def _under(self, use: Use) -> list[Problem]:
        """The problems of the group that are attributes of an import without `as`."""
        if isinstance(use.node, ast.alias) and use.node.asname:
            return []
        return [
            other for other in self.group if other.use.form == "attribute" and other.use.name.startswith(f"{use.name}.")
        ]

    def _suffix_edit(self, use: Use, verdict: Verdict, there: str, new: str) -> list[Edit]:
        """Rewrite what follows the root, unless it stays the same."""
        assert use.root is not None
        meaning = self.file.meaning(use.root)
        old_suffix = verdict.name.removeprefix(meaning.name if meaning else "")
        new_suffix = new.removeprefix(there)
        if old_suffix == new_suffix:
            return []
        _, root_end = self.file.span(use.root)
        return [Edit(root_end, self._chain_span(use, verdict)[1], new_suffix)]

    def _chain_span(self, use: Use, verdict: Verdict) -> tuple[int, int]:
        """The characters of the part of a chain that the verdict is about."""
        node = use.node
        for _ in range(use.name.count(".") - verdict.name.count(".")):
            assert isinstance(node, ast.Attribute)
            node = node.value
        return self.file.span(node)

    def _by_name(self, problem: Problem, span: tuple[int, int]) -> Changes:
        """Import the name by itself and put it in the place of the use."""
        new = problem.verdict.new or ""
        home = home_of(new, self.target)
        by_star = problem.use.form == "star-name"
        if not is_free(self.file, home.name, f"{home.module}.{home.name}", by_star=by_star):
            raise CannotFix(f"`{home.name}` means something else in this file")
        edits = [] if self.file.text.text[slice(*span)] == home.expression else [Edit(*span, home.expression)]
        return Changes(edits, [ImportRequest(home.module, home.name)])

    def _loses_all_uses(self, alias: ast.alias) -> bool:
        """Whether every use of an imported module is rewritten to a name that is imported by itself."""
        problem, goal = self.by_alias[alias], self._goal(alias)
        if not is_module(goal, self.target) or bound_name(alias) == "prefect":
            return False
        roots, below = self._roots(alias, problem), self._below(alias, problem)
        return bool(roots) and len(roots) == len(below) and all(
            other.use.root is not None and self._needs_own_import(goal, other.verdict.new or "", other.use.root)
            for other in below
        )  # fmt: skip

    # -- strings ---------------------------------------------------------------------------------------------------

    def _text(self, problem: Problem) -> Changes:
        """A name in a string or a comment, where it stands there letter by letter."""
        use, verdict = problem.use, problem.verdict
        start, end = use.span
        text = self.file.text.text[start:end]
        old = use.node.value if use.form == "string" and isinstance(use.node, ast.Constant) else verdict.name
        assert isinstance(old, str)
        if text.count(old) != 1:
            raise CannotFix("the name is not written out in one piece")
        start += text.index(old)
        return Changes([Edit(start, start + len(old), self._respelled(problem, old))])

    def _respelled(self, problem: Problem, old: str) -> str:
        new = new_name(problem)
        if ":" not in old:
            return new if problem.use.form == "string" else problem.verdict.new or ""
        home: Home = home_of(new, self.target)
        return f"{home.module}:{home.expression}"


def removal_of(file: PythonFile, star: Use) -> Edit:
    # A scan must not pay for LibCST, which comes with this module.
    from prefect_migrate.changes.imports import removal_edit

    assert star.statement is not None
    return removal_edit(file.text, file.tree, star.statement, star.statement.names)


def _is_below(use: Use, problem: Problem) -> bool:
    return use.name.startswith(f"{problem.use.name}.")


def new_name(problem: Problem) -> str:
    """The whole dotted name of a use, where it is now."""
    verdict = problem.verdict
    return (verdict.new or "") + problem.use.name[len(verdict.name) :]
