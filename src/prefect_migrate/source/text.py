"""The text of one file, with exact ways to and from bytes, lines and columns."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

_LINE_END = re.compile(r"\r\n|\r|\n")
#: What PowerShell's `>` writes on Windows.
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class UnreadableText(Exception):
    """The bytes are no text in the encoding that the file declares; `line` (1-based) is where it shows."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class SourceText:
    """Decoded text that can be written back byte for byte.

    Offsets are in characters of `text`, a leading byte order mark excluded.
    """

    def __init__(self, data: bytes, encoding: str) -> None:
        self.data = data
        self.encoding = encoding
        self.bom = b""
        if encoding in ("utf-8", "utf-8-sig") and data.startswith(codecs.BOM_UTF8):
            self.bom = codecs.BOM_UTF8
            self.encoding = "utf-8"
        elif encoding in _UTF_16.values():
            self.bom = data[:2]
        try:
            self.text = data[len(self.bom) :].decode(self.encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise UnreadableText(f"byte 0x{data[error.start]:02x} is not {self.encoding}", line) from error

    @classmethod
    def python(cls, data: bytes) -> SourceText:
        """Decode as Python would: byte order mark, coding line, else UTF-8."""
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError as error:
            cls(data, "utf-8")  # tells the line, if the bytes are what is wrong
            raise UnreadableText(str(error.msg or error)) from error
        return cls(data, encoding)

    @classmethod
    def plain(cls, data: bytes) -> SourceText:
        """Decode a file that declares nothing but maybe a byte order mark.

        UTF-8, else Latin-1, which maps each byte to itself.
        """
        try:
            return cls(data, utf_16(data) or "utf-8")
        except UnreadableText:
            return cls(data, "latin-1")

    def encode(self, text: str) -> bytes:
        """`text` as this file's bytes.  Raises UnicodeEncodeError if the encoding can't say it."""
        return self.bom + text.encode(self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset of each line's first character."""
        if "\r" not in self.text:
            lines = self.text.split("\n")
            lines.pop()
            return [0, *accumulate(map((1).__add__, map(len, lines)))]
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses first, "\\n" if it has none."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of a character."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line, with its line end."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end]

    def offset_utf8(self, line: int, column: int) -> int:
        """The offset of a place as `ast` gives it: 1-based line, 0-based column in UTF-8 bytes."""
        start = self.line_starts[line - 1]
        if self.text.isascii():
            return start + column
        return start + len(self.line(line).encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))


def utf_16(data: bytes) -> str | None:
    """Which UTF-16 a file is in, by its byte order mark."""
    return _UTF_16.get(data[:2])
