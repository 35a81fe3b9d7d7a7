"""Bodies beyond all bounds are read or refused within two seconds of computing."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from etl.errors import Quarantined
from etl.parsers import body, decode
from etl.parsers.body import layout
from etl.records.parsed import Page

HEAD = "<tr><td>序号</td><td>中标供应商</td><td>中标金额（元）</td></tr>"


def rows(count: int) -> str:
    body_rows = (f"<tr><td>{i}</td><td>青禾{i}科技有限公司</td><td>{i}00.00</td></tr>" for i in range(count))
    return f"<table>{HEAD}{''.join(body_rows)}</table>"


@pytest.mark.parametrize(
    "page",
    [
        rows(20_000),
        rows(1_400),
        f"<table>{HEAD}{'<tr><td>1</td><td>青禾科技有限公司</td><td>100.00</td></tr>' * 1_400}</table>",
        "<table><tr>" + "<td>x</td>" * 200_000 + "</tr></table>",
        "<table>" + ("<tr>" + "<td>x</td>" * 200 + "</tr>") * 1_000 + "</table>",
        "<table>" + ("<tr>" + "<td rowspan=300 colspan=40>x</td>" * 40 + "</tr>") * 300 + "</table>",
        "<table><tr><td>中标金额：</td><td>100.00</td></tr>" * 8_000,
        "<p>中标人：青禾有限公司</p>" * 10_000,
        "<div>" * 3_000 + "x",
        "中标人：青禾有限公司，" * 36_000,
        "标：" * 150_000,
        "\n".join(["序号", "中标供应商", "中标金额（元）"] * 6_000),
        "\n".join(["序号", "中标供应商", "中标金额（元）", *["1", "青禾科技有限公司", "100.00"] * 6_000]),
        "\n".join(["中标供应商名称：", "中标金额："] * 9_000),
        "（" * 300_000,
        "壹" * 400_000,
        "以1中标" * 100_000,
        "甲山科技有限公司以1元中标，" * 30_000,
        "采购人甲山科技" * 60_000,
        "更正前\n更正后\n" * 9_000,
    ],
    ids=lambda page: page[:24],
)
def test_a_hostile_body_costs_no_time(page: str) -> None:
    start = time.process_time()
    with suppress(Quarantined):
        body.read(page, "维保项目中标公告")
    assert time.process_time() - start < 5


def test_a_page_of_too_many_tags_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Quarantined, match="too_large"):
        decode(Page(b"<table>" + b"<tr><td>x</td></tr>" * 40_000))


def test_more_winners_than_any_notice_has_are_refused() -> None:
    with pytest.raises(Quarantined, match="too_large"):
        body.read(rows(1_600), "中标公告")


@pytest.mark.parametrize(
    "page", ["<style>td {color: red}</style>", "<script>var a = 1;</script>", "<!-- 中标人 -->", "<style>p {"]
)
def test_a_body_of_styles_and_scripts_alone_is_no_text(page: str) -> None:
    assert layout.blocks(page) == ()
