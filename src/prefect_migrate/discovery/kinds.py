"""Which kind of file a name tells."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Dialect = Literal["sh", "make", "bat", "powershell", "argv"]

PYTHON = "python"
SHELL = "shell"
MAKE = "make"
BATCH = "bat"
POWERSHELL = "powershell"
REQUIREMENTS = "requirements"
PREFECT_YAML = "prefect-yaml"
YAML = "yaml"
DOCKERFILE = "dockerfile"
PYPROJECT = "pyproject"
SETUP = "setup"
PIPFILE = "pipfile"
DOTENV = "dotenv"
TOML = "toml"
JSON = "json"
MARKDOWN = "markdown"
NOTEBOOK = "notebook"
TERRAFORM = "terraform"
INI = "ini"
JUSTFILE = "justfile"
JINJA = "jinja"
GROOVY = "groovy"
CODE = "code"
XML = "xml"

#: All of them, and that of a file that no name and no first line told.
ALL = frozenset(
    {PYTHON, SHELL, MAKE, BATCH, POWERSHELL, REQUIREMENTS, PREFECT_YAML, YAML, DOCKERFILE, PYPROJECT, SETUP, PIPFILE,
     DOTENV, TOML, JSON, MARKDOWN, NOTEBOOK, TERRAFORM, INI, JUSTFILE, JINJA, GROOVY, CODE, XML,
     "unknown"}
)  # fmt: skip
#: The kinds in which Python may stand: here-documents and blocks of code.
EMBEDDING = frozenset({SHELL, YAML, DOCKERFILE, GROOVY, TERRAFORM, JUSTFILE, MARKDOWN})
#: The kinds whose whole text is a list of commands; the value is the command reader's dialect.
COMMAND_DIALECTS: dict[str, Dialect] = {SHELL: "sh", MAKE: "make", BATCH: "bat", POWERSHELL: "powershell"}

_SUFFIXES = {
    "py": PYTHON,
    "pyw": PYTHON,
    "sh": SHELL,
    "bash": SHELL,
    "zsh": SHELL,
    "ksh": SHELL,
    "fish": SHELL,
    "bats": SHELL,
    "command": SHELL,
    "mk": MAKE,
    "bat": BATCH,
    "cmd": BATCH,
    "ps1": POWERSHELL,
    "yaml": YAML,
    "yml": YAML,
    "dockerfile": DOCKERFILE,
    "env": DOTENV,
    "toml": TOML,
    "md": MARKDOWN,
    "markdown": MARKDOWN,
    "mdx": MARKDOWN,
    "rst": MARKDOWN,
    "adoc": MARKDOWN,
    "org": MARKDOWN,
    "asciidoc": MARKDOWN,
    "ipynb": NOTEBOOK,
    "tf": TERRAFORM,
    "tfvars": TERRAFORM,
    "hcl": TERRAFORM,
    "nomad": TERRAFORM,
    "tpl": TERRAFORM,
    "tftpl": TERRAFORM,
    "service": INI,
    "ini": INI,
    "conf": INI,
    "cfg": INI,
    "container": INI,
    "just": JUSTFILE,
    "j2": JINJA,
    "jinja": JINJA,
    "jinja2": JINJA,
    "tmpl": JINJA,
    "gotmpl": JINJA,
    "template": JINJA,
    "groovy": GROOVY,
    "jenkinsfile": GROOVY,
    "bicep": CODE,
    "plist": XML,
    "nix": CODE,
    "smk": CODE,
    "xsh": SHELL,
    "cron": SHELL,
    "desktop": INI,
    "properties": DOTENV,
}
_NAMES = {
    "prefect.yaml": PREFECT_YAML,
    "makefile": MAKE,
    "gnumakefile": MAKE,
    "procfile": SHELL,
    "jenkinsfile": GROOVY,
    "crontab": SHELL,
    "justfile": JUSTFILE,
    ".justfile": JUSTFILE,
    ".envrc": SHELL,
    ".bashrc": SHELL,
    ".bash_profile": SHELL,
    ".bash_aliases": SHELL,
    ".zshrc": SHELL,
    ".zprofile": SHELL,
    ".profile": SHELL,
    "env.list": DOTENV,
    "earthfile": DOCKERFILE,
    "vagrantfile": CODE,
    "tiltfile": CODE,
    "snakefile": CODE,
    "app.json": JSON,
    ".env": DOTENV,
    "env": DOTENV,
    "pipfile": PIPFILE,
    "pyproject.toml": PYPROJECT,
    "setup.cfg": SETUP,
}
#: What a user copies to the name without it: `prod.env.example`, `terraform.tfvars.sample`.
_EXAMPLES = frozenset({"example", "sample", "dist", "default", "defaults"})
#: The kinds that are read as they are with a template's expressions in them: `Makefile.j2`, `start.sh.tmpl`.
_TEMPLATES = frozenset({SHELL, MAKE, JUSTFILE, BATCH, POWERSHELL, DOTENV, MARKDOWN, DOCKERFILE})
_REQUIREMENTS = re.compile(
    r"(^|[-_.])(?:(?:requirements|constraints)[-_.\w]*"
    r"|(?:reqs?|requires?|requirement|dep(?:endencie)?s|freeze|frozen|packages?|package_?list)(?:[-_.]\w+)*)\.(?:txt|in)$"
    r"|^requirements/[^/]+\.(txt|in)$"
)
_CONTAINER = re.compile(r"(docker|container)file([-._]|$)")
#: Text that tells a reader what to run.
_NOTES = re.compile(
    r"(?:^|[^a-z])(?:read_?me|install|instruct|usage|command|how_?to|step|notes?|prefect|deploy|set_?up|cheat_?sheet)"
    r"[^/]*$"
)
_SUPERVISOR = re.compile(r"supervisor[-_.\w]*\.conf$")
#: Job templates and task definitions; other JSON is data.
_JOB_JSON = re.compile(
    r"(job|task|template|deploy|manifest|container|agent|worker|prefect|package(?!-lock)|launch|stack|ecs"
    r"|def|pod|railway|cloudformation|cfn|compose|helm|values|nomad|pipeline|\.tf\.)[^/]*$"
)
#: Programs in other languages that say what a cloud or a process manager has to run.
_INFRASTRUCTURE = re.compile(
    r"(?:stack|infra|cdk|pulumi|ecosystem|deploy|ecs|fargate|prefect|agent|worker)[^/]*\.[cm]?[jt]s$"
)
#: Services of Windows, its scheduled tasks and Ant's build files; other XML is data.
_XML = re.compile(r"(?:build|service|winsw|launch|agent|worker|prefect|task)[^/]*\.xml$")
#: The folders that tell something about the files in them.
_TELLING_FOLDERS = frozenset({"work-pools", "cron.d", "requirements"})
#: Comments and empty lines, then an import.
_IMPORT = re.compile(
    rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
    rb"(?:from[ \t]+[\w.]+[ \t]+import[ \t]|import[ \t]+\w[\w.]*(?:[ \t]+as[ \t]+\w+)?[ \t]*(?:[,;#\r][^\n]*)?\n)"
)
#: Comments, empty lines and `ARG`, then an image.
_FROM = re.compile(rb"(?:[ \t]*(?:#[^\n]*|ARG[ \t][^\n]*)?\r?\n)*FROM[ \t]+[\w.$-]")
_SHEBANG = re.compile(rb"#![^\n]*?\b(python|bash|sh|zsh|ksh|dash)")


def kind_of(path: str) -> str | None:
    """The kind that a relative path tells; "" when only the first bytes can tell; None for none of ours."""
    folder, _, name = path.lower().rpartition("/")
    folder = folder.rpartition("/")[2]
    return _kind_of(folder if folder in _TELLING_FOLDERS else "", name)


@lru_cache(maxsize=4096)  # a tree has most of its names many times: __init__.py, strings.json
def _kind_of(folder: str, name: str) -> str | None:
    kind = _NAMES.get(name)
    if kind is not None:
        return kind
    stem, dot, suffix = name.rpartition(".")
    kind = _SUFFIXES.get(suffix) if stem else None
    if suffix in _EXAMPLES and stem and (inner := kind_of(stem)):
        return YAML if inner == PREFECT_YAML else inner
    if kind == JINJA and (inner := kind_of(stem)) in _TEMPLATES:
        return inner
    if kind is not None:
        return kind
    return _kind_of_name(folder, name, has_suffix=bool(dot))


def _kind_of_name(folder: str, name: str, *, has_suffix: bool) -> str | None:
    if name.startswith("makefile."):
        return MAKE
    if name.startswith(".env."):
        return DOTENV
    if _CONTAINER.match(name):
        return DOCKERFILE
    if _SUPERVISOR.match(name):
        return INI
    if name.endswith(".json"):
        return JSON if folder == "work-pools" or _JOB_JSON.search(name) else None
    if _XML.search(name):
        return XML
    if name.startswith("jenkinsfile."):
        return GROOVY
    if name.startswith(("procfile.", "crontab")) or folder == "cron.d":
        return SHELL
    if _INFRASTRUCTURE.search(name):
        return CODE
    if has_suffix:
        if name.endswith((".txt", ".in")) and (_REQUIREMENTS.search(name) or folder == "requirements"):
            return REQUIREMENTS
        return MARKDOWN if name.endswith(".txt") and _NOTES.search(name) else None
    return ""


def kind_of_start(path: str, head: bytes) -> str | None:
    """The kind that the first lines of a file tell whose name does not: a script's, a module's, a Dockerfile's.

    Otherwise a name such as INSTALL or "How to deploy" tells that people are to read it.
    """
    match = _SHEBANG.match(head)
    if match is not None:
        return PYTHON if match.group(1) == b"python" else SHELL
    if _FROM.match(head):
        return DOCKERFILE
    if _IMPORT.match(head):
        return PYTHON
    return MARKDOWN if b"\0" not in head and _NOTES.search(path.lower().rpartition("/")[2]) else None
