"""The plan: what a repository deploys, where it runs, and where each part goes in Prefect 3.

Every reader (Python, shell, YAML ...) ends in these classes and every writer starts from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from prefect_migrate.findings import Place

if TYPE_CHECKING:
    from prefect_migrate.plan.registering import Registering
    from prefect_migrate.plan.storage import StorageTarget

DeploymentKind = Literal[
    "build_from_flow",
    "constructor",
    "deploy",
    "to_deployment",
    "serve",
    "prefect_yaml",
    "deployment_yaml",
    "cli_build",
]
TargetStyle = Literal["flow-deploy", "prefect-yaml", "deploy-command"]


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""The value of an expression that can't be known without running it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as the source gives it: `literal` when it is known, else UNKNOWN; `text` is the expression."""

    text: str
    literal: Any = UNKNOWN

    @property
    def known(self) -> bool:
        return self.literal is not UNKNOWN

    def or_none(self) -> Any:
        """The literal, or None where it can't be known (as the JSON report has it)."""
        return self.literal if self.known else None


@dataclass(frozen=True, slots=True)
class Site:
    """A file and a place in it."""

    path: str
    #: Of what lies in a notebook: the place in the module that its cells make up.
    place: Place
    #: The place in the file, where that is another one.
    in_file: Place | None = None

    @property
    def line(self) -> int:
        """The line of the file, 1-based."""
        return (self.in_file or self.place).line


@dataclass(slots=True)
class Flow:
    """A function under `@flow`; `name` is Prefect's name of it (the function's, dashed, by default)."""

    site: Site
    function: str
    name: Value
    is_async: bool = False

    @property
    def entrypoint(self) -> str:
        return f"{self.site.path}:{self.function}"


@dataclass(slots=True)
class Schedule:
    """`kind` is cron, interval or rrule; `fields` are the model's own, `active` the schedule's own switch."""

    kind: str
    fields: dict[str, Value]
    active: bool | None = None


@dataclass(slots=True)
class Block:
    """An infrastructure or storage block that the code makes (`fields`) or loads (`document`).

    `cls` is the class's last name (`Process`); `variable` where it is kept; `document` the name on the server.
    """

    site: Site
    cls: str
    role: Literal["infrastructure", "storage"]
    fields: dict[str, Value] = field(default_factory=dict)
    variable: str | None = None
    document: Value | None = None
    loaded: bool = False
    #: Whether the code may have no block at all in its place (None).
    optional: bool = False
    #: Why the fields are not all known: `**options`, `.copy(update=...)`, an attribute set afterwards.
    doubt: str | None = None
    #: The name of its document where the code gives none; filled in by the planner.
    suggested: str = ""
    #: Blocks in its fields whose documents are not there yet: what to do.
    to_save: list[str] = field(default_factory=list)
    #: The comments above and inside the statement that makes it, for the script that creates the work pool.
    comments: list[str] = field(default_factory=list)
    #: The variables of the same file that hold what it is a copy of.
    originals: list[str] = field(default_factory=list)

    @property
    def variables(self) -> list[str]:
        """The variables of its file that nothing may need without it."""
        return [*([self.variable] if self.variable else []), *self.originals]


