"""Make all tables from the dumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.reference import curated, infra_table, integrations_table
from tools.reference.dumps import Dump, dotted
from tools.reference.index_tables import write_index
from tools.reference.matches import Matcher
from tools.reference.members_table import member_rows
from tools.reference.names_table import name_rows, without_repetition
from tools.reference.parameters_table import flavour_rows, old_callables, parameter_rows
from tools.reference.patches import patch_rows
from tools.reference.releases import Release, Workshop, samples, side_by_side
from tools.reference.settings_table import Target, all_names, dump_settings, setting_rows
from tools.reference.successors import Successors
from tools.reference.universe import Status, check, old_names
from tools.reference.write import write_table

#: The release whose templates, integrations and infrastructure mapping are taken.
REFERENCE = "3.8.8"


@dataclass(slots=True)
class Derivation:
    """What all tables are made from; `counts` is the number of rows of each table written."""

    workshop: Workshop
    folder: Path
    counts: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        before, after = samples(2), samples(3)
        olds = [Dump(self.workshop.dump(release.version)) for release in before]
        news = [Dump(self.workshop.dump(release.version)) for release in after]
        meta = {
            "samples": [release.version for release in before],
            "targets": [release.version for release in after],
        }
        names = old_names(olds)
        variables = self.settings(meta)
        checked = side_by_side(lambda it: self.check(it[0], list(names), it[1]), zip(news, variables, strict=True))
        targets = [
            Successors(dump, status, curated.successors().with_settings(target.renamed))
            for dump, status, target in zip(news, checked, variables, strict=True)
        ]
        definitions = {dotted(path): dotted(old.definition) if old.definition else None for path, old in names.items()}

        rows = without_repetition(list(name_rows(names, checked, targets)), curated.successors().prefixes)
        said = "each name imported under every target; new names by the evidence in new_confidence, and imported too"
        self.write(
            "names", {**meta, "source": said, "prefixes": curated.prefixes()}, curated.advise_names(rows, definitions)
        )

        matchers = [Matcher(target, names) for target in targets]
        said = "members of the classes of all samples compared with those of every target at run time"
        members = curated.advise(member_rows(olds, matchers), "members", ("cls", "member"))
        self.write("members", {**meta, "source": said}, members)

        callables = old_callables(olds)
        said = "signatures of all samples compared with those of every target at run time"
        parameters = curated.advise(parameter_rows(callables, matchers), "parameters", ("callable", "parameter"))
        self.write("parameters", {**meta, "source": said}, parameters)
        self.write("flavours", {**meta, "source": said}, flavour_rows(callables, matchers))

        also = [dynamic(dump, status) for dump, status in zip(news, checked, strict=True)]
        packages = self.integrations()
        said = "dumps of the first and newest patch of each minor; sources of those between"
        self.write("patches", {**meta, "source": said}, patch_rows(self.workshop))
        self.counts.update(write_index(news, also, packages, meta, self.folder))
        self.infrastructure()

    def write(self, name: str, meta: dict[str, Any], rows: Any) -> None:
        self.counts[name] = write_table(name, meta, rows, self.folder)

    # -- parts ---------------------------------------------------------------------------------------------------------

    def settings(self, meta: dict[str, Any]) -> list[Target]:
        """Write settings.json; gives the settings of each target."""
        olds = {release.version: dump_settings(self.workshop, release) for release in samples(2)}
        names = all_names(olds)
        targets = [Target(dump_settings(self.workshop, release, names)) for release in samples(3)]
        said = "settings tables of all samples; each variable set under every target, and the settings compared"
        rows = curated.advise(setting_rows(olds, targets), "settings", ("name",))
        for row in rows:
            if row["status"] == "removed_ignored" and row["new"]:
                row["status"] = "renamed_old_name_ignored"
        self.write("settings", {**meta, "source": said}, rows)
        return targets

    def check(self, dump: Dump, names: Sequence[str], target: Target) -> dict[str, Status]:
        """What importing each old name does, and each setting as a name of `prefect.settings`."""
        variables = [f"prefect.settings:{name}" for name in target.readers]
        settings = check(self.workshop, dump.version, variables, "settings")
        return {**settings, **check(self.workshop, dump.version, names, "names")}

    def integrations(self) -> list[tuple[Dump, dict[str, str]]]:
        """Write integrations.json; gives the dumps of the newest releases, and the names that those give on demand."""
        boundaries = integrations_table.read_boundaries(self.workshop, samples(2)[-1], reference())
        rows = [
            integrations_table.package_row(self.workshop, package, versions, curated.successors(), curated.steps())
            for package, versions in boundaries.items()
        ]
        said = f"releases that resolve with Prefect 2 and with {REFERENCE}; last2 and newest imported and compared"
        self.write("integrations", {"source": said, "prefect": REFERENCE}, rows)
        found = []
        for package in boundaries:
            dump = integrations_table.dump(self.workshop, integrations_table.AFTER, package)
            found.append((dump, dynamic(dump, integrations_table.checked_names(self.workshop, package)[1])))
        return found

    def infrastructure(self) -> None:
        templates = infra_table.template_rows(self.workshop, REFERENCE, integrations_table.AFTER)
        said = f"what Prefect {REFERENCE} prints or ships (Apache License 2.0); worker_variables: the newest workers"
        self.write("worker_templates", {"source": said, "prefect": REFERENCE}, templates)
        blocks = infra_table.dump_blocks(self.workshop)
        said = "each field set to a probe value, and the template compared that Prefect 2 makes of the block"
        rows = infra_table.field_rows(blocks, templates, curated.section("block_fields"))
        self.write("infra", {"source": said, "blocks": infra_table.block_rows(blocks)}, rows)


def reference() -> Release:
    return next(release for release in samples(3) if release.version == REFERENCE)


def dynamic(dump: Dump, checked: Mapping[str, Status]) -> dict[str, str]:
    """Names that only a module's `__getattr__` gives: path -> status."""
    return {
        path: status[0]
        for path, status in checked.items()
        if status[0] in ("ok", "warns") and path not in dump.names and path not in dump.modules
    }
