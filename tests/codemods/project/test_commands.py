from __future__ import annotations

import pytest

from tests.codemods.project.helpers import findings, rewritten
from tests.conftest import MakeProject

K8S = "env:\n  - name: EXTRA_PIP_PACKAGES\n    value: prefect-aws==0.4.1 s3fs\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.sh", "pip3 install -U prefect==2.10.13 && x", "pip3 install -U prefect==3.8.8 && x"),
        ("a.sh", 'python -m pip install "prefect[aws]>=2,<3"', 'python -m pip install "prefect[aws]>=3.8,<4"'),
        ("a.sh", "uv pip install --system prefect-dask==0.2.10", "uv pip install --system prefect-dask==0.3.7"),
        ("a.sh", "uv run --with prefect==2.10.13 x.py", "uv run --with prefect==3.8.8 x.py"),
        ("a.sh", "uvx prefect@2.20.1 version", "uvx prefect@3.8.8 version"),
        ("a.sh", "conda install -c conda-forge prefect=2.10", "conda install -c conda-forge prefect=3.8"),
        ("a.sh", "pipenv install prefect==2.*\r\n", "pipenv install prefect==3.8.*\r\n"),
        ("a.sh", "export EXTRA_PIP_PACKAGES='prefect-gcp==0.4.1'", "export EXTRA_PIP_PACKAGES='prefect-gcp==0.6.22'"),
        ("Makefile", "x:\n\t@pip install \\\n\t\tprefect==2.1\n", "x:\n\t@pip install \\\n\t\tprefect==3.8.8\n"),
        ("a.bat", "pip install prefect==2.10.8", "pip install prefect==3.8.8"),
        ("a.ps1", "pip install `\n  prefect==2.10.8", "pip install `\n  prefect==3.8.8"),
        ("Dockerfile", "RUN pip install prefect==2.1 # x", "RUN pip install prefect==3.8.8 # x"),
        (
            "Dockerfile",
            "RUN pip install \\\n    # don't move\n  # a\n    x \\\n  # b\n    prefect==2.1 \\\n    y\n",
            "RUN pip install \\\n    # don't move\n  # a\n    x \\\n  # b\n    prefect==3.8.8 \\\n    y\n",
        ),
        ("Dockerfile", 'RUN ["pip", "install", "prefect==2.1"]', 'RUN ["pip", "install", "prefect==3.8.8"]'),
        ("ci.yml", "- run: |\n    pip install prefect==2.1\n", "- run: |\n    pip install prefect==3.8.8\n"),
        ("k8s.yaml", K8S, K8S.replace("0.4.1", "0.7.12")),
        ("x.yaml", "pip_packages: [prefect==2.1, s3fs]\n", "pip_packages: [prefect==3.8.8, s3fs]\n"),
        ("x.yaml", "deps:\n  - 'prefect>=2,<3'\n", "deps:\n  - 'prefect>=3.8,<4'\n"),
        ("env.yml", "dependencies:\n- prefect 2.10.*\n", "dependencies:\n- prefect 3.8.*\n"),
        ("env.yml", "dependencies:\n- prefect>=2,<3\n", "dependencies:\n- prefect>=3.8,<4\n"),
        (
            "x.yml",
            "- pip:\n    name: prefect\n    version: 2.10.4\n",
            "- pip:\n    name: prefect\n    version: 3.8.8\n",
        ),
        (
            "x.yml",
            "- ansible.builtin.pip: {name: 'prefect[aws]', version: '2.10'}\n",
            "- ansible.builtin.pip: {name: 'prefect[aws]', version: '3.8.8'}\n",
        ),
        ("prefect.yaml", "- s:\n    requires: prefect-docker<0.6\n", "- s:\n    requires: prefect-docker>=0.6.0\n"),
        (".env", "EXTRA_PIP_PACKAGES=prefect-aws==0.4.1 s3fs", "EXTRA_PIP_PACKAGES=prefect-aws==0.7.12 s3fs"),
        ("a.tf", 'x = ["prefect==2.1", "y"]', 'x = ["prefect==3.8.8", "y"]'),
        ("tox.ini", "[testenv]\ndeps =\n  prefect<3\n", "[testenv]\ndeps =\n  prefect>=3.8,<4\n"),
    ],
)
def test_rewritten(make_project: MakeProject, path: str, before: str, after: str) -> None:
    assert rewritten(make_project({path: before.encode()}), path, "PM504") == after


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.sh", "pip install prefect>=2.1"),
        ("a.sh", "pip install prefect 'prefect-aws>=0.4'"),
        ("a.sh", "# pip install prefect==2.1\necho  # prefect==2.1"),
        ("a.sh", "docker pull me/prefect==2.1"),
        ("a.bat", "rem pip install prefect==2.1\n:: pip install prefect==2.1"),
        ("README.md", "Prefect==2.10 was fine; so was `prefect==2.10`."),
        ("README.md", "$ pip freeze\n\n```\nprefect==2.10\n```\n"),
        ("README.md", "requirements.txt\n```\npandas\n```\n\nprefect==2.10\n"),
        ("README.md", "requirements.txt\n```\na\n```\nb\n\n\n\n```\nprefect==2.10\n```\n"),
        ("x.yaml", "name: prefect\nversion: 2.10\nprefect-version: 2.10.13\nprefect: 2\n"),
        ("x.yaml", "text: |\n  - prefect 2 is old\n  - prefect=2 too\n"),
        ("conda-lock.yml", "- name: prefect\n  dependencies:\n    prefect: ==2.10\n  spec: 'prefect==2.10'\n"),
    ],
)
def test_left_alone(make_project: MakeProject, path: str, text: str) -> None:
    assert not findings(make_project, {path: text}, "PM504")


