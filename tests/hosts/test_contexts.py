"""What runs, what only mentions a command, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.helpers import commands_in, python_commands, said

AGENT = "prefect agent start -q etl"

MENTIONS = [
    ("README.md", f"Then `{AGENT}` polls.\n"),
    ("README.md", f"- run {AGENT}\n"),
    ("docs/a.rst", f"Call ``{AGENT}`` now.\n"),
    ("ci.yml", f"steps:\n- name: {AGENT}\n"),
    ("ci.yml", f"inputs:\n  x:\n    description: Starts {AGENT}\n"),
    ("ci.yml", f"env:\n  HINT: now run {AGENT}\n"),
    ("ci.yml", f'run: echo "call {AGENT}"\n'),
    ("variables.tf", f'variable "x" {{\n  description = "Runs {AGENT}"\n}}\n'),
    ("package.json", f'{{"description": "Wraps {AGENT}"}}\n'),
    ("pyproject.toml", f'[project]\ndescription = "Wraps {AGENT}"\n'),
    ("start.sh", f"echo 'call {AGENT} now'\n"),
]


@pytest.mark.parametrize(("path", "text"), MENTIONS)
def test_a_mention_is_a_text(path: str, text: str) -> None:
    assert [(command.context, said(command)[:20]) for command in commands_in(path, text)] == [("text", AGENT[:20])]


LEFT_ALONE = [
    ("ci.yml", f"# {AGENT}\nrun: ls\n"),
    ("Dockerfile", f"FROM x\n# CMD {AGENT}\nRUN ls\n"),
    ("Dockerfile", f"FROM x\nLABEL note={AGENT.split()[0]}\nCOPY prefect agent/start ./\n"),
    ("main.tf", f'# "{AGENT}"\n// "{AGENT}"\n/* "{AGENT}" */\nx = 1\n'),
    ("agent.service", f"# ExecStart={AGENT}\n[Service]\nExecStart=/bin/true\n"),
    ("supervisord.conf", f"[x]\n;command={AGENT}\ncommand=true\n"),
    ("pyproject.toml", f'# agent = "{AGENT}"\n[project]\nname = "prefect"\n'),
    ("requirements.yml", "packages: [prefect, deploy]\n"),
    ("a.yaml", "name: prefect\nimage: prefect/agent:start\nroles: [prefect, agent]\n"),
    ("a.yaml", "datadog:\n  command: [agent, start]\n"),
    ("task.json", '{"name": "prefect agent", "a": ["prefect", "server"]}\n'),
    ("README.md", "The prefect agent starts flows.  Prefect deployment runs are late.\n"),
]


@pytest.mark.parametrize(("path", "text"), LEFT_ALONE)
def test_what_is_no_command(path: str, text: str) -> None:
    assert commands_in(path, text) == []


PYTHON = [
    (f'"""{AGENT}"""\n', ["text"]),
    (f'def f():\n    """Start\n\n    $ {AGENT}\n    """\n', ["text"]),
    (f'class A:\n    """Usage: poetry run {AGENT} \\\n    -l 2"""\n', ["text"]),
    (f'"""Instead of `{AGENT}` there are workers, and {AGENT} is gone."""\n', []),
    (f"# {AGENT}\n", []),
    (f"'{AGENT}'\n", ["text"]),
    (f"print('call {AGENT}')\n", ["text"]),
    (f"logger.info('{AGENT}')\n", ["text"]),
    (f"raise ValueError('{AGENT}')\n", ["text"]),
    (f"assert x == '{AGENT}'\n", ["text"]),
    (f"x = 'please call {AGENT}'\n", ["text"]),
    (f"COMMAND = '{AGENT}'\n", ["variable"]),
    (f"PROMPT = 'never suggest `{AGENT}` to them'\n", ["text"]),
    (f"os.system('x `{AGENT}`')\n", ["command"]),
    (f"x = {{'command': '{AGENT}'}}\n", ["command"]),
    (f"x = {{'args': {AGENT.split()}}}\n", ["command"]),
    (f"start(command='{AGENT}')\n", ["command"]),
    (f"os.system(textwrap.dedent('''\n  {AGENT}\n'''))\n", ["command"]),
    (f"session.run(*{AGENT.split()})\n", ["command"]),
    (f"cases = [{AGENT.split()}]\n", ["variable"]),
    ("x = ['prefect', 'agent']\ny = 'prefect agent'\nz = ['prefect', 'pandas', 'start']\n", []),
    (f"x = b'{AGENT}'\n", []),
]


GROOVY = [
    (f"sh '{AGENT}'\n", ["command"]),
    (f'sh(returnStdout: true, script: """\n  {AGENT}\n""")\n', ["command"]),
    (f"bat('{AGENT}')\n", ["command"]),
    (f'def agent = "{AGENT}"\n', ["variable"]),
    (f"// sh '{AGENT}'\n/* don't\nsh '{AGENT}' */\necho '{AGENT}'\nstage('{AGENT}') {{}}\n", []),
    (f"sh 'please call {AGENT} now'\n", ["command"]),
    (f"def note = 'please call {AGENT} now'\n", ["text"]),
]


@pytest.mark.parametrize(("text", "contexts"), GROOVY)
def test_what_jenkins_does_with_it(text: str, contexts: list[str]) -> None:
    assert [command.context for command in commands_in("Jenkinsfile", text)] == contexts


FENCES = [
    (f"```python\n{AGENT}\n```\n", ["command"]),
    (f" ```python\n   # first\n   {AGENT}\n ```\n", ["command"]),
    (f"```python\nos.system('{AGENT}')\n```\n", ["command"]),
    (f"- x\n\n  ```py\n  os.system('{AGENT}')\n  ```\n", ["command"]),
    (f"```kotlin\n{AGENT}\n```\n", ["text"]),
    (f"```diff\n- {AGENT}\n+ prefect worker start -p a\n```\n", []),
    (f'```python\ndef f():\n    """Instead of {AGENT}."""\n```\n', []),
]


@pytest.mark.parametrize(("text", "contexts"), FENCES)
def test_blocks_of_a_language(text: str, contexts: list[str]) -> None:
    assert [command.context for command in commands_in("README.md", text)] == contexts


@pytest.mark.parametrize(("text", "contexts"), PYTHON)
def test_what_python_does_with_it(tmp_path: Path, text: str, contexts: list[str]) -> None:
    assert [command.context for command in python_commands(tmp_path, text)] == contexts


def test_expressions_in_python_are_unknown(tmp_path: Path) -> None:
    lines = [
        "os.system(f'prefect agent start -q {queue!r:>{3}} -l {4}')",
        "os.system('prefect agent start -q %s -l %(limit)d' % x)",
        "os.system('prefect agent start -q {} -l {limit}'.format(1, limit=2))",
    ]
    for command in python_commands(tmp_path, "\n".join(lines)):
        assert [word.dynamic for word in command.words] == [False] * 4 + [True, False, True]


def test_prefect_1_and_copies_of_prefect_are_left_out(tmp_path: Path) -> None:
    text = f"from prefect.run_configs import LocalRun\nos.system('{AGENT}')\n"
    assert python_commands(tmp_path, text) == []


def test_a_file_that_cannot_be_parsed(tmp_path: Path) -> None:
    assert python_commands(tmp_path, f"def (\nos.system('{AGENT}')\n") == []
    assert [said(command) for command in commands_in("a.yaml", f"a: [\nrun: {AGENT}\n")] == [AGENT]
    assert [said(command) for command in commands_in("task.json", "{")] == []


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("[program:x]\ncommand=prefect agent start -q %(ENV_QUEUE)s\n", True),
        ("[Service]\nExecStart=prefect agent start -q %i\n", True),
        ("[Service]\nExecStart=prefect agent start \\\n  -q etl\n", False),
        ("[program:x]\ncommand=prefect agent start\n  -q\n  etl\n", False),
    ],
)
def test_settings_go_on_and_are_filled_in(text: str, queue: bool) -> None:
    (command,) = commands_in("agent.service", text)
    assert command.words[-1].dynamic is queue
    assert len(command.words) == 5


def test_words_before_the_program_are_its_wrapper() -> None:
    (command,) = commands_in("a.yaml", "args: [sh, -c, 'poetry run prefect agent start -q etl && wait']\n")
    assert [word.text for word in command.wrapper] == ["sh", "-c", "poetry", "run"]
    assert command.enclosing[0] == "'"


def test_what_a_script_writes_is_a_heredoc() -> None:
    (command,) = commands_in("start.sh", f"cat > /etc/x.service <<EOF\nExecStart={AGENT}\nEOF\n")
    assert command.context == "heredoc"


_POD = """\
apiVersion: v1
kind: Pod
spec:
  containers:
    - name: agent
      command: ["prefect", "agent", "start", "-q", "etl"]
    - name: other
      command:
        - prefect
        - agent
        - start
        - -q
        - $QUEUE
