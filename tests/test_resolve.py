"""Firms, bodies, places, decisions and tables: names worked out by hand, and what holds for any text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import UsageError
from etl.records.columns import columns_of
from etl.records.rows import ResolutionRow
from etl.resolve import Decision, Resolution, resolve
from etl.resolve.uscc import check_digit, city_of, is_valid

FIRMS = [
    ("深圳市金龙空调电器有限公司", "440300"),
    ("亚信科技(成都)有限公司", "510100"),
    ("上海新致软件股份有限公司", "310000"),
    ("昆山某某电子有限公司", "320500"),
    ("北京德和衡(广州)律师事务所", "440100"),
    ("中国移动通信集团山西有限公司大同分公司", "140200"),
    ("中国人寿保险股份有限公司宿迁市分公司", "321300"),
    ("中国人民财产保险股份有限公司湖南省分公司", "430100"),
    ("东莞市石排镇谷吓股份经济合作社", "441900"),
    ("光大理财有限责任公司", "370200"),
    ("中国铁路广州局集团有限公司", "440100"),
    ("中国铁路上海局集团有限公司杭州站", "330100"),
    ("中国铁路郑州局集团有限公司洛阳机务段", "410300"),
    ("银行间市场清算所股份有限公司", "310000"),
    ("国网辽宁省电力有限公司朝阳供电公司", "211300"),
    ("国网北京市电力公司朝阳供电公司", "110000"),
    ("杭州某某科技有限公司西湖分公司", "330100"),
    ("国药控股湖州有限公司", "330500"),
    ("廈門市美亞信息股份有限公司", "350200"),
    ("宜昌甲建设有限公司、当阳市乙工程有限公司联合体", "420500"),  # no leader, but one city
    ("广州甲设计院（牵头人）、深圳市乙信息技术有限公司", "440100"),
    ("北京理工大学珠海学院", "440400"),  # a supplier that is no firm
    ("上海证券交易所", "310000"),
    ("京沪高速铁路股份有限公司", None),
    ("江苏金瑞金融设备有限公司", None),
    ("软通动力信息技术（集团）股份有限公司", None),
    ("中山证券有限责任公司", None),
    ("吉林亚泰集团股份有限公司", None),
    ("阿里云计算有限公司", None),
    ("大理石材有限公司", None),
    ("磐石信息科技有限公司", None),  # a rock, and a city
    ("龙井茶业有限公司", None),
    ("河南中原云数据有限公司", None),
    ("北京同仁堂亳州饮片有限责任公司", None),  # two cities
    ("中国人寿保险股份有限公司湖滨支公司", None),
    ("苏州苏沃特环境科技股份有限公司、武汉佳园环境工程有限公司联合体", None),
    ("新疆天山畜牧生物工程股份有限公司", None),
]


@pytest.mark.parametrize(("name", "city"), FIRMS)
def test_the_city_in_a_firms_name(name: str, city: str | None) -> None:
    found = resolve(name, "firm")
    assert found.city_code == city, found.evidence
    assert found.kind == "firm"
    assert found.org_id
    assert found.evidence


def test_a_bank_among_suppliers_and_a_firm_among_purchasers_are_what_they_are() -> None:
    supplier = resolve("中国银行股份有限公司新乐支行", "firm")
    assert (supplier.kind, supplier.bank_class, supplier.city_code) == ("bank", "state_owned", "130100")
    assert resolve("光大理财有限责任公司", "body").kind == "firm"


def uscc(first17: str) -> str:
    return first17 + check_digit(first17)


def test_a_credit_code_comes_before_the_address_and_the_address_before_the_name() -> None:
    code = uscc("91440300MA5EXAMPL")
    name, address = "北京示例软件有限公司", "上海市浦东新区张江路1号"
    by_code = resolve(name, "firm", uscc=code, address=address)
    assert (by_code.city_code, by_code.method, by_code.org_id) == ("440300", "uscc", code)
    assert by_code.candidates is not None
    assert {c.split()[0] for c in json.loads(by_code.candidates)} == {"310000", "110000"}
    by_address = resolve(name, "firm", address=address)
    assert (by_address.city_code, by_address.method) == ("310000", "address")
    by_name = resolve(name, "firm")
    assert (by_name.city_code, by_name.method) == ("110000", "name_place")


def test_a_bodys_name_comes_before_an_address_that_may_be_its_agents() -> None:
    found = resolve("中山市教育局", "body", address="广州市天河区1号")
    assert (found.city_code, found.method) == ("442000", "name_place")
    assert found.candidates == '["440100 广州市"]'
    assert resolve("第八人民医院", "body", address="广州市天河区1号").method == "address"


def test_a_credit_code_with_a_wrong_check_digit_decides_nothing_and_is_reported() -> None:
    good = uscc("91440300MA5EXAMPL")
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    found = resolve("示例软件有限公司", "firm", uscc=wrong)
    assert found.city_code is None
    assert "check digit" in found.evidence
    assert found.org_id != wrong


def test_credit_codes_of_the_standard() -> None:
    assert is_valid("91350100M000100Y43")  # the example of GB 32100-2015
    assert not is_valid("91350100M000100Y34")
    assert city_of("91350100M000100Y43") == "350100"
    assert city_of(uscc("91310115MA1EXAMPL")) == "310000"
    assert city_of(uscc("91100000MA1EXAMPL")) is None  # registered with the national authority


def test_spellings_of_one_firm_share_an_id() -> None:
    names = [
        "亚信科技（成都）有限公司",
        "亚信科技(成都)有限责任公司",
        " 亚信科技 (成都) 有限公司。",
        "亚信科技（成都）有限公司（联合体牵头人）",
    ]
    assert len({resolve(name, "firm").org_id for name in names}) == 1
    assert resolve("亚信科技（南京）有限公司", "firm").org_id != resolve(names[0], "firm").org_id


def decision(**changes: str | None) -> Decision:
    base = {"name": "示例（某某）公司", "kind": "firm", "verdict": "same", "who": "a reader", "why": "the register"}
    return Decision(**{**base, "when": "2026-01-01T00:00:00+08:00", **changes})  # type: ignore[arg-type]


def test_a_decision_overrules_the_rules_and_the_latest_wins() -> None:
    first = decision(city_code="440300")
    later = decision(city_code="310000", when="2026-02-01T00:00:00+08:00")
    for order in ([first, later], [later, first]):
        found = resolve("示例(某某)公司", "firm", decisions=order)
        assert (found.city_code, found.method, found.score) == ("310000", "decision", 1.0)
        assert "the register" in found.evidence
    assert resolve("示例(另外)公司", "firm", decisions=[first, later]).method != "decision"


def test_a_negative_decision_bars_what_it_names_and_unsure_leaves_the_name_open() -> None:
    name = "深圳市示例软件有限公司"
    assert resolve(name, "firm").city_code == "440300"
    barred = resolve(name, "firm", decisions=[decision(name=name, verdict="not_same", city_code="440300")])
    assert (barred.org_id, barred.city_code, barred.method) == (None, None, "none")
    other = resolve(name, "firm", decisions=[decision(name=name, verdict="not_same", city_code="310000")])
    assert other == resolve(name, "firm")
    assert resolve(name, "firm", decisions=[decision(name=name, verdict="unsure")]).city_code is None


def test_a_place_is_resolved_as_a_place() -> None:
    found = resolve("襄樊市", "place", year=2005)
    assert (found.city_code, found.city, found.kind) == ("420600", "襄樊市", "place")
    assert resolve("龙华区", "place").candidates == '["440300 深圳市", "460100 海口市"]'
    assert resolve("shanghai", "place").city == "上海市"


def test_an_unknown_kind_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown kind 'shop'"):
        resolve("x", "shop")  # type: ignore[arg-type]


def test_the_columns_are_those_of_the_warehouse() -> None:
    ours = {"kind" if c == "org_kind" else c for c in Resolution._fields}
    warehouse = {column.name for column in columns_of(ResolutionRow)}
    assert ours - warehouse == {"city"}  # the warehouse keeps the code, the place table the name


@given(
    st.text(max_size=80),
    st.sampled_from(["bank", "firm", "body", "place"]),
    st.one_of(st.none(), st.integers(1900, 2100)),
)
@settings(max_examples=200, deadline=None)
def test_any_text_gives_an_answer_and_always_the_same(name: str, kind: str, year: int | None) -> None:
    found = resolve(name, kind, year=year, address=name, uscc=name)  # type: ignore[arg-type]
    assert isinstance(found, Resolution)
    assert found == resolve(name, kind, year=year, address=name, uscc=name)  # type: ignore[arg-type]
    assert found.evidence
    assert 0 <= found.score <= 1


@pytest.mark.parametrize("kind", ["bank", "firm", "body", "place"])
def test_a_whole_page_is_no_name(kind: str) -> None:
    found = resolve("中国工商银行深圳分行采购项目中标公告" * 600, kind)  # type: ignore[arg-type]
    assert found.evidence
    if kind != "place":
        assert found.org_id is None
