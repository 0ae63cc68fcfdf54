"""Verifications inside of tests: pytest in pytest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import syrupy


@contextmanager
def nested_pytest() -> Iterator[None]:
    """Give syrupy its session back, which it keeps in a global that the inner run sets anew."""
    name = "_syrupy"
    outer = getattr(syrupy, name, None)
    try:
        yield
    finally:
        setattr(syrupy, name, outer)
