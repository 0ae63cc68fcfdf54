"""A build that deploys in its own place, and what is left of the file that it wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import FLOWS, apply_folder, texts

MakeProject = Callable[..., Path]
BUILD = "prefect deployment build flows.py:etl -n 'nightly' "
MANIFEST = """\
name: nightly
version: 7f931ca766b94913238320360a519ade
schedule: {cron: 0 3 * * *, timezone: UTC, day_or: true}
infra_overrides: {}
infrastructure: {type: process, block_type_slug: process, _block_type_slug: process}
flow_name: etl
manifest_path: null
storage: null
path: null
entrypoint: flows.py:etl
parameter_openapi_schema: {title: Parameters, type: object, properties: {}}
"""
FENCES = f"""\
```
{BUILD} --cron '0 3 * * *'
```
```
prefect deployment apply etl-deployment.yaml
```
```
{BUILD} -a
```
"""


def test_the_file_of_a_build_that_deploys_itself_is_no_second_definition(make_project: MakeProject) -> None:
    """The first round rewrites the builds; the second must not take the manifest that they wrote for another one."""
    folder = make_project({"flows.py": FLOWS, "README.md": FENCES, "etl-deployment.yaml": MANIFEST})
    result = apply_folder(folder, unsafe=True)
    changes = texts(result)
    assert "prefect.yaml" not in changes
    assert "prefect deployment apply etl-deployment.yaml" in (changes["README.md"] or "")
    assert [(finding.path, finding.code, finding.next_step) for finding in result.remaining.findings] == [
        ("README.md", "PM111", "Take it away, if nothing else is registered here: that command does it."),
        ("etl-deployment.yaml", "PM112", "Delete the file."),
    ]


def test_names_are_said_without_their_quotes(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "README.md": FENCES, "etl-deployment.yaml": MANIFEST})
    result = apply_folder(folder)
    assert "Deployment 'nightly' is built with" in result.remaining.findings[0].message
    assert result.remaining.findings[1].reason == "README.md:2 deploys 'nightly' with its own options"


def test_an_apply_that_cannot_go_names_no_entry_that_is_not_there(make_project: MakeProject) -> None:
    lines = [
        "1) Deploy:",
        "",
        "    * `prefect deployment build old.py:etl -n nightly`",
        "    * `prefect deployment apply etl-deployment.yaml`",
    ]
    entry = "deployments:\n- name: other\n  entrypoint: flows.py:etl\n  work_pool: {name: process-pool}\n"
    folder = make_project({"flows.py": FLOWS, "prefect.yaml": entry, "README.md": "\n".join(lines)})
    result = apply_folder(folder, unsafe=True)
    changed = texts(result)
    assert "prefect.yaml" not in changed
    readme = (changed["README.md"] or "").splitlines()
    assert "prefect --no-prompt deploy old.py:etl -n nightly" in readme[2]
    assert readme[3] == lines[3]
    assert [finding.code for finding in result.remaining.findings] == ["PM111"]
    (folder / "README.md").write_text("\n".join(readme))
    assert not apply_folder(folder, unsafe=True).changes


def test_what_a_document_shows_beside_an_entry_of_other_settings_deploys_that(make_project: MakeProject) -> None:
    """So it is whether the entry comes with the same run or was made by an earlier one."""
    build = "prefect deployment build flows.py:etl -n nightly -q"
    fence = f"```bash\n{build} docs\nprefect deployment apply etl-deployment.yaml\n```\n"
    script = f"{build} etl\nprefect deployment apply etl-deployment.yaml\n"
    folder = make_project({"flows.py": FLOWS, "deploy.sh": script, "README.md": fence})
    at_once = texts(apply_folder(folder, unsafe=True))
    for path, text in texts(apply_folder(folder)).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text or "")
    assert "prefect deployment build" in (folder / "README.md").read_text()
    assert texts(apply_folder(folder, unsafe=True)) == {"README.md": at_once["README.md"]}
    assert "deploy flows.py:etl -n nightly -q docs" in (at_once["README.md"] or "")


def test_an_apply_of_another_fence_says_what_does_it_now(make_project: MakeProject) -> None:
    """The rewritten build does not tell what file it made; its command may do what the apply did."""
    text = "```sh\n{}\n```\n\n```sh\n{}\n```\n"
    readme = text.format("prefect deployment build flows.py:etl -n $NAME -o x.yaml", "prefect deployment apply x.yaml")
    result = apply_folder(make_project({"flows.py": FLOWS, "README.md": readme}), unsafe=True)
    (left,) = result.remaining.findings
    assert left.reason == (
        "`x.yaml` is made by nothing in this repository; README.md:2 deploys a flow with its own options"
    )
    assert left.next_step.startswith("Take it away if that command does it; else")


def test_a_command_whose_flow_file_is_gone_writes_no_manifest_of_another(make_project: MakeProject) -> None:
    """Notes may name the file as it was called once: what the manifest registers would be lost with it."""
    notes = "prefect deployment build old.py:etl -n 'nightly'\nprefect deployment apply etl-deployment.yaml\n"
    folder = make_project({"flows.py": FLOWS, "notes.sh": notes, "etl-deployment.yaml": MANIFEST})
    unsafe = texts(apply_folder(folder, unsafe=True))
    assert "entrypoint: flows.py:etl" in str(unsafe["prefect.yaml"])
    assert "prefect --no-prompt deploy --name nightly" in str(unsafe["notes.sh"])
