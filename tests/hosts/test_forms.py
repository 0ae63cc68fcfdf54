"""Each form in which a command stands in each kind of file: found, and changed with nothing around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.helpers import commands_in, migrated, said

OLD, NEW = "prefect agent start -q etl", "prefect worker start --pool process-pool -q etl"
#: path, a text with the command, the same with the worker
LINES = [
    ("start.sh", "#!/bin/sh\nset -e\nexec {}  # go\n"),
    ("Procfile", "web: gunicorn app\nagent: {}\n"),
    ("Makefile", "agent:\n\t@{} &\n"),
    ("start.bat", "@echo off\r\ncall {}\r\n"),
    ("start.ps1", "$env:X = 1\n{}\n"),
    ("justfile", "queue := 'it''s'\n\nagent:\n    @{}\n"),
    ("crontab", "@reboot {} >> /tmp/log 2>&1\n"),
    ("agent.service", "[Service]\nUser=me\nExecStart=/opt/venv/bin/{}\nRestart=always\n"),
    ("agent.service", "[Service]\nExecStart=-/bin/bash -c 'cd /x ; {}'\n"),
    ("supervisord.conf", "[program:agent]\ncommand={}  ; the agent\nautostart=true\n"),
    ("conf.d/prefect.conf", "[program:agent]\ncommand = {}\n"),
    ("tox.ini", "[testenv]\ncommands =\n    ruff check\n    {}\n    pytest\n"),
    (".env", "AGENT_COMMAND=\"{}\"\n"),
    ("Dockerfile", "FROM python:3.11\nRUN pip install prefect\nCMD {}\n"),
    ("Dockerfile.agent", "FROM python:3.11\nENTRYPOINT exec {}\n"),
    ("agent.Dockerfile", "FROM python:3.11\nHEALTHCHECK --interval=5s CMD {}\n"),
    ("Dockerfile", "FROM python:3.11\nRUN --mount=type=cache,target=/x \\\n  # why\n\n  true && \\\n  {}\n"),
    ("Dockerfile", "FROM python:3.11\nRUN <<EOF\nset -e\n{}\nEOF\nUSER me\n"),
    ("Dockerfile", 'FROM python:3.11\nCMD ["sh", "-c", "{} && true"]\n'),
    ("compose.yaml", "services:\n  agent:\n    command: {}  # one\n"),
    ("compose.yaml", "services:\n  agent:\n    command: '{}'\n"),
    ("compose.yaml", 'services:\n  agent:\n    entrypoint: "{}"\n'),
    ("compose.yaml", "x: &c\n  command: {}\nservices:\n  agent:\n    <<: *c\n"),
    ("compose.yaml", 'services:\n  agent:\n    command: ["sh", "-c", "sleep 5 && {}"]\n'),
    ("compose.yaml", "services:\n  agent:\n    command:\n    - bash\n    - -c\n    - |\n      {}\n      wait\n"),
    ("compose.yaml", "services:\n  agent:\n    command: >\n      bash -c \"sleep 5;\n      {}\"\n"),
    (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          pip install x\n          {}\n"),
    (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - name: A\n        run: {} && echo ${{{{ x }}}}\n"),
    (".gitlab-ci.yml", "agent:\n  script:\n    - pip install x\n    - {}\n    - 'echo: y'\n"),
    ("k8s.yaml", "kind: A\n---\nkind: Pod\nspec:\n  containers:\n  - command: [sh, -c]\n    args: [{}]\n"),
    ("stack.yml", "Resources:\n  A:\n    UserData: !Base64\n      Fn::Sub: |\n        #!/bin/bash\n        {}\n"),
    ("stack.yml", 'Resources:\n  A:\n    Command: !Sub "{}"\n    Other: !GetAtt A.B\n'),
    ("play.yml", "- hosts: all\n  tasks:\n    - ansible.builtin.shell: {}\n"),
    ("chart/templates/a.yaml", "{{{{- if .Values.x }}}}\nspec:\n  command: {}\n{{{{- end }}}}\n"),
    ("task.json", '{{"containerDefinitions": [{{"command": ["sh", "-c", "{}"], "name": "x"}}]}}\n'),
    ("package.json", '{{\n  "scripts": {{"agent": "{}", "start": "node ."}}\n}}\n'),
    ("main.tf", 'resource "x" "y" {{\n  user_data = <<-EOF\n    #!/bin/bash\n    {}\n  EOF\n}}\n'),
    ("main.tf", 'resource "x" "y" {{\n  startup = "cd /x && {}" # now\n}}\n'),
    ("agent.nomad", 'job "a" {{\n  config {{\n    command = "sh"\n    args    = ["-c", "{}"]\n  }}\n}}\n'),
    ("init.sh.tpl", "#!/bin/bash\nexport X=${{x}}\n{}\n"),
    ("start.sh.j2", "#!/bin/sh\n{{% if x %}}\n{}\n{{% endif %}}\n"),
    ("compose.yml.j2", "services:\n  agent:\n    image: {{{{ image }}}}\n    command: {}\n"),
    ("pyproject.toml", '[tool.taskipy.tasks]\nagent = "{}"\nlint = "ruff check"\n'),
    ("Pipfile", "[scripts]\nagent = '{}'\n"),
    ("Jenkinsfile", "pipeline {{\n  // it's here\n  steps {{ sh '{}' }}\n}}\n"),
    ("ci/deploy.groovy", 'def go() {{\n  sh(script: """\n    set -e\n    {}\n  """, label: "x")\n}}\n'),
    ("init.sh.tpl", "#!/bin/bash\n{}\ncat > x.service <<EOF\n[Service]\nUser=me\nEOF\n"),
    ("start.fish", "set -x A b\n{}\n"),
    ("user_data.sh.tmpl", "#!/bin/bash\n{}\n"),
    ("agent.service.template", "[Service]\nExecStart=/opt/venv/bin/{}\n"),
    ("agent.service.j2", "[Service]\nExecStart={{{{ venv }}}}/bin/{}\n"),
    ("circus.cfg", "[watcher:a]\ncmd = {}\n"),
    ("main.tf.json", '{{"resource": {{"x": {{"command": "{}"}}}}}}\n'),
    ("docs/run.adoc", "= Run\n\n----\n{}\n----\n\nDone.\n"),
    ("docs/run.adoc", "[source,yaml]\n.Compose\n----\nservices:\n  agent:\n    command: {}\n----\n"),
    ("notes.org", "* Run\n#+BEGIN_SRC sh :results output\n{}\n#+END_SRC\nDone.\n"),
    ("notes.org", "#+begin_example\n$ {}\n#+end_example\n"),
    ("Vagrantfile", 'config.vm.provision "shell", inline: <<-SHELL\n    set -e\n    {}\n  SHELL\nend\n'),
    ("Vagrantfile", 'config.vm.provision "shell", inline: "{}"\n'),
    ("init.sh", "start-stop-daemon --start --exec /opt/venv/bin/{}\n"),
    ("docs/run.adoc", "[source,bash]\n----\n```\n{}\n```\n----\n"),
    ("INSTALL.txt", "Start it:\n\n    {}\n"),
    ("README.md", "Start it:\n\n```python\n{}\n```\n"),
    ("README.md", "Start it:\n\n```bash\n$ {}\n```\n\nDone.\n"),
    ("README.md", "Start it:\n\n    {}\n\nDone.\n"),
    ("docs/run.rst", "Start it::\n\n    {}\n\n.. code-block:: bash\n\n   ls\n"),
    ("docs/run.rst", ".. code-block:: console\n   :linenos:\n\n   $ {}\n\nDone.\n"),
    ("README.md", "1. Then\n\n   ```yaml\n   services:\n     agent:\n       command: {}\n   ```\n"),
    ("run.py", "import os\n\nos.system('{}')\n"),
    ("run.py", 'import subprocess\n\nsubprocess.run("cd x && {}", shell=True)  # é\n'),
    ("run.py", "import subprocess\n\nsubprocess.Popen(\n    'nohup '\n    '{}'\n)\n"),
    ("run.py", "import shlex, subprocess\n\nsubprocess.run(shlex.split('{}'))\n"),
    ("run.py", "import subprocess\n\nsubprocess.run('{}'.split())\n"),
    ("run.py", 'from x import ShellTask\n\ntask = ShellTask(command=f"""\ncd {{home}}\n{}\n""")\n'),
    ("run.py", "from x import shell_run_command\n\nshell_run_command(command='{}', env={{}})\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), LINES, ids=[f"{number}-{path}" for number, (path, _) in enumerate(LINES)])
def test_a_line(tmp_path: Path, path: str, text: str) -> None:
    assert migrated(tmp_path, path, text.format(OLD)) == text.format(NEW)


def test_the_program_before_the_end_of_the_runners_options(tmp_path: Path) -> None:
    before = "start-stop-daemon --start --exec /opt/venv/bin/prefect -- agent start -q etl\n"
    after = "start-stop-daemon --start --exec /opt/venv/bin/prefect -- worker start --pool process-pool -q etl\n"
    assert migrated(tmp_path, "start.sh", before) == after


def test_arguments_in_a_variable_of_their_own(tmp_path: Path) -> None:
    """As scripts of init.d have them; without Prefect's program in the script they may be anybody's."""
    before = '#!/bin/sh\nDAEMON=/opt/venv/bin/prefect\nDAEMON_ARGS="agent start -q etl"\n$DAEMON $DAEMON_ARGS\n'
    after = before.replace("agent start", "worker start --pool process-pool")
    assert migrated(tmp_path, "init.d/agent.sh", before) == after
    other = before.replace("/opt/venv/bin/prefect", "/usr/bin/datadog")
    assert migrated(tmp_path, "init.d/other.sh", other) == other


def test_lines_between_headings_are_no_listing(tmp_path: Path) -> None:
    text = f"One\n----\n\nRun {OLD} here.\n\nTwo\n----\n"
    assert migrated(tmp_path, "README.md", text) == text


NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "id": "a\\u00e9", "outputs": [{"text": ["prefect agent start -q etl\\n"]}],\n'
    '  "source": [\n    "import os\\n",\n    %s\n   ]}],\n "nbformat": 4}\n'
)
NOTEBOOKS = [
    ('"!prefect agent start -q etl"', '"!prefect worker start --pool process-pool -q etl"'),
    (
        '"!prefect agent start \\\\\\n",\n    "   -q etl # \\"one\\"\\n"',
        '"!prefect worker start --pool process-pool \\\\\\n",\n    "   -q etl # \\"one\\"\\n"',
    ),
    (
        "\"os.system('prefect agent start -q etl')\"",
        "\"os.system('prefect worker start --pool process-pool -q etl')\"",
    ),
    (
        '"os.system(\\"prefect agent start -q etl\\")"',
        '"os.system(\\"prefect worker start --pool process-pool -q etl\\")"',
    ),
    (
        "\"subprocess.run(['prefect', 'agent', 'start', '-q', 'etl'])\"",
        "\"subprocess.run(['prefect', 'worker', 'start', '--pool', 'process-pool', '-q', 'etl'])\"",
    ),
]


@pytest.mark.parametrize(("before", "after"), NOTEBOOKS)
def test_a_cell_of_a_notebook(tmp_path: Path, before: str, after: str) -> None:
    assert migrated(tmp_path, "run.ipynb", NOTEBOOK % before) == NOTEBOOK % after


@pytest.mark.parametrize("magic", ["%%bash", "%%sh", "%%script bash -e", "%%writefile bin/start.sh"])
def test_a_cell_of_shell(tmp_path: Path, magic: str) -> None:
    before = f'{{"cells": [{{"cell_type": "code", "source": "{magic}\\nset -e\\nprefect agent start -q etl\\n"}}]}}'
    assert migrated(tmp_path, "run.ipynb", before) == before.replace(OLD, NEW)


def test_a_cell_of_markdown(tmp_path: Path) -> None:
    before = f'{{"cells": [{{"cell_type": "markdown", "source": ["```sh\\n", "{OLD}\\n", "```"]}}]}}'
    assert migrated(tmp_path, "run.ipynb", before) == before.replace(OLD, NEW)


def test_a_template_of_a_script_goes_on_over_lines() -> None:
    text = "start:\n    nohup \\\n      prefect agent start \\\n      -q etl {{ more }}\n    echo done\n"
    (command,) = commands_in("justfile.jinja", text)
    assert [word.text for word in command.wrapper] == ["nohup"]
    assert said(command) == "prefect agent start -q etl {{ more }}"
