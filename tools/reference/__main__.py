"""Derive the facts in `src/prefect_migrate/reference/data` from the published packages.

    python -m tools.reference --work /some/folder all

builds an environment for every release of releases.toml with uv, dumps what each has, and writes the tables.  Every
step can be repeated; what is there already is not done again: the first `all` takes about an hour on two busy cores,
and `check` in the same folder half a minute.  storage.json alone is written by hand.

A new release of Prefect: `newest` adds it to releases.toml; then run `all`, read the diff of the data, and add to
curated.toml what a machine can't see.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

from tools.reference.derive import Derivation, reference
from tools.reference.integrations_table import AFTER, BEFORE, build, read_boundaries
from tools.reference.newest import enter_newest
from tools.reference.releases import HERE, Workshop, releases, samples, side_by_side
from tools.reference.settings_table import all_names, dump_settings
from tools.reference.write import DATA

STEPS = ("newest", "environments", "dumps", "derive", "check", "all")


def say(text: str) -> None:
    print(text, flush=True)


def environments(workshop: Workshop) -> None:
    say("environments of all releases")
    side_by_side(workshop.build, releases())
    boundaries = read_boundaries(workshop, samples(2)[-1], reference())
    for name, prefect, key in ((BEFORE, samples(2)[-1], "last2"), (AFTER, reference(), "newest")):
        say(f"environment {name}")
        build(workshop, name, prefect, {package: versions[key] for package, versions in boundaries.items()})


def dumps(workshop: Workshop) -> None:
    say("dumps of all releases")
    side_by_side(workshop.dump_api, releases())
    say("settings of all releases")
    before = samples(2)
    dumped = side_by_side(partial(dump_settings, workshop), before)
    names = all_names({release.version: found for release, found in zip(before, dumped, strict=True)})
    side_by_side(lambda release: dump_settings(workshop, release, names), samples(3))


def derive(workshop: Workshop, folder: Path) -> None:
    derivation = Derivation(workshop, folder)
    derivation.run()
    for name, count in sorted(derivation.counts.items()):
        say(f"{name}.json: {count} rows, {(folder / f'{name}.json').stat().st_size:,} bytes")


def check(workshop: Workshop) -> int:
    """Derive into another folder and compare with the data that is checked in."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        derive(workshop, folder)
        stale = [
            path.name for path in sorted(folder.glob("*.json")) if path.read_bytes() != (DATA / path.name).read_bytes()
        ]
    for name in stale:
        say(f"stale: {name}")
    return 1 if stale else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.reference", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "step",
        choices=STEPS,
        help="newest: enter the newest release into releases.toml; check: derive elsewhere, fail when the data differs",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir(), "reference"),
        help="a folder for environments and dumps (some GB)",
    )
    parser.add_argument("--uv", default="uv", help="the uv to use")
    parser.add_argument("--out", type=Path, default=DATA, help="where the tables go")
    options = parser.parse_args()
    if options.step == "newest":
        say(f"newest release: {enter_newest(HERE / 'releases.toml')}")
    workshop = Workshop(options.work.resolve(), options.uv)
    if options.step in ("environments", "all"):
        environments(workshop)
    if options.step in ("dumps", "all"):
        dumps(workshop)
    if options.step in ("derive", "all"):
        derive(workshop, options.out)
    return check(workshop) if options.step == "check" else 0


if __name__ == "__main__":
    raise SystemExit(main())
