"""Text to search, made up here: reports, dense reports and short titles, as much of them as is wanted.

Clauses are invented; their slots are filled with words from jieba's dictionary, drawn by frequency, so that sentences
hardly ever repeat: a cache cannot shine. Terms stand in clauses of their own, beside drawn words; traps (`市场景气`)
hold characters of a term but not the term.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import accumulate

import jieba

from keywords import Lexicon, load

# n noun, v verb, a adjective, w verbal noun, s place name, d adverb: the parts of speech of jieba's dictionary.
_SPEECH = {"n": "n", "v": "v", "a": "a", "vn": "w", "ns": "s", "d": "d"}
_SLOT = re.compile("{(.)}")

# {T} is a term of the lexicon, {9} a number, the other slots are those of `_SPEECH`.
PLAIN = """坚持把{n}{w}作为{n}工作的{a}任务
{d}推进{n}和{n}{w}，{n}水平稳步提升
全年{n}增长百分之{9}，{n}下降百分之{9}
新建{n}{9}个，改造{n}{9}公里
{s}至{s}{n}建成通车，{n}{w}{d}加快
完善{n}{w}机制，{v}一批{a}的{n}
组织{n}深入{s}开展{n}{w}，{v}群众{n}
投入资金{9}亿元，用于{n}、{n}和{n}{w}
{n}覆盖率达到百分之{9}，比上年提高{9}个百分点
我们{d}认识到，{n}{w}还存在{a}的问题
{v}{n}，{v}{n}，让{n}{d}{v}起来
支持{s}建设{n}中心，{v}{n}示范区
妥善处理{n}与{n}的关系，{d}{v}{n}风气
全市{n}总量突破{9}亿元，居全省第{9}位
引导{n}参与{n}{w}，培育{a}{n}
实施{n}{w}三年行动，{v}{n}{9}项
各级{n}要{d}{v}{n}，对{n}负责
{a}{n}{w}取得新进展，{n}得到{d}{v}
严格{n}管理，坚决{v}{n}中的{a}现象
{s}、{s}等地{n}{w}走在前列""".splitlines()
TERMS = """推动{T}与{n}深度融合
{d}发展{T}、{T}等新兴{n}
{v}{T}{n}，提升{n}{w}能力
建设{s}{T}{n}，{v}{n}{9}家
{n}{T}{w}项目完成{n}
以{T}{v}{n}，{n}效率{d}提高
开展{T}{w}，{v}{a}的{T}{n}
{s}{T}产业规模达到{9}亿元""".splitlines()
TRAPS = """消费市场景气度{d}回升
让{n}成果由人民公共享有
采集{n}的特征信息，{v}{n}
新增加密集{n}{9}处
城区{n}生存储备{d}{v}
互联网联合{n}{w}
{s}LIMITED公司{v}15GW{n}
引进APPLE供应{n}，{v}DIGITAL{n}""".splitlines()
TITLES = """{s}银行股份有限公司{s}分行{T}{n}采购项目中标公告
{s}分行{9}年度{n}{w}服务项目成交结果公告
{s}农村商业银行{n}大楼{n}采购公告
{s}银行{n}{T}{w}项目单一来源采购公示（第{9}号）
{s}支行{T}升级改造及{n}维保项目竞争性磋商公告
关于{s}信用社{n}及{n}维保服务采购结果的公告""".splitlines()

# Of 100 clauses, those with terms and with traps.
REPORT = (9, 2)
DENSE = (31, 5)


@cache
def _words() -> dict[str, tuple[list[str], list[int]]]:
    """Words of two to four characters by slot, each with the running sum of frequencies that `choices` wants."""
    found: dict[str, list[tuple[str, int]]] = {slot: [] for slot in _SPEECH.values()}
    for line in jieba.Tokenizer().get_dict_file():
        word, frequency, speech = line.decode().split()
        if speech in _SPEECH and 2 <= len(word) <= 4 and int(frequency) > 20:
            found[_SPEECH[speech]].append((word, int(frequency)))
    return {slot: ([w for w, _ in drawn], list(accumulate(f for _, f in drawn))) for slot, drawn in found.items()}


def both() -> Lexicon:
    """Return one lexicon of the search terms of bank notices and the digital terms of work reports."""
    first, second = load("fintech_taxonomy"), load("digital_121")
    known = {term.needle for term in first.terms}
    return replace(first, id="both", terms=first.terms + tuple(t for t in second.terms if t.needle not in known))


class Corpus:
    """A source of text; the same `seed` gives the same text."""

    def __init__(self, lexicon: Lexicon, share: tuple[int, int] = REPORT, seed: int = 1) -> None:
        self._drawn = random.Random(seed)
        self._share = share
        self._terms = [term.needle for term in lexicon.terms]

    def _slot(self, slot: re.Match[str]) -> str:
        if slot[1] == "T":
            return self._drawn.choice(self._terms)
        if slot[1] == "9":
            return str(self._drawn.randint(2, 980))
        words, weights = _words()[slot[1]]
        return self._drawn.choices(words, cum_weights=weights)[0]

    def _clause(self) -> str:
        terms, traps = self._share
        drawn = self._drawn.randrange(100)
        clauses = TERMS if drawn < terms else TRAPS if drawn < terms + traps else PLAIN
        return _SLOT.sub(self._slot, self._drawn.choice(clauses))

    def documents(self, megabytes: float) -> Iterator[str]:
        """Yield documents of 10 000 to 20 000 characters until there are so many megabytes of UTF-8."""
        left = megabytes * 1e6
        while left > 0:
            document = self.document(self._drawn.randint(10_000, 20_000))
            left -= len(document.encode())
            yield document

    def document(self, characters: int) -> str:
        """Return one document of about that length."""
        parts: list[str] = []
        length = 0
        while length < characters:
            parts.append(self._clause() + self._drawn.choice("，，。。；、。\n"))
            length += len(parts[-1])
        return "".join(parts)

    def titles(self, number: int) -> Iterator[str]:
        """Yield short titles of notices."""
        return (_SLOT.sub(self._slot, self._drawn.choice(TITLES)) for _ in range(number))
