"""Government work reports: neutral sentences, and sentences with digital terms that are counted before writing.

The terms used stand alone in their sentences and belong to every digital lexicon of the project, so a count
does not depend on which of them is chosen. No other city is ever named. Two neutral sentences hold a term only
across a word boundary.
"""

from __future__ import annotations

import random
from collections import Counter

from fincity.demo.facts import Report
from fincity.demo.world import City, draw, rows

TERMS = (
    "人工智能",
    "大数据",
    "云计算",
    "物联网",
    "区块链",
    "工业互联网",
    "移动支付",
    "电子商务",
    "智能交通",
    "智慧农业",
    "金融科技",
    "机器学习",
    "人脸识别",
    "移动互联网",
    "数字金融",
    "虚拟现实",
    "智能家居",
)
_ORDINALS = "一二三四五六七八九十"


def _sentences() -> tuple[list[str], list[str]]:
    pools: dict[str, list[str]] = {}
    for row in rows("sentences.csv"):
        pools.setdefault(row["kind"], []).append(row["text"])
    return pools["neutral"], pools["term"]


def _paragraphs(rng: random.Random, terms: list[str], count: int) -> list[str]:
    """`count` neutral sentences and one for each term, in random order, four to seven a paragraph."""
    neutral, with_term = _sentences()
    plain = [rng.choice(neutral) for _ in range(count)]
    spoken = [rng.choice(with_term).replace("{term}", term) for term in terms]
    sentences = [s.format(a=rng.randint(2, 9), b=rng.randint(1, 9)) for s in plain + spoken]
    rng.shuffle(sentences)
    out = []
    while sentences:
        size = rng.randint(4, 7)
        out.append("".join(sentences[:size]))
        sentences = sentences[size:]
    return out


def _report(rng: random.Random, city: City, year: int) -> Report:
    # Later years and some cities speak more of the digital economy; one report in eight does not at all.
    count = 0 if rng.random() < 0.12 else rng.randint(2, 6 + 4 * (year - 2019))
    terms = [rng.choice(TERMS) for _ in range(count)]
    half = count // 2
    session = _ORDINALS[(year + len(city.name)) % 7 + 1]
    lines = [
        f"{city.name}{year}年政府工作报告",
        f"——{year}年1月{rng.randint(6, 25)}日在{city.name}第十{session}届人民代表大会第{session}次会议上",
        "各位代表：",
        f"现在，我代表{city.name}人民政府，向大会报告工作，请予审议。",
        f"一、{year - 1}年工作回顾",
        *_paragraphs(rng, terms[:half], rng.randint(35, 55)),
        f"二、{year}年工作安排",
        *_paragraphs(rng, terms[half:], rng.randint(35, 55)),
    ]
    return Report(city.code, year, "\n".join(lines) + "\n", tuple(sorted(Counter(terms).items())))


def deliver(
    cities: tuple[City, ...], years: range, missing: int, seed: str
) -> tuple[list[Report], list[tuple[str, int]]]:
    """All reports but the `missing` ones, and the (city, year) of those that are missing on purpose."""
    rng = draw(f"{seed}/reports")
    wanted = [(city, year) for city in cities for year in years]
    gone = {(city.code, year) for city, year in rng.sample(wanted, missing)}
    made = [_report(draw(f"{seed}/reports/{c.code}/{y}"), c, y) for c, y in wanted if (c.code, y) not in gone]
    return made, sorted(gone)
