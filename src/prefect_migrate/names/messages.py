"""What findings about names say: the name, what became of it, and the next step."""

from __future__ import annotations

import re

from prefect_migrate.names.uses import Use
from prefect_migrate.names.verdicts import Verdict
from prefect_migrate.reference import MemberFact, ParameterFact, integration
from prefect_migrate.reference.tables import Target

#: Where the reference has no advice of its own: the longest prefix counts.
_ADVICE = {
    "prefect.deployments": "Define it with `flow.deploy(...)`, `flow.serve(...)` or an entry in prefect.yaml.",
    "prefect.infrastructure": "Use a typed work pool and its worker; settings of the block become job variables.",
    "prefect.packaging": "Build an image with `flow.deploy(image=...)`, or use `flow.from_source(...)`.",
    "prefect.deprecated": "It was deprecated in Prefect 2 already and has no counterpart.",
    "prefect.agent": "Start a worker of a typed work pool: `prefect worker start --pool <pool>`.",
    "prefect.blocks.system": "Keep the value in a `prefect.variables.Variable`, or in a block class of your own.",
    "prefect.filesystems": "Use the block of the integration package, or `flow.from_source(...)`.",
    "prefect.engine": "The engine is another one; call flows and tasks instead of its inner functions.",
    "prefect.experimental": "The experiment ended; what stayed of it has moved to a regular module.",
    "prefect.settings": "The setting is gone; see the rules about settings for its environment variable.",
    "prefect.server": "The server's inner modules changed; use the client (`prefect.client.orchestration`) instead.",
    "prefect.orion": "The server's inner modules changed; use the client (`prefect.client.orchestration`) instead.",
    "prefect.cli": "The command line was rewritten; run the `prefect` command instead of importing its functions.",
    "prefect.software": "List the requirements yourself, for example with `importlib.metadata`.",
    "prefect.pydantic": "Import it from pydantic, version 2.",
    "prefect._internal": "It was internal to Prefect 2; write what you need of it yourself.",
    "prefect.concurrency": "Use `prefect.concurrency.sync` or `prefect.concurrency.asyncio`.",
    "prefect.results": "Results are written by a `prefect.results.ResultStore` as `ResultRecord`s.",
    "prefect_dbt.cli": "Use `prefect_dbt.core`, such as `PrefectDbtRunner` in the place of `DbtCoreOperation`.",
    "prefect.task_runners": "Use `prefect.task_runners.ThreadPoolTaskRunner`.",
}
_BARE_NAME = re.compile(r"`[^`]+`($|,| \(| of )")


def version(target: Target) -> str:
    """`Prefect 3.8`"""
    return f"Prefect {target[0]}.{target[1]}"


def lacking(name: str, target: Target) -> str:
    """Prefect or the release of an integration, as a sentence begins with it."""
    package = integration(name) if name.startswith("prefect_") else None
    return f"{package.package} {package.newest}" if package else version(target)


def spelled(use: Use, verdict: Verdict) -> str:
    """The name in code quotes, and how the file came by it."""
    via = ", which a module of this repository hands on," if use.form == "handed-on" else ""
    return f"`{verdict.name}`{via}"


def advice(verdict: Verdict) -> str:
    """The next step for a name that nothing replaces by machine."""
    given = verdict.fact.advice if verdict.fact else None
    if given:
        return sentence(given)
    if verdict.new:
        return f"`{verdict.new}` has the same name; see whether it does what you need."
    prefix = verdict.name
    while prefix and prefix not in _ADVICE:
        prefix = prefix.rpartition(".")[0]
    return _ADVICE.get(prefix, "Nothing takes its place; remove what uses it, or write it yourself.")


def moved_step(verdict: Verdict) -> str:
    """The next step for a name that has a new place."""
    given = verdict.fact.advice if verdict.fact else None
    return f"Use `{verdict.new}` instead" + (f": {given.rstrip('.')}." if given else ".")


def parameter_step(fact: ParameterFact | MemberFact) -> str:
    """The next step for a parameter or a member that is gone."""
    if fact.new is None:
        return sentence(fact.advice) if fact.advice else "Leave it out; nothing takes its place."
    spelled = f"`{fact.new}=`" if isinstance(fact, ParameterFact) else f"`.{fact.new}`"
    return f"Use {spelled}: {fact.advice.rstrip('.')}." if fact.advice else f"Use {spelled}."


def sentence(text: str) -> str:
    """With a capital and a full stop, and a verb where it is only a name."""
    text = text.strip().rstrip(".")
    if _BARE_NAME.match(text):
        return f"Use {text}."
    return f"{text[:1].upper()}{text[1:]}."
