"""Exports of tender platforms: columns become notices, strictly; what cannot be read names file, row, field, remedy."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from etl.errors import UsageError
from etl.imports import Mapping, checked, packaged, packaged_names
from etl.parsers import QuarantinedRow, exports
from etl.parsers._tables import reading
from etl.records import Record
from tests.mutations import mutated

HERE = Path(__file__).parent / "pages" / "exports"
HEAD = "标题,发布时间,采购单位,中标单位,中标金额(万元),项目编号,链接"
FIRM = "示例甲科技有限公司"
ROW = (
    f"建行深圳市分行智能客服项目中标公告,2024-03-01,中国建设银行深圳市分行,{FIRM},56.98,SZ-2024-001,https://x.invalid/1"
)


def read(data: bytes | str, name: str = "a.csv", **mapping: Any) -> list[Record | QuarantinedRow]:
    chosen = packaged("typical").model_copy(update=mapping)
    return list(exports.parse_rows(data if isinstance(data, bytes) else data.encode(), "s", name, chosen))


def one(row: str = ROW, head: str = HEAD, **mapping: Any) -> Record:
    (record,) = read(f"{head}\n{row}\n", **mapping)
    assert isinstance(record, Record), record
    return record


def bad(row: str, head: str = HEAD, **mapping: Any) -> QuarantinedRow:
    (refused,) = read(f"{head}\n{row}\n", **mapping)
    assert isinstance(refused, QuarantinedRow), refused
    return refused


def workbook(rows: list[list[Any]], *merged: str, formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    for cell, shown in (formats or {}).items():
        sheet[cell].number_format = shown
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_row_becomes_a_notice_that_says_it_rests_on_columns() -> None:
    record = one()
    (lot,) = record.lots
    assert (record.source_id, record.notice_type, record.published_at) == (
        "a.csv:2",
        "award",
        "2024-03-01T00:00:00+08:00",
    )
    assert (record.purchaser, record.project_code) == ("中国建设银行深圳市分行", "SZ-2024-001")
    assert ([s.name for s in lot.suppliers], lot.amount_yuan, lot.currency) == ([FIRM], "569800.00", "CNY")
    assert record.warnings == ("from export columns",)


def test_the_rebuilt_export_is_read_row_by_row_and_nobody_it_names_survives() -> None:
    found = read((HERE / "platform.csv").read_bytes(), "p.csv")
    stages = {r.source_id: r.notice_type if isinstance(r, Record) else r.reason for r in found}
    assert stages == {
        "p.csv:3": "award",
        "p.csv:4": "award",
        "p.csv:5": "candidate",
        "p.csv:6": "failed",
        "p.csv:7": "award",
        "p.csv:8": "bad_date",
    }
    said = repr(found)
    assert "甄样本" not in said
    assert "13800000000" not in said


def test_every_field_of_a_row_has_the_last_look_for_personal_data() -> None:
    assert one(ROW.replace("SZ-2024-001", "11010119900307451X")).project_code is None


def test_what_a_mapping_leaves_of_a_file_is_told() -> None:
    told = reading("p.csv", (HERE / "platform.csv").read_bytes(), packaged("typical"))
    assert (told.rows, told.remarks, told.unread) == (6, 1, ("联系人",))
    assert "amount" not in told.missing
    assert "body" in told.missing


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_apart(encoding: str) -> None:
    (record,) = read(f"{HEAD}\n{ROW}\n".encode(encoding))
    assert isinstance(record, Record)
    assert record.purchaser == "中国建设银行深圳市分行"


@pytest.mark.parametrize(
    ("written", "yuan", "note"),
    [
        ("56.98", "569800.00", None),
        ('"1,056.98"', "10569800.00", None),
        ("５６．９８", "569800.00", None),
        ("569800元", "569800.00", None),
        ("0.5亿元", "50000000.00", None),
        ("0", None, None),
        ("下浮率3%", None, "下浮率3%"),
        ("100美元", None, "100美元"),
        ("单价12元/人", None, "单价12元/人"),
        ("56980000", None, "56980000"),
        ("-5", None, "-5"),
    ],
)
def test_an_amount_is_read_in_its_own_unit_its_headings_or_not_at_all(
    written: str, yuan: str | None, note: str | None
) -> None:
    (lot,) = one(ROW.replace("56.98", written)).lots
    assert (lot.amount_yuan, lot.amount_note) == (yuan, note)


def test_an_amount_without_any_unit_is_unknown_until_the_mapping_says_it() -> None:
    head = HEAD.replace("(万元)", "")
    unknown = one(head=head)
    assert (unknown.lots[0].amount_yuan, unknown.lots[0].amount_note) == (None, "56.98")
    assert "amount: no unit is known: give amount_unit in the mapping" in unknown.warnings
    assert one(head=head, amount_unit="元").lots[0].amount_yuan == "56.98"


def test_another_currency_is_never_yuan() -> None:
    (lot,) = one(f"{ROW},美元", f"{HEAD},币种").lots
    assert (lot.amount_yuan, lot.amount_note, lot.currency) == (None, "56.98 美元", "USD")
    assert one(f"{ROW},人民币", f"{HEAD},币种").lots[0].amount_yuan == "569800.00"


@pytest.mark.parametrize(
    "day", ["2024/3/1", "2024年3月1日", "2024.03.01 10:00", "20240301", "45352", "２０２４－０３－０１"]
)
def test_days_are_read_in_every_usual_spelling(day: str) -> None:
    assert (one(ROW.replace("2024-03-01", day)).published_at or "")[:10] == "2024-03-01"


def test_an_unusual_day_needs_its_format() -> None:
    row = ROW.replace("2024-03-01", "01/03/2024")
    refused = bad(row)
    assert (refused.reason, refused.source_id) == ("bad_date", "a.csv:2")
    assert "发布时间" in refused.detail
    assert "date_formats" in refused.detail
    assert (one(row, date_formats=("%d/%m/%Y",)).published_at or "")[:10] == "2024-03-01"


def test_several_winners_share_a_sum_or_have_one_each_and_a_consortium_keeps_its_roles() -> None:
    two = "示例甲科技有限公司；示例乙数据有限公司"
    (shared,) = one(ROW.replace(FIRM, two)).lots
    assert [s.name for s in shared.suppliers] == ["示例甲科技有限公司", "示例乙数据有限公司"]
    apart = one(ROW.replace(FIRM, two).replace("56.98", "10；20")).lots
    assert [lot.amount_yuan for lot in apart] == ["100000.00", "200000.00"]
    (joint,) = one(ROW.replace(FIRM, "示例甲科技有限公司（牵头人）、示例乙数据有限公司（成员）联合体")).lots
    assert [s.role for s in joint.suppliers] == ["leader", "member"]
    (cut,) = one(ROW.replace(FIRM, "示例甲科技有限公司##示例乙数据有限公司"), separators=("##",)).lots
    assert len(cut.suppliers) == 2


@pytest.mark.parametrize(
    ("title", "given", "expected"),
    [
        ("智能客服项目中标候选人公示", "", "candidate"),
        ("智能客服项目废标公告", "", "failed"),
        ("智能客服项目结果更正公告", "", "correction"),
        ("智能客服项目", "中标候选人公示", "candidate"),
        ("智能客服项目", "", "award"),
        ("智能客服系统公开招标项目", "中标结果", "award"),
        ("智能客服供应商入围结果公告", "", "shortlist"),
        ("智能客服项目合同公告", "中标结果", "contract"),
    ],
)
def test_words_of_title_and_type_decide_the_stage(title: str, given: str, expected: str) -> None:
    record = one(f"{title},2024-03-01,中国银行,{FIRM},1,X-2024-1,,{given}", f"{HEAD},公告类型")
    assert record.notice_type == expected
    assert {lot.status for lot in record.lots} == {
        {"candidate": "candidate", "failed": "failed"}.get(expected, "awarded")
    }


def test_a_tender_without_a_winner_awards_nothing() -> None:
    record = one("智能客服项目公开招标公告,2024-03-01,中国银行,,,X-2024-1,")
    assert (record.notice_type, record.lots) == ("tender", ())


BODY = (
    "<p>智能客服项目中标结果公告</p><p>项目编号：SZ-2024-001</p><p>采购人：中国建设银行股份有限公司深圳市分行</p>"
    "<p>中标供应商：示例乙数据有限公司</p><p>中标金额：200.00万元</p><p>项目联系人：甄样本 电话：0755-12345678</p>"
)


def test_where_a_row_holds_the_notice_its_body_decides_and_columns_are_hints() -> None:
    row = {
        "标题": "智能客服项目结果公告",
        "发布时间": "2024-03-01",
        "中标单位": FIRM,
        "中标金额(万元)": 1,
        "正文": BODY,
    }
    (record,) = read(json.dumps(row), "a.jsonl")
    assert isinstance(record, Record)
    (lot,) = record.lots
    assert ([s.name for s in lot.suppliers], lot.amount_yuan) == (["示例乙数据有限公司"], "2000000.00")
    assert "from export columns" not in record.warnings
    assert "甄样本" not in (record.text or "")


def test_a_lost_body_leaves_the_columns_as_evidence_and_says_so() -> None:
    row = {"标题": "智能客服项目中标公告", "发布时间": "2024-03-01", "中标单位": FIRM, "正文": "详见附件"}
    (record,) = read(json.dumps(row), "a.jsonl")
    assert isinstance(record, Record)
    assert record.lots[0].suppliers[0].name == FIRM
    assert {"from export columns", "body: body_missing"} <= {*record.warnings}


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_with_its_dates_numbers_and_merged_headings() -> None:
    rows: list[list[Any]] = [
        ["某平台导出结果", None, None, None, None],
        ["公告", None, "采购单位", "中标信息", None],
        ["标题", "发布时间", None, "中标单位", "中标金额(万元)"],
        ["智能客服项目中标公告", datetime.fromisoformat("2024-03-01 09:30"), "中国银行", FIRM, 56.98],
        ["风控平台项目中标公告", datetime.fromisoformat("2024-03-02"), "中国银行", FIRM, 0.03],
    ]
    merged = ("A1:E1", "A2:B2", "C2:C3", "D2:E2")
    first, second = read(workbook(rows, *merged, formats={"E5": "0.00%"}), "a.xlsx")
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.source_id, first.published_at, first.purchaser) == (
        "a.xlsx:4",
        "2024-03-01T09:30:00+08:00",
        "中国银行",
    )
    assert first.lots[0].amount_yuan == "569800.00"
    assert (second.lots[0].amount_yuan, second.lots[0].amount_note) == (None, "3%")


def test_merged_headings_of_a_workbook_saved_as_csv_are_still_found() -> None:
    head = "公告,,采购单位,中标信息,\n标题,发布时间,,中标单位,中标金额(万元)"
    assert one(f"智能客服项目中标公告,2024-03-01,中国银行,{FIRM},1", head).purchaser == "中国银行"


def test_two_winners_under_one_merged_amount_are_nobodys_amount() -> None:
    rows = [["标题", "发布时间", "中标单位", "中标金额(万元)"]]
    rows += [["项目中标公告", "2024-03-01", FIRM, "9"], ["项目中标公告", "2024-03-01", "示例乙数据有限公司", ""]]
    refused = read(workbook(rows, "D2:D3"), "a.xlsx")
    assert [r.reason for r in refused if isinstance(r, QuarantinedRow)] == ["bad_row", "bad_row"]
    assert "D2:D3 are merged: undo it in Excel" in repr(refused)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0", "unsupported_format"),
        ("a.xlsx", b"PK\x03\x04 broken", "unreadable_workbook"),
        ("a.csv", b"PK\x03\x04", "unsupported_format"),
        ("a.csv", b"", "empty"),
        ("a.csv", "名称,日期\n甲,2024-03-01\n".encode(), "no_headings"),
        ("a.jsonl", b"[1]\n", "no_headings"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_in_one_row(name: str, data: bytes, reason: str) -> None:
    (refused,) = read(data, name)
    assert isinstance(refused, QuarantinedRow)
    assert (refused.source_id, refused.reason) == (name, reason)


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (ROW.replace("建行深圳市分行智能客服项目中标公告", ""), "missing_field", "标题"),
        (ROW.replace("2024-03-01", ""), "missing_field", "发布时间"),
        (ROW + ",zuviel", "bad_row", "8 cells where the header has 7"),
        ('"' + ROW, "bad_row", "quotation marks"),
        (ROW.replace("建行", "建行" * 3000), "too_large", "标题 has"),
    ],
)
def test_a_bad_row_names_its_field_and_the_next_one_is_read(row: str, reason: str, field: str) -> None:
    refused, good = read(f"{HEAD}\n{row}\n{ROW}\n")
    assert isinstance(refused, QuarantinedRow)
    assert isinstance(good, Record)
    assert (refused.reason, refused.source_id) == (reason, "a.csv:2")
    assert field in refused.detail


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.jsonl"]))
def test_no_bytes_crash_the_reader(data: bytes, name: str) -> None:
    assert all(isinstance(row, Record | QuarantinedRow) for row in read(data, name))


@pytest.mark.parametrize("seed", range(60))
def test_mutated_exports_end_in_records_or_quarantine(seed: int) -> None:
    for path in sorted(HERE.iterdir()):
        assert all(
            isinstance(row, Record | QuarantinedRow) for row in read(mutated(path.read_bytes(), seed), path.name)
        )


# -- mappings --------------------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {"columns": {"标题": "title", "日期": "published_at"}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"标题": "title"}}, "no column is 'published_at'"),
        ({"columns": {**GOOD["columns"], "电话": "phone"}}, "field columns.电话"),
        ({"columns": {**GOOD["columns"], "标 题": "title"}}, "'标题' stands twice"),
        ({"amount_unit": "元/月"}, "field amount_unit"),
        ({"date_formats": ["%d/%m"]}, "field date_formats"),
        ({"remarks": ["("]}, "no regular expression"),
        ({"separators": [""]}, "separates nothing"),
        ({"ignore": ["标题"]}, "both read and ignored"),
        ({"encoding": "klingon"}, "no encoding 'klingon'"),
        ({"colums": {}}, "field colums"),
    ],
)
def test_a_wrong_mapping_names_its_field(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=r"^mine\.yaml: ") as error:
        checked(Mapping, {**GOOD, **change}, "mine.yaml")
    assert said in str(error.value)


def test_packaged_mappings_are_valid_and_their_headings_are_read() -> None:
    for name in packaged_names():
        mapping = packaged(name)
        cells = {"title": "项目中标公告", "published_at": "2024-03-01"}
        row = {heading: cells[field] for heading, field in mapping.columns.items() if field in cells}
        data = json.dumps(row, ensure_ascii=False).encode()
        assert all(isinstance(r, Record) for r in exports.parse_rows(data, "s", "a.jsonl", mapping))
