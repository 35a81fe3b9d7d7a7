"""The page of a run report: whatever a site wrote is shown, and does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.home import Home
from flows.reports import keeping, standing, summary
from flows.reports.model import Crawled, Example, Fill, News, Refused, RunReport, Standing, Tally, Task, Warned
from flows.reports.news import Compared
from flows.reports.page import html, share
from flows.reports.tasks import KINDS, tasks
from tests.run_reports import EMPTY, days, now

ROOT = Path(__file__).resolve().parent.parent


class Shown(HTMLParser):
    """What a browser would make of a page: elements, their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(said: str) -> RunReport:
    example = Example(said, said, said, said)
    held = Standing(
        "now",
        tallies=(Tally(said, said, 2, out_of_scope={said: 1}, pending={said: 1}),),
        fills=(Fill(said, said, "notice", said, 1, {"amount": 0}),),
        warned=(Warned(said, said, said, 1, example),),
        refused=(Refused(said, said, said, 1, said, example),),
        covered=tuple(replace(c, source=said, scope=said) for c in standing.covered(days("x", "cp"))),
    )
    report = replace(EMPTY, standing=held, error=said, crawls=(Crawled(said, error=said),), problems=(said,))
    return replace(report, tasks=tasks(report, Compared()), news=(News("days", said, said),), compared_with=said)


ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "https://a.example/' onmouseover='alert(1)",
    "</title><style>*{display:none}</style>",
    "{{ 7 * 7 }}",
    "\x1b[31m`$(rm -rf /)`",
)


@given(st.sampled_from(ATTACKS) | st.text(max_size=40))
def test_a_hostile_text_is_shown_and_does_nothing(said: str) -> None:
    shown = Shown(html(hostile(said)))
    calm = Shown(html(hostile("calm")))
    assert shown.tags - {"a"} == calm.tags - {"a"}
    assert {name for name, _ in shown.attributes} - {"href", "rel"} == {name for name, _ in calm.attributes} - {
        "href",
        "rel",
    }
    for name, value in shown.attributes:
        assert name != "href" or value.startswith(("http://", "https://"))
        assert not name.startswith("on")
    assert said in shown.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_summary_carries_neither_markup_nor_terminal_codes(attack: str) -> None:
    page = Path("report.html")
    assert "<" not in summary.markdown(hostile(attack), page)
    assert "\x1b" not in summary.text(hostile(attack), page)


def test_an_id_from_a_site_cannot_break_out_of_a_command_to_paste() -> None:
    (task,) = tasks(replace(EMPTY, standing=now(refused=(refused("$(rm -rf /); x"),))), Compared())
    assert "quarantine show one '$(rm -rf /); x'" in task.do


def refused(source_id: str) -> Refused:
    return Refused("one", "ccgp", "body_missing", 1, "nothing", Example("one", source_id))


def test_json_and_report_are_the_same() -> None:
    report = hostile("谁")
    assert keeping._adapter().validate_json(keeping.dump(report)) == report


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(999, 1000, ">99%"), (1, 1000, "<1%"), (0, 9, "0%"), (9, 9, "100%")]
)
def test_a_share_never_rounds_a_gap_away(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


def test_a_document_that_was_taken_down_is_no_longer_an_example(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", "synthetic")
    home.reports.mkdir()
    for name in ("a", "b"):
        example = Example("one", name, f"标题 {name}", f"https://{name}.example/")
        held = now(warned=(Warned("one", "ccgp", "a warning", 1, example),))
        told = tasks(replace(EMPTY, standing=held), Compared())
        keeping.write(home, replace(EMPTY, id=name, standing=held, tasks=told))
    keeping.forget(home, "one", "a")
    left = "".join(path.read_text(encoding="utf-8") for path in home.reports.iterdir())
    assert "标题 a" not in left
    assert "https://a.example/" not in left
    assert "标题 b" in left


def headings(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            yield line.lstrip("# ")


def test_every_kind_of_task_has_its_section_in_the_manual() -> None:
    assert set(KINDS.values()) <= set(headings(ROOT / "docs" / "operations.md"))


def test_a_task_is_of_a_known_kind() -> None:
    assert {t.kind for t in hostile("x").tasks} <= set(KINDS)
    assert isinstance(hostile("x").tasks[0], Task)
