from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings, rewritten
from tests.conftest import MakeProject

OLD, NEW = "PREFECT_ORION_UI_API_URL", "PREFECT_SERVER_UI_API_URL"

CHART = "dependencies:\n- name: prefect-server\n  version: 2024.6.2\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", "# {1}\nexport {0}=http://x  # a\r\nB=1\r\n"),
        ("compose.yaml", "x: &e\n  {0}: !Sub '${{A}}'\nenvironment:\n  - {0}=http://x\n  - '{0}=y'\n"),
        ("k8s.yaml", 'env:\n  - name: {0}\n    value: "x"\n  - {{name: "{0}", value: y}}\n'),
        ("Dockerfile", "ENV {0} http://x\nENV A=1 \\\n    {0}=http://x\n"),
        ("a.sh", "{0}=x prefect orion start\nexport {0}=x\necho ${0} ${{{0}:-x}}\nunset {0}\n"),
        ("a.sh", "prefect config set {0}=x\nprefect config unset {0}\ndocker run -e {0}=x img\n"),
        ("a.ps1", "$env:{0} = 'x'\nWrite-Host $env:{0}\n"),
        ("a.bat", "set {0}=x\nsetx {0} x\necho %{0}%\n"),
        ("Makefile", "export {0} ?= x\na:\n\techo $({0})\n"),
        ("a.tf", 'env = [{{ name = "{0}", value = "x" }}]\nb = {{ {0} = var.x }}\n'),
        ("task-definition.json", '{{"environment": [{{"name": "{0}", "value": "x"}}]}}\n'),
        ("render.yaml", "services:\n  - envVars:\n      - key: {0}\n        value: x\n"),
        ("profiles.toml", '[profiles.a]\n{0} = "x"\n'),
        ("a.service", "[Service]\nEnvironment={0}=x\nEnvironment='{0}=x'\n"),
        ("ci.yml", "env:\n  {0}: x\njobs:\n  a:\n    steps:\n      - run: echo ${{{{ env.{0} }}}} ${0}\n"),
        ("a.py", "import os\nos.environ['{0}'] = 'x'\nos.environ.setdefault('{0}', 'x')\ndel os.environ['{0}']\n"),
        ("a.py", "env = {{'{0}': 'x'}}\nprint(os.getenv('{0}'), os.environ['{0}'], '{0}' in os.environ)\n"),
        ("a.py", "infra_overrides = {{'env.{0}': 'x'}}\n"),
        ("test_a.py", "def test(monkeypatch):\n    monkeypatch.setenv('{0}', 'x')\n"),
    ],
)
def test_renamed_where_it_is_set(make_project: MakeProject, path: str, text: str) -> None:
    folder = make_project({path: text.format(OLD, "comment").encode()})
    assert rewritten(folder, path, "PM341") == text.format(NEW, "comment")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", f"# {OLD}=x\nMY_{OLD}=x\n{OLD}_2=x\nPREFECT_ORION_MINE=1\nPREFECT_API_URL=x\n"),
        ("ci.yml", f"env:\n  A: ${{{{ secrets.{OLD} }}}}\n  B: ${{{{ vars.{OLD} }}}}\n"),
        ("k8s.yaml", f"valueFrom:\n  secretKeyRef:\n    name: x\n    key: {OLD}\n"),
        ("a.py", f'"""{OLD}=1"""\nprint("set {OLD} first")  # {OLD}\n'),
        ("README.md", f"Set {OLD}=x.\n"),
    ],
)
def test_left_alone(make_project: MakeProject, path: str, text: str) -> None:
    assert not findings(make_project, {path: text}, "PM341")


@pytest.mark.parametrize(
    ("path", "text", "tier"),
    [
        ("README.md", f"```\nexport {OLD}=x\n```\n", "review"),
        ("README.md", f"Set `{OLD}=x`.\n", "manual"),
        ("README.md", f"- Run ' prefect config set {OLD}=x '\n", "manual"),
        ("notes.txt", f"prefect config set {OLD}=x\nprefect server start\n", "manual"),
        ("README.md", f"Then:\n\n    $ export {OLD}=x\n", "manual"),
        ("a.rst", f"Set ``{OLD}``.\n", "manual"),
        ("compose.yaml", f"environment:\n  - {OLD}\n", "review"),
        ("a.sh", f"docker run -e {OLD} x\n", "review"),
        ("a.sh", f"curl ${OLD}\n", "review"),
        ("a.py", f"import os\nos.getenv('{OLD}')\n", "review"),
        ("a.py", f"run('{OLD}=x prefect server start')\n", "review"),
        ("a.py", f"f({OLD}='x')\n", "review"),
        ("cm.yaml", f"kind: ConfigMap\ndata:\n  {OLD}: x\n", "review"),
        (".env", f"{OLD}=x\n{NEW}=x\n", "manual"),
        ("a.sh", f"echo 'have a look at {OLD} first'\n", "manual"),
    ],
)
def test_tiers(make_project: MakeProject, path: str, text: str, tier: str) -> None:
    (finding,) = findings(make_project, {path: text}, "PM341")
    assert finding.applicability == tier
    assert finding.reason


def test_a_value_from_outside_keeps_its_name(make_project: MakeProject) -> None:
    folder = make_project({"compose.yaml": f"environment:\n  {OLD}: ${{{OLD}:-x}}\n"})
    assert rewritten(folder, "compose.yaml", "PM341") == f"environment:\n  {NEW}: ${{{OLD}:-x}}\n"


