"""Derive `commands/cli2.json` and `cli3.json` from the dump of both command trees.

    python tools/derive_cli.py CLI_JSON

The dump has the trees of 2.20.26 (typer) and 3.8.8 (cyclopts), and for commands and options that went away earlier
only their spellings: `BORROWED` and `GONE` say what those take.  The script fails if a spelling stays unexplained.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
TARGET = Path(__file__).resolve().parent.parent / "src/prefect_migrate/commands"

#: Commands that only got another name: they take what that one takes.
BORROWED = {"orion": "server", "project init": "init", "kubernetes manifest orion": "kubernetes manifest server"}
#: Options that 2.20 has no longer, and what the samples of the dump missed: command -> spellings, `=` takes a value.
GONE = {
    "agent start": ["--regex -r ="],
    "deploy": ["--flow -f =", "--ci"],
    "project clone": ["--deployment -d =", "--id -i ="],
    "project init": ["--name =", "--recipe =", "--field -f =+"],
    "project recipe ls": [],
    "project register-flow": ["--force -f"],
    "kubernetes manifest orion": ["--image-tag -i =", "--namespace -n =", "--log-level ="],
    # of the beta releases
    "deployment create": [],
}
GONE_POSITIONALS = {"project register-flow": ["entrypoint"], "deployment create": ["path"]}
#: Handled before the command line is parsed, hence in no tree.
REWRITTEN_IN_3 = {"--job-variable": "-jv", "--concurrency-limit": "-cl"}


def is_negative(flag: str) -> bool:
    return flag.startswith(("--no-", "--empty-")) or flag.endswith("-off")


def option(flags: Iterable[str], takes_value: bool, multiple: bool) -> tuple[str, Row]:
    """The option's main long spelling, and the rest: other long ones, short ones, those that switch it off."""
    spelled = list(flags)
    long = [flag for flag in spelled if flag.startswith("--")]
    short = [flag for flag in spelled if not flag.startswith("--")]
    positive = [flag for flag in long if not is_negative(flag)] or long
    off = [flag for flag in long if flag not in positive]
    row: Row = {"short": short, "long": positive[1:], "off": off, "takes_value": takes_value, "multiple": multiple}
    return (positive or short)[0], {key: value for key, value in row.items() if value}


def command(entry: Row) -> Row:
    """Options and positionals of one command of a tree."""
    options: dict[str, Row] = {}
    positionals = []
    for param in entry["params"]:
        several = bool(param.get("multiple")) or param.get("nargs") == -1 or "list" in str(param.get("type"))
        if param["kind"] == "argument":
            positional = {"name": param["name"], "required": bool(param.get("required")), "multiple": several}
            positionals.append({key: value for key, value in positional.items() if value})
        if param["kind"] == "option" or param.get("also_keyword"):
            name, row = option(param["flags"], not param.get("is_flag"), several)
            options[name] = row
    return {"options": options, "positionals": positionals}


def switch(spelling: str) -> tuple[str, Row]:
    flags = [flag for flag in spelling.split() if flag.startswith("-")]
    return option(flags, "=" in spelling, "+" in spelling)


def relative(path: str) -> str:
    return path.removeprefix("prefect").strip()


def read_tree(tree: dict[str, Row]) -> dict[str, Row]:
    return {relative(path): command(entry) for path, entry in tree.items()}


def aliases(entries: dict[str, Row]) -> dict[str, str]:
    """alias path -> canonical path, both without `prefect`."""
    found = {}
    for path, entry in entries.items():
        parent = relative(path).rpartition(" ")[0]
        for alias in entry["aliases"]:
            found[f"{parent} {alias}".strip()] = relative(path)
    return found


def add_gone(commands: dict[str, Row], diff: dict[str, Row], known: dict[str, str]) -> None:
    """Add what 2.20 has no longer."""
    for path in map(relative, diff):
        if path not in commands and path not in known:
            commands[path] = {"options": {}, "positionals": []}
        for new, old in BORROWED.items():
            source = old + path[len(new) :]
            if (path == new or path.startswith(f"{new} ")) and source in commands:
                commands[path] = commands[source]
    for path, spellings in GONE.items():
        entry = commands.setdefault(path, {"options": {}, "positionals": []})
        entry["options"] = {**entry["options"], **dict(map(switch, spellings))}
        entry["positionals"] = [
            *entry["positionals"],
            *({"name": name, "required": True} for name in GONE_POSITIONALS.get(path, [])),
        ]


def spellings(entry: Row) -> set[str]:
    """Every way to write an option of a command."""
    found = set(entry["options"])
    for row in entry["options"].values():
        found.update(row.get("short", ()), row.get("long", ()), row.get("off", ()))
    return found


def check(commands: dict[str, Row], diff: dict[str, Row], known: dict[str, str]) -> None:
    for path, row in diff.items():
        entry = commands[known.get(relative(path), relative(path))]
        missing = {*row.get("v2_options", ()), *row.get("options_removed", ())} - spellings(entry)
        if missing:
            raise SystemExit(f"{path}: say in GONE what {sorted(missing)} take")


def tree2(dump: Row) -> Row:
    commands = read_tree(dump["tree_2_20_26"])
    known = {**aliases(dump["diff"]), **aliases(dump["tree_2_20_26"])}
    known = {alias: path for alias, path in known.items() if alias not in commands}
    add_gone(commands, dump["diff"], known)
    check(commands, dump["diff"], known)
    return {"aliases": known, "commands": commands}


def tree3(dump: Row, root: Row) -> Row:
    commands = read_tree(dump["tree_3_8_8"])
    commands[""] = root  # a meta app takes the global options, so the tree does not show them
    for entry in commands.values():
        for name, short in REWRITTEN_IN_3.items():
            if name in entry["options"]:
                row = entry["options"][name]
                entry["options"][name] = {**row, "short": [*row.get("short", []), short]}
    return {"aliases": aliases(dump["tree_3_8_8"]), "commands": commands}


def write(path: Path, framework: str, tree: Row) -> None:
    """One command a line, so that a diff shows which one changed."""
    lines = [f'"framework": {json.dumps(framework)}', f'"aliases": {json.dumps(tree["aliases"], sort_keys=True)}']
    rows = [f"{json.dumps(path)}: {json.dumps(row)}" for path, row in sorted(tree["commands"].items())]
    lines.append('"commands": {\n' + ",\n".join(rows) + "\n}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("cli_json", type=Path)
    parser.add_argument("--into", type=Path, default=TARGET)
    arguments = parser.parse_args()
    dump = json.loads(arguments.cli_json.read_text("utf-8"))
    two = tree2(dump)
    write(arguments.into / "cli2.json", "click", two)
    write(arguments.into / "cli3.json", "cyclopts", tree3(dump, two["commands"][""]))


if __name__ == "__main__":
    main()
