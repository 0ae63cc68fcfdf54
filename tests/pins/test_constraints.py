from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.pins.constraints import Dialect, generation, oldest_minor, rewritten, verdict
from prefect_migrate.reference import integrations


@pytest.mark.parametrize(
    ("package", "constraint", "dialect", "expected"),
    [
        ("prefect", "==2.10.13", "pep508", "2"),
        ("prefect", ">=2.10,<3", "pep508", "2"),
        ("prefect", "<3", "pep508", "2"),
        ("prefect", ">2.10.3,<2.10.5", "pep508", "2"),
        ("prefect", "(>=2,<3)", "pep508", "2"),
        ("prefect", ">=2.0b12", "pep508", "3"),
        ("prefect", ">=2.10", "pep508", "3"),
        ("prefect", "!=2.3", "pep508", "3"),
        ("prefect", "==3.0.0rc1", "pep508", "3"),
        ("prefect", ">=3.8,<4", "pep508", "3"),
        ("prefect", "==0.15.13", "pep508", "1"),
        ("prefect", "<2", "pep508", "1"),
        ("prefect", "^2.10", "poetry", "2"),
        ("prefect", "~2", "poetry", "2"),
        ("prefect", "2.10.13", "poetry", "2"),
        ("prefect", "*", "poetry", "free"),
        ("prefect", "^2.10 || ^3.0", "poetry", "3"),
        ("prefect", "^3", "poetry", "3"),
        ("prefect", "2.x", "poetry", "unknown"),
        ("prefect", "=2.10", "conda", "2"),
        ("prefect", "2.10.*", "conda", "2"),
        ("prefect", "=2.10.13=pyhd8ed1ab_0", "conda", "2"),
        ("prefect", "=3", "conda", "3"),
        ("prefect-client", "==2.19.9", "pep508", "2"),
        ("prefect-aws", "==0.4.20", "pep508", "2"),
        ("prefect-aws", ">=0.3,<0.5", "pep508", "2"),
        ("prefect-aws", "==0.5.0", "pep508", "3"),
        ("prefect-aws", "==0.5.0rc1", "pep508", "3"),
        ("prefect-aws", "~=0.4", "pep508", "3"),
        ("prefect-aws", "^0.4.4", "poetry", "2"),
        ("prefect-dbt", "==0.5.5", "pep508", "2"),
        ("prefect-snowflake", "==0.27.7", "pep508", "2"),
    ],
)
def test_verdict(package: str, constraint: str, dialect: Dialect, expected: str) -> None:
    assert verdict(package, constraint, dialect) == expected


@pytest.mark.parametrize(
    ("package", "constraint", "dialect", "expected"),
    [
        ("prefect", "==2.10.13", "pep508", "==3.8.8"),
        ("prefect", "=== 2.10.13", "pep508", "=== 3.8.8"),
        ("prefect", "==2.*", "pep508", "==3.8.*"),
        ("prefect", ">= 2.10, < 3", "pep508", ">= 3.8, < 4"),
        ("prefect", "~=2.14", "pep508", "~=3.8"),
        ("prefect", "~=2.14.3", "pep508", "~=3.8.8"),
        ("prefect", "^2.10.13", "poetry", "^3.8.8"),
        ("prefect", "^2", "poetry", "^3.8"),
        ("prefect", "~2.10", "poetry", "~3.8"),
        ("prefect", "2.10.13", "poetry", "3.8.8"),
        ("prefect", "2.10.*", "poetry", "3.8.*"),
        ("prefect", "=2.10", "conda", "=3.8"),
        ("prefect", "=2.10.13", "conda", "=3.8.8"),
        ("prefect-aws", "==v0.1.8", "pep508", "==0.7.12"),
        ("prefect-aws", ">=0.3,<0.5", "pep508", ">=0.5.0"),
        ("prefect-aws", "^0.4", "poetry", "^0.7"),
    ],
)
def test_rewritten_in_its_own_language(package: str, constraint: str, dialect: Dialect, expected: str) -> None:
    result = rewritten(package, constraint, dialect, (3, 8))
    assert result is not None
    assert result.text == expected
    assert verdict(package, result.text, dialect) == "3"
    assert not result.doubt


@pytest.mark.parametrize("constraint", ["^2 || ^1", "=2.10.13=py_0", "nonsense"])
def test_not_rewritten(constraint: str) -> None:
    assert rewritten("prefect", constraint, "conda", (3, 8)) is None


@pytest.mark.parametrize("package", sorted(integrations()))
@pytest.mark.parametrize("target", [(3, 0), (3, 4), (3, 8)])
def test_every_integration_has_a_release(package: str, target: tuple[int, int]) -> None:
    last = integrations()[package].last2
    assert verdict(package, f"=={last}") == "2"
    result = rewritten(package, f"=={last}", "pep508", target)
    assert result is not None
    assert verdict(package, result.text) == "3"


def test_an_early_target_gets_the_first_release_for_prefect_3() -> None:
    result = rewritten("prefect-aws", "==0.4.1", "pep508", (3, 0))
    assert result is not None
    assert result.text == "==0.5.0"
    assert "first release for Prefect 3" in result.doubt


def test_a_newer_python_is_a_doubt() -> None:
    result = rewritten("prefect-kubernetes", "==0.3.0", "pep508", (3, 8))
    assert result is not None
    assert "Python 3.11" in result.doubt


def test_several_generations_are_none() -> None:
    assert generation("prefect", ">=2.10") == "free"
    assert generation("prefect", ">=3") == "3"
    assert oldest_minor(">=2.13.5") == 13
    assert oldest_minor("==3.1") is None


VERSIONS = st.builds(
    lambda *n: ".".join(map(str, n)), st.integers(2, 2), st.integers(0, 20), st.integers(0, 30)
) | st.builds(lambda n: f"2.{n}", st.integers(0, 20))


@given(st.sampled_from(["==", "~=", "===", "<", "<="]), VERSIONS)
def test_what_keeps_2_is_rewritten_to_3(operator: str, version: str) -> None:
    constraint = operator + version
    if verdict("prefect", constraint) == "2":
        result = rewritten("prefect", constraint, "pep508", (3, 8))
        assert result is not None
        assert verdict("prefect", result.text) == "3"


@given(st.sampled_from(["^", "~", "", ">="]), VERSIONS)
def test_poetry_too(operator: str, version: str) -> None:
    constraint = operator + version
    if verdict("prefect", constraint, "poetry") == "2":
        result = rewritten("prefect", constraint, "poetry", (3, 8))
        assert result is not None
        assert verdict("prefect", result.text, "poetry") == "3"
