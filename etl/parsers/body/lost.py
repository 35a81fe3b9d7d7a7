"""Bodies that were lost on the way: redirects, links to files, login walls, nothing but the title.

A notice without a body is evidence of nothing: it is quarantined, to be fetched again or found elsewhere.
"""

from __future__ import annotations

import re

from etl.errors import Quarantined
from etl.parsers.body.layout import Block, text_of

_STUBS = re.compile(
    r"即将离开|秒后前往|点击查看(?:>>|公告来源|原文|更多)|无法提取内容|详情?请?点击|登录后(?:查看|可见)|权限不足|"
    r"请(?:重新)?登录|查看此信息"
)
_FILE = re.compile(r"^[\s\w\-./:\[\]'\"{}]*\.(?:pdf|docx?|xlsx?|zip|rar|html?)[\s\]'\"}]*$", re.IGNORECASE)
#: A short body that says something all the same.
_SAYS = re.compile(
    r"(?:中标|成交|中选|入围).{0,12}[：:]|供货单位|废标|流标|终止|更正|变更|(?:中标|成交|中选)(?:人|供应商|单位)为"
)
_ELSEWHERE = re.compile(r"(?:详见|见|参见)(?:本?公告)?附件|附件[：:]")
#: A body shorter than this says no more than its title.
_SHORT = 50


def require(parts: tuple[Block, ...], title: str, content: str = "") -> None:
    """Refuse a body that was lost. `content` is the raw text of the body where the caller has it.

    Raises: Quarantined `body_missing` or `redirect_stub`.
    """
    flat = re.sub(r"\s+", "", text_of(parts))
    if not flat:
        raise Quarantined("body_missing", "the body is empty")
    if _FILE.match(content.strip()[:500]):
        raise Quarantined("body_missing", "the body is only the path of a file")
    rest = flat.replace(re.sub(r"\s+", "", title), "") if title else flat
    stub = _STUBS.search(flat)
    if len(rest) < 400 and stub and not re.search(r"中标人|供应商|招标人|采购人", rest):
        raise Quarantined("redirect_stub", f"the body only points elsewhere ({stub[0]})")
    if len(rest) < _SHORT and (_ELSEWHERE.search(rest) or not _SAYS.search(rest)):
        raise Quarantined("body_missing", f"{len(rest)} characters besides the title")
