"""The script that makes the data, on a small dump."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.derive_cli import main, option


def entry(*params: dict[str, Any], aliases: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"aliases": list(aliases), "params": list(params)}


def test_option() -> None:
    assert option(["-q", "--queue"], True, True) == (
        "--queue",
        {"short": ["-q"], "takes_value": True, "multiple": True},
    )
    assert option(["--a", "--no-a"], False, False) == ("--a", {"off": ["--no-a"]})
    assert option(["--a", "--b", "--no-a", "--no-b"], False, False) == (
        "--a",
        {"long": ["--b"], "off": ["--no-a", "--no-b"]},
    )
    assert option(["--no-schedule"], False, False) == ("--no-schedule", {})
    assert option(["--analytics-on", "--analytics-off"], False, False) == (
        "--analytics-on",
        {"off": ["--analytics-off"]},
    )
    assert option(["-y"], False, False) == ("-y", {"short": ["-y"]})


def dump(**v2_options: object) -> dict[str, Any]:
    path = {"flags": ["path"], "kind": "argument", "name": "path", "nargs": -1, "required": True}
    flag = {"flags": ["--yes", "-y"], "kind": "option", "name": "yes", "is_flag": True}
    value = {"flags": ["--job-variable"], "kind": "option", "name": "job_variables", "type": "list[str] | None"}
    keyword = {"flags": ["--name"], "kind": "argument", "name": "name", "also_keyword": True}
    root = {"flags": ["--profile", "-p"], "kind": "option", "name": "profile"}
    return {
        "tree_2_20_26": {
            "prefect": entry(root),
            "prefect deploy": entry(),
            "prefect agent": entry(),
            "prefect agent start": entry(),
            "prefect server": entry(),
            "prefect server stop": entry(path, flag, aliases=("halt",)),
        },
        "tree_3_8_8": {"prefect": entry(), "prefect deploy": entry(value, keyword)},
        "diff": {
            "prefect orion": entry(),
            "prefect orion stop": {**entry(), "v2_options": {"--yes": {}, **v2_options}},
            "prefect server halt": entry(),
        },
    }


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: dict[str, Any]) -> None:
    (tmp_path / "cli.json").write_text(json.dumps(data))
    monkeypatch.setattr("sys.argv", ["derive_cli", str(tmp_path / "cli.json"), "--into", str(tmp_path)])
    main()


def test_trees(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run(monkeypatch, tmp_path, dump())
    two, three = (json.loads((tmp_path / f"cli{major}.json").read_text()) for major in (2, 3))
    assert (two["framework"], three["framework"]) == ("click", "cyclopts")
    assert two["aliases"] == {"server halt": "server stop"}
    stop = {
        "options": {"--yes": {"short": ["-y"]}},
        "positionals": [{"name": "path", "required": True, "multiple": True}],
    }
    assert two["commands"]["server stop"] == two["commands"]["orion stop"] == stop
    assert two["commands"]["agent start"]["options"]["--regex"] == {"short": ["-r"], "takes_value": True}
    assert three["commands"]["deploy"] == {
        "options": {
            "--job-variable": {"takes_value": True, "multiple": True, "short": ["-jv"]},
            "--name": {"takes_value": True},
        },
        "positionals": [{"name": "name"}],
    }
    assert three["commands"][""]["options"] == {"--profile": {"short": ["-p"], "takes_value": True}}


def test_option_that_nobody_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--strange"):
        run(monkeypatch, tmp_path, dump(**{"--strange": {}}))