"""


@pytest.mark.parametrize(
    "opening", ["cat <<EOF | kubectl apply -f -", "cat > pod.yaml <<'EOF'", "kubectl apply -f - <<EOF"]
)
def test_a_manifest_that_a_script_applies_has_lists_of_words(opening: str) -> None:
    first, second = commands_in("start.sh", f"{opening}\n{_POD}EOF\n")
    assert (first.context, second.context) == ("heredoc", "heredoc")
    assert (said(first), said(second)) == ("prefect agent start -q etl", "prefect agent start -q $QUEUE")


def test_a_workflow_has_such_a_manifest_too() -> None:
    pod = "".join(f"          {line}\n" for line in _POD.splitlines())
    text = f"jobs:\n  a:\n    steps:\n      - run: |\n          kubectl apply -f - <<EOF\n{pod}          EOF\n"
    assert [said(command)[:19] for command in commands_in("a.yaml", text)] == ["prefect agent start"] * 2


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "agent.plist",
            "<array>\n  <string>/usr/local/bin/prefect</string>\n  <string>agent</string>\n\t<string>start</string>\n"
            "  <string>-q</string><string>etl</string>\n</array>\n<key>KeepAlive</key>\n<true/>\n",
        ),
        (
            "prefect-service.xml",
            "<service>\r\n<executable>C:/x/prefect</executable>\r\n<!-- start -->\r\n"
            "<arguments>agent start -q etl</arguments>\r\n<logmode>roll</logmode>\r\n</service>\r\n",
        ),
        ("task.xml", "<Exec><Command>prefect</Command><Arguments>agent start -q etl</Arguments></Exec><x>y</x>\n"),
        (
            "build.xml",
            '<exec executable="prefect" dir="x">\n  <arg value="agent"/>\n  <arg value="start"/>\n'
            '  <arg line="-q etl"/>\n</exec>\n<echo message="prefect agent"/>\n',
        ),
    ],
)
def test_xml_is_only_read(path: str, text: str) -> None:
    (command,) = commands_in(path, text)
    assert said(command).rpartition("/")[2].rpartition("\\")[2] == "prefect agent start -q etl"
    assert (command.context, command.editable) == ("command", False)


def test_an_alias_is_read_where_it_stands_for() -> None:
    text = f"x: &run {AGENT}\na:\n  run: *run\nb: &l [prefect, agent, start]\nc: *l\n"
    assert [said(command) for command in commands_in("a.yaml", text)] == [AGENT, "prefect agent start"]
