"""Move code to another indentation."""

from __future__ import annotations

import io
import re
import tokenize


def has_multiline_string(code: str) -> bool:
    """Whether a string in the code spans lines, so that re-indenting would change its value."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({code})").readline))
    except (tokenize.TokenError, SyntaxError):
        return True
    kinds = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    return any(token.type in kinds and token.start[0] != token.end[0] for token in tokens)


def reindent(code: str, old: str, new: str) -> str:
    """Move all lines but the first from one indentation to another; lines indented less stay."""
    if old == new:
        return code
    return re.sub(rf"(?<=\n){re.escape(old)}(?=[^\r\n])", new.replace("\\", r"\\"), code)
