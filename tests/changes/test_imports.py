from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.changes.imports import update_imports
from prefect_migrate.findings import ImportRequest
from prefect_migrate.source.syntax import used_names
from prefect_migrate.source.tree import Nodes

CRON = ImportRequest("prefect.schedules", "Cron")
PATH = ImportRequest("pathlib", "Path")


def update(text: str, *requests: ImportRequest, remove: set[str] | None = None) -> str:
    return update_imports(dedent(text), requests, remove or set())


def test_replaces_in_the_same_place() -> None:
    before = "import os\n\nfrom prefect.deployments import Deployment\n\nimport mine\n"
    assert (
        update(before, CRON, remove={"Deployment"})
        == "import os\n\nfrom prefect.schedules import Cron\n\nimport mine\n"
    )


def test_merges_sorted() -> None:
    before = "from prefect.schedules import Interval\n"
    assert update(before, CRON) == "from prefect.schedules import Cron, Interval\n"


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("MIN, run", "MIN, Cron, run"),  # isort's order: constants, classes, functions
        ("run", "Cron, run"),
        ("as_cron, Interval", "as_cron, Cron, Interval"),  # letters alone
    ],
)
def test_merges_in_the_order_of_the_others(there: str, expected: str) -> None:
    assert update(f"from prefect.schedules import {there}\n", CRON) == f"from prefect.schedules import {expected}\n"


def test_merges_at_the_end_where_names_are_not_sorted() -> None:
    before = "from prefect.schedules import RRule, Interval\n"
    assert update(before, CRON) == "from prefect.schedules import RRule, Interval, Cron\n"


def test_merges_into_parentheses() -> None:
    before = "from prefect.schedules import (\n    Interval,  # every\n    RRule,\n)\n"
    assert update(before, CRON) == "from prefect.schedules import (\n    Cron,\n    Interval,  # every\n    RRule,\n)\n"


def test_merges_at_the_end_of_parentheses() -> None:
    before = "from prefect.schedules import (\n    Aaa,\n    Bbb,  # b\n)\n"
    after = "from prefect.schedules import (\n    Aaa,\n    Bbb,  # b\n    Cron,\n)\n"
    assert update(before, CRON) == after


def test_adds_nothing_twice() -> None:
    before = "from prefect.schedules import Cron\n"
    assert update(before, CRON) == before


def test_alias_is_another_name() -> None:
    before = "from prefect.schedules import Cron as C\n"
    assert update(before, CRON) == "from prefect.schedules import Cron, Cron as C\n"


def test_standard_library_goes_first() -> None:
    assert update("import prefect\n", PATH) == "from pathlib import Path\n\nimport prefect\n"


def test_sorted_among_the_standard_library() -> None:
    before = "from datetime import date\nfrom re import sub\n"
    assert update(before, PATH) == "from datetime import date\nfrom pathlib import Path\nfrom re import sub\n"


def test_future_and_docstring_stay_first() -> None:
    before = '"""Doc."""\nfrom __future__ import annotations\n'
    assert (
        update(before, CRON) == '"""Doc."""\nfrom __future__ import annotations\n\nfrom prefect.schedules import Cron\n'
    )


def test_after_shebang_and_licence() -> None:
    before = "#!/usr/bin/env python\n# Licence\n\nx = 1\n"
    assert update(before, CRON) == "#!/usr/bin/env python\n# Licence\n\nfrom prefect.schedules import Cron\n\nx = 1\n"


def test_after_a_docstring() -> None:
    assert update('"""Doc."""\n\nx = 1\n', CRON) == '"""Doc."""\n\nfrom prefect.schedules import Cron\n\nx = 1\n'


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        (ImportRequest("prefect_docker.credentials"), "import anyio\nimport prefect_docker.credentials\n"),
        (ImportRequest("prefect.events"), "import anyio\nimport prefect.events\n"),
        (ImportRequest("prefect_docker", "X"), "from prefect import flow\nfrom prefect_docker import X\n"),
    ],
)
def test_goes_where_packages_are_if_the_projects_own_imports_follow(request_: ImportRequest, wanted: str) -> None:
    before = "import anyio\nfrom prefect import flow\nfrom pydantic import Field\n\nfrom own import a\n"
    after = update(before, request_)
    assert wanted in after
    assert after.replace(wanted.splitlines(keepends=True)[1], "", 1) == before


def test_a_plain_import_goes_before_those_of_names() -> None:
    before = "import anyio\nfrom prefect import flow\n"
    assert update(before, ImportRequest("prefect.events")) == f"import anyio\nimport prefect.events\n{before[13:]}"


def test_removes_one_of_several() -> None:
    before = "from prefect.infrastructure import KubernetesJob, Process\n"
    assert update(before, remove={"Process"}) == "from prefect.infrastructure import KubernetesJob\n"


def test_a_group_that_goes_takes_its_blank_lines_along() -> None:
    before = "import os\n\nfrom a import b\nfrom a import c\n\nfrom d import e\n"
    assert update_imports(before, [], {"b", "c"}) == "import os\n\nfrom d import e\n"
    assert update_imports(before, [], {"os", "b", "c"}) == "from d import e\n"
    assert update_imports(before, [], {"c"}) == "import os\n\nfrom a import b\n\nfrom d import e\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_distance_below_the_imports_stays(newline: str) -> None:
    before = "import os\n\nfrom a import b\nfrom a import c\n\n\ndef f(): ...\n".replace("\n", newline)
    after = "import os\n\n\ndef f(): ...\n".replace("\n", newline)
    assert update_imports(before, [], {"b", "c"}) == after


