"""The concordance page as a reader uses it, in a real browser, from a file: filter, judge, note, save, go on."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

import keywords
from fincity.audit import concordance, page, verdicts
from keywords.hits import Text
from tests.chrome import PATIENCE_SECONDS, Tab, tab
from tests.test_portal_screen import browser

__all__ = ["browser"]

pytestmark = pytest.mark.services
TITLES = {
    "1": ("供应链金融平台", "2023", "深圳市"),
    "2": ("教育场景<img src=x onerror=\"document.title='owned'\">", "2024", "成都市"),
    "3": ("共享单车充电桩", "2024", "武汉市"),
    "4": ("消费场景建设", "2023", "武汉市"),
}
ROWS = "document.querySelectorAll('#lines tr').length"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A page of a few titles."""
    lexicon = keywords.load("fintech_taxonomy")
    texts = [Text(name, text, "title", {"year": year, "city": city}) for name, (text, year, city) in TITLES.items()]
    terms = concordance.find_terms(lexicon, ["场景", "共享", "供应链"])
    found = concordance.concord(keywords.match_stream(texts, lexicon), lexicon, terms, synthetic=True)
    page.write(tmp_path / "page.html", found)
    return tmp_path / "page.html"


def choose(opened: Tab, field: str, value: str) -> None:
    event = "change" if field in ("term", "year", "verdict", "order") else "input"
    opened.run(
        f"one = document.getElementById('{field}'); one.value = '{value}'; one.dispatchEvent(new Event('{event}'))"
    )


def saved(opened: Tab, folder: Path) -> Path:
    """The file that the page gives to the reader."""
    opened.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    opened.run("document.getElementById('save').click()")
    path = folder / "verdicts-fintech_taxonomy.csv"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.is_file():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return path


def test_a_reader_filters_judges_and_saves_and_goes_on_where_she_was(browser: str, made: Path, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    with tab(browser, tmp_path / "profile") as opened:
        opened.open(made.as_uri())
        assert opened.run(ROWS) == 4
        assert not opened.run("document.getElementById('made-up').hidden")
        assert opened.run("document.title + document.querySelectorAll('td img').length") == (
            "SYNTHETIC Concordance: fintech_taxonomy0"
        )
        choose(opened, "term", "场景")
        assert opened.run("document.getElementById('count').textContent") == "2 of 4 hits"
        choose(opened, "document", "武汉")
        assert opened.run("document.querySelector('#lines td.left').textContent") == "消费"
        choose(opened, "document", "")
        choose(opened, "year", "2024")
        assert opened.run(ROWS) == 1
        choose(opened, "year", "")
        opened.press("r", "w", "k", "n")
        opened.run("input = document.activeElement; input.value = '=a, \"b\"'; input.dispatchEvent(new Event('input'))")
        path = saved(opened, downloads)
    found = {one.document: (one.verdict, one.note) for one in verdicts.read(path)}
    assert sorted(found.values()) == [("", ""), ("", ""), ("right", '=a, "b"'), ("wrong", "")]
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert tuple(next(csv.reader(file))) == concordance.COLUMNS
    with tab(browser, tmp_path / "profile") as opened:
        opened.open(made.as_uri())
        choose(opened, "verdict", "open")
        assert opened.run("document.getElementById('count').textContent") == "2 of 4 hits"
        assert opened.run("document.getElementById('progress').textContent").startswith("2 of 4 hits read")
        precisions = "[...document.querySelectorAll('#score-rows tr')].map((row) => row.cells[7].textContent)"
        assert sorted(opened.run(precisions)) == ["", "", "0.50"]
    with tab(browser, tmp_path / "other") as opened:
        opened.open(made.as_uri())
        node = opened.call(
            "DOM.querySelector", nodeId=opened.call("DOM.getDocument")["root"]["nodeId"], selector="#load"
        )
        opened.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node["nodeId"])
        opened.until("document.getElementById('progress').textContent.startsWith('2 of 4 hits read')")
        again = tmp_path / "again"
        again.mkdir()
        assert saved(opened, again).read_bytes() == path.read_bytes()


def test_the_page_loads_nothing_and_no_text_becomes_a_script(browser: str, made: Path, tmp_path: Path) -> None:
    with tab(browser, tmp_path / "profile") as opened:
        opened.open(made.as_uri())
        assert opened.run("performance.getEntriesByType('resource').length") == 0
        refused = (
            "new Promise((done) => { const one = document.createElement('script'); one.textContent = 'window.x = 1';"
        )
        assert opened.run(f"{refused} document.body.append(one); done(typeof window.x); }})") == "undefined"
        picture = tmp_path / "page.png"
        opened.picture(picture)
        assert picture.read_bytes().startswith(b"\x89PNG")
