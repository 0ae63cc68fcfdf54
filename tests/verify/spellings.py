"""Projects of many deployments, each written in one of many ways, as chance has it: the same project for a seed.

Everything here is right in Prefect 2.20 and known without running it, so that nothing may be left for a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from textwrap import indent

FLOWS = '''\
from prefect import flow


@flow(name="Extract Load", description="an own description")
def etl(source: str = "a", count: int = 1, flag: bool = True):
    return source * count


@flow
def report(day: str = "today", options: dict = None):
    """Makes the report.

    With details.
    """
    return day


@flow(version="7", log_prints=True)
async def crawl(urls: list = (), depth: int = 2):
    return depth
'''
HEAD = """\
import asyncio
from datetime import datetime, timedelta, timezone

import pendulum
from prefect.client.schemas.objects import MinimalDeploymentSchedule
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer, KubernetesJob, Process
from prefect.infrastructure.kubernetes import KubernetesImagePullPolicy
from prefect.server.schemas.schedules import CronSchedule as ServerCron

from flows import crawl, etl, report

ENV = {"E": "5"}
IMAGE = "me/flows:2"
PARAMETERS = {"source": "p"}
TAGS = ["t1", "t2"]
VERSION = "v9"
QUEUE = "etl"
OVERRIDES = {"env.O": "1"}
HOURLY = timedelta(hours=1)
NIGHTLY = CronSchedule(cron="0 2 * * *", timezone="UTC")
"""
_PARAMETERS = {
    "etl": ('{"source": "b", "count": 3}', '{"flag": False}', 'dict(source="z")', "PARAMETERS"),
    "report": ('{"day": "monday"}', '{"options": {"a": [1, 2]}}'),
    "crawl": ('{"urls": ["a", "b"]}', '{"depth": 1}'),
}
#: class -> (its arguments, each as often as not; overrides that fit)
_BLOCKS = {
    "Process": (
        ('env={"A": "1", "B": "two"}', 'working_dir="/tmp"', "stream_output=False"),
        ('{"env.A": "5"}', '{"env.A": "5", "env.D": "1"}', '{"stream_output": False}'),
    ),
    "DockerContainer": (
        ("image=IMAGE", "env=ENV", 'image_pull_policy="ALWAYS"', "auto_remove=True", 'volumes=["/data:/data"]'),
        ('{"env.A": "5"}', '{"image": "other:2"}', '{"networks": ["b"]}', '{"mem_limit": "1g"}'),
    ),
    "KubernetesJob": (
        (
            'image="me/flows:1"',
            'namespace="jobs"',
            "finished_job_ttl=300",
            "image_pull_policy=KubernetesImagePullPolicy.ALWAYS",
            'customizations=[{"op": "add", "path": "/spec/template/spec/nodeSelector", "value": {"pool": "big"}}]',
        ),
        ('{"env.A": "5"}', '{"image": "other:2"}', '{"namespace": "else"}', '{"finished_job_ttl": 5}'),
    ),
    "": ((), ('{"env.A": "5"}', '{"env": {"A": "5", "B": "6"}}', "OVERRIDES", '{"working_dir": "/tmp"}')),
}
_CRONS = ('"0 3 * * *"', '"*/15 * * * *"', '"5 4 * * sun"', '"@daily"')
_INTERVALS = ("timedelta(minutes=30)", "timedelta(days=1, hours=2)", "HOURLY")
#: The last one is only known when the code runs.
_ANCHORS = (
    "datetime(2023, 1, 2, 3, 4, tzinfo=timezone.utc)",
    "datetime(2024, 2, 29)",
    'pendulum.datetime(2023, 5, 1, tz="Europe/Berlin")',
)
_RRULES = ('"FREQ=DAILY;BYHOUR=3"', '"FREQ=WEEKLY;BYDAY=MO,WE"', '"RRULE:FREQ=MONTHLY;BYMONTHDAY=1"')


@dataclass
class Project:
    """Writes scripts; `names` are those that their deployments register.  `plain` keeps to what prefect.yaml says."""

    chance: Random
    plain: bool = False
    names: list[str] = field(default_factory=list)
    count: int = 0

    def files(self, scripts: int, deployments: int) -> dict[str, str]:
        """path -> text"""
        made = {f"deploy_{number}.py": self._script(deployments) for number in range(scripts)}
        return {"flows.py": FLOWS, "requirements.txt": "prefect==2.20.26\n", **made}

    def _script(self, deployments: int) -> str:
        spellings = _PLAIN if self.plain else _SPELLINGS
        parts = [self.chance.choice(spellings)(self) for _ in range(deployments)]
        return "\n".join([HEAD, *parts])

    # -- one definition ----------------------------------------------------------------------------------------------

    def name(self, *suffixes: str) -> str:
        """The name of a new deployment, a number behind a letter; or what those with the suffixes have in common."""
        self.count += 1
        name = f"d{self.count:03}"
        self.names += [f"{name}{suffix}" for suffix in suffixes or ("",)]
        return name

    def call(self, name: str, *more: str) -> str:
        """`Deployment.build_from_flow(...)` with arguments of any kind."""
        flow = self.chance.choice(sorted(_PARAMETERS))
        arguments = [*self._arguments(flow), *more]
        first = [flow, name] if self.maybe(0.5) else [f"flow={flow}", f"name={name}"]
        if self.maybe(0.5):
            return f"Deployment.build_from_flow({', '.join([*first, *arguments])})"
        lines = "".join(f"    {argument},\n" for argument in [*first, *arguments])
        return f"Deployment.build_from_flow(\n{lines})"

    def _arguments(self, flow: str) -> list[str]:
        block = self.chance.choice(["", "", *sorted(_BLOCKS)])
        fields, overrides = _BLOCKS[block]
        given = [one for one in fields if self.maybe(0.5)]
        choices: list[tuple[float, str, tuple[str, ...]]] = [
            (0.5, "parameters", _PARAMETERS[flow]),
            (0.5, "tags", ('["a", "b"]', "[]", "TAGS", '["x"] + TAGS')),
            (0.3, "description", ('"What it does."', "None", '""', '"""Two\nlines"""')),
            (0.3, "version", ("1", '"1.2"', "VERSION", "None")),
            (0.4, "work_queue_name", ('"etl"', '"high"', "QUEUE", "None")),
            (0.2, "enforce_parameter_schema", ("True", "False")),
            (0.4, self.chance.choice(["infra_overrides", "job_variables"]), overrides),
            (1.0 if block else 0.0, "infrastructure", (f"{block}({', '.join(given)})",)),
            (0.15, "skip_upload", ("True",)),
        ]
        found = [f"{name}={self.chance.choice(values)}" for odds, name, values in choices if self.maybe(odds)]
        found += self._scheduled()
        self.chance.shuffle(found)
        return found

    def _scheduled(self) -> list[str]:
        if self.maybe(0.5):
            others = ["None", "NIGHTLY", 'ServerCron(cron="1 2 * * *")']
            schedule = self.chance.choice([self.schedule(), self.schedule(), *others])
            active = [f"is_schedule_active={self.chance.choice(['True', 'False'])}"] if self.maybe(0.3) else []
            return [f"schedule={schedule}", *active]
        if self.maybe(0.4):
            entries = [
                "[]",
                f'[{{"schedule": {self.schedule()}, "active": True}}]',
                f"[MinimalDeploymentSchedule(schedule={self.schedule()}, active=False)]",
                f"[MinimalDeploymentSchedule(schedule={self.schedule()}), MinimalDeploymentSchedule(schedule=NIGHTLY)]",
            ]
            return [f"schedules={self.chance.choice(entries)}"]
        return ["is_schedule_active=False"] if self.maybe(0.2) else []

    def schedule(self) -> str:
        """A schedule of any kind."""
        kind = self.chance.choice(["Cron", "Cron", "Interval", "RRule"])
        if kind == "Cron":
            arguments = [f"cron={self.chance.choice(_CRONS)}"]
            arguments += ["day_or=False"] if self.maybe(0.3) else []
        elif kind == "Interval":
            anchors = _ANCHORS[: 2 if self.plain else 3]
            arguments = [f"interval={self.chance.choice(_INTERVALS)}"]
            arguments += [f"anchor_date={self.chance.choice(anchors)}"] if self.maybe(0.5) else []
        else:
            arguments = [f"rrule={self.chance.choice(_RRULES)}"]
        zone = self.chance.choice(["UTC", "Europe/Berlin", "Asia/Tokyo"])
        arguments += [f"timezone={zone!r}"] if self.maybe(0.5) else []
        return f"{kind}Schedule({', '.join(arguments)})"

    def maybe(self, odds: float) -> bool:
        """True as often as said."""
        return self.chance.random() < odds


# -- the ways to build and apply ---------------------------------------------------------------------------------------


def _chained(project: Project) -> str:
    return f"{project.call(repr(project.name()))}.apply()\n"


def _apply_argument(project: Project) -> str:
    return f"{project.call(repr(project.name()), 'apply=True')}\n"


def _assigned(project: Project) -> str:
    name = project.name()
    late = [line for line in ("tags = ['set']", "parameters = {}", "description = 'set after'") if project.maybe(0.3)]
    lines = [f"{name} = {project.call(repr(name))}", *(f"{name}.{line}" for line in late), f"{name}.apply()"]
    return "\n".join(lines) + "\n"


def _under_main(project: Project) -> str:
    name = project.name()
    return f"{name} = {project.call(repr(name))}\nif __name__ == '__main__':\n    {name}.apply()\n"


def _list_and_loop(project: Project) -> str:
    names = [project.name(), project.name()]
    items = "".join(f"{indent(project.call(repr(name)), '    ')},\n" for name in names)
    return f"ALL_{names[0]} = [\n{items}]\nfor one in ALL_{names[0]}:\n    one.apply()\n"


def _in_function(project: Project) -> str:
    name = project.name()
    body = indent(f"deployment = {project.call(repr(name))}\ndeployment.apply()\n", "    ")
    return f"\ndef make_{name}():\n{body}\n\nmake_{name}()\n"


def _in_coroutine(project: Project) -> str:
    name = project.name()
    body = indent(f"deployment = await {project.call(repr(name))}\nawait deployment.apply()\n", "    ")
    return f"\nasync def make_{name}():\n{body}\n\nasyncio.run(make_{name}())\n"


def _returned(project: Project) -> str:
    name = project.name()
    body = indent(f"return {project.call('name')}\n", "    ")
    return f"\ndef build_{name}(name):\n{body}\n\nbuild_{name}({name!r}).apply()\n"


def _in_loop(project: Project) -> str:
    name = project.name("-x", "-y")
    call = project.call(f'f"{name}-{{suffix}}"')
    return f"for suffix in ('x', 'y'):\n{indent(f'deployment = {call}', '    ')}\n    deployment.apply()\n"


def _loop_over_flows(project: Project) -> str:
    name = project.name("-0", "-1")
    call = f'Deployment.build_from_flow(flow=one, name=f"{name}-{{number}}", tags=[str(number)])'
    return f"for number, one in enumerate((etl, report)):\n    {call}.apply()\n"


def _splat(project: Project) -> str:
    name = project.name()
    options = f"OPTIONS_{name} = dict(flow=etl, name={name!r}, tags=['s'], parameters={{'count': 4}})\n"
    return f"{options}Deployment.build_from_flow(**OPTIONS_{name}).apply()\n"


def _optional_schedule(project: Project) -> str:
    name = project.name("-y", "-n")
    build = "Deployment.build_from_flow(flow=flow, name=name, schedule=schedule)"
    body = (
        f"    schedule = CronSchedule(cron=cron, timezone='UTC') if cron else None\n    deployment = {build}\n"
        "    deployment.apply()\n"
    )
    calls = f"register_{name}(etl, '{name}-y', '0 1 * * *')\nregister_{name}(report, '{name}-n')\n"
    return f"\ndef register_{name}(flow, name, cron=None):\n{body}\n\n{calls}"


def _starred_helper(project: Project) -> str:
    names = [project.name(), project.name()]
    builds = "".join(f"{name} = {project.call(repr(name))}\n" for name in names)
    helper = f"\ndef apply_{names[0]}(*deployments):\n    for one in deployments:\n        one.apply()\n\n\n"
    return f"{helper}{builds}apply_{names[0]}({', '.join(names)})\n"


_PLAIN: list[Callable[[Project], str]] = [_chained, _apply_argument, _assigned, _under_main]
_SPELLINGS = [
    *(*_PLAIN, _list_and_loop, _in_function, _in_coroutine, _returned, _in_loop),
    *(_loop_over_flows, _splat, _optional_schedule, _starred_helper),
]