def test_removes_by_alias() -> None:
    before = "from prefect.infrastructure import Process as P, Process\n"
    assert "Process as P" not in update(before, remove={"P"})


def test_removes_from_parentheses_with_comments() -> None:
    before = "from a import (\n    b,  # keep\n    c,  # drop\n)\n"
    after = update(before, remove={"c"})
    assert after == "# drop\nfrom a import (\n    b,  # keep\n)\n"


def test_comments_of_a_removed_import_stay() -> None:
    before = "import a  # why\nfrom b import (  # what\n    c,  # noqa: E501\n)\n\nx = 1\n"
    assert update(before, remove={"a", "c"}) == "# why\n# what\n\nx = 1\n"


@pytest.mark.parametrize("comment", ["# noqa: E402", "# noqa:E501,I001", "# type: ignore"])
def test_other_pragmas_keep_nothing(comment: str) -> None:
    assert update(f"import a\nimport b  {comment}\n", remove={"b"}) == "import a\n"


@pytest.mark.parametrize("comment", ["# noqa", "# NOQA: F401", "# noqa: E402,F401", "# pylint: disable=unused-import"])
def test_pragmas_that_allow_an_unused_import(comment: str) -> None:
    before = f"import a\nimport b  {comment}\n"
    assert update(before, remove={"b"}) == before


def test_an_import_comes_before_the_first_use() -> None:
    before = "import os\n\nprint(Path)\n\nfrom pathlib import PurePath\nimport mine\n"
    assert update(before, PATH).startswith("import os\nfrom pathlib import Path\n\nprint(Path)\n")


def test_an_import_below_the_use_does_not_count() -> None:
    before = "print(Path)\nfrom pathlib import Path\n"
    assert update(before, PATH) == "from pathlib import Path\n\nprint(Path)\nfrom pathlib import Path\n"


def test_noqa_keeps_an_import() -> None:
    before = "from prefect.deployments import Deployment  # noqa: F401\n"
    assert update(before, remove={"Deployment"}) == before


def test_the_only_statement_of_a_block_becomes_pass() -> None:
    before = "def f():\n    from a import b\n"
    assert update(before, remove={"b"}) == "def f():\n    pass\n"


def test_imports_on_one_line() -> None:
    assert update("import a; import b\n", remove={"a"}) == "import b\n"
    assert update("import a; import b\n", remove={"b"}) == "import a\n"


def test_crlf() -> None:
    assert update_imports("import prefect\r\n", [PATH], set()) == "from pathlib import Path\r\n\r\nimport prefect\r\n"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("x: 'Deployment'", "Deployment"),
        ("__all__ = ['Deployment']", "Deployment"),
        ("def f(a: 'list[D]'): ...", "D"),
        ("def f(a: 'prefect.x'): ...", "prefect"),
        ("def f() -> 'D | None': ...", "D"),
        ("x = cast('D', y)", "D"),
        ("X = Optional['D']", "D"),
        ("x: list['D'] = []", "D"),
        ("T = TypeVar('T', bound='D')", "D"),
        ("getattr(module, 'D')", "D"),
        ("globals()['D']", "D"),
        ("__all__ += ('D',)", "D"),
        ("__all__ = [*other.__all__, 'D'] + ['E']", "D"),
        ("__all__.extend(['D'])", "D"),
    ],
)
def test_names_in_strings_count_as_used(code: str, name: str) -> None:
    assert name in used_names(Nodes(ast.parse(code)))


def test_a_dotted_path_is_no_use_of_its_last_name() -> None:
    assert "Deployment" not in used_names(Nodes(ast.parse("patch('prefect.deployments.Deployment')")))


def test_prose_does_not_count_as_use() -> None:
    assert "Deployment" not in used_names(Nodes(ast.parse("print('The Deployment of today')")))


@pytest.mark.parametrize(
    "code",
    [
        "def f(name: str = 'D'): ...", "print('D')", "logger.info('D')", "f(name='D')", "f(tags=['D'])", "x = 'D'",
        "x: str = 'D'", "x = {'D': 'D'}", "x == 'D'", "def f():\n    return 'D'", "'D'", "x = ['D']",
    ],
)  # fmt: skip
def test_a_text_does_not_count_as_use(code: str) -> None:
    assert "D" not in used_names(Nodes(ast.parse(code)))


def test_a_piece_of_an_f_string_is_no_use() -> None:
    assert used_names(Nodes(ast.parse("print(f'{name} Deployment')"))) == {"print", "name"}


_MODULES = ["os", "re", "prefect", "prefect.schedules", "prefect.flows", "mine"]
_LINES = st.lists(
    st.one_of(
        st.sampled_from(_MODULES).map(lambda module: f"import {module}"),
        st.tuples(st.sampled_from(_MODULES), st.lists(st.sampled_from("abcd"), min_size=1, unique=True)).map(
            lambda pair: f"from {pair[0]} import {', '.join(pair[1])}"
        ),
        st.sampled_from(["", "# note"]),
    ),
    max_size=8,
)


@given(_LINES, st.sets(st.sampled_from("abcd")), st.sampled_from(["\n", "\r\n"]))
def test_any_file_keeps_the_rest(lines: list[str], removed: set[str], newline: str) -> None:
    text = newline.join([*lines, "x = 1", ""])
    once = update_imports(text, [CRON, PATH], removed)
    tree = ast.parse(once)
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}
    assert {"Cron", "Path"} <= names
    assert not names & removed
    assert once.count("# note") == text.count("# note")
    assert update_imports(once, [CRON, PATH], removed) == once
