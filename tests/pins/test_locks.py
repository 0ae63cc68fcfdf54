from __future__ import annotations

import pytest

from prefect_migrate.pins.locks import read_lock

TOML = '[[package]]\nname = "{0}"\nversion = "{1}"\ndescription = ""\n'


@pytest.mark.parametrize(
    "text",
    [
        TOML.format("prefect", "2.10.13"),
        '{"default": {"prefect": {"hashes": ["sha256:0f"], "markers": "x", "version": "==2.10.13"}}}',
        "package:\n- name: prefect\n  version: 2.10.13\n  manager: conda\n",
        "- conda: https://host.example/conda-forge/noarch/prefect-2.10.13-pyhd8ed1ab_0.conda\n",
        "prefect==2.10.13\n    # via x\n",
    ],
)
def test_formats(text: str) -> None:
    (locked,) = read_lock(text)
    assert (locked.package, locked.version) == ("prefect", "2.10.13")


def test_what_is_not_reported() -> None:
    text = TOML.format("prefect", "3.8.8") + TOML.format("prefect-aws", "0.7.12") + TOML.format("other", "2.1")
    assert not list(read_lock(text + TOML.format("prefect", "1.4.1")))


def test_integrations_and_repetitions() -> None:
    found = list(read_lock(2 * TOML.format("prefect_aws", "0.4.1")))
    assert [(locked.package, locked.version) for locked in found] == [("prefect-aws", "0.4.1")]
