"""Definitions whose import is tried, where nothing else is done if it fails."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

USE = 'Deployment.build_from_flow(etl, "a").apply()\n'
TRY = "try:\n    from prefect.deployments import Deployment\n"


def written(make_project: MakeProject, code: str) -> str:
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    text = texts(apply_folder(folder, unsafe=True)).get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return text


@pytest.mark.parametrize(
    "handler",
    [
        "except ImportError:\n    raise SystemExit('no Prefect')\n",
        "except ImportError as error:\n    print(error)\n    sys.exit(1)\n",
        "except (ImportError, AttributeError):\n    logger.error('none')\n    logger.info('so')\n    raise\n",
    ],
)
def test_the_try_goes_with_its_imports(make_project: MakeProject, handler: str) -> None:
    text = written(make_project, f"import sys\nfrom flows import etl\n{TRY}{handler}\n{USE}")
    assert "etl.from_source(" in text
    assert "try:" not in text
    assert "Deployment" not in text


def test_it_stays_where_it_tries_more(make_project: MakeProject) -> None:
    code = f"from flows import etl\n{TRY}    import yaml\nexcept ImportError:\n    raise\n{USE}print(yaml)\n"
    text = written(make_project, code)
    assert "etl.from_source(" in text
    assert "try:\n    import yaml\nexcept ImportError:\n    raise\n" in text


def test_an_emptied_try_that_goes_on_keeps_its_form(make_project: MakeProject) -> None:
    imports = f"{TRY}    from prefect.server.schemas.schedules import CronSchedule\n"
    use = '    Deployment.build_from_flow(etl, "a", schedule=CronSchedule(cron="0 1 * * *")).apply()\n'
    text = written(make_project, f"from flows import etl\n{imports}except ImportError:\n    raise\nelse:\n{use}")
    assert "try:\n    pass\nexcept ImportError:\n    raise\nelse:\n    etl.from_source(" in text


@pytest.mark.parametrize(
    "handler",
    [
        "except ImportError:\n    Deployment = None\n",
        "except ImportError:\n    pass\n",
        "except ImportError:\n    deploy_as_prefect_3_does()\n    sys.exit()\n",
    ],
)
def test_another_way_is_no_failure(make_project: MakeProject, handler: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": f"import sys\nfrom flows import etl\n{TRY}{handler}{USE}"})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert "it stands under a check of the Prefect version" in found.reason


def test_a_module_that_may_do_without_prefect(make_project: MakeProject) -> None:
    """The new imports would stand at its top."""
    code = (
        "def go():\n    try:\n        from prefect.deployments import Deployment\n        from flows import etl\n"
        f"    except ImportError:\n        return\n    {USE}"
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert "it stands under a check of the Prefect version" in found.reason
