"""The form that a definition takes where it stays in Python."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How a definition is written in Python for Prefect 3.

    `from_source`: `from_source` loads the flow again from the directory that the script lies in, or from its storage;
    without it the flow object itself is deployed.  `register`: `flow.deploy(...)`, which registers at once; else
    `flow.to_deployment(...)`.  `sink_to`: the `.apply()` statement whose place the whole definition takes.

    `name` is the variable that the object gets (or has), when something must be set on it: `storage`, so that nothing
    is pulled while the script runs, as in Prefect 2 (for a directory: a LocalStorage), or `entrypoint`.  `apply`: what
    `apply=True`, or the `.apply()` of an object without a name, did.  `flow_name`: the expression of the name that a
    loaded flow must have.  `awaits`: it stands in a coroutine, where all of it is awaited.  `here`: the flow is loaded
    from the script's directory, wherever a run finds its code.  `copied`: the object has no name, in a list for
    example, so that `storage` and `entrypoint` are set on a copy.
    """

    from_source: bool = False
    register: bool = False
    sink_to: ast.Expr | None = None
    name: str | None = None
    storage: bool = False
    entrypoint: bool = False
    apply: bool = False
    working_dir: bool = False
    flow_name: str = ""
    awaits: bool = False
    here: bool = False
    copied: bool = False
