"""Writer: what stays of a script that others run, when prefect.yaml or a work pool has all that it did."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import PurePosixPath

from prefect_migrate.findings import Changes
from prefect_migrate.plan.model import Plan
from prefect_migrate.source.text import SourceText, UnreadableText
from prefect_migrate.writers.cli_deploy import deploy_name
from prefect_migrate.writers.work_pools import SCRIPT


def stand_in(plan: Plan, path: str, changes: Sequence[Changes], before: bytes) -> str:
    """A script that registers, with the commands of Prefect 3, what the one at `path` did; `before` is what it was."""
    names = names_by_folder(plan, changes)
    what = ["prefect.yaml has its deployments"] if names else []
    here = PurePosixPath(path).parent
    places = {
        folder: "HERE" if folder != "." and here == PurePosixPath(folder) else below("ROOT", folder) for folder in names
    }
    runs = [deploy_command(found, places[folder], _INDENT, _INDENT, _WIDTH) for folder, found in names.items()]
    if any(change.pools for change in changes):
        what.append(f"{SCRIPT} makes its work pools")
        runs.insert(0, f'subprocess.run(["bash", ROOT / "{SCRIPT}"], check=True)')
    says = f"Other files name this script: {' and '.join(what)}."
    code = "\n".join(f"    {run}" for run in runs)
    above = {"ROOT": up(path), "HERE": "parent"}
    folders = "".join(f"{name} = Path(__file__).resolve().{it}\n" for name, it in above.items() if name in code)
    text = _SCRIPT.format(folders=folders, runs=code)
    script = _head(before, says) + (text if names else text.replace("import sys\n", ""))
    # a line of Windows in front would keep the interpreter from being found
    return script.replace("\n", "\r\n") if b"\r\n" in before and not script.startswith("#!") else script


def names_by_folder(plan: Plan, changes: Sequence[Changes]) -> dict[str, list[str]]:
    """The folder of a prefect.yaml -> how `prefect deploy --name` names the deployments that moved there."""
    names: dict[str, list[str]] = {}
    for deployment in (deployment for change in changes for deployment in change.to_yaml):
        known = names.setdefault(deployment.working_directory, [])
        name = deploy_name(plan, deployment)
        known += [name] if name not in known else []
    return names


def _head(script: bytes, says: str) -> str:
    """What tells what runs a script and whose it is, and what it is now.

    Of comments at its top, and of its docstring, only those with a license stay: the others tell of what went.
    """
    try:
        text = SourceText.python(script).text
    except UnreadableText:
        return f'"""{says}"""\n'
    lines = text.replace("\r\n", "\n").splitlines()
    first = lines[0] if lines and lines[0].startswith("#!") else ""
    comments = list(takewhile(lambda line: line.startswith("#"), lines[1 if first else 0 :]))
    comments = [line for line in comments if not _CODING.match(line)]
    block = "\n".join([*filter(None, [first]), *(comments if _LICENSE.search("\n".join(comments)) else [])])
    docstring = _license(text)
    told = f'"""{docstring}\n\n{says}\n"""\n' if docstring else f'"""{says}"""\n'
    return f"{block}\n{told}" if block else told


def _license(script: str) -> str:
    """The docstring of a script if it has a license, in a form that can be written down again."""
    try:
        docstring = ast.get_docstring(ast.parse(script)) or ""
    except (SyntaxError, ValueError):
        return ""
    plain = "\\" not in docstring and '"""' not in docstring
    return docstring if plain and _LICENSE.search(docstring) else ""


_LICENSE = re.compile(r"licen[sc]e|copyright|\(c\)|©|SPDX-|all rights reserved", re.IGNORECASE)
_CODING = re.compile(r"#.*?coding[:=]")
_WIDTH, _INDENT = 88, " " * 4
_SCRIPT = """\

import subprocess
import sys
from pathlib import Path

{folders}
if __name__ == "__main__":
{runs}
"""


def up(path: str) -> str:
    """The attribute of a script's `Path` that is the root of the repository."""
    depth = len(PurePosixPath(path).parent.parts)
    return "parent" if depth == 0 else f"parents[{depth}]"


def below(root: str, folder: str) -> str:
    """The expression of a folder below the one that the expression `root` is."""
    return root if folder == "." else f"{root} / {_text(folder)}"


def beside(path: str, folder: str) -> str:
    """The expression of a folder of the repository in a script at `path`."""
    above = [str(parent) for parent in PurePosixPath(path).parents]
    if folder in above:
        depth = above.index(folder)
        return f"Path(__file__).resolve().{'parent' if not depth else f'parents[{depth}]'}"
    return below(f"Path(__file__).resolve().{up(path)}", folder)


def deploy_command(names: Sequence[str], cwd: str, indent: str, step: str, width: int | None) -> str:
    """The call that runs `prefect deploy` in the directory that the expression `cwd` is.

    Its first line will stand behind `indent`, each level below it `step` deeper; in one line for a width of None.
    """
    parts = [
        'sys.executable, "-m", "prefect", "--no-prompt", "deploy"',
        *(f'"--name", {_text(name)}' for name in names),
    ]
    line = f"subprocess.run([{', '.join(parts)}], cwd={cwd}, check=True)"
    if width is None or len(indent + line) <= width:
        return line
    inner = indent + step
    arguments = f"{inner}[{', '.join(parts)}],\n"
    if len(arguments) > width + 1:
        arguments = f"{inner}[\n{''.join(f'{inner}{step}{part},{chr(10)}' for part in parts)}{inner}],\n"
    return f"subprocess.run(\n{arguments}{inner}cwd={cwd},\n{inner}check=True,\n{indent})"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
