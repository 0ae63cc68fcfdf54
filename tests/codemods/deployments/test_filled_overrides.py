"""`infra_overrides=` of a dict that is filled step by step: Prefect 2 took its dots apart, Prefect 3 does not."""

from __future__ import annotations

import pytest
import yaml

from tests.conftest import FLOWS, MakeProject, apply_twice, scan_folder

HEAD = "import os\nfrom prefect.deployments import Deployment\nfrom flows import etl\n\n"
CALL = 'Deployment.build_from_flow(etl, "n", infra_overrides=overrides).apply()\n'


def made(make_project: MakeProject, fills: str, style: str = "auto") -> dict[str, str | None]:
    return apply_twice(make_project({"flows.py": FLOWS, "deploy.py": HEAD + fills + CALL}), target_style=style)


@pytest.mark.parametrize(
    "fills",
    [
        'overrides = {"env.A": "1"}\noverrides["env.B"] = "2"\n',
        'overrides = {}\noverrides.update({"env.A": "1", "env.B": "2"})\n',
        'overrides = dict()\noverrides["env.A"] = "1"\noverrides["env.B"] = "2"\n',
    ],
)
def test_what_is_put_in_is_nested(make_project: MakeProject, fills: str) -> None:
    text = made(make_project, "# the variables\n" + fills)["deploy.py"] or ""
    assert 'job_variables={"env": {"A": "1", "B": "2"}}' in text
    assert "overrides" not in text
    assert "# the variables" in text
    files = made(make_project, fills, "prefect-yaml")
    assert files["deploy.py"] is None or "overrides" not in files["deploy.py"]
    (entry,) = yaml.safe_load(files["prefect.yaml"] or "")["deployments"]
    assert entry["work_pool"]["job_variables"] == {"env": {"A": "1", "B": "2"}}


def test_values_that_the_run_tells(make_project: MakeProject) -> None:
    fills = 'overrides = {"env.A": os.environ["A"]}\noverrides["env.B"] = "2"  # why\n'
    text = made(make_project, fills)["deploy.py"] or ""
    assert '    # why\n    job_variables={"env": {"A": os.environ["A"], "B": "2"}},\n' in text


def test_without_dots_it_stays_as_it_is(make_project: MakeProject) -> None:
    fills = 'overrides = {"working_dir": "/tmp"}\noverrides["stream_output"] = False\n'
    text = made(make_project, fills)["deploy.py"] or ""
    assert fills in text
    assert "job_variables=overrides," in text


@pytest.mark.parametrize(
    ("fills", "key"),
    [
        ('overrides = {}\nfor key in "AB":\n    overrides[f"env.{key}"] = key\n', "f'env.{key}'"),
        ('overrides = {f"env.{key}": key for key in "AB"}\n', "f'env.{key}'"),
        ('overrides = {}\noverrides["env.A"] = os.getcwd()\n', "env.A"),
        ('overrides = {}\nif os.sep:\n    overrides["env.A"] = "1"\n', "env.A"),
        ('overrides = {}\nif os.sep:\n    overrides.update({"env.A": "1"})\n', "env.A"),
        ('overrides = {}\nif os.sep:\n    overrides.setdefault("env.A", "1")\n', "env.A"),
    ],
)
def test_keys_with_a_dot_that_can_not_be_nested_stop_it(make_project: MakeProject, fills: str, key: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + fills + CALL})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.fix is None
    assert f"the override `{key}` must be nested" in found.reason


def test_what_lies_in_a_dict_may_change_too(make_project: MakeProject) -> None:
    fills = 'overrides = {"env": {"A": "1"}}\nif os.sep:\n    overrides["env"]["B"] = "2"\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + fills + CALL})
    (found,) = (one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101")
    assert "`infra_overrides=overrides` is only known when the code runs" in found.reason
