"""Which encoding a Chinese text is in: found out block by block, so that a file of any size takes little memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import BinaryIO

_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ORDINARY = re.compile("[\t\r\n -~·—-…、-】一-鿿！-～￥]")


class _Broken(ValueError):
    """The bytes are not in an encoding; `byte` is the first that is wrong."""

    def __init__(self, byte: int) -> None:
        super().__init__(byte)
        self.byte = byte


def decode(body: bytes) -> str:
    """Return the text of a file's bytes, whatever its encoding. Raises ValueError as `encoding_of` does."""
    return body.decode(encoding_of(BytesIO(body)))


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding of a file that can be read again from its start, after checking all of it.

    Raises ValueError, saying why, when it is empty, binary, or in no encoding that is known here.
    """
    file.seek(0)
    head = file.read(4)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return _strictly(file, encoding)
    try:
        return _checked(file, "utf-8")
    except _Broken as broken:
        first = broken.byte
    if any(b"\0" in block for block in _blocks(file)):
        return _strictly(file, _utf16_without_bom(file))
    if _nearly_utf8(file):
        raise ValueError(f"undecodable: UTF-8, but damaged at byte {first}; mend it or save it anew")
    return _strictly(file, "gb18030")


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(partial(file.read, _BLOCK), b"")


def _decoded(file: BinaryIO, encoding: str, errors: str = "strict") -> Iterator[str]:
    """Yield the text of each block. Raises _Broken."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    before = 0
    try:
        for block in _blocks(file):
            yield decoder.decode(block)
            before += len(block)
        block = b""
        yield decoder.decode(block, final=True)
    except UnicodeDecodeError as error:
        held_back = len(error.object) - len(block)
        raise _Broken(before - held_back + error.start) from None


def _checked(file: BinaryIO, encoding: str) -> str:
    """Return the encoding if the file is text in it. Raises _Broken, and ValueError when it is empty or binary."""
    characters = controls = 0
    blank = True
    for text in _decoded(file, encoding):
        characters += len(text)
        controls += len(_CONTROLS.findall(text))
        blank = blank and not text.strip()
    if blank:
        raise ValueError("empty")
    if controls > characters // 50:
        raise ValueError("binary, not text")
    return encoding


def _strictly(file: BinaryIO, encoding: str) -> str:
    try:
        return _checked(file, encoding)
    except _Broken as broken:
        name = encoding.upper().removesuffix("-SIG")
        raise ValueError(f"undecodable: not UTF-8, and no {name} at byte {broken.byte}; save it as UTF-8") from None


def _nearly_utf8(file: BinaryIO) -> bool:
    """Whether the bytes are damaged UTF-8, which would pass for GB18030 and turn into other characters."""
    replaced = foreign = 0
    for text in _decoded(file, "utf-8", "replace"):
        replaced += text.count("\ufffd")
        foreign += len(text) - len(text.encode("ascii", "ignore"))
    return replaced * 10 < foreign


def _utf16_without_bom(file: BinaryIO) -> str:
    """Return which UTF-16 has lost its mark: the byte order under which nearly everything is ordinary text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        characters = ordinary = 0
        for text in _decoded(file, encoding, "replace"):
            characters += len(text)
            ordinary += len(_ORDINARY.findall(text))
        if ordinary > 0.9 * characters:
            return encoding
    raise ValueError("binary, not text")
