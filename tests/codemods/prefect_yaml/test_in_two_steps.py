"""What is safe is done first, and must not hide from the rest what the files were written for."""

from __future__ import annotations

from tests.conftest import MakeProject, apply_folder, apply_twice, texts

PREFECT_YAML = "name: shop\nprefect-version: 2.10.13\nbuild: null\n"
DEPLOYMENT_YAML = """\
deployments:
- name: daily
  schedule: {}
  entrypoint: flows.py:etl
  work_pool:
    name: shop
"""


def test_entries_that_move_beside_a_stamp_which_is_raised(make_project: MakeProject) -> None:
    files = {"prefect.yaml": PREFECT_YAML, "deployment.yaml": DEPLOYMENT_YAML}
    folder = make_project({f"{name}/{path}": text for name in ("once", "twice") for path, text in files.items()})
    for path, text in texts(apply_folder(folder / "twice")).items():
        (folder / "twice" / path).write_text(text) if text is not None else (folder / "twice" / path).unlink()
    apply_twice(folder / "once")
    apply_twice(folder / "twice")
    once, twice = ((folder / name / "prefect.yaml").read_text() for name in ("once", "twice"))
    assert once == twice
    assert "schedules: []" in once
    assert "prefect-version: 3" in once
