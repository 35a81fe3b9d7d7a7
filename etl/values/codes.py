"""Project and tender codes as notices print them."""

from __future__ import annotations

import re

_CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔\[【(][0-9A-Za-z\u4e00-\u9fff\-—_/.#〔〕\[\]【】()（）+&]{2,59}")
#: Brackets open and close in either width.
_CLOSES = {"(": ")）", "（": ")）", "[": "]", "【": "】", "〔": "〕"}
_CLOSING = frozenset("".join(_CLOSES.values()))


def read_code(value: str) -> str | None:
    """A project or tender code: the first run of code characters that has a digit; null when there is none.

    It ends at a bracket without partner (`（编号：BW-2026-07）评标…`); brackets around the whole are no part of it.
    """
    m = _CODE.match(value.strip())
    if m is None:
        return None
    code = _balanced(m[0]) or _balanced(m[0][1:])
    if code[:1] in _CLOSES and _balanced(code[1:]) == code[1:-1]:
        code = code[1:-1]
    code = re.split(r"[（(](?![^（()）]*\d[^（()）]*[)）])|[（(](?:招标|采购|项目|委托|代理|内部)", code)[0].strip(
        "-—."
    )
    return code if re.search(r"\d", code) and len(code) >= 4 else None


def _balanced(text: str) -> str:
    """A text up to its first bracket without partner."""
    opened: list[int] = []
    for at, c in enumerate(text):
        if c in _CLOSES:
            opened.append(at)
        elif opened and c in _CLOSES[text[opened[-1]]]:
            opened.pop()
        elif c in _CLOSING:
            return text[: opened[0] if opened else at]
    return text[: opened[0]] if opened else text
