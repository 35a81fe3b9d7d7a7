"""Lists of firms and banks: every row is read, left out by a named rule, or refused with file, row and reason."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from etl.errors import UsageError
from etl.imports import (
    ListDeclaration,
    checked,
    example_declaration,
    list_mapping,
    packaged_list,
    packaged_names,
)
from etl.imports.organisations import ListFile, parse_rows
from etl.parsers import QuarantinedRow
from etl.records.rows import OrganisationRow
from etl.resolve.listed import Kind
from etl.values.uscc import check_digit

HEAD = "企业名称,曾用名,统一社会信用代码,登记状态,成立日期,所属省份,所属城市,注册地址,国标行业大类,专利数量"
DECLARED: dict[str, Any] = {
    "id": "p",
    "title": "Firms of an example platform",
    "who": "Example University",
    "licence": "research only",
    "platform": "example platform",
    "selection": "all",
    "as_of": "2023-05-29",
    "row_cap": 100,
}


def uscc(number: int, division: str = "440300") -> str:
    """A credit code that passes its check."""
    body = f"91{division}{number:09d}"
    return body + check_digit(body)


def row(name: str = "深圳市示例甲科技有限公司", **change: str) -> str:
    told = {
        "code": uscc(1),
        "status": "存续",
        "founded": "2015-03-01",
        "province": "广东省",
        "city": "深圳市",
        **change,
    }
    fields = ("former", "code", "status", "founded", "province", "city", "address", "industry", "patents")
    return ",".join([name, *(told.get(field, "") for field in fields)])


def read(
    data: str | bytes, name: str = "a.csv", kind: Kind = "firm", declared: dict[str, Any] | None = None, **mapping: Any
) -> list[OrganisationRow | QuarantinedRow]:
    chosen = list_mapping({"like": f"{kind}s", **mapping}, "m.yaml")
    said = checked(ListDeclaration, {**DECLARED, **(declared or {})}, "d.yaml")
    body = data if isinstance(data, bytes) else data.encode()
    return list(parse_rows(body, ListFile(name, f"{kind}s_p", kind, chosen, said, "r")))


def table(*rows: str, head: str = HEAD, **more: Any) -> list[OrganisationRow | QuarantinedRow]:
    return read("\n".join([head, *rows, ""]), **more)


def one(written: str, **more: Any) -> OrganisationRow:
    (found,) = table(written, **more)
    assert isinstance(found, OrganisationRow), found
    return found


def refused(written: str, **more: Any) -> QuarantinedRow:
    (found,) = table(written, **more)
    assert isinstance(found, QuarantinedRow), found
    return found


# -- rows ------------------------------------------------------------------------------------------------------------


def test_a_row_gives_id_names_city_and_what_it_says_of_the_firm() -> None:
    firm = one(
        row(
            former="深圳市旧名科技有限公司（2012-03至2018-05）；深圳市更旧科技有限公司",
            industry="I65软件和信息技术服务业",
        )
    )
    assert (firm.source_id, firm.org_id, firm.name) == ("a.csv:2", uscc(1), "深圳市示例甲科技有限公司")
    assert firm.former_names == '["深圳市旧名科技有限公司", "深圳市更旧科技有限公司"]'
    assert (firm.city_code, firm.city_evidence) == ("440300", "所属省份 广东省 深圳市")
    assert (firm.status, firm.founded_on, firm.listed_on) == ("存续", "2015-03-01", "2023-05-29")
    assert (firm.industry, firm.out_of_scope) == ("软件和信息技术服务业", None)


@pytest.mark.parametrize(
    ("change", "reason", "said"),
    [
        ({"name": ""}, "missing_field", "企业名称 is empty"),
        ({"name": "12345"}, "no_name", "correct it, or delete the row"),
        ({"name": "<b>某公司</b>"}, "no_name", "markup, not a name"),
        ({"name": "甲" * 10_000}, "too_large", "企业名称 has 10000 characters"),
        ({"name": "甲" * 200}, "no_name", "too long for a name"),
        ({"name": "深圳甲科技有限公司、深圳乙科技有限公司"}, "several_names", "names 2 organisations"),
        ({"code": "91440300MA5DAAAAAA"}, "bad_uscc", "fails its check digit"),
        ({"code": "9.1440E+17"}, "bad_uscc", "not 18"),
        ({"founded": "long ago"}, "bad_date", "'long ago' is no day"),
        ({"founded": "2023-02-30"}, "bad_date", "is no day"),
        ({"former": "<script>"}, "no_name", "曾用名"),
    ],
)
def test_what_cannot_be_is_refused_with_its_row_its_column_and_a_remedy(
    change: dict[str, str], reason: str, said: str
) -> None:
    bad = refused(row(**change))
    assert bad.reason == reason
    assert bad.detail.startswith("a.csv:2: ")
    assert said in bad.detail


@pytest.mark.parametrize(
    ("change", "city", "said"),
    [
        ({"city": "", "address": "深圳市南山区科技路1号"}, "440300", "注册地址"),
        ({"province": "", "city": "", "address": ""}, "440300", "credit code"),
        ({"address": "北京市海淀区中关村大街1号"}, None, "different cities"),
        ({"province": "", "city": "", "code": ""}, None, "no column names a city"),
        ({"province": "吉林省", "city": "", "code": ""}, None, "no column names a city"),
        ({"province": "河北省", "city": "-", "address": "朝阳区某路1号", "code": ""}, None, "no column names a city"),
    ],
)
def test_a_city_is_what_all_columns_agree_on_never_a_guess(change: dict[str, str], city: str | None, said: str) -> None:
    firm = one(row(**change))
    assert firm.city_code == city
    assert said in firm.city_evidence


def test_empty_words_say_nothing() -> None:
    firm = one(row(former="-", code="--", founded="暂无", status="无"))
    assert (firm.former_names, firm.uscc, firm.founded_on, firm.status) == ("[]", None, None, None)
    assert firm.org_id.startswith("firm:")


# -- several rows of one organisation --------------------------------------------------------------------------------


def test_a_repeated_row_is_left_out_and_says_which_it_repeats() -> None:
    first, second = table(row(), row())
    assert isinstance(first, OrganisationRow)
    assert isinstance(second, OrganisationRow)
    assert (first.out_of_scope, second.out_of_scope) == (None, "says what row 2 says")


def test_rows_that_contradict_one_another_are_all_refused() -> None:
    found = table(row(), row(city="珠海市"), row("珠海示例乙科技有限公司", code=uscc(2), city="珠海市"))
    assert [r.reason if isinstance(r, QuarantinedRow) else r.name for r in found] == [
        "duplicate",
        "duplicate",
        "珠海示例乙科技有限公司",
    ]
    assert "rows 2, 3 say different things" in found[0].detail  # type: ignore[union-attr]


def test_rows_of_several_years_are_one_firm_with_its_former_names() -> None:
    head = "stock_code,full_name,fiscal_year"
    columns = {"stock_code": "code", "full_name": "name", "fiscal_year": "said_on"}
    found = table(
        "000007,深圳市旧名股份有限公司,2019", "000007,深圳市新名股份有限公司,2020", head=head, columns=columns
    )
    older, newest = (r for r in found if isinstance(r, OrganisationRow))
    assert (newest.name, newest.former_names) == ("深圳市新名股份有限公司", '["深圳市旧名股份有限公司"]')
    assert (newest.listed_on, newest.out_of_scope) == ("2020-12-31", None)
    assert (older.out_of_scope, older.org_id) == ("row 3 is of a later day", newest.org_id)


def test_offices_of_one_name_in_two_cities_are_two() -> None:
    head = "机构名称,城市"
    found = table("示例银行人民路支行,成都市", "示例银行人民路支行,绵阳市", head=head, kind="bank")
    assert [r.city_code for r in found if isinstance(r, OrganisationRow)] == ["510100", "510700"]


def test_a_licence_says_where_a_bank_is_and_must_not_contradict_its_supervisor() -> None:
    head = "机构名称,机构编码,监管机构"
    assert one("鞍山银行,B0124H321030001,鞍山银保监分局", head=head, kind="bank").city_code == "210300"
    assert one("某某银行,B0264H221010001,辽宁银保监局", head=head, kind="bank").city_code == "210100"
    assert one("某某银行,B0124H321030001,大连银保监局", head=head, kind="bank").city_code is None


# -- the rule --------------------------------------------------------------------------------------------------------

S0 = {"industry": "软件和信息技术服务业", "patents": "12", "founded": "2015-03-01"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"status": "存续（在营、开业、在册）"}, None),
        ({"status": "在业"}, None),
        ({"status": "吊销;未注销"}, "S0: status 吊销;未注销"),
        ({"industry": "批发业"}, "S0: industry 批发业"),
        ({"industry": ""}, "S0: industry not stated"),
        ({"status": "注销"}, "S0: status 注销"),
        ({"status": ""}, "S0: status not stated"),
        ({"founded": "2022-05-28"}, None),
        ({"founded": "2022-05-29"}, "S0: founded on 2022-05-29, not more than 1 year before 2023-05-29"),
        ({"founded": ""}, "S0: day of founding not stated"),
        ({"patents": "0"}, "S0: has no trademarks"),
        ({"patents": "否"}, "S0: has no trademarks"),
        ({"patents": "3件"}, None),
    ],
)
def test_s0_counts_four_industries_in_business_older_than_a_year_with_a_holding(
    change: dict[str, str], why: str | None
) -> None:
    said = packaged_list("s0_sellers").model_dump(mode="json", exclude_unset=True)
    firm = one(row(**{**S0, **change}), columns=said["columns"], keep=said["keep"])
    assert (firm.out_of_scope or "").startswith(why or "")
    assert bool(firm.out_of_scope) == bool(why)


def test_age_is_told_on_the_rules_day_and_a_rule_later_than_its_list_is_refused() -> None:
    keep = {"rule": "old", "older_than_years": 5}
    assert one(row(founded="2018-05-28"), keep=keep).out_of_scope is None
    assert one(row(founded="2018-05-28"), keep={**keep, "as_of": "2020-01-01"}).out_of_scope
    late = list_mapping({"like": "firms", "keep": {**keep, "as_of": "2024-01-01"}}, "m.yaml")
    with pytest.raises(UsageError, match=r"keep\.as_of: 2024-01-01 lies after"):
        checked(ListDeclaration, DECLARED, "d.yaml").check(late)


def test_a_file_that_lacks_what_the_rule_asks_for_is_refused_whole() -> None:
    (bad,) = table("某公司", head="企业名称", keep={"rule": "S0", "status": ["存续"]})
    assert isinstance(bad, QuarantinedRow)
    assert bad.reason == "no_headings"
    assert "asks for status" in bad.detail


# -- files and what is said of them ----------------------------------------------------------------------------------


def test_a_file_without_a_column_of_names_says_what_it_has_and_what_to_do() -> None:
    (bad,) = table("a,b", head="甲,乙")
    assert isinstance(bad, QuarantinedRow)
    assert bad.reason == "no_headings"
    assert "'甲, 乙': name its headings in the mapping" in bad.detail


def test_a_workbook_with_days_and_numbers_of_its_own_is_read() -> None:
    book = Workbook()
    for cells in (["企业名称", "成立日期", "专利数量"], ["深圳示例科技有限公司", date(2015, 3, 1), 12]):
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    (firm,) = read(out.getvalue(), "a.xlsx", keep={"rule": "r", "has_any": ["patents"]})
    assert isinstance(firm, OrganisationRow)
    assert (firm.founded_on, firm.out_of_scope) == ("2015-03-01", None)


def test_gb18030_and_semicolons_are_read() -> None:
    (firm,) = read(f"企业名称;统一社会信用代码\n深圳示例科技有限公司;{uscc(3)}\n".encode("gb18030"))
    assert isinstance(firm, OrganisationRow)
    assert firm.org_id == uscc(3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"who": None}, "field who"),
        ({"as_of": None}, "field as_of"),
        ({"as_of": 20230529}, "write it as 2024-12-31"),
        ({"selection": []}, "what was searched for"),
        ({"row_cap": 0}, "field row_cap"),
        ({"window": {}}, "field window"),
    ],
)
def test_a_wrong_declaration_names_its_field(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        checked(ListDeclaration, {**DECLARED, **change}, "d.yaml")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"columns": {"甲": "nam"}}, r"field columns\.甲"),
        ({"columns": {"甲": "uscc"}}, "no column is 'name'"),
        ({"like": "nothing"}, "there are banks, firms, s0_sellers"),
        ({"like": "firms", "keep": {"rule": "r"}}, "give at least one of"),
        ({"columns": {"甲": "name"}, "keep": {"rule": "r", "status": ["存续"]}}, "no column is 'status'"),
        ({"columns": {"甲": "name"}, "keep": {"rule": "r", "has_any": ["patents"]}}, "no column is any of these"),
    ],
)
def test_a_wrong_mapping_names_its_field(mapping: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        list_mapping(mapping, "m.yaml")


def test_what_comes_with_fincity_is_valid() -> None:
    assert checked(ListDeclaration, yaml.safe_load(example_declaration("firms")), "example").as_of == date(2023, 5, 29)
    assert packaged_names("firms") == packaged_names("banks") == ("banks", "firms", "s0_sellers")
    assert packaged_list("s0_sellers").keep is not None


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters='"'), max_size=20)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=6))
@example([["", "", "0"], ["", "", "\ue000"]])
def test_every_row_of_any_file_becomes_one_row_of_the_result(rows: list[list[str]]) -> None:
    filled = [r for r in rows if any(cell.strip() for cell in r)]
    body = "\n".join(",".join(f'"{cell}"' for cell in r) for r in [["企业名称", "曾用名", "成立日期"], *rows])
    found = read(body)
    if filled:
        assert len(found) == len(filled)
        assert len({r.source_id for r in found}) == len(found)


# -- real lists ------------------------------------------------------------------------------------------------------


def counts(path: Path, **more: Any) -> Counter[str]:
    found = read(path.read_bytes(), path.name, declared={"row_cap": None, "as_of": "2024-01-01"}, **more)
    return Counter(
        r.reason
        if isinstance(r, QuarantinedRow)
        else "left out"
        if r.out_of_scope
        else "city"
        if r.city_code
        else "read"
        for r in found
    )


@pytest.mark.realdata
def test_real_lists_are_read_to_the_last_row(shared_data: Path) -> None:
    there = shared_data / "entities"
    assert counts(there / "commercial_banks_licence_regulator.csv", kind="bank") == {"city": 133}
    assert counts(there / "chengdu_bank_branches.csv", kind="bank") == {"city": 199, "left out": 1}
    years = {"full_name": "name", "short_name": "short_names", "stock_code": "code", "report_date": "said_on"}
    named = counts(there / "listed_company_names_by_year.csv", columns=years)
    assert named["read"] == 2228
    stocks = counts(there / "stock_basic_gbk.csv", columns={"股票名称": "name", "行业": "industry", "TS代码": "code"})
    assert (stocks["read"], stocks.total()) == (4347, 4347)
