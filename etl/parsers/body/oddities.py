"""What a result notice said and the reader did not understand: reported, never dropped.

A portal that renames a label (中标人 to 胜出方) leaves a field null; the warning says why, so that a changed template
is noticed on its first page. Only where a result is told: elsewhere every house has labels that nobody needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from etl.parsers.body import names
from etl.parsers.body.labels import Role, bare
from etl.parsers.body.pairs import Mention
from etl.parsers.body.shapes import Block, Grid
from etl.parsers.body.tables import cell_role
from etl.records.parsed import Lot
from etl.redact import redact

#: Unknown labels named one by one; the rest is counted.
_MOST = 5
#: Labels that stand beside results in many houses and that no field needs. What names a winner or a price is not here.
_IDLE = re.compile(
    r".*(?:内容|范围|目标|要求|标准|方法|办法|规模|性质|类型|等级|业绩|奖项|荣誉|项目名称|有效期|周期|期限|工期.{0,4}|承诺|"
    r"年限|进度|依据|来源|用途|媒体|平台|产品|品牌|型号|数量|份额|地点|方式|日期|时间|日历天|天数|说明|事项|附件)"
    r"|.*(?:许可证|资质|证书|证件|资格|代码|执照|职称|审查|评分|评审|评标|专家|委员会|评委|监督|投诉|异议|质疑|备注|其他|小微企业).*"
    r"|.*(?:编号|序号|号码|账号|人员|负责人|经理|总监|工程师|建造师|设计师|技术员|安全员|质量员|施工员|监理员|资料员|材料员)(?:姓名)?"
    r"|.*奖.*|(?:中标|成交|中选)(?:结果|情况|信息|内容)|(?:中标人|成交人|供应商|投标人)(?:情况|信息)|序号|年份?|[一二三四五两]年"
)
_RESULTS = {"award", "shortlist", "candidate", "contract"}
_EMPTY = " /\\-—–_无。."
#: Rows of a table that are looked at for a head nobody knows.
_ROWS = 50
#: 胜出企业 ends like a firm, but no firm's name is so short.
_FIRM = 7
_TELLING = {"", "winners", "candidates"}
_NAMED = {Role.BUYER, Role.AGENCY, Role.SUPPLIER, Role.SOLE, Role.CANDIDATE, Role.BIDDER, Role.MEMBER}


def oddities(parts: Iterable[Block], said: Iterable[Mention], lots: Sequence[Lot], stated: str) -> Iterator[str]:
    """Warnings of one notice: unreadable names; labels nobody knows where its result stands; a result without firm."""
    said = tuple(said)
    yield from (
        f"{m.label}: unreadable characters in the value" for m in said if m.role in _NAMED and "\ufffd" in m.value
    )
    if stated not in _RESULTS:
        return
    unnamed = not any(lot.suppliers or lot.status == "failed" for lot in lots)
    strange = (_named(m) for m in said if not m.known and m.section in _TELLING and m.value.strip(_EMPTY))
    heads = (f"unknown column: {_shown(h)}" for h in _heads(parts) if _shown(h)) if unnamed else ()
    unknown = list(dict.fromkeys(text for text in (*strange, *heads) if text))
    yield from unknown[:_MOST]
    if len(unknown) > _MOST:
        yield f"{len(unknown) - _MOST} more unknown labels"
    if unnamed:
        yield f"{stated}: no supplier found"


def _heads(parts: Iterable[Block]) -> Iterator[str]:
    """Heads nobody knows over (or, in a table of two columns, beside) firms."""
    for rows in (part.rows for part in parts if isinstance(part, Grid)):
        for row in rows[:_ROWS]:
            for j in (j for j, cell in enumerate(row) if names.organisation(cell)):
                head = row[0] if len(row) == 2 and j == 1 else rows[0][j] if j < len(rows[0]) else ""
                if cell_role(head) is None and (len(head) < _FIRM or not names.organisation(head)):
                    yield head


def _named(m: Mention) -> str:
    label = _shown(m.label)
    return f"unknown {'label' if m.row is None else 'column'}: {label}" if label else ""


def _shown(words: str) -> str:
    """Words that can be a label, as a warning shows them; empty for others."""
    label = bare(words)
    good = bool(
        2 <= len(label) <= 16
        and re.search(r"[\u4e00-\u9fff]{2}", label)
        and not re.search(r"[，,。；;、“”《》〔*]|^\(|标段|包件", label)
        and not _IDLE.fullmatch(label)
    )
    return redact(label) if good else ""
