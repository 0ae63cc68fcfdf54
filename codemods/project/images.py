from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.pins.agents import kept_agent
from prefect_migrate.pins.charts import SUCCESSORS, chart_of_tag
from prefect_migrate.pins.image_places import PlacedImage, placed_images
from prefect_migrate.pins.images import KINDS, Image
from prefect_migrate.pins.installs import keeps_prefect_2
from prefect_migrate.pins.kept import beside_3
from prefect_migrate.pins.report import SAFE, is_ours
from prefect_migrate.pins.versions import python_floor, spelled
from prefect_migrate.readers.deployment_yaml import may_be_manifest
from prefect_migrate.rules import Example, Rule

_COMPOSE = "services:\n  server:\n    image: prefecthq/prefect:{0}  # the server\n"
_HELM = "server:\n  image:\n    repository: prefecthq/prefect\n    prefectTag: {0}\n"


class PrefectImage(Rule):
    """A container image of Prefect 2

    `prefecthq/prefect:2…` in Dockerfiles, compose, Kubernetes and CI files, values of Helm charts, kustomize,
    Terraform, job templates and Python.  The tag becomes the target's, as exact as it was, with the Python and the
    flavour that it had: `2.14.9-python3.11-kubernetes` becomes `3.8.8-python3.11-kubernetes`.

    The change wants review where the image's Python is too old for the target and has to change too, in documents and
    strings that may be read by something else, for another registry, for `2-latest`, in a Dockerfile that installs a
    requirements file whose own pins want review, beside an agent that wants a look itself, and in a repository that
    asks for Prefect 3 too, so that both may be meant.  Tags without a Python (there are none for Prefect 3), digests,
    images of integrations with Prefect's version in the tag, those of the charts prefect-agent and prefect-orion and
    Prefect 1 are only reported.  Tags that say nothing (`latest`, a variable) are PM507.
    """

    code = "PM506"
    name = "prefect-image"
    kinds = KINDS
    examples = (
        Example(
            "FROM prefecthq/prefect:2.14.9-python3.11-kubernetes AS base\n",
            "FROM prefecthq/prefect:3.8.8-python3.11-kubernetes AS base\n",
            path="Dockerfile",
        ),
        Example(_COMPOSE.format("2-python3.10"), _COMPOSE.format("3.8-python3.10"), path="compose.yaml"),
        Example(_HELM.format("2.14.9-python3.11"), _HELM.format("3.8.8-python3.11"), path="values.yaml"),
        Example(
            'job = KubernetesJob(image="prefecthq/prefect:2.10-python3.10")  # prefect\n',
            'job = KubernetesJob(image="prefecthq/prefect:3.8-python3.10")  # prefect\n',
        ),
        Example(
            "docker run prefecthq/prefect:2.10.13-python3.8 python\n",
            "docker run prefecthq/prefect:3.8.8-python3.10 python\n",
            path="run.sh",
            unsafe=True,
        ),
        Example(_HELM.replace("server", "agent").format("2.14.9-python3.11"), path="values.yaml"),
        Example("FROM prefecthq/prefect:2.14.9-python3.11@sha256:0f\n", path="Dockerfile"),
        Example("FROM prefecthq/prefect:2.14\n", path="Dockerfile"),
        Example("# FROM prefecthq/prefect:2-latest\nFROM prefecthq/prefect:3-latest\n", path="Dockerfile", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        if not is_ours(context) or may_be_manifest(context.file):
            return  # what a manifest says goes to prefect.yaml, or waits for a person with the rest of it (PM112)
        for place in placed_images(context):
            if place.image.generation in ("1", "2"):
                yield self._finding(context, place)

    def _finding(self, context: FileContext, place: PlacedImage) -> Finding:
        image, span = place.image, (place.image.start, place.image.end)
        message = f"`{image.text}` is an image of Prefect {image.generation}"
        tag = image.rewritten(context.target)
        if chart := place.chart or (chart_of_tag(context.text.text, image.at) if image.at == image.start else ""):
            reason = f"the chart {chart} starts what no image of Prefect 3 has"
            return self.finding(
                context,
                span,
                message,
                f"Move to chart {SUCCESSORS[chart]}, with {tag or spelled(context.target)}.",
                reason=reason,
            )
        if obstacle := _obstacle(image, tag):
            step = f"Use an image of Prefect {spelled(context.target)}, such as {_example(image, context.target)}."
            return self.finding(context, span, message, step, reason=obstacle)
        assert tag is not None
        doubt = place.doubt or _doubt(image, context.target) or keeps_prefect_2(context)
        doubt = doubt or beside_3(context) or kept_agent(context)
        fix = Fix(f"Use {tag}", lambda: Changes(edits=[Edit(image.at, image.to, tag)]))
        return self.finding(
            context, span, message, f"Use the tag `{tag}`, and build what is based on it anew.", fix=fix,
            applicability=Applicability.REVIEW if doubt else Applicability.SAFE, reason=doubt or SAFE,
        )  # fmt: skip


def _obstacle(image: Image, tag: str | None) -> str:
    if image.generation == "1":
        return "this tool migrates from Prefect 2; Prefect 1 is another program"
    if image.digest:
        return "the digest is that of the old image"
    return "" if tag else "there is no tag of this form for Prefect 3"


def _doubt(image: Image, target: tuple[int, int]) -> str:
    if image.old_python(target):
        return f"Prefect {spelled(target)} has no image for Python {image.python()}"
    return "the tag moves with every release" if "latest" in image.tag else ""


def _example(image: Image, target: tuple[int, int]) -> str:
    python = image.python()
    if python is None or image.old_python(target):
        python = ".".join(map(str, python_floor(target)))
    return f"prefecthq/{image.name}:{spelled(target)}-python{python}"
