"""Classes written for pydantic 1, where Prefect 3 makes pydantic 2 of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import scan_folder

BLOCK = "from prefect.blocks.core import Block\n"


def found(folder: Path, **files: str) -> list[tuple[str, int, str]]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    findings = scan_folder(folder, select=("PM331",)).findings
    return [(f.path, f.place.line, f.next_step.partition("rule ")[2].partition(" ")[0]) for f in findings]


def block(body: str, imports: str = "") -> str:
    return f"{imports}\n{BLOCK}class Mine(Block):\n    url: str\n{body}"


FUNCTION = "    def check(cls, values): ...\n"


BREAKS = [
    ("    @root_validator\n" + FUNCTION, "from pydantic import root_validator", "BP007"),
    ("    @pydantic.root_validator()\n" + FUNCTION, "import pydantic", "BP007"),
    ("    @validator('url')\n    def c(cls, v, field): ...\n", "from pydantic import validator", "BP007"),
    ("    @validator('url')\n    def c(cls, v, values, config): ...\n", "from pydantic import validator", "BP007"),
    ("    a: str = Field('x', regex='y')\n", "from pydantic import Field", "BP003"),
    ("    a: str = Field('x', const=True)\n", "from pydantic import Field as F, Field", "BP003"),
    ("    a: conlist(str, min_items=1) = []\n", "from pydantic import conlist", "BP008"),
    ("    __root__: str = ''\n", "", "BP006"),
    ("    retries = 3\n", "", "BP010"),
    ("    class Config:\n        orm_mode = True\n", "", "BP002"),
    ("    a: Optional[str]\n", "from typing import Optional", "BP001"),
    ("    a: 'Union[str, None]'\n    b: str | None\n", "", "BP001"),
    ("    a: SecretStr\n", "from pydantic.v1 import SecretStr", "BP004"),
    (
        "    a: SecretStr\n",
        "import pydantic\nif pydantic.VERSION.startswith('2.'):\n    from pydantic.v1 import SecretStr\n"
        "else:\n    from pydantic import SecretStr",
        "BP004",
    ),
]


@pytest.mark.parametrize(("body", "imports", "code"), BREAKS)
def test_breaks(tmp_path: Path, body: str, imports: str, code: str) -> None:
    assert [row[2] for row in found(tmp_path, a=block(body, imports))] == [code]


@pytest.mark.parametrize(
    ("body", "imports"),
    [
        ("    @root_validator(pre=True)\n" + FUNCTION, "from pydantic import root_validator"),
        ("    @root_validator(skip_on_failure=True)\n" + FUNCTION, "from pydantic import root_validator"),
        ("    @validator('url', pre=True)\n    def c(cls, v, values): ...\n", "from pydantic import validator"),
        ("    @root_validator\n" + FUNCTION, "from mine import root_validator"),
        ("    a: str = Field('x', pattern='y', min_items=1)\n", "from pydantic import Field"),
        ("    _logo_url = 'x'\n    kind: ClassVar[str] = 'y'\n", "from typing import ClassVar"),
        ("    class Config:\n        arbitrary_types_allowed = True\n", ""),
        ("    a: Optional[str] = None\n    _b: Optional[int]\n", "from typing import Optional"),
        ("    model_config = {}\n    a: Optional[str]\n", "from typing import Optional"),
        (
            "    a: SecretStr\n",
            "try:\n    from pydantic import SecretStr\nexcept ImportError:\n    from pydantic.v1 import SecretStr",
        ),
    ],
)
def test_left_alone(tmp_path: Path, body: str, imports: str) -> None:
    assert found(tmp_path, a=block(body, imports)) == []


RUNNER = """
import json, sys, warnings
warnings.simplefilter("ignore")
refused = []
for text in json.load(sys.stdin):
    try:
        exec(text, {"__name__": "mine"})
    except Exception:
        refused.append(text)
