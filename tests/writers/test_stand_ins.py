"""A script that others name goes on doing what it did, though prefect.yaml or a work pool has all that it said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import FLOWS, MakeProject, apply_twice

DEPLOY = """\
from flows import etl
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer

Deployment.build_from_flow(etl, "a b", infrastructure=DockerContainer(image="me/etl:1")).apply()
"""
#: Stands for Prefect: says where it runs, and with which arguments.
PREFECT = "import os, sys\nprint(os.path.basename(os.getcwd()), sys.argv[1:])\n"


def migrated(folder: Path, name: str) -> str | None:
    return apply_twice(folder)[name]


def run(folder: Path, script: str) -> str:
    """What the script prints where nothing but a stand-in of Prefect is to be found, from another directory."""
    (folder / "lib/prefect").mkdir(parents=True)
    (folder / "lib/prefect/__init__.py").touch()
    (folder / "lib/prefect/__main__.py").write_text(PREFECT)
    command = [sys.executable, str(folder / script)]
    done = subprocess.run(
        command, cwd="/", env={"PYTHONPATH": str(folder / "lib")}, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("caller", ["Makefile", "README.md", ".github/workflows/ci.yml", "run.py"])
def test_a_script_that_others_name(make_project: MakeProject, caller: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, caller: "deploy: deploy.py\n"})
    text = migrated(folder, "deploy.py")
    assert text is not None
    assert text.startswith('"""Other files name this script: prefect.yaml has its deployments."""\n')
    assert run(folder, "deploy.py") == f"{folder.name} ['--no-prompt', 'deploy', '--name', 'a b']\n"


@pytest.mark.parametrize(
    ("caller", "stays"),
    [
        ("import deploy\n", True),
        ("import deploy as d, os\n", True),
        ("import os.deploy\n", False),
        ("from deploy2 import deploy\n", False),
    ],
)
def test_a_script_that_is_imported(make_project: MakeProject, caller: str, stays: bool) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "all.py": caller})
    assert (migrated(folder, "deploy.py") is not None) == stays
    assert not stays or run(folder, "all.py") == ""


def test_a_script_that_names_its_interpreter(make_project: MakeProject) -> None:
    deploy = f"#!/usr/bin/env python\r\n# ours\r\n{DEPLOY}"
    folder = make_project({"flows.py": FLOWS, "deploy.py": deploy, "run.sh": "./deploy.py\n"})
    assert (migrated(folder, "deploy.py") or "").startswith('#!/usr/bin/env python\n"""Other files name')


LICENSE = "# Copyright 2023 me\n#\n# Licensed under the Apache License.\n"
OTHERS = '"""Other files name this script: prefect.yaml has its deployments."""\n'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f"{LICENSE}\n", f"{LICENSE}{OTHERS}"),
        (f"#!/usr/bin/env python\r\n# -*- coding: utf-8 -*-\r\n{LICENSE}", f"#!/usr/bin/env python\n{LICENSE}{OTHERS}"),
        ("# Deploys to production\n", OTHERS),
        (f"import os\n{LICENSE}", OTHERS),
        ('"""Deploys."""\n', OTHERS),
        (
            '"""Deploys.\n\nLicense: MIT\n"""\n',
            '"""Deploys.\n\nLicense: MIT\n\nOther files name this script: prefect.yaml has its deployments.\n"""\n',
        ),
        (
            '"""License: "AS IS"."""\n',
            '"""License: "AS IS".\n\nOther files name this script: prefect.yaml has its deployments.\n"""\n',
        ),
        (r'''"""License \\d."""''' + "\n", OTHERS),
    ],
)
def test_a_license_stays(make_project: MakeProject, head: str, expected: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": head + DEPLOY, "run.sh": "./deploy.py\n"})
    assert (migrated(folder, "deploy.py") or "").startswith(f"{expected}\nimport subprocess\n")


def test_a_script_keeps_the_ends_of_its_lines(make_project: MakeProject) -> None:
    deploy = DEPLOY.replace("\n", "\r\n")
    folder = make_project({"flows.py": FLOWS, "deploy.py": deploy, "run.sh": "python deploy.py\n"})
    (folder / "deploy.py").write_bytes(deploy.encode())
    text = migrated(folder, "deploy.py") or ""
    assert text.startswith(OTHERS.replace("\n", "\r\n"))
    assert text.count("\n") == text.count("\r\n")


def test_a_script_whose_namesake_is_named(make_project: MakeProject) -> None:
    files = {"flows.py": FLOWS, "deploy.py": DEPLOY, "other/deploy.py": "print()\n"}
    folder = make_project({**files, "run.sh": "python other/deploy.py\n"})
    assert migrated(folder, "deploy.py") is None


def test_a_script_in_a_folder(make_project: MakeProject) -> None:
    files = {"etl/flows.py": FLOWS, "etl/ops/deploy.py": DEPLOY.replace("from flows", "from etl.flows")}
    folder = make_project({**files, "Makefile": "python etl/ops/deploy.py"})
    assert "ROOT = Path(__file__).resolve().parents[2]\n" in (migrated(folder, "etl/ops/deploy.py") or "")
    assert run(folder, "etl/ops/deploy.py") == f"{folder.name} ['--no-prompt', 'deploy', '--name', 'a b']\n"


def test_a_script_beside_its_prefect_yaml(make_project: MakeProject) -> None:
    folder = make_project({"etl/flows.py": FLOWS, "etl/deploy.py": DEPLOY, "etl/run.sh": "cd etl\npython deploy.py\n"})
    text = migrated(folder, "etl/deploy.py") or ""
    assert "\nHERE = Path(__file__).resolve().parent\n\nif" in text
    assert "ROOT" not in text
    assert run(folder, "etl/deploy.py") == "etl ['--no-prompt', 'deploy', '--name', 'a b']\n"


def test_a_script_with_several_deployments(make_project: MakeProject) -> None:
    call = DEPLOY[DEPLOY.index("Deployment.build") :]
    more = "".join(call.replace("a b", name) for name in ("second", "third"))
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY + more, "Makefile": "python deploy.py"})
    assert '            "--name", "second",\n' in (migrated(folder, "deploy.py") or "")
    names = "'--name', 'a b', '--name', 'second', '--name', 'third'"
    assert run(folder, "deploy.py") == f"{folder.name} ['--no-prompt', 'deploy', {names}]\n"


