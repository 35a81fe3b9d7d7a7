"""The pages of drift and comparison: one file that loads nothing, text that stays text, the figures of the tables."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import keywords
from etl.catalogue import indicators
from fincity.audit import charts, comparing, pages
from fincity.audit.charts import Axis, Point
from fincity.audit.comparing import Comparison
from fincity.audit.drift import Drift, drift
from keywords import Lexicon
from keywords.hits import Text
from tests.chrome import tab
from tests.test_portal_screen import browser

__all__ = ["browser"]

HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
MINE = f"""id: mine
title: {json.dumps(HOSTILE)}
status: proposal
sources: {{me: Me}}
terms: {{{json.dumps(HOSTILE)}: [大数据, 云计算], 其他: [区块链]}}
"""


class Seen(HTMLParser):
    """The elements of a page, and the text of its cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.kinds: list[str] = []
        self.cells: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.append(tag)
        self.cells += [""] * (tag in ("td", "th"))
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "style", "onerror")]

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@pytest.fixture
def lexicon() -> Lexicon:
    return keywords.parse(MINE.encode(), "mine.yaml")


@pytest.fixture
def drifted(lexicon: Lexicon) -> Drift:
    texts = {"2015": "大数据、大数据和云计算", "2019": "大数据", "2020": "全无"}
    given = [Text(year, text, "text", {"year": year}) for year, text in texts.items()]
    return drift(keywords.match_stream(given, lexicon), lexicon)


def compared(lexicon: Lexicon, *, level: str = "city", places: int = 40) -> Comparison:
    """A comparison in which the first places rise and the last fall."""
    rows = [
        (f"{n:06d}", f"某市{n}", "某省", year, float(n), float(places - n))
        for year in (2020, 2021)
        for n in range(places)
    ]
    cells = pd.DataFrame(rows, columns=list(comparing.COLUMNS)[:6])
    cells["change"] = cells["after"] - cells["before"]
    for side in ("before", "after"):
        cells[f"rank_{side}"] = cells.groupby("year")[side].rank(ascending=False)
    cells["rank_change"] = cells["rank_before"] - cells["rank_after"]
    entry = indicators()["digital_term_hits"]
    return Comparison(keywords.load("digital_121"), lexicon, entry, "strict", cells, synthetic=True, level=level)


def test_a_drift_page_holds_every_hit_and_no_column_for_each_unread_year(drifted: Drift) -> None:
    page = pages.drift(drifted, "3 files")
    seen = Seen(page)
    assert seen.cells[:6] == ["term", "2015", "2016-2018", "2019", "2020", "all"]
    at = seen.cells.index("大数据")
    assert seen.cells[at : at + 6] == ["大数据", "2", "", "1", "", "3"]
    assert "大数据 2015: 2 hits in 1 texts" in page
    assert "Never hit: 1 of 3 terms" in page
    assert page == pages.drift(drifted, "3 files")


def test_a_comparison_page_has_both_charts_and_says_how_the_lists_differ(lexicon: Lexicon) -> None:
    page = pages.comparison(compared(lexicon, level="province"), 3)
    seen = Seen(page)
    assert seen.kinds.count("circle") == 80 + 2
    assert "80" in page
    assert "province-years compared" in page
    assert "Only in digital_121 (118): " in page
    assert "Only in mine" not in page
    assert seen.cells.count("+39") == 2
    alike = compared(lexicon)
    same = Comparison(lexicon, lexicon, alike.indicator, "strict", alike.cells.assign(rank_change=0.0), synthetic=False)
    assert "They hold the same terms" in pages.comparison(same, 3)
    assert "No place changes its rank." in pages.comparison(same, 3)


def test_what_stands_in_a_lexicon_never_becomes_markup(drifted: Drift, lexicon: Lexicon) -> None:
    for page in (pages.drift(drifted, HOSTILE), pages.comparison(compared(lexicon), 3)):
        seen = Seen(page)
        assert not {"img", "script", "link", "iframe"} & set(seen.kinds)
        assert seen.addresses == []
        assert "default-src 'none'; style-src 'sha256-" in page


def test_made_up_data_say_so(drifted: Drift) -> None:
    assert "SYNTHETIC" in pages.drift(drifted, "a home", synthetic=True)
    assert "SYNTHETIC" not in pages.drift(drifted, "3 files")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 25), (-1, 1), (1999.5, 2024.5), (0, 0.003), (0, 987_654)])
def test_labels_of_an_axis_are_round_few_and_within(low: float, high: float) -> None:
    axis = Axis(low, high, 0, 100)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 7
    assert all(low <= tick <= high and 0 <= axis.place(tick) <= 100 for tick in ticks)
    assert len({round(b - a, 9) for a, b in pairwise(ticks)}) == 1
    assert all(tick == int(tick) for tick in axis.ticks(whole=True))


def test_charts_of_nothing_and_of_one_point_can_be_drawn() -> None:
    for points in ([], [Point(0, 0, "none")], [Point(3, 0, "one", "label")]):
        assert charts.scatter(points, "a", "b").tag == "svg"
        assert charts.over_years(points, -1, "c").tag == "svg"
    assert charts.bar(0, 0)[0].get("width") == "0"


@pytest.mark.services
def test_a_browser_shows_the_pages_in_their_style_and_loads_nothing(
    browser: str, drifted: Drift, lexicon: Lexicon, tmp_path: Path
) -> None:
    made = {"drift": pages.drift(drifted, "3 files"), "moves": pages.comparison(compared(lexicon), 3)}
    with tab(browser, tmp_path / "profile") as opened:
        for name, page in made.items():
            path = tmp_path / f"{name}.html"
            pages.write(path, page)
            opened.open(path.as_uri())
            assert opened.run("performance.getEntriesByType('resource').length") == 0
            assert opened.run("document.title") == re.search("<title>(.*)</title>", page)[1]  # type: ignore[index]
            assert opened.run("getComputedStyle(document.querySelector('.keys')).display") == "grid"
            assert opened.run("document.documentElement.scrollWidth <= innerWidth")
        opened.picture(tmp_path / "page.png")
        overlaps = """(() => {
            const boxes = [...document.querySelectorAll('.label')].map((one) => one.getBoundingClientRect());
            return boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right
                && a.top + 4 < b.bottom && b.top + 4 < a.bottom)); })()"""
        assert opened.run("document.querySelectorAll('.label').length") > 2
        assert not opened.run(overlaps)
