from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings, rewritten
from tests.conftest import MakeProject

OLD, NEW = "prefecthq/prefect:2.14.9-python3.11", "prefecthq/prefect:3.8.8-python3.11"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "ARG BASE={0}\nFROM --platform=linux/amd64 {0} as x\nCOPY --from={0} /a /b\n"),
        ("compose.yaml", "services:\n  a: {{image: '{0}', command: x}}  # {{}}\n"),
        ("k8s.yaml", "spec: &a\n  containers:\n    - image: {0}\r\n      name: !Sub x\n"),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    container: {0}\n    steps:\n      - run: docker pull {0}\n"),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - uses: docker://{0}\n"),
        ("main.tf", 'x = jsonencode([{{ image = "{0}" }}])\n'),
        ("run.sh", "docker run --rm \\\n  {0} \\\n  bash\n"),
        ("prefect.yaml", "deployments:\n  - work_pool:\n      job_variables:\n        image: {0}\n"),
        ("work-pools/a.json", '{{"variables": {{"properties": {{"image": {{"default": "{0}"}}}}}}}}\n'),
        ("flow.py", "import prefect\njob = KubernetesJob(image='{0}', env={{}})\n"),
        ("flow.py", "import prefect\nIMAGE = '{0}'\nx = {{'image': '{0}'}}\n"),
        ("docker-compose.yml.j2", "image: {0}\nname: {{{{ x }}}}\n"),
        ("values.yaml", "# {0}\nimage: docker.io/{0}\n"),
    ],
)
def test_rewritten(make_project: MakeProject, path: str, text: str) -> None:
    folder = make_project({path: text.format(OLD).encode()})
    after = rewritten(folder, path, "PM506")
    assert after.replace(f"# {OLD}", f"# {NEW}") == text.format(NEW)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "# FROM prefecthq/prefect:2-latest\nFROM prefecthq/prefect:3.8.8-python3.11\n"),
        ("ci.yml", "uses: prefecthq/prefect@v2\nrepository: prefecthq/prefect\nurl: hub/r/prefecthq/prefect/2\n"),
        ("flow.py", '"""Runs on prefecthq/prefect:2-latest."""\nimport prefect  # prefecthq/prefect:2-latest\n'),
        ("Dockerfile", "FROM me/prefect:2.10-python3.11\nFROM prefect:2.10-python3.9\n"),
    ],
)
def test_left_alone(make_project: MakeProject, path: str, text: str) -> None:
    assert not findings(make_project, {path: text}, "PM506")


def test_a_tag_beside_the_name(make_project: MakeProject) -> None:
    """In the values that a program in Python gives to a chart, or to something else of the same form."""
    text = (
        "import pulumi_kubernetes  # prefect\n"
        'values = {{"server": {{"image": {{"repository": "prefecthq/prefect", "prefectTag": "{0}"}}}}}}\n'
        'image = dict(repository="prefecthq/prefect", tag="{0}")\n'
        'other = dict(repository="mine/prefect", tag="2.14.9-python3.11")\n'
    )
    folder = make_project({"flow.py": text.format("2.14.9-python3.11")})
    assert rewritten(folder, "flow.py", "PM506") == text.format("3.8.8-python3.11")


@pytest.mark.parametrize(
    "text",
    [
        "server: {{image: {{prefectTag: {0}}}}}  # prefect\n",
        "# prefect\nserver:\n  image: {{prefectTag: '{0}', pullPolicy: Always}}\n",
        "setValues:  # prefect\n  server.image.prefectTag: {0}\n",
    ],
)
def test_a_tag_in_a_table_or_below_a_path(make_project: MakeProject, text: str) -> None:
    folder = make_project({"values.yaml": text.format("2.14.9-python3.11").encode()})
    assert rewritten(folder, "values.yaml", "PM506") == text.format("3.8.8-python3.11")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("agent: {image: {prefectTag: 2.14.9-python3.11}}  # prefect\n", 1),
        ("# prefect\norion:\n  image: {prefectTag: 2.14.9-python3.11}\n", 1),
        ("setValues:  # prefect\n  agent.image.prefectTag: 2.14.9-python3.11\n", 1),
        ("server: {image: {repository: mine/prefect, prefectTag: 2.14.9-python3.11}}  # prefect\n", 0),
    ],
)
def test_a_tag_in_a_table_that_stays(make_project: MakeProject, text: str, left: int) -> None:
    found = findings(make_project, {"values.yaml": text.encode()}, "PM506")
    assert [finding.fix for finding in found] == [None] * left


def test_a_tag_of_a_chart_that_starts_an_agent(make_project: MakeProject) -> None:
    text = 'import prefect\nvalues = {"agent": {"image": {"prefectTag": "2.14.9-python3.11"}}}\n'
    (finding,) = findings(make_project, {"flow.py": text}, "PM506")
    assert finding.fix is None
    assert "prefect-agent" in finding.reason


