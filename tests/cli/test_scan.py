from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from prefect_migrate.cli.main import main
from tests.conftest import FLOWS, MakeProject

DEPLOY = """\
from prefect.deployments import Deployment
from flows import etl

Deployment.build_from_flow(etl, "nightly").apply()
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_clean_is_0(make_project: MakeProject) -> None:
    result = run("scan", make_project({"flows.py": FLOWS}))
    assert result.exit_code == 0
    assert "No findings for Prefect 3.8" in result.output


def test_findings_are_1(make_project: MakeProject) -> None:
    result = run("scan", make_project({"flows.py": FLOWS, "deploy.py": DEPLOY}))
    assert result.exit_code == 1
    assert "deploy.py" in result.output
    assert "4:1" in result.output
    assert "PM101" in result.output
    assert "work-pools/create.sh" in result.output


def test_a_missing_path_is_2() -> None:
    result = run("scan", "no-such-folder")
    assert result.exit_code == 2
    assert "no-such-folder: there is no such file or directory" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "2.20"], "not a minor version of Prefect 3"),
        (["--target", "3.99"], "newer than what this release knows"),
        (["--select", "XX1"], "no rule has the code or name 'XX1'"),
        (["--ignore", "nonsense"], "no rule has the code or name 'nonsense'"),
    ],
)
def test_wrong_use_is_2(make_project: MakeProject, arguments: list[str], message: str) -> None:
    result = run("scan", make_project({"flows.py": FLOWS}), *arguments)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[tool.prefect-migrate]\ntargt = '3.8'\n", "tool.prefect-migrate.targt"),
        ("[tool.prefect-migrate]\ntarget-style = 'yaml'\n", "tool.prefect-migrate.target-style"),
        ("[tool.prefect-migrate", "pyproject.toml"),
    ],
)
def test_wrong_configuration_is_2(make_project: MakeProject, toml: str, message: str) -> None:
    result = run("scan", make_project({"pyproject.toml": toml}))
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_configuration_names_pools(make_project: MakeProject) -> None:
    toml = '[tool.prefect-migrate.work-pools]\ndefaults = {process = "local-process-pool"}\n'
    result = run("scan", make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "pyproject.toml": toml}))
    assert "local-process-pool (process)" in result.output


def test_select_and_ignore(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "requirements.txt": "prefect==2.1\n"})
    assert "PM501" not in run("scan", folder, "--select", "PM1").output
    assert "PM101" not in run("scan", folder, "--ignore", "PM1,PM3").output
    assert "PM501" in run("scan", folder, "--select", "requirements-pin").output


def test_exclude_and_gitignore(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, ".gitignore": "deploy.py\n", ".git/HEAD": ""})
    assert run("scan", folder).exit_code == 0
    assert run("scan", folder, "--no-gitignore").exit_code == 1
    assert run("scan", folder, "--no-gitignore", "--exclude", "deploy*").exit_code == 0


def test_environments_and_vendored_trees_are_skipped(make_project: MakeProject) -> None:
    folder = make_project(
        {
            ".venv/lib/deploy.py": DEPLOY,
            "env/pyvenv.cfg": "",
            "env/deploy.py": DEPLOY,
            "my-env/pyvenv.cfg": "",
            "my-env/deploy.py": DEPLOY,
            "third_party/x/deploy.py": DEPLOY,
        }
    )
    assert run("scan", folder).exit_code == 0


def test_single_files_are_relative_to_here(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_project({"a/flows.py": FLOWS, "a/deploy.py": DEPLOY})
    monkeypatch.chdir(folder)
    report = json.loads(run("scan", "a/deploy.py", "a/flows.py", "--format", "json").output)
    assert {finding["path"] for finding in report["findings"]} == {"a/deploy.py"}


def test_json_is_the_contract(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    report = json.loads(run("scan", folder, "--format", "json", "--select", "PM101").output)
    assert list(report) == ["schema_version", "tool", "target", "findings", "inventory", "summary"]
    (finding,) = report["findings"]
    assert (finding["line"], finding["column"], finding["end_line"], finding["end_column"]) == (4, 1, 4, 43)
    assert finding["applicability"] == "safe"
    assert finding["fix"] == {"title": "Use flow.deploy()"}
    (deployment,) = report["inventory"]["deployments"]
    assert deployment["name"] == "nightly"
    assert deployment["flow"] == "etl"
    assert deployment["entrypoint"] == "flows.py:etl"
    assert deployment["work_pool"] == "process-pool"
    assert report["summary"]["by_code"] == {"PM101": 1}


def test_a_name_that_is_not_literal_has_its_expression(make_project: MakeProject) -> None:
    deploy = DEPLOY.replace('"nightly"', 'f"nightly-{env}"')
    report = json.loads(run("scan", make_project({"flows.py": FLOWS, "deploy.py": deploy}), "--format", "json").output)
    (deployment,) = report["inventory"]["deployments"]
    assert deployment["name"] is None
    assert deployment["name_expression"] == 'f"nightly-{env}"'


def test_fingerprints_survive_other_edits(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY * 2})
    before = json.loads(run("scan", folder, "--format", "json").output)["findings"]
    (folder / "deploy.py").write_text("# a new line\n" + DEPLOY * 2)
    after = json.loads(run("scan", folder, "--format", "json").output)["findings"]
    assert [finding["fingerprint"] for finding in before] == [finding["fingerprint"] for finding in after]
    assert len({finding["fingerprint"] for finding in before}) == len(before)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"from prefect import flow\nprint 'x'\n", 2),
        (b"# prefect\nname = '\xe9'\n", 2),
        (b"# prefect\nx = 1\n\x00\n", 1),
        (b"# -*- coding: nonsense -*-\n# prefect\n", 1),
        (b"# prefect\n" + b"(" * 3000 + b")" * 3000, 1),
    ],
)
def test_a_broken_file_is_a_finding(make_project: MakeProject, content: bytes, line: int) -> None:
    report = json.loads(run("scan", make_project({"broken.py": content}), "--format", "json").output)
    (finding,) = report["findings"]
    assert finding["code"] == "PM902"
    assert finding["applicability"] == "manual"
    assert finding["line"] >= line


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_a_finding(make_project: MakeProject) -> None:
    folder = make_project({"secret.py": FLOWS})
    (folder / "secret.py").chmod(0)
    assert "PM901" in run("scan", folder).output


def test_a_huge_file_is_a_finding(make_project: MakeProject) -> None:
    folder = make_project({"huge.py": b"# prefect\n" + b"x = 1\n" * 800_000})
    assert "PM901" in run("scan", folder).output


def test_python_dash_m(make_project: MakeProject) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prefect_migrate", "scan", str(make_project({"flows.py": FLOWS}))],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_scanning_imports_neither_prefect_nor_libcst(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    code = (
        "import sys\nfrom prefect_migrate.cli.main import main\n"
        f"try: main(['scan', {str(folder)!r}])\nexcept SystemExit: pass\n"
        "print(sorted({'prefect', 'libcst'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_rules_and_explain() -> None:
    listed = run("rules").output
    assert "PM101" in listed
    text = run("explain", "PM101").output
    assert "build-from-flow" in text
    assert "Before (deploy.py)" in text
    assert run("explain", "build-from-flow").output == text
    assert run("explain", "PM000").exit_code == 2
    assert {row["code"] for row in json.loads(run("rules", "--format", "json").output)} >= {"PM101", "PM501"}


def test_a_manifest_that_is_no_toml_is_reported_where_it_keeps_prefect_2(make_project: MakeProject) -> None:
    pins = 'prefect = "^2.10"\nprefect-aws = {version = "0.3"}\n'
    toml = f"[tool.poetry]\nname = {{{{ name }}}}\n\n[tool.poetry.dependencies]\n{pins}"
    report = json.loads(run("scan", make_project({"pyproject.toml": toml}), "--format", "json").output)
    assert [(finding["code"], finding["line"]) for finding in report["findings"]] == [("PM502", 5), ("PM502", 6)]


@pytest.mark.parametrize("name", ["big.ipynb", "big.yaml", "Dockerfile", "big.md", "big.tf", ".env", "setup.cfg"])
def test_a_file_that_is_too_large_is_told(make_project: MakeProject, name: str) -> None:
    folder = make_project({name: b"# prefect agent start\n" + b"#" * 4_000_001})
    assert "PM901" in run("scan", folder).output


def test_a_dump_of_documents_is_passed_over(make_project: MakeProject) -> None:
    folder = make_project({"docs/prefect-full.txt": "prefect agent start -q x\n" * 200_000})
    assert "PM901" not in run("scan", folder).output
