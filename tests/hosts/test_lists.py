"""Commands that are lists: each item is replaced, added or taken away by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import scan_folder
from tests.hosts.helpers import migrated

#: path, before, after
LISTS = [
    (
        "Dockerfile",
        'FROM x\nENTRYPOINT ["prefect", "agent", "start", "--hide-welcome", "-q", "etl"]\n',
        'FROM x\nENTRYPOINT ["prefect", "worker", "start", "--pool", "process-pool", "-q", "etl"]\n',
    ),
    (
        "Dockerfile",
        'FROM x\nCMD ["prefect","agent","start", \\\n     "-q","etl"]\n',
        'FROM x\nCMD ["prefect","worker","start", \\\n     "--pool", \\\n     "process-pool", \\\n     "-q","etl"]\n',
    ),
    (
        "Dockerfile",
        'FROM x\nENTRYPOINT ["prefect"]\nCMD ["agent", "start", "etl"]\n',
        'FROM x\nENTRYPOINT ["prefect"]\nCMD ["worker", "start", "--pool", "process-pool", "--work-queue", "etl"]\n',
    ),
    (
        "k8s.yaml",
        "containers:\n- image: x\n  command: [prefect, agent, start]  # go\n  args: [-q, etl]\n",
        "containers:\n- image: x\n  command: [prefect, worker, start]  # go\n  args: [--pool, process-pool, -q, etl]\n",
    ),
    (
        "k8s.yaml",
        "containers:\n- image: prefecthq/prefect:2.20\n  args:\n    - agent\n    - start\n    - --hide-welcome\n"
        "    - '-q'\n    - 'etl'\n",
        "containers:\n- image: prefecthq/prefect:2.20\n  args:\n    - worker\n    - start\n    - '--pool'\n"
        "    - 'process-pool'\n    - '-q'\n    - 'etl'\n",
    ),
    (
        "k8s.yaml",
        'command:\n- "prefect"\nargs:\n- "agent"\n- "start"\n- "--work-queue"  # the one\n- "etl"\n',
        'command:\n- "prefect"\nargs:\n- "worker"\n- "start"\n- "--pool"\n- "process-pool"\n'
        '- "--work-queue"  # the one\n- "etl"\n',
    ),
    (
        "k8s.yaml",
        "args:\r\n  - prefect\r\n  - agent\r\n  - start  # run\r\n  # the queue\r\n  - -q\r\n  - etl\r\n",
        "args:\r\n  - prefect\r\n  - worker\r\n  - start  # run\r\n  # the queue\r\n  - --pool\r\n  - process-pool\r\n"
        "  - -q\r\n  - etl\r\n",
    ),
    (
        "compose.yaml",
        "services:\n  a:\n    entrypoint: [prefect]\n    command: agent start -q etl\n",
        "services:\n  a:\n    entrypoint: [prefect]\n    command: worker start --pool process-pool -q etl\n",
    ),
    (
        "compose.yaml",
        "services:\n  a:\n    image: prefecthq/prefect\n    command: 'agent start -q etl'\n",
        "services:\n  a:\n    image: prefecthq/prefect\n    command: 'worker start --pool process-pool -q etl'\n",
    ),
    (
        "compose.yaml",
        "x: &q etl\nservices:\n  a:\n    command: [prefect, agent, start, -q, *q]\n",
        "x: &q etl\nservices:\n  a:\n    command: [prefect, worker, start, --pool, process-pool, -q, *q]\n",
    ),
    (
        "stack.yaml",
        'A:\n  Command: !Join [" ", [prefect, agent, start, -q, !Ref Queue]]\n',
        'A:\n  Command: !Join [" ", [prefect, worker, start, --pool, process-pool, -q, !Ref Queue]]\n',
    ),
    (
        "stack.yaml",
        "A:\n  EntryPoint: [prefect, agent]\n  Command:\n    - start\n    - -q\n    - !Sub ${Queue}\n",
        "A:\n  EntryPoint: [prefect, worker]\n  Command:\n    - start\n    - --pool\n    - process-pool\n    - -q\n"
        "    - !Sub ${Queue}\n",
    ),
    (
        "task.json",
        '{"command": [\n  "prefect",\n  "agent",\n  "start",\n  "-q", "etl"\n]}\n',
        '{"command": [\n  "prefect",\n  "worker",\n  "start",\n  "--pool",\n  "process-pool",\n  "-q", "etl"\n]}\n',
    ),
    (
        "task.json",
        '{"entryPoint": ["prefect"], "command": ["agent", "start", "-q", "etl"]}',
        '{"entryPoint": ["prefect"], "command": ["worker", "start", "--pool", "process-pool", "-q", "etl"]}',
    ),
    (
        "ecs.tf",
        'x = jsonencode([{\n  command = [\n    "prefect", "agent", "start", "-q", var.queue # etl\n  ]\n}])\n',
        'x = jsonencode([{\n  command = [\n    "prefect", "worker", "start", "--pool", "process-pool", "-q", '
        "var.queue # etl\n  ]\n}])\n",
    ),
    (
        "agent.nomad",
        'config {\n  command = "prefect"\n  args = ["agent", "start", "-q", "${var.queue["a"]}"]\n}\n',
        'config {\n  command = "prefect"\n  args = ["worker", "start", "--pool", "process-pool", "-q", '
        '"${var.queue["a"]}"]\n}\n',
    ),
    (
        "ecs.tf",
        'definitions = <<DEFS\n[{"command": ["prefect", "agent", "start", "-q", "${var.queue}"]}]\nDEFS\n',
        'definitions = <<DEFS\n[{"command": ["prefect", "worker", "start", "--pool", "process-pool", "-q", '
        '"${var.queue}"]}]\nDEFS\n',
    ),
    (
        "pyproject.toml",
        '[tool.poe.tasks]\nagent.cmd = ["prefect", "agent", "start", "-q", "etl"]\n',
        '[tool.poe.tasks]\nagent.cmd = ["prefect", "worker", "start", "--pool", "process-pool", "-q", "etl"]\n',
    ),
    (
        "run.py",
        "import subprocess, sys\n\nsubprocess.run([sys.executable, '-m', 'prefect', 'agent', 'start', '-q', queue])\n",
        "import subprocess, sys\n\nsubprocess.run([sys.executable, '-m', 'prefect', 'worker', 'start', '--pool', "
        "'process-pool', '-q', queue])\n",
    ),
    (
        "run.py",
        'import subprocess\n\nsubprocess.Popen([\n    "prefect",\n    "agent",  # é\n    "start",\n    "etl",\n])\n',
        'import subprocess\n\nsubprocess.Popen([\n    "prefect",\n    "worker",  # é\n    "start",\n    "--pool",\n'
        '    "process-pool",\n    "--work-queue",\n    "etl",\n])\n',
    ),
    (
        "run.py",
        'import asyncio\n\nasyncio.create_subprocess_exec("prefect", "agent", "start", f"-q{n}", "--hide-welcome")\n',
        'import asyncio\n\nasyncio.create_subprocess_exec("prefect", "worker", "start", "--pool", "process-pool", '
        'f"-q{n}")\n',
    ),
    (
        "chart/a.yaml",
        'command: ["prefect", "agent", "start", "-q", {{ .Values.queue | quote }}]\n',
        'command: ["prefect", "worker", "start", "--pool", "process-pool", "-q", {{ .Values.queue | quote }}]\n',
    ),
]


@pytest.mark.parametrize(
    ("path", "before", "after"), LISTS, ids=[f"{number}-{path}" for number, (path, _, _) in enumerate(LISTS)]
)
def test_a_list(tmp_path: Path, path: str, before: str, after: str) -> None:
    assert migrated(tmp_path, path, before) == after


REPORTED = [
    (
        "compose.yaml",
        "services:\n  a:\n    entrypoint: /bin/bash\n    command: \"-c 'sleep 1 && prefect agent start -q etl'\"\n",
    ),
    ("chart/a.yaml", "command:\n- prefect\n- agent\n- start\n{{- range .queues }}\n- -q\n- {{ . }}\n{{- end }}\n"),
    ("run.py", "command = ['prefect', 'agent', 'start']\ncommand += ['-q', 'etl']\n"),
    ("run.py", "import os\n\nos.system('prefect agent start -q ' + queue)\n"),
    ("run.py", "import subprocess\n\nsubprocess.run(['prefect', 'agent', 'start'] + options)\n"),
]


@pytest.mark.parametrize(("path", "text"), REPORTED)
def test_a_list_that_something_else_completes(tmp_path: Path, path: str, text: str) -> None:
    assert migrated(tmp_path, path, text) == text
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM201",)).findings] == ["PM201"]
