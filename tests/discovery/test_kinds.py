from __future__ import annotations

import pytest

from prefect_migrate.discovery.kinds import kind_of, kind_of_start


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("flows/etl.py", "python"),
        ("FLOW.PY", "python"),
        ("start.sh", "shell"),
        ("deploy.bash", "shell"),
        ("Makefile", "make"),
        ("sub/GNUmakefile", "make"),
        ("Makefile.prod", "make"),
        ("rules.mk", "make"),
        ("start.bat", "bat"),
        ("start.ps1", "powershell"),
        ("Procfile", "shell"),
        ("requirements.txt", "requirements"),
        ("requirements-dev.txt", "requirements"),
        ("requirements_dev.in", "requirements"),
        ("dev-requirements.txt", "requirements"),
        ("constraints.txt", "requirements"),
        ("requirements/base.txt", "requirements"),
        ("prefect.yaml", "prefect-yaml"),
        ("Jenkinsfile", "groovy"),
        ("ci/Jenkinsfile.prod", "groovy"),
        ("vars/deploy.groovy", "groovy"),
        ("start.fish", "shell"),
        ("agent.service.tmpl", "jinja"),
        ("justfile.jinja", "justfile"),
        ("ops/start.sh.j2", "shell"),
        ("Dockerfile.tmpl", "dockerfile"),
        ("prefect.yaml.j2", "jinja"),
        ("main.tf.json", "json"),
        ("stack/cloudformation.json", "json"),
        ("data.json", None),
        ("README.txt", "markdown"),
        ("notes/commands.txt", "markdown"),
        ("docs/Deployment build & apply.txt", "markdown"),
        ("docker/note.txt", "markdown"),
        ("prefect-requirements.txt", "requirements"),
        ("req.txt", "requirements"),
        ("docker/reqs-dev.txt", "requirements"),
        ("pip_freeze.txt", "requirements"),
        ("package_list.txt", "requirements"),
        ("dependencies.txt", "requirements"),
        ("request.txt", None),
        ("Procfile.dev", "shell"),
        ("ops/cron.d/agent", "shell"),
        ("crontab.txt", "shell"),
        ("Earthfile", "dockerfile"),
        ("Vagrantfile", "code"),
        ("lib/ecs-stack.ts", "code"),
        ("ecosystem.config.js", "code"),
        ("src/main.ts", None),
        ("railway.json", "json"),
        ("log.txt", None),
        ("Important Prefect commands.txt", "markdown"),
        ("docs/My notes on agents.txt", "markdown"),
        ("footnotes.txt", None),
        ("prefect.log", None),
        ("prod.env.example", "dotenv"),
        ("env.sample", "dotenv"),
        ("terraform.tfvars.dist", "terraform"),
        ("prefect.yaml.example", "yaml"),
        ("phpunit.xml.dist", None),
        ("bin/start", ""),
        ("photo.jpeg", None),
        ("data.parquet", None),
    ],
)
def test_kind_of(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("bin/start", b"#!/usr/bin/env python3\n", "python"),
        ("bin/start", b"#!/bin/sh\n", "shell"),
        ("bin/start", b"#!/bin/bash -e\n", "shell"),
        ("bin/start", b"#!/usr/bin/env node\n", None),
        ("bin/start", b"prefect", None),
        ("make_block", b"# saves it\n\nfrom prefect.infrastructure import Process\n", "python"),
        ("make_block", b"import os, prefect\r\n", "python"),
        ("letter", b"from prefect we move on\n", None),
        ("letter", b"import all of it\n", None),
        ("INSTALL", b"Run agent: prefect agent start\n", "markdown"),
        ("Build & apply the deployment", b"prefect agent start\n", "markdown"),
        ("Deployment in Docker", b"prefect agent start\n", "markdown"),
        ("deployments", b"\x00\x01", None),
    ],
)
def test_kind_of_start(path: str, head: bytes, kind: str | None) -> None:
    assert kind_of_start(path, head) == kind
