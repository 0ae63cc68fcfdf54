"""integrations.json: which releases of the packages go with which Prefect, and what their names became."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.reference.curated import advise_names
from tools.reference.dumps import PYDANTIC, Dump, dotted, is_public
from tools.reference.names_table import outcome
from tools.reference.releases import Release, Workshop
from tools.reference.successors import Curated, Successors
from tools.reference.universe import OldName, Status, check, old_names
from tools.reference.write import compact

BEFORE, AFTER = "integrations-2", "integrations-3"
#: What the packages need beside themselves to be imported as a whole.
EXTRAS = {"prefect-azure": "[all_extras]", "prefect-gcp": "[all_extras]"}
BESIDE = {
    BEFORE: ["pytest", "griffe", "setuptools<80", "azure-mgmt-resource<24", "dbt-core<1.10"],
    AFTER: ["pytest", "griffe", "fastapi>=0.139,<0.151", "dbt-core<1.11"],
}
PACKAGES = (
    "prefect-aws", "prefect-azure", "prefect-bitbucket", "prefect-dask", "prefect-databricks", "prefect-dbt",
    "prefect-docker", "prefect-email", "prefect-gcp", "prefect-github", "prefect-gitlab", "prefect-kubernetes",
    "prefect-ray", "prefect-shell", "prefect-slack", "prefect-snowflake", "prefect-sqlalchemy",
)  # fmt: skip


def module_of(package: str) -> str:
    return package.replace("-", "_")


# -- releases ----------------------------------------------------------------------------------------------------------


def resolve(workshop: Workshop, requirements: Sequence[str], package: str, strategy: str = "highest") -> str:
    """The version of a package that uv chooses for some requirements."""
    command = [workshop.uv, "pip", "compile", "-q", "--no-header", "--no-annotate", "--python-version", "3.11"]
    done = subprocess.run(
        [*command, "--resolution", strategy, "-"], input="\n".join(requirements), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{requirements}\n{done.stderr}")
    found = re.search(rf"^{package}(?:\[.*\])?==(\S+)", done.stdout, re.M)
    assert found is not None, done.stdout
    return found.group(1)


def boundaries(workshop: Workshop, last2: Release, newest3: Release) -> dict[str, dict[str, str]]:
    """Package -> the newest release that Prefect 2 may have, the first after it, and the newest for Prefect 3."""
    found = {}
    for package in PACKAGES:
        old = resolve(workshop, [package, f"prefect=={last2.version}"], package)
        first = resolve(workshop, [f"{package}>{old}", "prefect>=3.0.0"], package, "lowest-direct")
        newest = resolve(workshop, [package, f"prefect=={newest3.version}", *newest3.extra], package)
        found[package] = {"last2": old, "first3": first, "newest": newest}
    return found


def read_boundaries(workshop: Workshop, last2: Release, newest3: Release) -> dict[str, dict[str, str]]:
    """The same, asked only once."""
    out = workshop.dump("boundaries")
    if not out.exists():
        out.write_text(json.dumps(boundaries(workshop, last2, newest3)), "utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(out.read_text("utf-8"))
    return loaded


def build(workshop: Workshop, name: str, prefect: Release, versions: Mapping[str, str]) -> None:
    """The environment with all packages at once."""
    done = workshop.dump(f"{name}.built")
    if not done.exists():
        workshop.new_environment(name)
        pins = [f"{package}{EXTRAS.get(package, '')}=={version}" for package, version in versions.items()]
        workshop.install(name, [f"prefect=={prefect.version}", *pins, *BESIDE[name]], [])
        done.write_text("{}", "utf-8")


def dump(workshop: Workshop, name: str, package: str) -> Dump:
    out = workshop.dump(f"{name}.{package}")
    if not out.exists():
        workshop.probe(name, "api.py", module_of(package), str(out))
    return Dump(out)


def requirement(workshop: Workshop, package: str, version: str) -> str:
    """What a release requires of Prefect, from its metadata alone."""
    out = workshop.folder / "metadata" / f"{package}-{version}"
    if not out.exists():
        workshop.install_alone(f"{package}=={version}", out)
    text = next(out.glob("*.dist-info/METADATA")).read_text("utf-8")
    lines = re.findall(r"^Requires-Dist: (prefect(?![-\w])[^;\n]*)", text, re.M)
    return re.sub(r"[\s()]", "", lines[0]) if lines else ""


# -- rows --------------------------------------------------------------------------------------------------------------


def package_row(
    workshop: Workshop, package: str, versions: Mapping[str, str], curated: Curated, steps: Mapping[str, str]
) -> dict[str, Any]:
    before, after = dump(workshop, BEFORE, package), dump(workshop, AFTER, package)
    names, checked = checked_names(workshop, package)
    definitions = {dotted(path): dotted(old.definition) if old.definition else None for path, old in names.items()}
    target = Successors(after, checked, curated)
    new_runs = runs(workshop, package, AFTER)
    return {
        "package": package,
        "module": module_of(package),
        **versions,
        **{f"requires_{key}": requirement(workshop, package, version) for key, version in versions.items()},
        "names": [compact(row) for row in advise_names(_name_rows(names, target), definitions)],
        "blocks2": _slugs(before),
        "blocks3": _slugs(after),
        "steps": {old: new for old, new in steps.items() if old.startswith(f"{module_of(package)}.")},
        "members": dict(_members(before, after)),
        "async_runs": [name for name, (kind, _) in new_runs.items() if kind == "async"],
        "were_async": were_async(runs(workshop, package, BEFORE), new_runs),
    }


def runs(workshop: Workshop, package: str, when: str) -> dict[str, tuple[str, str]]:
    """The tasks and flows of a release, and functions that choose between two: what each is, and its own name."""
    out = workshop.dump(f"{when}.{package}.kinds-of-runs")
    if not out.exists():
        workshop.probe(when, "runs.py", module_of(package), str(out))
    found: dict[str, tuple[str, str]] = json.loads(out.read_text("utf-8"))
    return found


def were_async(before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    """What was async with Prefect 2 and is not now: what it is, and the async one beside it ("" if there is none).

    Another name of the same thing is listed by both, as names are followed to where things are defined.
    """
    found: dict[str, list[str]] = {}
    for name, (kind, _) in before.items():
        now, own = after.get(name, ("", ""))
        if kind == "async" and now in ("sync", "function"):
            module = name.rpartition(".")[0]
            twins = (f"{module}.{spelled}" for spelled in (f"a{own}", f"{own}_async"))
            is_now = [now, next((twin for twin in twins if after.get(twin, ("", ""))[0] == "async"), "")]
            found |= {name: is_now, f"{module}.{own}": is_now}
    return found


def checked_names(workshop: Workshop, package: str) -> tuple[dict[str, OldName], dict[str, Status]]:
    """The public names of the last release for Prefect 2, and what importing them does with the newest one."""
    before = dump(workshop, BEFORE, package)
    names = {path: old for path, old in old_names([before]).items() if _is_its_own(old, module_of(package))}
    return names, check(workshop, AFTER, list(names), package)


def _is_its_own(old: OldName, module: str) -> bool:
    return old.definition is None or old.definition.partition(":")[0].partition(".")[0] == module


def _name_rows(names: Mapping[str, OldName], target: Successors) -> Iterator[dict[str, Any]]:
    for path in sorted(names, key=dotted):
        found = outcome(names[path], target.checked[path], target)
        if found is not None:
            row = {"old": dotted(path), "kind": names[path].kind, "what": found[0]}
            row |= {"new": dotted(found[1])} if found[1] else {}
            row |= {"new_confidence": found[2]} if found[2] else {}
            yield row | ({"incidental": True} if names[path].incidental else {})


def _slugs(dump: Dump) -> dict[str, str]:
    return {dotted(path): shape["slug"] for path, shape in sorted(dump.classes.items()) if shape.get("slug")}


def _members(before: Dump, after: Dump) -> Iterator[tuple[str, list[str]]]:
    for path in sorted(set(before.classes) & set(after.classes)):
        have = after.members(path)
        lost = [
            name
            for name, row in before.members(path).items()
            if name not in have and not name.startswith("_") and name not in PYDANTIC and row["kind"] != "foreign"
        ]
        if lost and is_public(path):
            yield dotted(path), sorted(lost)
