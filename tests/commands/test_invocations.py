"""What may stand before the word `prefect`."""

from __future__ import annotations

import pytest

from prefect_migrate.commands.shell import read_commands
from tests.commands.lines import only, raws, values

WRAPPERS = [
    "poetry run",
    "poetry -C flows run",
    "uv run",
    "uv run --no-sync --with prefect",
    "uv tool run",
    "uvx",
    "uvx --with prefect-aws",
    "pipenv run",
    "pdm run",
    "hatch run",
    "rye run",
    "pixi run",
    "python -m",
    "python3 -m",
    "python3.11 -u -m",
    "/opt/venv/bin/python -m",
    '"$PYTHON" -m',
    "coverage run -m",
    "nohup",
    "exec",
    "time",
    "sudo",
    "sudo -E",
    "sudo -u prefect",
    "sudo -E env PATH=$PATH",
    "env A=b",
    "env -i A=b C='d e'",
    "nice -n 10",
    "timeout 60",
    "timeout -k 5 60 poetry run",
    "stdbuf -oL",
    "setsid",
    "tini --",
    "dumb-init --",
    "gosu prefect",
    "conda run -n prefect",
    "conda run --no-capture-output -n env",
    "micromamba run -n base",
    "xvfb-run",
    "xvfb-run -a --server-args='-screen 0 1x1x8'",
    "docker run prefecthq/prefect:2-latest",
    "docker run --rm --name prefect -e PREFECT_API_URL=$URL -v $(pwd):/flows prefecthq/prefect:2.20-python3.11",
    "docker compose exec svc",
    "docker-compose run --rm prefect",
    "docker exec -it prefect",
    "podman run image",
    "kubectl exec -it pod --",
    "kubectl -n prefect exec deploy/prefect -c agent --",
    "kubectl run agent --image=prefecthq/prefect:2-latest --command --",
    "oc exec pod --",
    "xargs -n 1",
    "ddtrace-run",
    "op run --env-file=.env --",
    "doppler run --",
    "dotenv run --",
    "wait-for-it.sh db:5432 --",
    "./entrypoint.sh",
    "worker:",
    "RUN",
    "-",
]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_wrapper(wrapper: str) -> None:
    text = f"{wrapper} prefect agent start -q etl\n"
    command = only(text)
    assert values(command) == ["prefect", "agent", "start", "-q", "etl"]
    assert command.context == "command"
    if wrapper != "-":
        assert text[command.wrapper[0].start : command.wrapper[-1].end] == wrapper
        assert command.statement[0] == command.wrapper[0].start


@pytest.mark.parametrize("wrapper", ["poetry run", "uv run", "exec", "nohup", "python -m"])
@pytest.mark.parametrize("rest", ["--version", "$ARGS", '"$@"', "deployment $X", "--profile x $X"])
def test_known_wrapper_runs_any_command(wrapper: str, rest: str) -> None:
    command = only(f"{wrapper} prefect {rest}")
    assert raws(command.words)[1:] == rest.split(" ")


@pytest.mark.parametrize("rest", ["--version", "deployment $X", "--profile x $X"])
def test_container_runs_what_is_named_as_a_command(rest: str) -> None:
    assert raws(only(f"docker run image prefect {rest}").words)[1:] == rest.split(" ")


@pytest.mark.parametrize(
    "program",
    [
        "prefect",
        "/usr/local/bin/prefect",
        "./venv/bin/prefect",
        "~/.local/bin/prefect",
        "$VENV/bin/prefect",
        '"$VENV/bin/prefect"',
        "'prefect'",
        "$PREFECT",
        '"${PREFECT_BIN}"',
        "$(which prefect)",
        '"$(command -v prefect)"',
        "`which prefect`",
        "{{ prefect_bin }}",
        "${{ env.PREFECT }}",
    ],
)
def test_program(program: str) -> None:
    assert raws(only(f"{program} agent start").words) == [program, "agent", "start"]


