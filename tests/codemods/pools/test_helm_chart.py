"""Helm charts, wherever they are named."""

from __future__ import annotations

import pytest

from prefect_migrate.pins.charts import charts_in

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