def test_a_script_that_nothing_names_goes(make_project: MakeProject) -> None:
    assert migrated(make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "Makefile": "all:\n"}), "deploy.py") is None


def test_a_script_that_makes_a_block(make_project: MakeProject) -> None:
    code = "from prefect.infrastructure import Process\n\nProcess(env={'A': '1'}).save('one')\n"
    folder = make_project({"blocks.py": code, "Makefile": "python blocks.py"})
    text = migrated(folder, "blocks.py")
    assert text is not None
    assert text.startswith('"""Other files name this script: work-pools/create.sh makes its work pools."""\n')
    (folder / "work-pools/create.sh").write_text("echo pools\n")
    assert run(folder, "blocks.py") == "pools\n"


IN_IMAGE = ', infrastructure=DockerContainer(image="me/etl:1"))'
STAYS = """\
import asyncio
import sys

from flows import etl
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer


async def main():
    print("first", flush=True)  # before
    d = await Deployment.build_from_flow(etl, "a b"{0}
    await d.apply()
    print("last")


asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("caller", "command"),
    [("docker-compose.yml", "    command: python /app/deploy.py"), ("Makefile", "x:\n\tpython -m deploy")],
)
def test_a_script_that_does_more_registers_where_it_did(make_project: MakeProject, caller: str, command: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": STAYS.format(IN_IMAGE), caller: command})
    text = migrated(folder, "deploy.py")
    assert text == STAYS[: STAYS.index("import sys")] + (
        "import subprocess\n"
        "import sys\n"
        "from pathlib import Path\n"
        "\n"
        "\n"
        "async def main():\n"
        '    print("first", flush=True)  # before\n'
        "    subprocess.run(\n"
        '        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--name", "a b"],\n'
        "        cwd=Path(__file__).resolve().parent,\n"
        "        check=True,\n"
        "    )\n"
        '    print("last")\n'
        "\n"
        "\n"
        "asyncio.run(main())\n"
    )
    assert run(folder, "deploy.py") == f"first\n{folder.name} ['--no-prompt', 'deploy', '--name', 'a b']\nlast\n"


def test_a_script_that_does_more_and_nobody_runs(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": STAYS.format(IN_IMAGE), "README.md": "See deploy.py.\n"})
    assert "subprocess" not in (migrated(folder, "deploy.py") or "")


def test_one_command_registers_all_that_a_script_did(make_project: MakeProject) -> None:
    """In a loop over names, chained, by `apply=True`, and beside another statement."""
    code = (
        "import os\nfrom etl.flows import etl\nfrom prefect.deployments import Deployment\n"
        "from prefect.infrastructure import DockerContainer\n\n"
        f"a = Deployment.build_from_flow(etl, 'a'{IN_IMAGE}\nb = Deployment.build_from_flow(etl, 'b'{IN_IMAGE}\n"
        "for one in (a, b):\n    one.apply()\n"
        f"Deployment.build_from_flow(etl, 'c'{IN_IMAGE}.apply()\n"
        f"Deployment.build_from_flow(etl, 'd', apply=True{IN_IMAGE}; print('done', end=os.linesep)\n"
    )
    files = {"etl/flows.py": FLOWS, "etl/ops/deploy.py": code, "Makefile": "x:\n\tpython etl/ops/deploy.py\n"}
    folder = make_project(files)
    text = migrated(folder, "etl/ops/deploy.py")
    assert text is not None
    assert text.count("subprocess.run") == 1
    assert "cwd=Path(__file__).resolve().parents[2], check=True); print('done', end=os.linesep)\n" in text
    names = ["--no-prompt", "deploy", *(word for name in "abcd" for word in ("--name", name))]
    assert sorted(run(folder, "etl/ops/deploy.py").splitlines()) == sorted([f"{folder.name} {names}", "done"])


IN_FILE = """\
from prefect import flow
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer


@flow
def etl(): ...


"""
REGISTERS = f'Deployment.build_from_flow(etl, "a"{IN_IMAGE}.apply()\n'
GUARDED = 'if __name__ == "__main__":\n    subprocess.run('


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (REGISTERS, f"\n\n{GUARDED}"),
        (f"def deploy():\n    {REGISTERS}\n\ndeploy()\n", '\n    if __name__ == "__main__":\n        subprocess.run('),
        (
            f"def deploy():\n    {REGISTERS}\n\nif __name__ == '__main__':\n    deploy()\n",
            "deploy():\n    subprocess.run(",
        ),
        (f"if __name__ == '__main__':\n    {REGISTERS}", "\nif __name__ == '__main__':\n    subprocess.run("),
        (f"print('a'); {REGISTERS}", "\nprint('a')\n"),
    ],
)
def test_prefect_deploy_does_not_run_itself(make_project: MakeProject, code: str, expected: str) -> None:
    """It imports the flow's file; a statement there that runs it would go on for ever."""
    folder = make_project({"ops/etl.py": IN_FILE + code, "run.sh": "python ops/etl.py\n", "ops/.prefectignore": ""})
    text = migrated(folder, "ops/etl.py") or ""
    assert expected in text
    assert "subprocess.run" not in text or "cwd=Path(__file__).resolve().parent," in text