json.dump(refused, sys.stdout)
"""


@pytest.mark.engine
def test_prefect_3_refuses_them(tmp_path: Path) -> None:
    """All but what is dropped or read otherwise fails when the class is defined."""
    texts = {block(body, imports): code for body, imports, code in BREAKS}
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(list(texts)), capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    refused = set(json.loads(done.stdout))
    assert {text for text, code in texts.items() if code not in ("BP001", "BP002")} <= refused


def test_subclasses_of_subclasses_and_of_credentials(tmp_path: Path) -> None:
    base = "from prefect.blocks.abstract import CredentialsBlock\n\n\nclass Base(CredentialsBlock):\n    a: str\n"
    assert found(tmp_path, base=base, a="import prefect\nfrom base import Base\n\n\nclass B(Base):\n    b = 1\n") == [
        ("a.py", 6, "BP010")
    ]


def test_a_model_of_another_file_is_told_where_the_flow_takes_it(tmp_path: Path) -> None:
    models = "from pydantic import BaseModel\n\n\nclass Options(BaseModel):\n    day = 1\n    hour: 'int | None'\n"
    flows = (
        "from typing import List, Optional\nfrom prefect import flow\nfrom models import Options\n\n\n"
        "@flow\ndef etl(options: Optional[List[Options]] = None): ...\n\n\ndef other(options: Options): ...\n"
    )
    assert found(tmp_path, models=models, flows=flows) == [("flows.py", 7, "BP010")]


def test_an_old_model_as_a_parameter(tmp_path: Path) -> None:
    text = "from prefect import task\nfrom pydantic.v1 import BaseModel\n\n\nclass A(BaseModel):\n    a: int\n\n\n"
    assert found(tmp_path, a=f"{text}@task\ndef load(a: A): ...\n") == [("a.py", 10, "BP004")]


def test_a_default_is_asked_for_only_before_prefect_3(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("prefect>=3.1\n")
    text = block("    a: Optional[str]\n    b = 1\n", "from typing import Optional")
    assert [row[2] for row in found(tmp_path, a=text)] == ["BP010"]


@pytest.mark.parametrize(
    ("keyword", "found"),
    [
        ("required=True", 1),
        ("required=None", 1),
        ("required=NEEDED", 1),
        ("required=['a']", 0),
        ("example='x'", 0),
        ("examples='x'", 1),
        ("examples={'a': 1}", 1),
        ("examples=('x',)", 0),
        ("enum=Days", 0),
        ("title=None", 0),
        ("exclusiveMinimum=True", 1),
        ("minimum='0'", 1),
        ("maximum=9.5", 0),
        ("readOnly=True", 0),
    ],
)
def test_what_the_server_refuses_in_the_schema_of_the_parameters(tmp_path: Path, keyword: str, found: int) -> None:
    model = (
        f"from pydantic import BaseModel, Field\n\n\nclass Options(BaseModel):\n    day: str = Field(..., {keyword})\n"
    )
    (tmp_path / "a.py").write_text(f"from prefect import flow\n{model}\n\n@flow\ndef etl(options: Options): ...\n")
    findings = [one for one in scan_folder(tmp_path).findings if one.code == "PM331"]
    assert [one.next_step for one in findings] == found * [
        "Take it away, or give what JSON Schema has there; `...` alone makes a field required."
    ]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("a: str = None", 1),
        ("a: SecretStr = Field(None)", 1),
        ("a: SecretStr = Field(default=None)", 1),
        ("a: Secret = None", 1),
        ("a: list[str] = Field(None, title='A')", 1),
        ("a: str | None = None", 0),
        ("a: Any = None", 0),
        ("a: str = Field(...)", 0),
        ("_a: str = None", 0),
        ("a: Unknown = None", 0),
    ],
)
def test_none_that_is_saved_and_not_loaded(tmp_path: Path, field: str, expected: int) -> None:
    imports = (
        "from typing import Any\nfrom pydantic import Field, SecretStr\nfrom prefect.blocks.system import Secret\n"
    )
    (tmp_path / "a.py").write_text(block(f"    {field}\n", imports))
    steps = [finding.next_step for finding in scan_folder(tmp_path, select=("PM331",)).findings]
    assert [step.startswith("Make the type `Optional[") for step in steps] == expected * [True]
    (tmp_path / "requirements.txt").write_text("prefect>=3.1\n")
    assert not scan_folder(tmp_path, select=("PM331",)).findings
