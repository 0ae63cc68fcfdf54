from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import Finding
from prefect_migrate.pins.charts import SUCCESSORS, Chart, charts_in, takes_image_of_3
from prefect_migrate.pins.report import is_ours
from prefect_migrate.pins.texts import KINDS
from prefect_migrate.rules import Example, Rule

_REPOSITORY = "https://prefecthq.github.io/prefect-helm"
_RELEASE = """\
resource "helm_release" "agent" {
  repository = "https://prefecthq.github.io/prefect-helm"
  chart      = "%s"
  version    = "%s"
}
"""


class HelmChart(Rule):
    """A Helm chart of Prefect 2

    Prefect's charts `prefect-agent` and `prefect-orion` are not made any more: workers come with `prefect-worker`,
    the server with `prefect-server`.  A version of those two from before September 2024 installs Prefect 2, unless the
    values beside it name an image of Prefect 3 (`prefectTag: 3.0.3-python3.12`).

    It only reports: the values have other names in the new chart (`agent.config.workQueues` becomes
    `worker.config.workPool` and `worker.config.workQueues`), and a release can't change its chart in place.
    """

    code = "PM220"
    name = "helm-chart"
    kinds = KINDS | {PYTHON}
    examples = (
        Example("helm install agent prefect/prefect-agent -f values.yaml\n", path="deploy.sh"),
        Example(_RELEASE % ("prefect-agent", "2023.5.18"), path="main.tf"),
        Example(_RELEASE % ("prefect-worker", "2023.12.7"), path="main.tf"),
        Example("spec:\n  source:\n    chart: prefect-orion\n", path="argo.yaml"),
        Example('agent = Chart("agent", ChartOpts(chart="prefect-agent"))  # Pulumi, with prefect-helm\n'),
        Example(_RELEASE % ("prefect-worker", "2025.3.14"), path="main.tf", clean=True),
        Example(
            f"dependencies:\n  - name: prefect-server\n    version: 2024.7.2\n    repository: {_REPOSITORY}\n",
            path="helm/Chart.yaml",
            others=(
                ("helm/values.yaml", "prefect-server:\n  server:\n    image:\n      prefectTag: 3.0.3-python3.12\n"),
            ),
            clean=True,
        ),
        Example("# helm install agent prefect/prefect-agent\nhelm uninstall prefect-agent\n", path="a.sh", clean=True),
        Example("helm install agent ./charts/prefect-agent\n", path="deploy.sh", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for chart in charts_in(context.text.text) if is_ours(context) else ():
            is_of_2 = chart.is_of_2 and not takes_image_of_3(
                context.project, context.path, context.text.text, chart.name
            )
            if chart.name in SUCCESSORS or is_of_2:
                message, step, reason = _say(chart)
                yield self.finding(context, (chart.start, chart.end), message, step, reason=reason)


_STEPS = {
    "prefect-agent": "Install chart prefect-worker; its value worker.config.workPool names the work pool, and what "
    "stood below `agent` stands below `worker`.",
    "prefect-orion": "Install chart prefect-server; what stood below `orion` stands below `server`.",
}


def _say(chart: Chart) -> tuple[str, str, str]:
    successor = SUCCESSORS.get(chart.name)
    if successor is None:
        step = "Ask for a version of 2025 or later, and compare the values with those of the new chart."
        return f"Chart {chart.name} {chart.version} installs Prefect 2", step, "its values may have other names now"
    return (
        f"Chart {chart.name} is for Prefect 2; its successor is {successor}",
        _STEPS[chart.name],
        "the values have other names, and a release can't change its chart",
    )