def test_a_tag_that_a_command_sets(make_project: MakeProject) -> None:
    """An image of the user's own, set in the same command, has versions of its own."""
    text = "helm upgrade a prefect/prefect-server {1}\\\n  --set server.image.prefectTag={0}\n"
    folder = make_project({"a.sh": text.format("2.14.9-python3.11", "").encode()})
    assert rewritten(folder, "a.sh", "PM506") == text.format("3.8.8-python3.11", "")
    own = text.format("2.14.9-python3.11", "--set server.image.repository=mine/prefect ")
    assert not findings(make_project, {"a.sh": own.encode()}, "PM506")


def test_a_manifest_is_left_to_its_own_rule(make_project: MakeProject) -> None:
    manifest = f"name: x\nflow_name: y\nmanifest_path: null\ninfrastructure:\n  image: {OLD}\n"
    assert not findings(make_project, {"x-deployment.yaml": manifest}, "PM506")


@pytest.mark.parametrize(
    ("path", "text", "tier"),
    [
        ("Dockerfile", "FROM prefecthq/prefect:2.10-python3.9\n", "review"),
        ("Dockerfile", "FROM prefecthq/prefect:2-latest\n", "review"),
        ("Dockerfile", f"FROM mirror.example/{OLD}\n", "review"),
        ("README.md", f"docker pull {OLD}\n", "review"),
        ("x.yaml", f"description: runs {OLD} here\n", "review"),
        ("flow.py", f"import prefect\nrun('docker run {OLD}')\n", "review"),
        ("flow.py", "import prefect\nx = f'prefecthq/prefect:2.10-python{v}'\n", "review"),
        ("Dockerfile", f"FROM {OLD}@sha256:0f\n", "manual"),
        ("Dockerfile", "FROM prefecthq/prefect:2.14.9\n", "manual"),
        ("Dockerfile", "FROM prefecthq/prefect:0.15.13-python3.8\n", "manual"),
        ("Dockerfile", "FROM prefecthq/prefect:${V}-python3.8\n", "manual"),
    ],
)
def test_tiers(make_project: MakeProject, path: str, text: str, tier: str) -> None:
    (finding,) = findings(make_project, {path: text}, "PM506")
    assert finding.applicability == tier
    assert finding.reason


def test_a_notebook_s_outputs_stay(make_project: MakeProject) -> None:
    text = f'{{"cells": [{{"source": [\n"!docker pull {OLD}\\n"\n], "outputs": [\n"pulled {OLD}\\n"\n]}}]}}\n'
    after = rewritten(make_project({"a.ipynb": text}), "a.ipynb", "PM506", unsafe=True)
    assert after == text.replace(f"docker pull {OLD}", f"docker pull {NEW}")


def test_a_copy_of_prefect_is_left_alone(make_project: MakeProject) -> None:
    files: dict[str, str | bytes] = {
        f"lib/prefect/{name}.py": "import prefect\n" for name in ("flows", "engine", "tasks")
    }
    assert not findings(make_project, {**files, "lib/prefect/Dockerfile": f"FROM {OLD}\n"}, "PM506")


def test_an_image_of_prefect_3_beside_it(make_project: MakeProject) -> None:
    files = {"old/Dockerfile": f"FROM {OLD}\n", "new/Dockerfile": "FROM prefecthq/prefect:3.1.2-python3.11\n"}
    folder = make_project(dict(files))
    assert rewritten(folder, "old/Dockerfile", "PM506") == files["old/Dockerfile"]
    (finding,) = findings(make_project, {**files}, "PM506")
    assert "new/Dockerfile asks for Prefect 3" in finding.reason
    assert rewritten(folder, "old/Dockerfile", "PM506", unsafe=True) == f"FROM {NEW}\n"


