"""Work reports from files: which place, which year of delivery, what text; and nothing dropped silently."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.parsers import QuarantinedRow, reports
from etl.records.parsed import Record

PAGES = Path(__file__).parent / "pages" / "reports"
COLUMNS = ("province", "city", "year", "title", "source_url", "publish_date", "full_text")


def report(place: str, year: int, *, speaker: str = "", session: str = "三", head: bool = True) -> str:
    """A report as it stands on paper; without `head` it begins with the address."""
    lines = [
        f"{place}政府工作报告",
        f"——{year}年1月16日在{place}第七届人民代表大会第{session}次会议上",
        "各位代表：",
        f"现在，我代表{speaker or place + '人民政府'}，向大会报告工作，请予审议。",
        f"一、{year - 1}年工作回顾",
        *(f"{i}是办好第{i}件实事，推进云计算和大数据应用，改善城乡面貌，群众满意度不断提高。" for i in range(20)),
        f"二、{year}年工作安排",
    ]
    return "\n".join(lines if head else lines[2:])


def plain(below: str = "", *, above: str = "") -> str:
    """A text that names neither place nor year, but for the words below or above its address."""
    return f"{above}各位代表：\n{below}" + "\n".join(
        f"第{i}项工作扎实推进，成效好于上年，群众得到实惠。" for i in range(30)
    )


def read(name: str, text: str | bytes, place: str | None = None) -> list[Record | QuarantinedRow]:
    return list(reports.parse_file(name, text if isinstance(text, bytes) else text.encode(), place))


def one(name: str, text: str | bytes, place: str | None = None) -> Record:
    (found,) = read(name, text, place)
    assert isinstance(found, Record), found
    return found


def refused(name: str, text: str | bytes, place: str | None = None) -> str:
    (found,) = read(name, text, place)
    assert isinstance(found, QuarantinedRow)
    assert found.detail
    return found.reason


def table(*rows: Sequence[object], columns: Sequence[str] = COLUMNS) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode("utf-8-sig")


# --- the place --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("reports/shenzhen/2023.txt", plain(), "440300"),
        ("reports/深圳市/2023.txt", plain(), "440300"),
        ("广东省/深圳/2023.txt", plain(), "440300"),
        ("guangdong_shenzhen_2023.txt", plain(), "440300"),
        ("广东省深圳市2023年政府工作报告.txt", plain(), "440300"),
        ("2023_上海市_政府工作报告.txt", plain(), "310000"),
        ("txt/440300-2023.txt", plain(), "440300"),
        ("恩施州（2023年）.txt", plain(), "422800"),
        ("jilin/2023.txt", report("吉林市", 2023), "220200"),
        ("jilin/2023.txt", report("吉林省", 2023, session="一"), "220000"),
        ("jilin/2023.txt", plain("我代表省人民政府报告工作。\n"), "220000"),
        ("suzhou/2023.txt", report("宿州市", 2023), "341300"),
        ("江苏/suzhou/2023.txt", plain(), "320500"),
        ("a.txt", report("海南省", 2023, session="一"), "460000"),
        ("a.txt", report("海南藏族自治州", 2023), "632500"),
        ("guangdong/2023.txt", report("深圳市", 2023), "440300"),
        ("2023.txt", report("成都市", 2023, head=False), "510100"),
        ("仙桃市2023.txt", plain(), "429004"),
    ],
)
def test_the_place_comes_from_name_folder_or_text(name: str, text: str, code: str) -> None:
    found = one(name, text)
    assert (found.place_code, found.year, found.source_id) == (code, 2023, f"{code}-2023")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("reports/2023.txt", plain(), "place_unknown"),
        ("jilin/2023.txt", plain(), "place_ambiguous"),
        ("上海/2023.txt", report("北京市", 2023, session="一"), "place_contradiction"),
        ("深圳/2023.txt", report("广东省", 2023, session="一"), "place_contradiction"),
        ("浦东新区2023.txt", plain(), "place_not_a_city"),
        ("2018.txt", "——2018年3月5日在第十三届全国人民代表大会第一次会议上\n" + plain(), "place_unknown"),
    ],
)
def test_a_report_without_a_sure_place_is_quarantined(name: str, text: str, reason: str) -> None:
    assert refused(name, text) == reason


def test_the_users_word_goes_before_the_file() -> None:
    assert one("上海/2023.txt", plain(), place="440300").place_code == "440300"
    assert one("2023.txt", plain(), place="深圳").place_code == "440300"
    assert one("2023.txt", report("上海市", 2023, session="一"), place="440300").warnings == (
        "place_differs_from_text",
    )
    assert refused("2023.txt", plain(), place="乌有市") == "place_unknown"


# --- the year ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "year"),
    [
        ("深圳.txt", report("深圳市", 2024), 2024),
        ("深圳.txt", plain("一、2023年工作回顾\n", above="深圳市政府工作报告\n"), 2024),
        ("深圳.txt", plain("一、“十四五”时期和2025年工作回顾\n"), 2026),
        ("深圳.txt", plain("一、2025年和“十四五”时期工作回顾\n"), 2026),
        ("深圳.txt", plain(above="深圳市2024年政府工作报告\n"), 2024),
        ("深圳.txt", plain(above="——二〇二四年一月六日在深圳市第七届人民代表大会第五次会议上\n"), 2024),
        ("深圳.txt", plain(above="——２０２４年１月６日在深圳市第七届人大五次会议上\n"), 2024),
        ("2024/深圳.txt", plain(), 2024),
        ("深圳（2024年）.txt", plain(), 2024),
    ],
)
def test_the_year_is_the_year_of_delivery(name: str, text: str, year: int) -> None:
    assert one(name, text).year == year


def test_the_line_of_the_sitting_wins_where_it_agrees_with_the_sitting() -> None:
    # The third session of a congress elected in 2023 met in 2025.
    found = one("广东省2024.txt", report("广东省", 2025, session="三"))
    assert found.year == 2025
    assert found.warnings[0].startswith("year_from_delivery_line: 2025 against")
    assert refused("广东省2024.txt", report("广东省", 2025, session="一")) == "year_contradiction"


def test_years_that_disagree_without_a_sitting_are_quarantined() -> None:
    assert refused("深圳2023.txt", plain("一、2023年工作回顾\n")) == "year_contradiction"
    assert refused("深圳.txt", plain()) == "year_unknown"


# --- the text ---------------------------------------------------------------------------------------------------------


def test_page_chrome_goes_and_the_report_stays() -> None:
    text = one("深圳市2023年政府工作报告.txt", (PAGES / "深圳市2023年政府工作报告.txt").read_bytes()).text or ""
    assert text.startswith(
        "深圳市政府工作报告\n——2023年1月16日在深圳市第七届人民代表大会第四次会议上\n深圳市市长 甄样本\n各位代表：\n"
    )
    assert text.endswith("作出新的更大贡献！")
    for chrome in ("打印", "首页", "字号", "来源", "记者", "责任编辑", "扫一扫", "相关链接"):
        assert chrome not in text


def test_a_text_without_chrome_is_left_as_it_is() -> None:
    text = report("深圳市", 2023)
    assert one("a.txt", text).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings_are_told_apart(encoding: str) -> None:
    text = report("深圳市", 2023)
    assert one("a.txt", text.encode(encoding)).text == text


def test_a_report_that_stands_there_three_times_counts_once() -> None:
    dirty = (PAGES / "武汉2008.txt").read_bytes()
    found = one("武汉2008.txt", dirty)
    assert found.warnings == ("repeated: 3 copies, one kept",)
    text = found.text or ""
    assert (text.count("各位代表："), text.count("<U+00A0>"), text.count("<!--"), text.count("\r")) == (1, 0, 0, 0)
    single = one("a.txt", report("深圳市", 2023).replace("\n", "　　") * 4)
    assert single.warnings == ("repeated: 4 copies, one kept",)
    assert (single.text or "").count("一、2022年工作回顾") == 1


def test_sentences_said_twice_are_no_second_copy() -> None:
    text = report("深圳市", 2023)
    again = text + "\n" + "\n".join(text.split("\n")[5:])
    assert one("a.txt", again).text == again


def test_contacts_in_a_report_are_redacted() -> None:
    found = one("a.txt", report("深圳市", 2023) + "\n联系人：张三，电话：13812345678")
    assert (found.text or "").endswith("联系人：〔联系人〕，电话：〔电话〕")


# --- files ------------------------------------------------------------------------------------------------------------


def test_rows_of_a_table_become_records_or_are_quarantined_with_their_number() -> None:
    found = read("省级报告.csv", (PAGES / "省级报告.csv").read_bytes())
    assert [(r.source_id, getattr(r, "reason", "")) for r in found] == [
        ("320000-2024", ""),
        ("省级报告.csv:3", "bad_row"),
        ("省级报告.csv:4", "too_short"),
        ("360000-2024", ""),
    ]
    first = found[0]
    assert isinstance(first, Record)
    assert (first.url, first.published_at) == ("http://www.example.invalid/js/2024.html", "2024-02-01T00:00:00+08:00")
    assert first.kind == "report"


def test_the_city_column_goes_before_the_province() -> None:
    body = table(("广东省", "深圳市", 2023, "", "", "", plain()), ("北京市", "", "2023.0", "", "", "", plain("甲")))
    assert [r.source_id for r in read("all.csv", body)] == ["440300-2023", "110000-2023"]


def test_a_broken_quote_costs_its_own_row_only() -> None:
    rows = [("广东省", "深圳市", 2020 + i, "", "", "", report("深圳市", 2020 + i)) for i in range(4)]
    body = table(*rows).replace(b'"\xe6\xb7\xb1\xe5\x9c\xb3\xe5\xb8\x82\xe6\x94\xbf', b'"x"\xe6\xb7\xb1\xe6\x94\xbf', 2)
    found = read("all.csv", body)
    assert [r.source_id for r in found if isinstance(r, Record)] == ["440300-2022", "440300-2023"]
    assert [r.reason for r in found if isinstance(r, QuarantinedRow)] == ["bad_row"]
    assert "line 2" in next(r.detail for r in found if isinstance(r, QuarantinedRow))


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    good = ("广东省", "深圳市", 2023, "", "", "", report("深圳市", 2023))
    body = table(("广东省", "广州市", 2023, "", "", "", "x"), good).replace(b",x\r\n", b',"x\r\n')
    assert [getattr(r, "reason", r.source_id) for r in read("all.csv", body)] == ["bad_row", "440300-2023"]


def test_a_cell_cut_by_a_spreadsheet_is_marked() -> None:
    text = (report("深圳市", 2023) + "\n" + "甲乙丙丁戊己庚。" * 5000)[:32767]
    assert one("a.csv", table(("", "深圳市", 2023, "", "", "", text))).warnings == ("cut_at_excel_limit",)


def test_two_texts_for_one_place_and_year_are_both_kept() -> None:
    rows = [("", "深圳市", 2023, "", "", "", plain(word)) for word in ("甲", "乙", "甲")]
    assert [r.warnings for r in read("a.csv", table(*rows)) if isinstance(r, Record)] == [
        (),
        ("second_text_for_place_year",),
        ("same_report_twice",),
    ]


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("listing.csv", (PAGES / "listing.csv").read_bytes(), "no_text_column"),
        ("failures.csv", b"\xef\xbb\xbfprovince,reason\r\n", "no_text_column"),
        ("none.csv", table(), "no_rows"),
        ("empty.csv", b"", "empty"),
        ("mark.csv", b"\xef\xbb\xbf", "empty"),
        ("blank.txt", b" \r\n\t", "empty"),
        ("short.txt", "深圳市2023年政府工作报告".encode(), "too_short"),
        ("a.pdf", b"%PDF-1.7", "unsupported_format"),
        ("a.txt", b"%PDF-1.7", "unsupported_format"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported_format"),
        ("a.docx", b"PK\x03\x04 no zip", "unreadable_docx"),
        ("a.txt", bytes(random.Random(1).randbytes(20_000)), "unreadable_encoding"),
    ],
)
def test_a_file_without_reports_gives_one_quarantined_row(name: str, body: bytes, reason: str) -> None:
    assert refused(name, body) == reason


def test_word_documents_are_read_with_their_tables(tmp_path: Path) -> None:
    document = docx.Document()
    for line in report("深圳市", 2023).split("\n"):
        document.add_paragraph(line)
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = "指标解释"
    document.save(str(tmp_path / "a.docx"))
    body = (tmp_path / "a.docx").read_bytes()
    assert one("a.docx", body).text == report("深圳市", 2023) + "\n指标解释"
    assert refused("a.docx", body[: len(body) // 2]) == "unreadable_docx"


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.csv", "a.docx", "深圳/2023.txt"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end_in_records_or_quarantine(body: bytes, name: str) -> None:
    assert all(isinstance(r, Record | QuarantinedRow) for r in reports.parse_file(name, body))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_table_ends_in_records_or_quarantine(data: st.DataObject) -> None:
    body = bytearray(table(*(("广东省", "深圳市", 2020 + i, "", "", "", plain("甲")) for i in range(3))))
    for _ in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.sampled_from(b'",\n\r\0\xff'))
    assert read("a.csv", bytes(body))


# --- real files -------------------------------------------------------------------------------------------------------


def _folder(folder: Path) -> list[Record | QuarantinedRow]:
    files = sorted(p for p in folder.iterdir() if p.is_file())
    return [r for p in files for r in reports.parse_file(f"{folder.name}/{p.name}", p.read_bytes())]


@pytest.mark.realdata
def test_shanghai_and_the_provinces_of_2026(shared_data: Path) -> None:
    found = _folder(shared_data / "reports/shanghai") + _folder(shared_data / "reports/provincial_2026")
    records = [r for r in found if isinstance(r, Record)]
    assert len(records) == 43
    assert [(r.source_id, r.reason) for r in found if isinstance(r, QuarantinedRow)] == [
        (f"provincial_2026/{name}.csv", "no_text_column")
        for name in ("failures_2026", "manual_fallback_urls", "run_manifest_2026")
    ]
    assert [r.year for r in records if r.place_code == "310000"] == [*range(2002, 2025, 2), 2026]
    assert len({r.place_code for r in records if r.year == 2026}) == 31
    assert not any(r.warnings for r in records)


@pytest.mark.realdata
def test_real_reports_lose_page_chrome_and_nothing_else(shared_data: Path) -> None:
    for found in _folder(shared_data / "reports/provincial_2026"):
        if isinstance(found, Record):
            text = found.text or ""
            assert not any(
                word in text for word in ("字号：", "打印本页", "\n相关报道", "收藏\n", "扫一扫在手机", "本报记者")
            )
            assert 9_000 < len(text) < 40_000
            assert "各位代表" in text[:200]


@pytest.mark.realdata
@pytest.mark.parametrize(("year", "copies"), [(2005, 6), (2010, 6), (2015, 1), (2018, 1)])
def test_dirty_national_reports(shared_data: Path, year: int, copies: int) -> None:
    name, body = f"dirty_gb18030/{year}.txt", (shared_data / f"reports/dirty_gb18030/{year}.txt").read_bytes()
    assert refused(name, body) == "place_unknown"  # no province or city delivered it
    found = one(name, body, place="110000")
    repeated = (f"repeated: {copies} copies, one kept",) if copies > 1 else ()
    assert (found.year, found.warnings) == (year, (*repeated, "place_differs_from_text"))
    text = found.text or ""
    assert 18_000 < len(text) < 22_000
    assert not any(junk in text for junk in ("<U+", "<!--", "\r", "责任编辑", "E-mail", "当前位置"))


@pytest.mark.realdata
def test_a_list_of_links_holds_no_reports(shared_data: Path) -> None:
    body = (shared_data / "reports/city_report_index_gbk.csv").read_bytes()
    assert refused("city_report_index_gbk.csv", body) == "no_text_column"
