"""Spell a value as a word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.words import Word

_BARE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_BARE_BATCH = re.compile(r"[A-Za-z0-9_@+:./\\-]+")
_BARE_POWERSHELL = re.compile(r"[A-Za-z0-9_+=:./\\][A-Za-z0-9_+=:./\\-]*|--?[A-Za-z][\w-]*")
#: A plain scalar of YAML that is surely a string.
_BARE_ITEM = re.compile(r"[A-Za-z_./-]*[A-Za-z_/][\w./@-]*(?::[\w./@-]+)*")
_NOT_STRINGS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
#: What can't stand inside each enclosing quote without being changed by it; `<` is a here-document.
_FORBIDDEN = {'"': '"$`\\', "'": "'", "`": "`\\", "<": "$`\\"}


class CannotQuote(ValueError):
    """The value can't be said in this place."""


def quote(value: str, dialect: Dialect = "sh", like: Word | None = None, enclosing: str = "") -> str:
    """`value` as one word, in the style of `like` as far as that can say it.

    `enclosing` is that of the command: the quotes around all of it.  Raises CannotQuote.
    """
    if like is not None and like.inside:
        return _checked(_inside(value, dialect, like.inside), enclosing, value)
    style = like.quote if like is not None else ""
    for candidate in _candidates(value, dialect, style):
        if _fits(candidate, enclosing):
            return candidate
    raise CannotQuote(f"{value!r} in {dialect}")


def _checked(raw: str, enclosing: str, value: str) -> str:
    if not _fits(raw, enclosing):
        raise CannotQuote(f"{value!r} inside {enclosing}")
    return raw


def _fits(raw: str, enclosing: str) -> bool:
    return not any(set(raw) & set(_FORBIDDEN.get(mark, "")) for mark in enclosing)


def _candidates(value: str, dialect: Dialect, style: str) -> Iterator[str]:
    """Spellings, the preferred one first."""
    if not style and _is_bare(value, dialect):
        yield value
    for mark in _STYLES[dialect] if style != '"' else _STYLES[dialect][::-1]:
        raw = _QUOTERS[dialect, mark](value)
        if raw is not None:
            yield raw


def _is_bare(value: str, dialect: Dialect) -> bool:
    if dialect == "argv":
        return bool(_BARE_ITEM.fullmatch(value)) and value.lower() not in _NOT_STRINGS
    pattern = {"bat": _BARE_BATCH, "powershell": _BARE_POWERSHELL}.get(dialect, _BARE)
    return bool(pattern.fullmatch(value))


def _inside(value: str, dialect: Dialect, mark: str) -> str:
    """The value without the quotes, which stand there already."""
    raw = _QUOTERS[dialect, mark](value)
    if raw is None or (mark == "'" and "'" in value and dialect in ("sh", "make")):
        raise CannotQuote(f"{value!r} inside {mark}")
    return raw[1:-1]


def _sh_single(value: str) -> str | None:
    return "'" + value.replace("'", "'\\''") + "'"


def _sh_double(value: str) -> str | None:
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def _make(quoter: Callable[[str], str | None]) -> Callable[[str], str | None]:
    def quoted(value: str) -> str | None:
        raw = quoter(value)
        return None if raw is None or "\n" in value or "\r" in value else raw.replace("$", "$$")

    return quoted


def _batch(value: str) -> str | None:
    if set(value) & set('"\r\n!'):
        return None
    slashes = len(value) - len(value.rstrip("\\"))
    return '"' + value.replace("%", "%%") + "\\" * slashes + '"'


def _powershell_single(value: str) -> str | None:
    return "'" + value.replace("'", "''") + "'"


def _powershell_double(value: str) -> str | None:
    return '"' + re.sub(r"([`$\"])", r"`\1", value) + '"'


def _yaml_single(value: str) -> str | None:
    return None if "\n" in value or "\r" in value else "'" + value.replace("'", "''") + "'"


def _json(value: str) -> str | None:
    return json.dumps(value, ensure_ascii=False)


_STYLES: dict[Dialect, str] = {"sh": "'\"", "make": "'\"", "bat": '"', "powershell": "'\"", "argv": "'\""}
_QUOTERS: dict[tuple[Dialect, str], Callable[[str], str | None]] = {
    ("sh", "'"): _sh_single,
    ("sh", '"'): _sh_double,
    ("make", "'"): _make(_sh_single),
    ("make", '"'): _make(_sh_double),
    ("bat", '"'): _batch,
    ("powershell", "'"): _powershell_single,
    ("powershell", '"'): _powershell_double,
    ("argv", "'"): _yaml_single,
    ("argv", '"'): _json,
}