@pytest.mark.parametrize(
    ("path", "text", "tier"),
    [
        ("README.md", "```\npip install prefect==2.1\n```\n", "review"),
        ("README.md", "```requirements.txt\nprefect==2.1\n```\n", "review"),
        ("README.md", "My requirements:\n\n~~~\npandas\nprefect==2.1  # pinned\n~~~\n", "review"),
        ("a.sh", "SPEC='prefect==2.1'\n", "review"),
        ("a.sh", "echo 'take prefect==2.1 and go'\n", "manual"),
        ("a.sh", "pip install git+https://github.com/PrefectHQ/prefect@2.10.13\n", "manual"),
        ("cm.yaml", "data:\n  requirements.txt: |\n    prefect==2.1\n", "review"),
        ("Dockerfile", "RUN pip install prefect==2.1 'pydantic<2'\n", "review"),
        ("Dockerfile", "RUN ls\n# pip install\nRUN echo prefect==2.1 and more\n", "manual"),
    ],
)
def test_tiers(make_project: MakeProject, path: str, text: str, tier: str) -> None:
    (finding,) = findings(make_project, {path: text}, "PM504")
    assert finding.applicability == tier


def test_notebooks_keep_their_outputs(make_project: MakeProject) -> None:
    text = (
        '{"cells": [\n {"cell_type": "code", "source": [\n  "!pip install prefect==2.10.13\\n",\n  "%pip install'
        ' \\"prefect>=2,<3\\""\n ], "outputs": [{"text": [\n  "Collecting prefect==2.10.13\\n"\n ]}]}\n]}\n'
    )
    after = rewritten(make_project({"a.ipynb": text}), "a.ipynb", "PM504", unsafe=True)
    expected = text.replace("install prefect==2.10.13", "install prefect==3.8.8").replace(">=2,<3", ">=3.8,<4")
    assert after == expected


def test_jobs_for_both_prefects(make_project: MakeProject) -> None:
    text = "old:\n  - pip install prefect==2.20.1\nnew:\n  - pip install prefect==3.4.0\n"
    folder = make_project({".gitlab-ci.yml": text})
    assert rewritten(folder, ".gitlab-ci.yml", "PM504", unsafe=True) == text
