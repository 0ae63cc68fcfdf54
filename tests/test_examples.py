"""Every example of every rule holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.rules import Example, Rule, catalogue
from prefect_migrate.testing import ExampleFailed, check_example

CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in catalogue()
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: type[Rule], example: Example, tmp_path: Path) -> None:
    check_example(rule, example, tmp_path)


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.code)
def test_rule_is_documented(rule: type[Rule]) -> None:
    title, _, body = (rule.__doc__ or "").strip().partition("\n")
    assert title
    assert not title.endswith(".")
    assert len(body.split()) > 20, f"{rule.code} does not say why Prefect 3 needs it"
    assert rule.name == rule.name.lower().replace("_", "-")


def test_a_wrong_example_is_noticed(tmp_path: Path) -> None:
    rule = next(rule for rule in catalogue() if rule.code == "PM101")
    wrong = Example(rule.examples[0].before, "nothing\n", others=rule.examples[0].others)
    with pytest.raises(ExampleFailed, match="PM101 wrote"):
        check_example(rule, wrong, tmp_path)
