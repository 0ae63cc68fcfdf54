"""Writer: the comments of Python that went away, for the file that took its place."""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence

from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tokens import own_words

#: Argument of the definition ("" for the whole) -> its comments.
Found = dict[str, list[str]]


def lost_comments(project: Project, deployments: Sequence[PythonDeployment]) -> dict[int, Found]:
    """Index of a deployment -> the comments of its file that are nowhere any more and stood nearest to it."""
    result: dict[int, Found] = {index: {} for index in range(len(deployments))}
    for file in {id(deployment.file): deployment.file for deployment in deployments}.values():
        own = [(index, d) for index, d in enumerate(deployments) if d.file is file]
        for line, comment in _lost_of(project, file, [d for _, d in own]):
            index, deployment = _nearest(line, own)
            result[index].setdefault(_argument_at(deployment, line), []).append(comment)
    return result


def _lost_of(project: Project, file: PythonFile, deployments: Sequence[PythonDeployment]) -> Iterator[tuple[int, str]]:
    after = project.text(file.path) if project.exists(file.path) else None
    there = Counter(comment for _, comment in _comments(after.text if after is not None else ""))
    there += Counter({text for d in deployments if d.pool is not None and d.pool.ours for text in d.pool.comments})
    for line, comment in _comments(file.text.text):
        if there[comment] > 0:
            there[comment] -= 1
        elif own_words([comment]) and "coding" not in comment[:20]:
            yield line, comment


def _comments(text: str) -> list[tuple[int, str]]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return []
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def _nearest(line: int, own: list[tuple[int, PythonDeployment]]) -> tuple[int, PythonDeployment]:
    """The deployment whose definition a line is in or before, else the last one."""
    in_order = sorted(own, key=lambda pair: pair[1].call.lineno)
    return next((pair for pair in in_order if (pair[1].call.end_lineno or 0) >= line), in_order[-1])


def _argument_at(deployment: PythonDeployment, line: int) -> str:
    """The argument whose lines a comment stands on, or right before."""
    call = deployment.call
    if not call.lineno < line <= (call.end_lineno or 0):
        return ""
    given = sorted(call.keywords, key=lambda keyword: keyword.value.lineno)
    owner = next((keyword.arg for keyword in given if (keyword.value.end_lineno or 0) >= line), None)
    return owner or ""