def test_the_example_of_a_schema_asks_for_nothing(make_project: MakeProject) -> None:
    template = '{"variables": {"image": {\n  "example": "docker.io/prefecthq/prefect:3-latest"}}}\n'
    folder = make_project({"Dockerfile": f"FROM {OLD}\n", "work-pools/template.json": template})
    assert rewritten(folder, "Dockerfile", "PM506") == f"FROM {NEW}\n"
    old: dict[str, str | bytes] = {
        "Dockerfile": "FROM prefecthq/prefect:3-latest\n",
        "pool/template.json": template.replace("3-", "2-"),
    }
    assert not findings(make_project, old, "PM509")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("values.yaml", "image: {{repository: prefecthq/prefect, pullPolicy: Always, tag: {0}}}\n"),
        ("values.json", '{{"image": {{"repository": "prefecthq/prefect", "tag": "{0}"}}}}\n'),
        ("a.tf", 'set {{\n  name  = "worker.image.prefectTag"\n  value = "{0}"\n}}\n'),
        ("argo.yaml", "parameters:\n  - name: server.image.prefectTag\n    value: {0}\n"),
        ("a.sh", "helm upgrade s prefect/prefect-server --set=server.image.prefectTag={0},a=b\n"),
        ("a.sh", "helm upgrade w prefect/prefect-worker \\\n  --set-string 'worker.image.prefectTag={0}'\n"),
        ("a.py", "Chart('w', values={{'image': {{'repository': 'prefecthq/prefect', 'prefectTag': '{0}'}}}})\n"),
        ("a.py", 'values = {{"server": {{"image": {{"prefectTag": "{0}"}}}}}}  # prefect\n'),
    ],
)
def test_a_tag_apart_from_its_image(make_project: MakeProject, path: str, text: str) -> None:
    folder = make_project({path: text.format("2.14.9-python3.11")})
    assert rewritten(folder, path, "PM506") == text.format("3.8.8-python3.11")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("values.yaml", "agent:\n  image:\n    prefectTag: {0}\n    repository: prefecthq/prefect\n"),
        ("values.yaml", "prefect-agent:\n  agent:\n    # ours\n    image:\n\n      prefectTag: '{0}'\n"),
        ("values.yaml", "orion:\n  image:\n    prefectTag: {0}\n"),
        ("a.tf", 'set {{\n  name  = "agent.image.prefectTag"\n  value = "{0}"\n}}\n'),
        ("argo.yaml", "parameters:\n  - name: orion.image.prefectTag\n    value: {0}\n"),
        ("a.sh", "helm upgrade a prefect/prefect-agent --set agent.image.prefectTag={0}\n"),
    ],
)
def test_charts_of_agents_and_orion_have_no_image_of_prefect_3(make_project: MakeProject, path: str, text: str) -> None:
    """Their containers start `prefect agent` and `prefect orion`."""
    (finding,) = findings(make_project, {path: text.format("2.14.9-python3.11")}, "PM506")
    assert finding.fix is None
    assert "what no image of Prefect 3 has" in finding.reason
    assert "3.8.8-python3.11" in finding.next_step


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", 'FROM prefecthq/prefect:2.14.9-python3.11\nCMD ["prefect", "agent", "start", "-q", "etl"]\n'),
        ("Dockerfile", "FROM python:3.11\nRUN pip install prefect==2.14.9\nCMD prefect agent start -q $QUEUE\n"),
        (
            "a.yaml",
            "services:\n  a:\n    image: prefecthq/prefect:2-python3.11\n    command: prefect agent start\n",
        ),
    ],
)
def test_an_agent_that_stays_keeps_its_prefect(make_project: MakeProject, path: str, text: str) -> None:
    folder = make_project({path: text})
    assert rewritten(folder, path, "PM5") == text
    (finding,) = findings(make_project, {path: text}, "PM5")
    assert "starts an agent, which Prefect 3 has not" in finding.reason
    assert "3.8" in rewritten(folder, path, "PM5", unsafe=True)


def test_an_agent_that_becomes_a_worker_goes_with_its_image(make_project: MakeProject) -> None:
    text = "FROM prefecthq/prefect:2.14.9-python3.11\nCMD prefect agent start -p etl\n"
    after = "FROM prefecthq/prefect:3.8.8-python3.11\nCMD prefect worker start -p etl\n"
    assert rewritten(make_project({"Dockerfile": text}), "Dockerfile", "PM") == after


def test_the_image_of_an_agent_beside_a_server(make_project: MakeProject) -> None:
    text = "agent:\n  image:\n    prefectTag: {0}\nserver:\n  image:\n    prefectTag: {1}\n"
    folder = make_project({"values.yaml": text.format(*["2.14.9-python3.11"] * 2)})
    after = rewritten(folder, "values.yaml", "PM506", unsafe=True)
    assert after == text.format("2.14.9-python3.11", "3.8.8-python3.11")


def test_values_of_another_image_in_python(make_project: MakeProject) -> None:
    text = "values = {'image': {'repository': 'mine', 'prefectTag': '2.14.9-python3.11'}}  # prefect\n"
    assert not findings(make_project, {"a.py": text}, "PM506")


def test_programs_of_other_languages_want_review(make_project: MakeProject) -> None:
    text = f'new Container({{ image: "{OLD}" }});\n'
    folder = make_project({"lib/stack.ts": text})
    assert rewritten(folder, "lib/stack.ts", "PM506") == text
    assert rewritten(folder, "lib/stack.ts", "PM506", unsafe=True) == text.replace(OLD, NEW)


@pytest.mark.parametrize(
    "line",
    [
        f"16:22:31.123 | INFO    | prefect.infrastructure - Pulling image '{OLD}'...",
        f"Status: Downloaded newer image for {OLD}",
        f"Step 1/5 : FROM {OLD}",
        f" => [1/5] FROM docker.io/{OLD}",
        f'1234567890ab   {OLD}  "prefect agent start"',
        f"2023-04-05T10:00:00Z pulled {OLD}",
        f'  Normal  Pulling    2m    kubelet  Pulling image "{OLD}"',
        f"Unable to find image '{OLD}' locally",
    ],
)
def test_what_a_program_printed_stays(make_project: MakeProject, line: str) -> None:
    assert not findings(make_project, {"README.md": f"```\n$ docker build .\n{line}\n```\n"}, "PM506")
    assert findings(make_project, {"README.md": f"```\ndocker run {OLD}\n```\n"}, "PM506")
