"""What a result notice said and the reader did not understand: reported, never dropped.

A portal that renames a label (中标人 to 胜出方) leaves a field null; the warning says why, so that a changed template
is noticed on its first page. Only where a result is told: elsewhere every house has labels that nobody needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from etl.parsers.body.labels import bare
from etl.parsers.body.pairs import Mention
from etl.records.parsed import Lot
from etl.redact import redact

#: Unknown labels named one by one; the rest is counted.
_MOST = 5
#: Labels that stand beside results in many houses and that no field needs. What names a winner or a price is not here.
_IDLE = re.compile(
    r".*(?:内容|范围|目标|要求|标准|方法|办法|规模|性质|类型|等级|业绩|奖项|荣誉|项目名称|有效期|周期|期限|工期.{0,4}|承诺|"
    r"年限|进度|依据|来源|用途|媒体|平台|产品|品牌|型号|数量|地点|方式|日期|时间|日历天|天数|说明|事项|附件)"
    r"|.*(?:许可证|资质|证书|证件|资格|代码|执照|职称|审查|评分|评审|评标|专家|委员会|评委|监督|投诉|异议|质疑|备注|其他|小微企业).*"
    r"|.*(?:编号|序号|号码|账号|人员|负责人|经理|总监|工程师|建造师|设计师|技术员|安全员|质量员|施工员|监理员|资料员|材料员)(?:姓名)?"
    r"|.*奖.*|(?:中标|成交|中选)(?:结果|情况|信息|内容)|(?:中标人|成交人|供应商|投标人)(?:情况|信息)|序号|年份?|[一二三四五两]年"
)
_RESULTS = {"award", "shortlist", "candidate", "contract"}
_TELLING = {"", "winners", "candidates"}


def oddities(said: Iterable[Mention], lots: Sequence[Lot], stated: str) -> Iterator[str]:
    """Warnings of one notice: labels nobody knows where its result stands, and a result that names no firm."""
    if stated not in _RESULTS:
        return
    unknown = list(dict.fromkeys(_named(m) for m in said if not m.known and m.section in _TELLING and _says(m)))
    yield from unknown[:_MOST]
    if len(unknown) > _MOST:
        yield f"{len(unknown) - _MOST} more unknown labels"
    if not any(lot.suppliers or lot.status == "failed" for lot in lots):
        yield f"{stated}: no supplier found"


def _named(m: Mention) -> str:
    kind = "label" if m.row is None else "column"
    return f"unknown {kind}: {redact(bare(m.label))}"


def _says(m: Mention) -> bool:
    """Whether a value stands beside words that can be a label."""
    label = bare(m.label)
    return bool(
        m.value.strip(" /\\-—–_无。.")
        and 2 <= len(label) <= 16
        and re.search(r"[\u4e00-\u9fff]{2}", label)
        and not re.search(r"[，,。；;、“”《》〔*]|^\(|标段|包件", label)
        and not _IDLE.fullmatch(label)
    )
