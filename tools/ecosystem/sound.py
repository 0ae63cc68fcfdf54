"""Whether a file still loads, asked of the parsers that its users have."""

from __future__ import annotations

import ast
import configparser
import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import PurePosixPath

import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def why_broken(path: str, content: bytes) -> str | None:
    """What the parser of a file's kind says against it; None where it has nothing to say."""
    parser = _parser(PurePosixPath(path))
    return parser(content) if parser is not None else None


def _parser(path: PurePosixPath) -> Callable[[bytes], str | None] | None:
    if path.name == "prefect.yaml":
        return _prefect_yaml
    return {
        ".py": _python, ".ipynb": _notebook, ".json": _json, ".toml": _toml, ".yaml": _yaml, ".yml": _yaml,
        ".sh": _shell, ".bash": _shell, ".cfg": _ini, ".ini": _ini,
    }.get(path.suffix)  # fmt: skip


def _python(content: bytes) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(content)
    except (SyntaxError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _json(content: bytes) -> str | None:
    try:
        json.loads(content)
    except ValueError as error:
        return str(error)
    return None


def _notebook(content: bytes) -> str | None:
    broken = _json(content)
    if broken is not None:
        return broken
    cells = json.loads(content).get("cells")
    return None if isinstance(cells, list) else "the notebook has no cells"


def _toml(content: bytes) -> str | None:
    try:
        tomllib.loads(content.decode())
    except ValueError as error:
        return str(error)
    return None


class _AnyTag(yaml.SafeLoader):
    """Takes `!Sub` and the like for what they stand on."""


def _of_any_tag(loader: yaml.Loader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else node.value


yaml.add_multi_constructor("!", _of_any_tag, _AnyTag)


def _yaml(content: bytes) -> str | None:
    try:
        list(yaml.load_all(content, _AnyTag))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return None


def _prefect_yaml(content: bytes) -> str | None:
    """Whether Prefect 3 itself takes the file; it skips the whole of one that it does not."""
    from prefect.cli.deploy._models import PrefectYamlModel
    from pydantic import ValidationError

    broken = _yaml(content)
    if broken is not None:
        return broken
    documents = list(yaml.load_all(content, _AnyTag))
    if len(documents) > 1 or (isinstance(documents[0], dict) and "apiVersion" in documents[0]):
        return None  # a manifest of Kubernetes that has the name
    try:
        PrefectYamlModel.model_validate(documents[0] or {})
    except ValidationError as error:
        return f"Prefect 3 skips it: {error.errors()[0]['loc']} {error.errors()[0]['msg']}"
    return None


def _shell(content: bytes) -> str | None:
    done = subprocess.run(["bash", "-n"], input=content, capture_output=True, check=False)
    return done.stderr.decode("utf-8", "replace").strip() or None if done.returncode else None


def _ini(content: bytes) -> str | None:
    try:
        configparser.RawConfigParser(strict=False, allow_no_value=True).read_string(content.decode())
    except (configparser.Error, ValueError) as error:
        return str(error)
    return None
