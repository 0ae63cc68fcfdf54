"""The rules of one run, asked file by file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from prefect_migrate.config import Config, ConfigError
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import EMBEDDING, NOTEBOOK, PYTHON
from prefect_migrate.findings import Finding
from prefect_migrate.plan.unfinished import NeedsPlan
from prefect_migrate.rules import PythonRule, RepositoryRule, Rule, catalogue

#: What says what is found in a file: a rule, or several that share the work.
Asker = Callable[[FileContext], list[Finding]]
Handler = Callable[[ast.AST, FileContext], Iterable[Finding]]
Handlers = dict[type[ast.AST], list[tuple[PythonRule, Handler]]]


class RuleSet:
    """The rules that a configuration chose, ready to be asked.  Raises ConfigError for a code that no rule has."""

    def __init__(self, config: Config) -> None:
        chosen = _chosen(catalogue(), config)
        self.python = [rule() for rule in chosen if issubclass(rule, PythonRule)]
        self.repository = [rule() for rule in chosen if issubclass(rule, RepositoryRule)]
        self.others: list[Rule] = [rule() for rule in chosen if not issubclass(rule, (PythonRule, RepositoryRule))]
        self.of_cells = [rule for rule in self.others if rule.reads_cells]
        #: (kind of file, whether it is somebody else's) -> who is asked about it.
        self._askers: dict[tuple[str, bool], list[Asker]] = {}
        self.handlers = _handlers(self.python)
        self.handlers_of_cells = _handlers(rule for rule in self.python if rule.reads_cells)

    def check(self, context: FileContext, askers: Iterable[Asker]) -> list[Finding]:
        """What these find in a file."""
        return [finding for ask in askers for finding in ask(context)]

    def check_early(self, context: FileContext, found: list[Finding]) -> list[Asker]:
        """Add what is found in a file before there is a plan; who asked for one."""
        put_off: list[Asker] = []
        for ask in self.askers(context):
            guarded = context.guarded
            try:
                found += ask(context)
            except NeedsPlan:
                context.guarded = guarded
                put_off.append(ask)
        return put_off

    def askers(self, context: FileContext) -> list[Asker]:
        """Who is asked about a file, in this order."""
        key = context.file.kind, context.foreign is not None
        if key not in self._askers:
            self._askers[key] = list(self._askers_of(*key))
        return self._askers[key]

    def _askers_of(self, kind: str, foreign: bool) -> Iterator[Asker]:
        for rule in self.others:
            if kind in rule.kinds and (rule.reads_foreign or not foreign):
                yield partial(self._of_rule, rule)
        if kind == PYTHON and self.handlers and not foreign:
            yield partial(self._walk, self.handlers)
        if kind == NOTEBOOK and self.of_cells:
            yield lambda context: context.project.failures.collect(
                context.path, "notebook", lambda: self._cells(context)
            )
        if (kind in EMBEDDING or (kind == PYTHON and not foreign)) and self.of_cells:
            yield lambda context: context.project.failures.collect(
                context.path, "embedded", lambda: self._embedded(context)
            )

    def _cells(self, context: FileContext) -> Iterator[Finding]:
        """What rules about Python find in the cells of a notebook."""
        from prefect_migrate.hosts.cells import notebook_context

        inner = notebook_context(context)
        if inner is None:
            return
        for rule in self.of_cells:
            yield from map(inner.place_in_file, self._of_rule(rule, inner))
        yield from map(inner.place_in_file, self._walk(self.handlers_of_cells, inner))

    def _embedded(self, context: FileContext) -> Iterator[Finding]:
        """What rules about names find in the Python inside another text."""
        from prefect_migrate.hosts.embedded import RULES, embedded_contexts

        for inner in embedded_contexts(context):
            for rule in self.of_cells:
                if rule.code in RULES:
                    yield from (inner.place_in_file(finding) for finding in self._of_rule(rule, inner))

    def _of_rule(self, rule: Rule, context: FileContext) -> list[Finding]:
        found: list[Finding] = []
        try:  # as `Failures.collect` does, which costs more than what most rules do with most files
            found.extend(rule.check(context))
        except Exception as error:
            context.project.failures.note(context.path, f"rule {rule.code}", error)
        return found

    def _walk(self, handlers: Handlers, context: FileContext) -> list[Finding]:
        if context.python is None:
            return []
        all_found: list[Finding] = []
        for node_type, of_type in handlers.items():
            for node in context.python.of_type(node_type):
                for rule, handle in of_type:
                    try:
                        found = list(handle(node, context))
                    except Exception as error:
                        context.project.failures.note(context.path, f"rule {rule.code}", error)
                    else:
                        all_found += found
        return all_found


def _handlers(rules: Iterable[PythonRule]) -> Handlers:
    """The type of node -> the rules that have a method for it, and the method."""
    found: Handlers = {}
    for rule in rules:
        for node_type, method in rule.handlers().items():
            found.setdefault(node_type, []).append((rule, getattr(rule, method)))
    return found


def _chosen(known: Sequence[type[Rule]], config: Config) -> list[type[Rule]]:
    for code in (*config.select, *config.ignore):
        if not any(_matches(rule, code) for rule in known):
            raise ConfigError(f"no rule has the code or name {code!r}; `prefect-migrate rules` lists them")
    return [
        rule
        for rule in known
        if rule.holds_for(config.target)
        and (not config.select or any(_matches(rule, code) for code in config.select))
        and not any(_matches(rule, code) for code in config.ignore)
    ]


def _matches(rule: type[Rule], code: str) -> bool:
    """Whether a code (`PM101`), a family (`PM1`) or a name (`build-from-flow`) means this rule."""
    return rule.code.startswith(code.upper()) or rule.name == code.lower()
