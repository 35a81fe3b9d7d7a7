"""How right a register of firms is on names spoilt on purpose: what its default threshold is fitted to.

    python scripts/fit_firms.py [--firms 20000] [--seeds 1 2 3] [--precision 0.99]

Invents families of firms by the naming rules (one 字号 in several places, trades and groups), gives four of five firms
of every second family to a register, and looks up all of them as people write them: in other spellings and with slips.
Prints precision and recall by threshold and by kind of spelling. The names follow from the seed alone; none comes from
the data that the tests measure on.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from etl.places.gazetteer import gazetteer, read_table
from etl.resolve.firms import Entry, Match, Register

_TRADES = (
    *("科技", "信息技术", "软件", "网络科技", "电子", "通信技术", "智能科技", "数据", "系统集成", "建筑工程", "建设"),
    *("装饰工程", "物业管理", "商贸", "贸易", "实业", "机械", "设备", "医药", "医疗器械", "生物科技", "环保科技"),
    *("能源", "新材料", "化工", "食品", "农业", "文化传媒", "广告", "咨询", "教育科技", "物流", "汽车销售"),
)
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
#: Kind of spelling -> its share among the names that award notices print (assumed), and how a firm is written so.
SPELLINGS = {
    "as it is": (40, "{place}{core}{trade}{form}"),
    "another form": (10, "{place}{core}{trade}{other}"),
    "no form": (8, "{place}{core}{trade}"),
    "full place": (6, "{full}{core}{trade}{form}"),
    "brackets": (3, "{core}{trade}（{place}）{form}"),
    "branch": (10, "{place}{core}{trade}{form}广州市分公司"),
    "consortium": (5, "{place}{core}{trade}{form}（联合体牵头人）"),
    "label": (4, "中标单位：{place}{core}{trade}{form}"),
    "no place": (3, "{core}{trade}{form}"),
    "no trade": (1, "{place}{core}{form}"),
    "slip": (5, "{place}{core}{trade}{form}"),
    "字号 and trade": (4, "{core}{trade}"),
    "字号": (1, "{core}"),
}
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99)


@dataclass(frozen=True)
class Firm:
    """An invented firm. No two have place, 字号 and trade in common."""

    place: str
    core: str
    trade: str
    form: str

    @property
    def id(self) -> str:
        """What tells it from all others."""
        return f"{self.place}|{self.core}|{self.trade}"

    def written(self, kind: str, rng: Random) -> str:
        """Its name in a kind of spelling."""
        name = SPELLINGS[kind][1].format(**vars(self), full=_full(self.place), other=rng.choice(_FORMS))
        return _with_slip(name, rng) if kind == "slip" else name.replace("（）", "")


@cache
def _full(place: str) -> str:
    return gazetteer().find(place)[0].name if place else ""


@cache
def _common() -> dict[str, int]:
    return {row["character"]: int(row["per_mille"]) for row in read_table("name_characters.csv", "etl.resolve")}


@cache
def _level_1() -> list[str]:
    """The 3 755 common characters of GB 2312-80."""
    return [bytes((0xB0 + n // 94, 0xA1 + n % 94)).decode("gb2312") for n in range(3755)]


def _character(rng: Random) -> str:
    if rng.random() < sum(_common().values()) / 1000:
        return rng.choices(list(_common()), list(_common().values()))[0]
    return rng.choice(_level_1())


def _with_slip(name: str, rng: Random) -> str:
    at = rng.randrange(len(name))
    return name[:at] + rng.choice(("", rng.choice(_level_1()), rng.choice("公司科技信"))) + name[at + 1 :]


def population(rng: Random, size: int) -> tuple[list[Firm], list[Firm]]:
    """All firms, and those of the register: four of five of every second family, nobody of the others."""
    firms: dict[str, Firm] = {}
    known: list[Firm] = []
    in_register = False
    while len(firms) < size:
        in_register = not in_register
        family = [firm for firm in _family(rng) if firm.id not in firms]
        firms.update((firm.id, firm) for firm in family)
        known += [firm for firm in family if in_register and rng.random() < 0.8]
    return list(firms.values()), list(dict.fromkeys(known))


def _family(rng: Random) -> list[Firm]:
    places = sorted({place.short_name for place in gazetteer().in_force(2024)})
    core = "".join(_character(rng) for _ in range(rng.choice((2, 2, 2, 2, 3, 4))))
    home, trade = rng.choice(places), rng.choice(_TRADES)
    members: dict[str, Firm] = {}
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        place = rng.choices((home, rng.choice(places), ""), (10, 9, 1))[0]
        business = rng.choice((trade, rng.choice(_TRADES))) + rng.choice(("", "", "", "", "集团"))
        firm = Firm(place, core, business, rng.choice(_FORMS))
        members.setdefault(firm.id, firm)
    return list(members.values())


@dataclass(frozen=True)
class Answer:
    """What a register said of a name: the likeliest firm and its score; `truth` is empty for a firm it lacks."""

    kind: str
    truth: str
    org_id: str
    score: float


def answers(seed: int, size: int) -> list[Answer]:
    """Look up every firm of a population, each in one spelling."""
    rng = Random(seed)  # noqa: S311  # names are invented, no secret hangs on them
    firms, known = population(rng, size)
    register, ids = Register(Entry(firm.id, firm.written("as it is", rng)) for firm in known), {f.id for f in known}
    kinds = rng.choices(list(SPELLINGS), [share for share, _ in SPELLINGS.values()], k=len(firms))
    found = register.match_all([firm.written(kind, rng) for firm, kind in zip(firms, kinds, strict=True)])
    return [
        Answer(kind, firm.id if firm.id in ids else "", *_likeliest(match))
        for kind, firm, match in zip(kinds, firms, found, strict=True)
    ]


def _likeliest(match: Match) -> tuple[str, float]:
    if match.entry:
        return match.entry.org_id, match.score
    return (match.candidates[0].org_id, match.candidates[0].score) if match.candidates else ("", 0.0)


def precision(given: Sequence[Answer], threshold: float) -> float:
    """Share of right ones among the answers from a threshold on."""
    said = [one for one in given if one.score >= threshold]
    return sum(one.org_id == one.truth for one in said) / max(1, len(said))


def recall(given: Sequence[Answer], threshold: float) -> float:
    """Share of the firms of the register that were found."""
    found = sum(one.org_id == one.truth != "" and one.score >= threshold for one in given)
    return found / max(1, sum(one.truth != "" for one in given))


def main() -> None:
    """Print the curve of each seed, the threshold that serves them all, and the kinds of spelling."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--precision", type=float, default=0.99)
    asked = parser.parse_args()
    runs = [answers(seed, asked.firms) for seed in asked.seeds]
    for threshold in THRESHOLDS:
        cells = (f"{precision(run, threshold):.4f} / {recall(run, threshold):.4f}" for run in runs)
        print(f"{threshold:.2f}  {'  '.join(cells)}")
    good = [t for t in THRESHOLDS if all(precision(run, t) >= asked.precision for run in runs)]
    print(
        f"precision {asked.precision} with every seed from threshold {min(good)} on"
        if good
        else "none is precise enough"
    )
    chosen = min(good, default=0.9)
    wrong = Counter(a.kind for run in runs for a in run if a.score >= chosen and a.org_id != a.truth)
    for kind in SPELLINGS:
        of_kind = [one for run in runs for one in run if one.kind == kind]
        size = sum(one.truth != "" for one in of_kind)
        print(f"{kind:14s} found {recall(of_kind, chosen):.3f} of {size}, wrong {wrong[kind]}")


if __name__ == "__main__":
    main()