@dataclass(slots=True)
class WorkPool:
    """A typed work pool of Prefect 3.  `variables` become defaults in its base job template."""

    name: str
    type: str
    variables: dict[str, Any] = field(default_factory=dict)
    template: dict[str, Any] | None = None
    block: Block | None = None
    queues: dict[str, int | None] = field(default_factory=dict)
    #: False for a pool that the repository names but whose making we leave to its owner.
    ours: bool = True
    #: Settings of the block that the pool has no place for: field -> what to do.
    lost: dict[str, str] = field(default_factory=dict)
    #: Why the blocks of its deployments can't share it, "" if they can.
    conflict: str = ""
    #: Variables that may name a block's document, though the pool itself has none: `{{ prefect.blocks... }}`.
    documents: set[str] = field(default_factory=set)
    #: What the code says about the blocks, for the script that creates the pool.
    comments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Deployment:
    """One deployment, however it was written down.

    `arguments` are the keywords as given, under Prefect 2's names; `entrypoint` is relative to `working_directory`,
    which is relative to the scanned root: the directory that Prefect 2's script ran in.
    """

    site: Site
    kind: DeploymentKind
    name: Value
    arguments: dict[str, Value] = field(default_factory=dict)
    flow: Flow | None = None
    flow_text: str = ""
    entrypoint: str | None = None
    working_directory: str = "."
    schedules: list[Schedule] = field(default_factory=list)
    infrastructure: Block | None = None
    storage: Block | None = None
    work_pool_name: Value | None = None
    work_queue_name: Value | None = None
    parameters: Value | None = None
    tags: Value | None = None
    paused: bool | None = None
    #: How the definition is registered: "apply", "chained", "argument", or None when nothing does.
    applied: str | None = None
    # -- filled in by the planner --
    pool: WorkPool | None = None
    target: TargetStyle | None = None
    #: Why it can't be rewritten without a human; empty when it can.
    obstacles: list[str] = field(default_factory=list)
    #: What a human should look at where it is rewritten.
    doubts: list[str] = field(default_factory=list)
    #: What becomes of the storage block.
    storage_target: StorageTarget | None = None
    #: The command that uploads the code before `prefect deploy` registers it, "" if nothing has to.
    push: str = ""
    #: The directory in its image that a run starts in, where Dockerfiles tell another than Prefect 2's path.
    image_path: str | None = None
    #: Overrides that went into the work pool's template.
    in_template: frozenset[str] = frozenset()
    #: Whether its parameters don't fit the types of its flow's arguments.
    misfits: bool = False
    #: Settings of the block that are not in the work pool's template.
    own_variables: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name as people say it: without the quotes of a shell; an expression as it is spelled."""
        return str(self.name.literal) if self.name.known and self.name.literal is not None else self.name.text

    @property
    def is_prefect_2(self) -> bool:
        return self.kind in ("build_from_flow", "constructor", "deployment_yaml", "cli_build")


@dataclass(slots=True)
class Agent:
    """A `prefect agent start` (or, in Prefect 3, `prefect worker start`) somewhere in the repository."""

    site: Site
    command: str
    queues: list[Value] = field(default_factory=list)
    pool: Value | None = None
    kind: Literal["agent", "worker"] = "agent"


@dataclass(slots=True)
class DeploymentCommand:
    """A command about deployments that are written down elsewhere: `deployment apply`, `set-schedule` and the like.

    `verb` is the command's path; `deployments` those that it is about, as far as they are known.
    """

    site: Site
    verb: tuple[str, ...]
    deployments: list[Deployment] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """Everything that the repository says about deployments; made from all files before any is rewritten."""

    target: tuple[int, int]
    flows: list[Flow] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    pools: dict[str, WorkPool] = field(default_factory=dict)
    #: Which pools the deployments of each queue went to, in the order found.
    pools_of_queue: dict[str, list[str]] = field(default_factory=dict)
    #: Queues with a deployment whose infrastructure, and so whose pool, nothing here tells.
    queues_of_unknown_pools: set[str] = field(default_factory=set)
    #: Pools of agents whose deployments need several typed ones -> those.
    split_pools: dict[str, list[str]] = field(default_factory=dict)
    #: The pools that an earlier run, or an earlier round of this one, wrote the script for, and their types.
    made_pools: dict[str, str] = field(default_factory=dict)
    #: Commands that register or change deployments.
    commands: list[DeploymentCommand] = field(default_factory=list)
    #: Generated manifests; those that a command makes anew are in no other list.
    manifests: list[Deployment] = field(default_factory=list)
    #: What a verification runs, in order.
    registering: list[Registering] = field(default_factory=list)

    def deployments_in(self, path: str) -> list[Deployment]:
        """The deployments that a file defines."""
        return [deployment for deployment in self.deployments if deployment.site.path == path]
