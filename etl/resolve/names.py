"""Names as people write them, brought to one form: widths, brackets, spaces, remarks, legal forms."""

from __future__ import annotations

import hashlib
import re
import unicodedata

#: Longer texts are no names: a whole notice in the field, not a supplier.
LONGEST = 120
_BRACKETS = str.maketrans("[]{}〔〕【】〈〉《》「」", "()()()()()()()")
#: Remarks in brackets that say something about the name and are no part of it.
_REMARKS = re.compile(
    r"\((?:原|曾用名|以下简称|简称|盖章|采购人|招标人|供应商|牵头人|联合体|牵头方|成员|本级|机关)[^()]*\)|\(联合体[^()]*\)"
)
_EDGES = " \t\r\n,.;:、，。；：·*#-—\"'“”"
_LEGAL = (
    (re.compile(r"有限责任公司"), "有限公司"),
    (re.compile(r"股份有限公司|股份公司|股份制有限公司"), "股份有限公司"),
)


def normalise(name: str) -> str:
    """NFKC, half-width brackets, no white space, no remarks, nothing but the name at its ends."""
    text = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    text = "".join(text.split())
    return _REMARKS.sub("", text).strip(_EDGES)


def key(normalised: str) -> str:
    """What two spellings of one firm have in common: 有限责任公司 is 有限公司, and brackets do not count."""
    text = normalised
    for pattern, form in _LEGAL:
        text = pattern.sub(form, text)
    return re.sub(r"[()]", "", text).upper()


def printed(normalised: str) -> str:
    """The form names are shown in: full-width brackets."""
    return normalised.replace("(", "（").replace(")", "）")


def hashed(prefix: str, normalised: str) -> str:
    """A deterministic id for an organisation known by its name only."""
    return f"{prefix}:{hashlib.sha256(key(normalised).encode()).hexdigest()[:16]}"


def why_no_name(normalised: str) -> str | None:
    """Why a text cannot be the name of an organisation; None if it can."""
    if not normalised:
        return "the name is empty"
    if len(normalised) > LONGEST:
        return f"too long for a name ({len(normalised)} characters)"
    if not re.search(r"[㐀-鿿]|[A-Za-z]{2}", normalised):
        return f"no name in {normalised!r}"
    if re.search(r"[<>]|&[a-z]+;|https?:", normalised):
        return "markup, not a name"
    return None
