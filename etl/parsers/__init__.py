"""From bytes to records: one pure module per portal family, found by name.

Every family module has `FAMILY`, `VERSION`, `is_list(page)`, `parse_list(page)` and `parse_detail(page)`; `notice` and
`reports` read whole files instead (`parse_rows`, `parse_file`). A family whose sites differ in selectors or field names
has a model `Reading` for what their YAML says of them; one whose documents have several pages has `parts(page)`, the
addresses of the further ones. Whatever the input, a parser ends in a record or in `etl.errors.Quarantined` with a
reason: input is hostile until read.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from types import ModuleType
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from etl.errors import Quarantined, UsageError
from etl.parsers._private import private
from etl.records.parsed import Page
from etl.redact import redact

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_SHARED = ("blocks", "body")
#: Families by name: every module of this package but the shared ones; it holds the parser.
FAMILIES = tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in _SHARED and m.name[0] != "_"))
#: Larger bodies are quarantined: the largest real notice seen has 0.2 MB.
MAX_BYTES = 8_000_000
#: Angle brackets of one HTML page (JSON may hold many pages): the largest real one seen has 3 thousand, and parsing
#: more than this takes seconds.
MAX_BRACKETS = 100_000

_META = re.compile(rb"charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
#: Control characters, and those of private use: UTF-8 has them only where they were written (rare characters of names),
#: bytes of another charset often have them under GB18030.
_CONTROLS = "\x01-\x08\x0b\x0e-\x1f\x7f-\x9f"
_ODD, _ODD_IN_UTF8 = re.compile(f"[\ue000-\uf8ff{_CONTROLS}]"), re.compile(f"[{_CONTROLS}]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """One row of an input file that could not become a record."""

    source_id: str
    reason: str
    detail: str
    raw_sha256: str


def family(name: str) -> ModuleType:
    """The parser module of a portal family.

    Raises: UsageError for an unknown name.
    """
    if name not in FAMILIES:
        raise UsageError(f"unknown family {name!r}: choose one of {', '.join(FAMILIES)}")
    return importlib.import_module(f"etl.parsers.{name}")


class Settings(BaseModel):
    """Base of a family's `Reading`: what a source's YAML says about reading its pages."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def settings(page: Page, model: type[M]) -> M:
    """What the page's source says about reading it, as the family's own model."""
    found: M = _settings(page.reading, model)
    return found


@lru_cache(maxsize=512)
def _settings(reading: str, model: type[M]) -> M:
    return model.model_validate_json(reading)


def decode(page: Page) -> str:
    """The text of a page, whatever charset it claims.

    Order: byte-order mark, charset of the transport, charset of the page's own meta element, the one its source is
    known to use, UTF-8, GB18030. A charset is taken only if the whole body decodes under it; a few broken bytes are
    replaced under the likeliest one.

    Raises: Quarantined `too_large`, `empty` or `unreadable_encoding`.
    """
    body = page.body
    if len(body) > MAX_BYTES:
        raise Quarantined("too_large", f"{len(body)} bytes, more than {MAX_BYTES}")
    if not body.strip(b" \t\r\n\0"):
        raise Quarantined("empty", "the body has no content")
    if body.count(b"<") > MAX_BRACKETS and body.lstrip()[:1] == b"<":
        raise Quarantined("too_large", f"a page of more than {MAX_BRACKETS // 2} tags")
    for encoding in _candidates(page):
        try:
            text = body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if _plausible(text, encoding):
            return text.replace("\0", "")
    return _repaired(body)


def _candidates(page: Page) -> list[str]:
    for mark, encoding in _BOMS:
        if page.body.startswith(mark):
            return [encoding]
    claims = [m for m in (_META.search((page.content_type or "").encode()), _META.search(page.body[:4096])) if m]
    names = [*(m[1].decode().lower() for m in claims), (page.encoding or "").lower()]
    wide = ["gb18030" if n in {"gb2312", "gbk", "gb18030"} else n for n in names]
    honest = [n for n in wide if n in {"gb18030", "utf-8", "utf8", "big5", "utf-16"}]
    return [*dict.fromkeys([*honest, "utf-8", "gb18030"])]


def _plausible(text: str, encoding: str) -> bool:
    """Whether a text has few characters that nobody writes; one is forgiven, however short the text."""
    sample = text[:20000]
    odd = _ODD_IN_UTF8 if encoding.startswith("utf") else _ODD
    return len(odd.findall(sample)) <= max(1, len(sample) // 50)


def _repaired(body: bytes) -> str:
    """A body cut inside a character or with a few flipped bytes, under UTF-8 or GB18030, whichever loses less."""
    attempts = {encoding: body.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")}
    encoding, text = min(attempts.items(), key=lambda attempt: attempt[1].count("\ufffd"))
    if text.count("\ufffd") * 20 > len(text) or not _plausible(text, encoding):
        raise Quarantined("unreadable_encoding", "the bytes are neither UTF-8 nor GB18030 text")
    return text.replace("\0", "")


def guarded(parse: Callable[[Page], T]) -> Callable[[Page], T]:
    """Turn what a hostile page can provoke in a parser into `Quarantined`, and let nothing personal out either way.

    Only errors of the data are caught: a page nested too deep, a number out of range, a field of an unexpected type.
    """

    @wraps(parse)
    def wrapper(page: Page) -> T:
        try:
            return private(parse(page))
        except Quarantined as error:
            raise Quarantined(error.reason, redact(error.detail)) from error
        except RecursionError as error:
            raise Quarantined("nested_too_deep", "the page is nested too deep to be read") from error
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, IndexError) as error:
            raise Quarantined("malformed", f"{type(error).__name__}: {redact(str(error)[:300])}") from error

    return wrapper
