"""Project and tender codes as notices print them."""

from __future__ import annotations

import re

_CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔\[【(][0-9A-Za-z\u4e00-\u9fff\-—_/.#〔〕\[\]【】()（）+&]{2,59}")


def read_code(value: str) -> str | None:
    """A project or tender code: the first run of code characters that has a digit; null when there is none."""
    text = value.strip().lstrip("【[")
    m = _CODE.match(text)
    if m is None:
        return None
    code = re.split(r"[（(](?![^（()）]*\d[^（()）]*[)）])|[（(](?:招标|采购|项目|委托|代理|内部)", m[0])[0]
    code = code.strip("】]-—.")
    for opening, closing in ("()", "（）", "[]"):
        if code.count(opening) < code.count(closing):
            code = code.rstrip(closing)
        elif code.count(opening) > code.count(closing):
            code = code.split(opening)[0]
    return code if re.search(r"\d", code) and len(code) >= 4 else None
