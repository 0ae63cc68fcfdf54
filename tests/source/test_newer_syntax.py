"""Files of Python 3.12 under an older interpreter: every node stays where it stands."""

from __future__ import annotations

import ast
import sys

import pytest

from prefect_migrate.source.newer_syntax import in_older_syntax, tree_of
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

NEW = [
    'x = f"{d["a"]} b {e!r:>{w}} {k=} {n == 1}"\n',
    "q(uri=f\"a {', '.join([f\"'{i[0]}'\" for i in x])})\", n=1)\n",
    'y = (\n    "abc "\n    f"{d["a"]}"\n    "z"\n)\n',
    'y = f"{a["b"]}" "z" + t\n',
    "type A = int\ntype B[T] = list[T]\ntype = 1\ntype.x = 2\nprint(type (1))\n",
    "def f[T: int](a: T) -> T:\n    return a\n",
    "class C[\n    T,\n    *Ts,\n](X):\n    pass\n",
    'x = f"{"\\n".join(a)}\u00e9{b["\u00e9"]}" + g("x")\n',
    'x = f"""{f"{d["a"]}"} ok {z}"""\n',
    'x = rf"{a["b"]}\\d{c["d"]}"\n',
    'x = f"{{{a["b"]}}} \\N{EM DASH} {c:%H:%M}"\n',
    'x = f"{a["b"]:>{w}.{p}}"\n',
    "x = f'{\n    a['b']\n}'\n",
    '# it\'s f"{\nx = "f{" + f"{a["b"]}"\n',
]


@pytest.mark.parametrize("code", NEW)
def test_the_old_grammar_reads_it_on_the_same_columns(code: str) -> None:
    older = in_older_syntax(code)
    ast.parse(older)
    assert [len(line.encode()) for line in older.split("\n")] == [len(line.encode()) for line in code.split("\n")]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="compares with the grammar that knows it")
@pytest.mark.parametrize("code", NEW)
def test_names_stand_where_the_new_grammar_has_them(code: str) -> None:
    def names(tree: ast.Module) -> set[tuple[str, int, int]]:
        return {(n.id, n.lineno, n.col_offset) for n in ast.walk(tree) if isinstance(n, ast.Name)}

    assert names(ast.parse(in_older_syntax(code))) <= names(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        'x = f"{a["b"]"\n',
        'print "Python 2"\n',
        'f"{',
        "x = '''",
        "def f[T(:\n",
        'x = f"{a!"\n',
        "type X",
    ],
)
def test_what_no_python_reads_stays_unreadable(code: str) -> None:
    with pytest.raises(SyntaxError):
        tree_of(code)


def test_old_f_strings_stay_f_strings() -> None:
    code = 'x = f"{a}"\ny = f"""{b["c"]}"""\nz = f"{a[\'b\']:{w}}"\n'
    assert in_older_syntax(code) == code


CODE = """\
from prefect import flow
from prefect.orion.schemas.states import Completed
from prefect.task_runners import SequentialTaskRunner

type Rows[T] = list[T]


@flow(task_runner=SequentialTaskRunner())
def etl[T](rows: Rows[T], names: dict[str, str]):
    log(f"\u00e9 {names["a"]}", state=Completed(message=f"{names["b"]}!"))
"""


def test_a_file_of_python_3_12_is_looked_at_and_rewritten(make_project: MakeProject) -> None:
    folder = make_project({"etl.py": CODE})
    assert {finding.code for finding in scan_folder(folder).findings} == {"PM302", "PM304"}
    after = texts(apply_folder(folder))["etl.py"] or ""
    assert after == CODE.replace("prefect.orion.schemas.states", "prefect.states").replace(
        "SequentialTaskRunner()", "ThreadPoolTaskRunner(max_workers=1)"
    ).replace("SequentialTaskRunner", "ThreadPoolTaskRunner")


def test_a_clean_file_of_python_3_12_is_clean(make_project: MakeProject) -> None:
    folder = make_project(
        {
            "etl.py": CODE.replace("orion.schemas.states", "states").replace(
                "SequentialTaskRunner", "ThreadPoolTaskRunner"
            )
        }
    )
    assert scan_folder(folder).findings == []
