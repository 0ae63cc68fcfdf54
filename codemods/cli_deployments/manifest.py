from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.cli_rules import next_step
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import YAML
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.readers.cli_deployments import CliBuild
from prefect_migrate.readers.deployment_yaml import Manifest, broken_manifest
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule
from prefect_migrate.writers.manifests import manifest_changes, references

_FLOWS = ("flows.py", "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1):\n    return n\n")
_MANIFEST = """\
###
### A complete description of a Prefect Deployment for flow 'etl'
###
name: nightly
description: null
version: 7f931ca766b94913238320360a519ade
# The work queue that will handle this deployment's runs
work_queue_name: etl
tags: [prod]
parameters: {n: 2}
schedule: {cron: 0 3 * * *, timezone: UTC, day_or: true}
infra_overrides: {env.LOG_LEVEL: DEBUG}
infrastructure: {type: process, env: {}, stream_output: true, block_type_slug: process, _block_type_slug: process}

###
### DO NOT EDIT BELOW THIS LINE
###
flow_name: etl
manifest_path: null
storage: null
path: null
entrypoint: flows.py:etl
parameter_openapi_schema: {title: Parameters, type: object, properties: {}}
"""


class GeneratedManifest(Rule):
    """A YAML file that `prefect deployment build` wrote

    No command of Prefect 3 reads it.  The deployment becomes an entry in prefect.yaml, with what people changed in the
    file: its schedule, parameters, overrides, tags.  The file goes away once nothing else names it.  One that Python
    writes (`build_from_flow(output=...)`) goes with the definition, which registers itself.

    Blocks that it holds by name of somebody's server become a work pool or a pull step of that name, with the settings
    that the file shows; that is for review.  It only reports a deployment whose flow is not in this repository,
    triggers, and a file that is no YAML any more.
    """

    code = "PM112"
    name = "generated-manifest"
    needs_plan = True
    kinds = frozenset({YAML})
    examples = (
        Example(
            _MANIFEST,
            path="etl-deployment.yaml",
            others=(_FLOWS,),
            deletes=True,
            creates=(
                (
                    "prefect.yaml",
                    """\
                    # Deployments for `prefect deploy --all`.
                    deployments:
                      - name: nightly
                        tags:
                          - prod
                        entrypoint: flows.py:etl
                        parameters:
                          n: 2
                        schedules:
                          - cron: 0 3 * * *
                            timezone: UTC
                        work_pool:
                          name: process-pool
                          work_queue_name: etl
                          job_variables:
                            env:
                              LOG_LEVEL: DEBUG
                    """,
                ),
            ),
        ),
        Example(_MANIFEST, path="etl-deployment.yaml"),
        Example(_MANIFEST.replace("{n: 2}", "{n:[2], m}}"), path="etl-deployment.yaml"),
        Example("name: etl\nflow_name: etl  # prefect\n", path="etl.yaml", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for manifest in context.plan.manifests:
            if isinstance(manifest, Manifest) and manifest.site.path == context.path:
                yield self._finding(context, manifest)
        problem = broken_manifest(context.file)
        if problem is not None:
            message = "A manifest of a deployment that is no YAML; Prefect 3 reads none"
            step = "Write an entry in prefect.yaml by hand, then delete the file."
            yield self.finding(context, (0, 0), message, step, reason=problem)

    def _finding(self, context: FileContext, manifest: Manifest) -> Finding:
        subject = manifest.made_by or manifest
        message = f"Deployment {manifest.name.text} stands in a manifest that Prefect 3 does not read"
        if isinstance(subject, PythonDeployment):
            return self._written(context, manifest, subject, message)
        if subject.obstacles or subject.target is None:
            step = "Write an entry in prefect.yaml by hand, then delete the file."
            if subject.obstacles[-1:] and subject.obstacles[-1].endswith("with its own options"):
                step = "Delete the file."
            return self.finding(context, (0, 0), message, step, reason="; ".join(subject.obstacles))
        named = references(context.project, context.plan, manifest)
        if named and _is_moved(context, manifest):
            step = f"Take it out of {named[0]}, then delete the file."
            return self.finding(context, (0, 0), message, step, reason=f"{named[0]} still names the file")
        doubts = [doubt for doubt in subject.doubts if doubt]
        return self.finding(
            context,
            (0, 0),
            message,
            "Delete the file." if isinstance(subject, CliBuild) else next_step(subject),
            fix=Fix("Move it to prefect.yaml", lambda: manifest_changes(context, manifest, keep=bool(named))),
            applicability=Applicability.REVIEW if doubts else Applicability.SAFE,
            reason="; ".join(doubts) or "every setting has a place in prefect.yaml",
        )

    def _written(self, context: FileContext, manifest: Manifest, maker: PythonDeployment, message: str) -> Finding:
        """What Python writes (`output=`) goes when the definition does, which registers itself."""
        place = f"{maker.site.path}:{maker.site.line}"
        others = references(context.project, context.plan, manifest)
        named = [one for one in others if one.rpartition(":")[0] != maker.site.path]
        reason = f"{named[0]} still names the file" if named else f"{place}, which writes it, registers the deployment"
        if named or maker.obstacles or maker.target is None:
            return self.finding(context, (0, 0), message, f"Delete the file once {place} is rewritten.", reason=reason)
        fix = Fix("Delete it", lambda: manifest_changes(context, manifest, keep=False))
        review = Applicability.REVIEW
        return self.finding(context, (0, 0), message, "Delete the file.", fix=fix, applicability=review, reason=reason)


def _is_moved(context: FileContext, manifest: Manifest) -> bool:
    """Whether prefect.yaml has the entry already, or a command writes the manifest anew."""
    return manifest.made_by is not None or any(
        other.kind == "prefect_yaml"
        and (other.name.literal, other.entrypoint) == (manifest.name.literal, manifest.entrypoint)
        and other.working_directory == manifest.working_directory
        for other in context.plan.deployments
    )
