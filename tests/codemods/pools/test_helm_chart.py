"""Helm charts, wherever they are named."""

from __future__ import annotations

import pytest

from prefect_migrate.pins.charts import charts_in
from tests.conftest import MakeProject, scan_folder

DEPENDENCIES = """\
dependencies:
  - name: prefect-agent
    version: 2023.5.18
    repository: https://prefecthq.github.io/prefect-helm
  - name: prefect-server
    version: "2025.1.2"
    repository: "https://prefecthq.github.io/prefect-helm"
"""
CASES = [
    (DEPENDENCIES, [("prefect-agent", "2023.5.18"), ("prefect-server", "2025.1.2")]),
    ("helm upgrade -i a prefect/prefect-agent --version 2023.5.18 \\\n", [("prefect-agent", "2023.5.18")]),
    ("helm upgrade -i a \\\n  prefecthq/prefect-orion \\\n  -f x\n", [("prefect-orion", "")]),
    (
        "helm install --repo https://prefecthq.github.io/prefect-helm a prefect-agent\n",
        [("prefect-agent", "")],
    ),
    ("releases:\n  - name: prefect-agent\n    chart: prefect/prefect-agent\n", [("prefect-agent", "")]),
    (
        "source:\n  chart: prefect-worker\n  repoURL: https://x\n  targetRevision: 2023.11.2\n",
        [("prefect-worker", "2023.11.2")],
    ),
    ('chart = "prefect-worker"\nversion = "2024.9.4"\n', [("prefect-worker", "2024.9.4")]),
    (
        'name = "prefect-agent"\nrepository = "https://prefecthq.github.io/prefect-helm"\nchart = "prefect-agent"\n',
        [("prefect-agent", "")],
    ),
    ("- name: prefect-server\n  repository: https://prefecthq.github.io/server/\n", []),
    ("chart: ./charts/prefect-agent\nname: prefect-agent\n", []),
    (
        "helm install a prefect/prefect-server --version 2024.1.3\nhelm install \\\n  b prefect/prefect-worker\n",
        [("prefect-server", "2024.1.3"), ("prefect-worker", "")],
    ),
    ("# chart: prefect-agent\nimage: me/prefect-agent:1\nhelm uninstall prefect-agent\n", []),
    ("cd charts/prefect-agent\nhelm install x charts/prefect-agent/\n", []),
]


@pytest.mark.parametrize(("text", "charts"), CASES)
def test_charts(text: str, charts: list[tuple[str, str]]) -> None:
    found = list(charts_in(text))
    assert [(chart.name, chart.version) for chart in found] == charts
    assert all(text[chart.start : chart.end] == chart.name for chart in found)


@pytest.mark.parametrize(
    ("version", "old"), [("2022.04.14", False), ("2024.8.30", True), ("2024.9.1", False), ("2025.1.2", False)]
)
def test_the_chart_says_which_prefect(version: str, old: bool) -> None:
    (chart,) = charts_in(f"chart: prefect-worker\nversion: {version}\n")
    assert chart.is_of_2 is old


VALUES = "{}:\n  server:\n    image:\n      prefectTag: {}\n"
DEPENDS = DEPENDENCIES.replace("prefect-agent", "prefect-worker").replace("2025.1.2", "2024.7.2")


@pytest.mark.parametrize(
    ("path", "values", "expected"),
    [
        ("helm/values.yaml", VALUES.format("prefect-server", "3.0.3-python3.12"), ["prefect-worker"]),
        (
            "helm/values.yaml",
            VALUES.format("prefect-server", "2.20.3-python3.12"),
            ["prefect-worker", "prefect-server"],
        ),
        ("other/values.yaml", VALUES.format("prefect-server", "3.0.3"), ["prefect-worker", "prefect-server"]),
        ("helm/values.yaml", "server:\n  image:\n    prefectTag: '3'\n", []),
    ],
)
def test_the_values_name_an_image(make_project: MakeProject, path: str, values: str, expected: list[str]) -> None:
    folder = make_project({"helm/Chart.yaml": DEPENDS, path: values, "requirements.txt": "prefect==3.0.3\n"})
    found = scan_folder(folder, select=("PM220", "PM509")).findings
    assert [one.message.split(" ")[1] for one in found if one.code == "PM220"] == expected
    assert ("PM509" in {one.code for one in found}) is bool(expected)


@pytest.mark.parametrize(
    "text",
    [
        "helm install --repo https://prefecthq.github.io/prefect-helm a prefect-server --version 2024.7.2 "
        "--set server.image.prefectTag=3.1.0\n",
        "helm upgrade a prefect/prefect-server --version 2024.7.2 -f deploy/server.yaml\n",
    ],
)
def test_an_image_that_the_command_names(make_project: MakeProject, text: str) -> None:
    folder = make_project({"run.sh": text, "deploy/server.yaml": "server: {image: {prefectTag: '3.1.0-python3.11'}}\n"})
    assert not scan_folder(folder, select=("PM220", "PM509")).findings