def test_a_value_from_the_repository_is_followed(make_project: MakeProject) -> None:
    folder = make_project({"compose.yaml": f"environment:\n  {OLD}: ${{{OLD}}}\n", ".env": f"{OLD}=x\n"})
    assert rewritten(folder, "compose.yaml", "PM341") == f"environment:\n  {NEW}: ${{{NEW}}}\n"
    assert (folder / ".env").read_text() == f"{NEW}=x\n"


def test_python_follows_what_compose_sets(make_project: MakeProject) -> None:
    folder = make_project({"compose.yaml": f"environment:\n  {OLD}: x\n", "a.py": f"import os\nos.getenv('{OLD}')\n"})
    assert rewritten(folder, "a.py", "PM341") == f"import os\nos.getenv('{NEW}')\n"


@pytest.mark.parametrize(
    ("pin", "tier"),
    [
        ("prefect==2.10.13", "safe"),
        ("prefect", "safe"),
        ("prefect<3", "safe"),
        ("prefect==2.16.2", "review"),
        ("prefect>=2.14", "review"),
        ("prefect>=3.1", "review"),
    ],
)
def test_a_setting_that_was_ignored_already(make_project: MakeProject, pin: str, tier: str) -> None:
    (finding,) = findings(make_project, {"requirements.txt": f"{pin}\n", ".env": f"{OLD}=x\n"}, "PM341")
    assert finding.applicability == tier


def test_aliases_are_for_those_on_prefect_2(make_project: MakeProject) -> None:
    alias = "PREFECT_API_DATABASE_CONNECTION_URL=x\n"
    (finding,) = findings(make_project, {".env": alias}, "PM342")
    assert finding.applicability == "review"
    assert not findings(make_project, {".env": alias, "requirements.txt": "prefect>=3\n"}, "PM342")


def test_removed_settings_say_what_takes_their_place(make_project: MakeProject) -> None:
    found = findings(make_project, {"a.sh": "export PREFECT_AGENT_QUERY_INTERVAL=1\n"}, "PM343")
    assert "PREFECT_WORKER_QUERY_SECONDS" in found[0].next_step
    (finding,) = findings(make_project, {"a.sh": "PREFECT_EXPERIMENTAL_ENABLE_WORKERS=1\n"}, "PM343")
    assert not finding.fixable


def test_outputs_of_notebooks_stay(make_project: MakeProject) -> None:
    text = f'{{"cells": [{{"source": [\n"%env {OLD}=x\\n"\n], "outputs": [\n"{OLD}=x\\n"\n]}}]}}\n'
    after = rewritten(make_project({"a.ipynb": text}), "a.ipynb", "PM341", unsafe=True)
    assert after == text.replace(f"%env {OLD}", f"%env {NEW}")


@pytest.mark.parametrize(
    ("others", "count"),
    [
        ({}, 1),
        ({"requirements.txt": "prefect==3.4.1\n"}, 0),
        ({"requirements.txt": "prefect==3.4.1\n", "old/requirements.txt": "prefect==1.2.0\n"}, 0),
        ({"requirements.txt": "prefect==3.4.1\n", "Chart.yaml": CHART}, 1),
        ({"requirements.txt": "prefect==3.4.1\n", "Chart.yaml": f"{CHART}prefectTag: 3.0.3-python3.12\n"}, 0),
        ({"requirements.txt": "prefect==3.4.1\n", "old/requirements.txt": "prefect==2.14.0\n"}, 1),
    ],
)
def test_aliases_matter_where_prefect_2_is_left(make_project: MakeProject, others: dict[str, str], count: int) -> None:
    assert len(findings(make_project, {".env": "PREFECT_UI_API_URL=http://x\n", **others}, "PM342")) == count


def test_a_property_list_names_its_environment(make_project: MakeProject) -> None:
    text = f"<key>EnvironmentVariables</key><dict><key>{OLD}</key><string>x</string></dict>\n"
    assert len(findings(make_project, {"prefect.plist": text}, "PM34")) == 1


@pytest.mark.parametrize("head", ["openapi: 3.0.2\n", "swagger: '2.0'\n"])
def test_names_of_an_api_stay(make_project: MakeProject, head: str) -> None:
    text = f"{head}components:\n  properties:\n    {OLD}:\n      type: string\n"
    assert findings(make_project, {"openapi.yaml": text}, "PM34") == []
    assert findings(make_project, {"values.yaml": text.replace(head, "version: 1\n")}, "PM34")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", "environment:\n  PREFECT_ORION_DATABASE_CONNECTION_URL: a\n  {0}: b\n"),
        (".env", "{0}=b\nPREFECT_ORION_DATABASE_CONNECTION_URL=a\n"),
        ("a.py", "import os\nenv = {{'{0}': 'a', 'PREFECT_ORION_DATABASE_CONNECTION_URL': 'b'}}\n"),
    ],
)
def test_two_old_names_of_one_setting_do_not_become_one_twice(make_project: MakeProject, path: str, text: str) -> None:
    content = text.format("PREFECT_API_DATABASE_CONNECTION_URL")
    folder = make_project({path: content})
    assert rewritten(folder, path, "PM34", unsafe=True) == content
    reasons = [finding.reason for finding in findings(make_project, {path: content}, "PM34")]
    assert len(reasons) == 2
    assert all("gets the same name; one of the two has to go" in reason for reason in reasons)
