"""Make the tables of places from the CC0 list of Chinese area codes, 1981-2024.

    python scripts/make_places.py areacodes_1981_2024.csv

writes `etl/places/data/prefectures.csv` and `counties.csv`. The list is on a year-end basis: a unit that starts in
year s and ends in year e was in force on 31 December of s to e - 1, and that is what `valid_from` and `valid_to`
say here. Units that ended before 1999 are left out. What is not in the list (pinyin, regions, capitals) lies in
files of its own.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "etl" / "places" / "data"
FIRST_YEAR = 1999
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
OUT_OF_SCOPE = frozenset({"71", "81", "82"})
COLUMNS = ("code", "name", "short_name", "level", "valid_from", "valid_to", "successors")
PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯"
    "|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|鄂伦春"
)
#: 恩施土家族苗族自治州 -> 恩施; 克孜勒苏柯尔克孜自治州 -> 克孜勒苏. At least two characters stay.
AUTONOMOUS = re.compile(rf"(?<=..)(?:(?:(?:{PEOPLES})族?)+|各族|族)?自治(?:州|县|旗)$")
PLAIN = re.compile(r"(?:(?<=..)(?:地区|新区|特区|林区|族区)|(?<=.)(?:市|区|县|盟|旗))$")


def short_name(name: str) -> str:
    """The name without 市, 地区, 自治州 and the peoples in it."""
    stripped = AUTONOMOUS.sub("", name)
    return stripped if stripped != name else PLAIN.sub("", name)


@dataclass(frozen=True)
class Unit:
    """One row of the list: a unit under one name, with its years and the codes that followed it."""

    code: str
    name: str
    level: str
    start: int
    end: int | None
    followed_by: tuple[str, ...]

    @property
    def prefecture(self) -> str:
        """Code of the prefecture the code belongs to; province-administered counties (xx90xx) stand for themselves."""
        if self.code[:2] in MUNICIPALITIES:
            return self.code[:2] + "0000"
        return self.code if self.code[2:4] == "90" else self.code[:4] + "00"


def read(path: Path) -> list[Unit]:
    """All units of the list. Final successors carry no year in brackets; `code[year]` were earlier, partial moves."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = {"省级": "province", "地级": "prefecture", "县级": "county"}
    return [
        Unit(
            row["代码"],
            row["名称"],
            levels[row["级别"]],
            int(row["启用时间"]),
            int(row["变更/弃用时间"]) if row["变更/弃用时间"] else None,
            tuple(re.findall(r"(\d{6})(?!\[|\d)", row["新代码"])),
        )
        for row in rows
        if row["代码"][:2] not in OUT_OF_SCOPE
    ]


def successors(unit: Unit, units: Iterable[Unit]) -> tuple[str, ...]:
    """What followed a unit: for a county its own codes, for a prefecture the prefectures that took its counties."""
    if unit.end is None:
        return ()
    units = list(units)
    if any(u.code == unit.code and u.start == unit.end and u.name != unit.name for u in units):
        return (unit.code,)
    if unit.level == "county":
        return unit.followed_by
    by_code = {u.code: u for u in units}
    counties = [u for u in units if u.level == "county" and u.end == unit.end and u.prefecture == unit.code]
    taken = Counter(by_code[c].prefecture for u in counties for c in u.followed_by if c in by_code)
    return tuple(code for code, _ in sorted(taken.items(), key=lambda item: (-item[1], item[0])))


def rows(units: list[Unit], levels: frozenset[str]) -> Iterator[dict[str, str]]:
    """The table of some levels, ordered by code and first year."""
    for unit in sorted(units, key=lambda u: (u.code, u.start)):
        municipality = unit.level == "province" and unit.code[:2] in MUNICIPALITIES
        level = "municipality" if municipality else unit.level
        if level not in levels or (unit.end is not None and unit.end < FIRST_YEAR):
            continue
        yield {
            "code": unit.code,
            "name": unit.name,
            "short_name": short_name(unit.name),
            "level": level,
            "valid_from": str(unit.start),
            "valid_to": "" if unit.end is None else str(unit.end - 1),
            "successors": ";".join(successors(unit, units)),
        }


def write(path: Path, table: Iterable[dict[str, str]], columns: tuple[str, ...]) -> None:
    """Write a table as UTF-8 CSV with line feeds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)


def main() -> None:
    """Read the list named on the command line and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areacodes", type=Path, help="the CC0 list (csv)")
    units = read(parser.parse_args().areacodes)
    write(DATA / "prefectures.csv", rows(units, frozenset({"prefecture", "municipality"})), COLUMNS)
    write(DATA / "counties.csv", rows(units, frozenset({"county"})), tuple(c for c in COLUMNS if c != "level"))


if __name__ == "__main__":
    main()
