from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.pins.texts import names_packages, text_pins

COMMANDS = (
    "pip install prefect==2.10.13",
    "python -m pip install -q 'prefect[aws]>=2,<3'",
    "RUN uv pip install --system prefect==2.*",
    "EXTRA_PIP_PACKAGES=prefect-aws==0.4.1",
    "conda install prefect=2.10",
    "poetry add prefect@^2.10",
)
LINES = st.lists(st.text("ab $=-'\"{}[]:#\\\t.é", max_size=12).map(lambda line: line.rstrip("\\`^ \t")), max_size=4)


@given(LINES, st.sampled_from(COMMANDS), LINES, st.sampled_from(["\n", "\r\n"]))
def test_only_the_constraint_is_touched(before: list[str], command: str, after: list[str], newline: str) -> None:
    text = newline.join([*before, command, *after])
    (pin,) = text_pins(text, "shell")
    wanted = pin.rewrite((3, 8))
    assert wanted is not None
    result = text[: pin.at] + wanted.text + text[pin.to :]
    assert result.split(newline)[: len(before)] == before
    assert result.split(newline)[len(before) + 1 :] == after
    assert text[pin.at : pin.to] == pin.constraint
    (again,) = text_pins(result, "shell")
    assert not again.holds_back


@pytest.mark.parametrize(
    "name", ["EXTRA_PIP_PACKAGES", "pip_packages", "PIP_REQUIREMENTS", "_PIP_ADDITIONAL_REQUIREMENTS"]
)
def test_names_of_package_lists(name: str) -> None:
    assert names_packages(name)


@pytest.mark.parametrize("name", ["PACKAGES_URL", "description", "packages", "EXTRA"])
def test_other_names(name: str) -> None:
    assert not names_packages(name)
