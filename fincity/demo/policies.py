"""Policies of the gov.cn library: invented texts of real issuers, some in two libraries with one number."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from fincity.demo.facts import GOV_HOST, Policy
from fincity.demo.plan import Span
from fincity.demo.world import draw

#: Libraries (t=...) of the search, and their place in the combined answer.
LIBRARIES = {
    "zhengcelibrary_gw": "gongwen",
    "zhengcelibrary_bm": "bumenfile",
    "zhengcelibrary_gb": "gongbao",
    "zhengcelibrary_or": "otherfile",
}
ISSUERS = {
    "zhengcelibrary_gw": (("国务院", "国演"), ("国务院办公厅", "国办演")),
    "zhengcelibrary_bm": (
        ("科技部", "国科演"),
        ("财政部", "财演"),
        ("人民银行", "银演"),
        ("工业和信息化部", "工信演"),
        ("国家发展改革委", "发改演"),
    ),
}
TYPES = ("意见", "通知", "办法", "规定", "方案", "细则")
TOPICS = (
    "促进科技成果转化",
    "支持小微企业融资",
    "加强知识产权保护",
    "推动数字经济发展",
    "完善科技金融服务",
    "规范政府采购行为",
    "加快大数据中心布局",
    "深化人工智能应用",
    "优化营商环境",
    "支持专精特新企业",
)
CLAUSES = (
    "各地区各部门要高度重视，结合实际抓好贯彻落实。",
    "鼓励金融机构加大对科技型企业的信贷支持力度。",
    "建立部门协同机制，定期通报工作进展。",
    "完善统计监测，做好政策效果评估。",
    "加强宣传解读，营造良好氛围。",
    "支持有条件的地区先行先试，形成可复制经验。",
)
TEMPLATES = {
    "table": "/zhengce/content/{month}/content_{number}.htm",
    "plain": "/zhengce/{month}/content_{number}.htm",
    "library": "/zhengce/zhengceku/{month}/content_{number}.htm",
}


def _title(issuer: str, topic: str, kind: str) -> str:
    return (
        f"{issuer}关于印发《{topic}{kind}》的通知"
        if kind in ("方案", "办法", "细则")
        else f"{issuer}关于{topic}的{kind}"
    )


def _policy(rng: random.Random, index: int, span: Span) -> Policy:
    library = "zhengcelibrary_gw" if rng.random() < 0.35 else "zhengcelibrary_bm"
    issuer, mark = rng.choice(ISSUERS[library])
    kind, topic = rng.choice(TYPES), rng.choice(TOPICS)
    day = span.since + timedelta(days=rng.randint(0, (span.until - span.since).days))
    when = datetime(day.year, day.month, day.day, rng.randint(8, 18), rng.randint(0, 59))  # noqa: DTZ001
    number, template = str(5_600_001 + 13 * index), rng.choice(tuple(TEMPLATES))
    body = [f"{_ORDER[i]}、{rng.choice(CLAUSES)}{rng.choice(CLAUSES)}" for i in range(rng.randint(4, 8))]
    return Policy(
        library=library,
        source_id=number,
        url=f"http://{GOV_HOST}{TEMPLATES[template].format(month=f'{when:%Y%m}', number=number)}",
        title=_title(issuer, topic, kind),
        doc_number=f"{mark}〔{when:%Y}〕{index + 1}号" if rng.random() < 0.9 else None,
        issuer=issuer,
        doc_type=kind,
        published=f"{when:%Y-%m-%d %H:%M}:00",
        paragraphs=(f"现就{topic}有关事项通知如下。", *body),
        template=template,
    )


_ORDER = "一二三四五六七八九十"


def issue(count: int, span: Span, seed: str) -> tuple[Policy, ...]:
    """Policies in order of number; every tenth stands a second time, in the gazette, with the same 文号."""
    rng = draw(f"{seed}/policies")
    originals = [_policy(rng, i, span) for i in range(count)]
    copies = []
    for index, policy in enumerate(originals[::10]):
        number = str(5_900_001 + 13 * index)
        path = TEMPLATES["plain"].format(month=policy.published[:7].replace("-", ""), number=number)
        copies.append(
            replace(
                policy,
                library="zhengcelibrary_gb",
                source_id=number,
                url=f"http://{GOV_HOST}{path}",
                template="plain",
            )
        )
    return tuple(originals + copies)