@pytest.mark.parametrize(
    "text",
    [
        "uv run --with prefect python flow.py",
        "uv pip install prefect",
        "poetry add prefect",
        "poetry install prefect version",
        "pip install prefect deploy",
        "docker run --name prefect -p 4200:4200 image",
        "docker run prefecthq/prefect:2-latest",
        "docker build -t prefect agent",
        "docker compose up prefect agent",
        "docker logs prefect --follow",
        "docker exec -it prefect bash",
        "docker exec prefect $COMMAND",
        "git clone prefect deploy",
        "git commit -m prefect",
        "helm install prefect prefect/prefect-agent",
        "kubectl get deployment prefect",
        "conda create -n prefect python=3.11",
        "sudo -u prefect whoami",
        "useradd prefect agent start",
        "cd prefect",
        "mkdir prefect deploy",
        "which prefect",
        "command -v prefect",
        "python -m pip install prefect",
        "$PREFECT_HOME/run.sh",
        "echo $PREFECT_API_URL",
        "./run.sh prefect",
        "./run.sh prefect agent",
        'certbot --nginx -d "$PREFECT_DOMAIN" -m "$PREFECT_EMAIL" --redirect',
        "docker run -m prefect image",
        "docker run --entrypoint bash image agent start",
        "docker run --entrypoint prefect image",
        "docker run --entrypoint",
        'create-user "$PREFECT_USER" agent',
    ],
)
def test_name_of_something_else(text: str) -> None:
    assert read_commands(text) == []


@pytest.mark.parametrize("option", ["--entrypoint prefect", "--entrypoint=prefect", '--entrypoint "prefect"'])
def test_entrypoint_of_a_container(option: str) -> None:
    command = only(f"docker run --rm {option} -e A=b image:2 agent start -q etl")
    assert values(command) == ["prefect", "agent", "start", "-q", "etl"]
    assert raws(command.wrapper)[-1] == "image:2"


@pytest.mark.parametrize("program", ["echo", "printf '%s'", "grep -r", "logger", "echo -e"])
def test_printed_words_are_text(program: str) -> None:
    assert only(f"{program} prefect agent start").context == "text"


@pytest.mark.parametrize(
    "text",
    [
        "echo prefect agent start > run.sh",
        "echo prefect agent start | bash",
        'echo "cd flows; prefect agent start" >> run.sh',
        "printf 'prefect agent start' | ssh host",
    ],
)
def test_printed_words_may_become_a_script(text: str) -> None:
    assert only(text).context == "command"


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("ExecStart=/usr/bin/prefect agent start", "command"),
        ("ExecStart=-/usr/bin/prefect agent start", "command"),
        ("ExecStartPre=+prefect agent start", "command"),
        ("command=prefect agent start", "command"),
        ("AGENT=prefect agent start", "variable"),
        ("export AGENT=prefect agent start", "variable"),
    ],
)
def test_setting(text: str, context: str) -> None:
    command = only(text)
    assert (command.words[0].text.rsplit("/")[-1], *values(command)[1:]) == ("prefect", "agent", "start")
    assert command.context == context


def test_command_with_an_expansion_is_dynamic() -> None:
    assert only("prefect agent start -q $QUEUE").dynamic
    assert not only("prefect agent start -q '$QUEUE'").dynamic


def test_bare_program() -> None:
    assert raws(only("prefect").words) == ["prefect"]
    assert raws(only("prefect --help").words) == ["prefect", "--help"]


@pytest.mark.parametrize(
    "text",
    [
        "uvx prefect@2.10.4 agent start -q etl",
        "uv tool run 'prefect[aws]==2.*' agent start -q etl",
        "sudo pipx run prefect==2.10.4 agent start -q etl",
        "function a { prefect agent start -q etl",
        "prefect prefect agent start -q etl",
    ],
)
def test_prefect_in_a_version_of_its_own_and_the_body_of_a_function(text: str) -> None:
    assert values(only(text))[1:] == ["agent", "start", "-q", "etl"]


@pytest.mark.parametrize(
    "text",
    [
        "pip install prefect==2.10.4 agent start",
        "uvx prefect@2.10.4 && agent start",
        "uvx --with prefect==2.10.4 $X",
        "function prefect agent start",
    ],
)
def test_no_prefect_that_runs(text: str) -> None:
    assert list(read_commands(text)) == []
