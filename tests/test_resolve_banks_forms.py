"""Banks as people write them: former names and mergers, slips, shortened names, odd orders, numbers, many at once."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fincity
from etl.errors import UsageError
from etl.places import cnaps_city
from etl.places.gazetteer import read_table
from etl.resolve import looks_like_bank, resolve, resolve_many
from etl.resolve.bank_register import listed_banks
from etl.resolve.cnaps import check_digit, is_valid, parse

# name, class, level, city ("-": none)
FORMS = """
中國工商銀行股份有限公司深圳市分行            state_owned      branch       440300
深圳建行                                      state_owned      branch       440300
广东农行                                      state_owned      branch       440100
北京农行海淀支行                              state_owned      sub_branch   110000
(中国建设银行深圳市分行)                      state_owned      branch       440300
中国建设银行-深圳市分行                       state_owned      branch       440300
中国农业银行股份有限公司北京市分行（筹）      state_owned      branch       110000
中国银行股份有限公司深圳市分行本级            state_owned      branch       440300
浙商银行南京南通分行本级                      joint_stock      branch       320600
中国工商银行数据中心（北京）                  state_owned      unit         110000
中国工商银行股份有限公司票据营业部北京分部    state_owned      sub_branch   110000
建行深圳市分行科技部                          state_owned      unit         440300
邮政储蓄深圳分行                              state_owned      branch       440300
邮储银行宜昌市西陵区营业所                    state_owned      sub_branch   420500
中国邮政储蓄银行股份有限公司信阳市北京路支行  state_owned      sub_branch   411500
中国邮政储蓄银行有限责任公司湖北省武汉市江汉区花桥支行  state_owned  sub_branch  420100
北京银行股份有限公司陕西自贸试验区西安国际港务区支行  city_commercial  sub_branch  610100
西安银行股份有限公司宝鸡朝阳华城小微支行      city_commercial  sub_branch   610300
中国人民银行营业管理部                        central          branch       110000
中国人民银行重庆营业管理部                    central          branch       500000
中国人民银行上海总部                          central          branch       310000
中国邮政储蓄银行股份有限公司南阳市中心支行    state_owned      sub_branch   411300
中国银行（香港）有限公司                      foreign          head_office  -
中国银行(香港)有限公司汕头分行                foreign          branch       440500
中信银行国际（中国）有限公司                  foreign          head_office  440300
中国银行股份有限公司伦敦分行                  state_owned      branch       -
中银富登村镇银行股份有限公司                  village          head_office  130600
浙江农商联合银行                              rural            head_office  330100
四川农信                                      credit_union     head_office  510100
江西兴国农村商业银行股份有限公司              rural            head_office  360700
象山国民村镇银行股份有限公司                  village          head_office  330200
鼓楼农商行                                    rural            head_office  -
无锡农商行                                    rural            head_office  320200
淮北农商银行淮北思明区分行                    rural            branch       340600
淮北农商银行思明区分行                        rural            branch       -
十堰农商银行十堰中山分行                      rural            branch       420300
惠民村镇银行                                  village          head_office  -
中信百信银行股份有限公司                      other            head_office  110000
""".strip().splitlines()

# name, year, id, class
IN_ITS_YEAR = [
    ("平安银行", 2010, "bank:shenzhenshi", "city_commercial"),
    ("平安银行", 2012, "bank:pab", "joint_stock"),
    ("深圳发展银行", 2010, "bank:pab", "joint_stock"),
    ("厦门国际银行", 2012, "bank:xiamenguoji", "foreign"),
    ("厦门国际银行", 2013, "bank:xiamenguoji", "city_commercial"),
    ("华融湘江银行", 2015, "bank:hunan", "city_commercial"),
    ("南昌银行", 2012, "bank:jiangxi", "city_commercial"),
    ("德阳银行", 2014, "bank:changchenghuaxi", "city_commercial"),
    ("苏州市商业银行", 2005, "bank:suzhoushi", "city_commercial"),
    ("江苏苏宁银行", 2020, "bank:jiangsusushang", "private"),
]

SLIPS = [
    ("中国工商很行深圳分行", "bank:icbc/深圳分行"),
    ("招商引行上海分行", "bank:cmb/上海分行"),
    ("中国工商银行股份限公司深圳分行", "bank:icbc/深圳分行"),
    ("上海浦东展银行南京分行", "bank:spdb/南京分行"),
    ("广元农村商业行股份有限公司", "bank:广元农村商业银行"),
    ("单县中银富登", "bank:单县中银富登村镇银行"),
    ("枝江汉银", "bank:枝江汉银村镇银行"),
    ("宜都农村", "bank:宜都农村商业银行"),
]

#: One character from a bank, and yet another name, or that of two banks.
NO_SLIPS = [
    *("泰洲银行", "中国林业银行", "中国工业银行", "中国工银行南京分行", "张家囗银行", "成安银行"),
    *("营口商银行", "杭州农银行", "梅州商银行", "州农商银行", "泸农村商业银行"),
    *("广州银行电子结算中心", "贵州农业银行股份有限公司", "农商行与农村信用社", "枝江科技"),
    *("湖南分行", "广东华新银行"),
]


@pytest.mark.parametrize("line", FORMS, ids=lambda line: line.split()[0])
def test_banks_as_people_write_them(line: str) -> None:
    name, bank_class, level, city = line.split()
    found = resolve(name, "bank")
    assert (found.bank_class, found.level, found.city_code or "-") == (bank_class, level, city), found.evidence
    assert looks_like_bank(name)


@pytest.mark.parametrize(("name", "year", "org", "bank_class"), IN_ITS_YEAR)
def test_a_name_means_the_bank_that_bore_it_in_the_year(name: str, year: int, org: str, bank_class: str) -> None:
    found = resolve(name, "bank", year=year)
    assert (found.org_id, found.bank_class) == (org, bank_class)


def test_what_became_of_a_merged_bank_is_told() -> None:
    assert "until 2022, then 中原银行" in resolve("洛阳银行郑州分行", "bank").evidence
    assert "until" not in resolve("洛阳银行郑州分行", "bank", year=2020).evidence


@pytest.mark.parametrize(("name", "org"), SLIPS)
def test_one_slip_is_put_right_where_a_bank_is_meant_and_nowhere_else(name: str, org: str) -> None:
    found = resolve(name, "bank")
    assert (found.org_id, found.method) == (org, "fuzzy"), found.evidence
    assert found.score < 0.9
    assert "read as" in found.evidence or "short" in found.evidence
    assert resolve(name, "body").kind != "bank"


@pytest.mark.parametrize("name", NO_SLIPS)
def test_a_slip_never_makes_another_bank(name: str) -> None:
    found = resolve(name, "bank")
    assert (found.org_id, found.bank_class, found.city_code) == (None, None, None), found.evidence


def test_facts_of_the_register_agree_with_each_other() -> None:
    banks = listed_banks()
    for bank in banks.values():
        assert not bank.successor or bank.until, bank
        assert bank.successor in ("", *banks), bank
        assert resolve(bank.name, "bank").org_id == f"bank:{bank.id}", bank
    rows = read_table("banks.csv", "etl.resolve")
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["source"] and (row["city"] or row["bank_class"] == "foreign") for row in rows)
    private = [row for row in rows if row["bank_class"] == "private"]
    in_force = [row for row in rows if row["bank_class"] == "city_commercial" and not row["until"]]
    assert (len(private), len(in_force)) == (19, 125)


def test_check_digits_of_published_bank_numbers() -> None:
    published = ["102100099996", "103100000026", "104100000004", "105100000017", "301290000007", "308584000013"]
    assert all(is_valid(number) for number in published)
    assert not any(is_valid(number[:-1] + str((int(number[-1]) + 1) % 10)) for number in published)
    for text in ("", "abc", "1021000999", "１０２１０００９９９９６", "10210009999X"):
        assert not is_valid(text)
        assert parse(text) is None


@given(st.text(alphabet="0123456789", min_size=11, max_size=11), st.integers(0, 10), st.integers(1, 9))
def test_a_wrong_digit_is_always_noticed(first11: str, at: int, step: int) -> None:
    number = first11 + check_digit(first11)
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    assert is_valid(number)
    assert not is_valid(wrong)


def number(prefix: str, area: str) -> str:
    return prefix + area + "0001" + check_digit(prefix + area + "0001")


def test_a_bank_number_gives_bank_and_city_and_contradicts_a_name_aloud() -> None:
    shenzhen = number("102", "5840")
    assert cnaps_city("5840") == "440300"
    alone = resolve(shenzhen, "bank")
    assert (alone.bank_class, alone.city_code, alone.method) == ("state_owned", "440300", "cnaps")
    for name in (f"工行西郊支行（{shenzhen}）", f"工行西郊支行 行号：{shenzhen}"):
        found = resolve(name, "bank")
        assert (found.org_id, found.city_code, found.method) == ("bank:icbc/西郊支行", "440300", "cnaps")
    assert resolve("工行西郊支行", "bank", cnaps=shenzhen).city_code == "440300"
    elsewhere = resolve("工行上海分行", "bank", cnaps=shenzhen)
    assert elsewhere.city_code is None
    assert elsewhere.candidates == '["310000 上海市", "440300 深圳市"]'
    other_bank = resolve("建行深圳分行", "bank", cnaps=shenzhen)
    assert (other_bank.city_code, other_bank.method) == ("440300", "grammar")
    assert "中国工商银行" in other_bank.evidence
    kind_only = resolve(number("313", "6510"), "bank")
    assert (kind_only.bank_class, kind_only.city_code) == ("city_commercial", "510100")


def test_a_wrong_bank_number_decides_nothing() -> None:
    wrong = number("102", "5840")[:-1] + str((int(number("102", "5840")[-1]) + 1) % 10)
    assert resolve(wrong, "bank").org_id is None
    assert "check digit" in resolve(wrong, "bank").evidence
    assert resolve(f"工行西郊支行({wrong})", "bank").city_code is None
    assert resolve("工行西郊支行", "bank", cnaps="x").org_id == "bank:icbc/西郊支行"


def test_a_column_of_bank_numbers_is_used() -> None:
    table = pd.DataFrame({"name": ["工行西郊支行"] * 2, "number": [number("102", "5840"), ""]})
    assert list(fincity.resolve(table, "name", kind="bank", cnaps="number")["city"]) == ["深圳市", None]


WORDS = ["中国", "工商", "银行", "工行", "深圳市", "鼓楼", "朝阳", "北京路", "分行", "支行", "营业部", "农村", "信用社"]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=7).map("".join), max_size=8), st.sampled_from([None, 2010]))
@settings(max_examples=150, deadline=None)
def test_many_names_at_once_are_answered_as_one_by_one(names: list[str], year: int | None) -> None:
    assert list(resolve_many(names, "bank", year)) == [resolve(name, "bank", year=year) for name in names]


def test_what_stands_beside_a_place_does_not_depend_on_what_was_asked_before() -> None:
    """Seats are kept by the names of places in a part: the same names in another order of questions, the same seats."""
    names = [
        f"{bank}{place}{road}支行"
        for bank in ("工行", "南京银行", "徐州农商行")
        for place in ("鼓楼", "鼓楼区", "南京市鼓楼区", "朝阳", "")
        for road in ("", "北京路", "新街口")
    ]
    forward = {name: resolve(name, "bank", year=2019) for name in names}
    backward = dict(zip(names[::-1], resolve_many(names[::-1], "bank", 2019), strict=True))
    assert forward == backward


def test_an_unknown_kind_is_a_usage_error_also_for_many() -> None:
    with pytest.raises(UsageError, match="unknown kind 'shop'"):
        list(resolve_many(["x"], "shop"))  # type: ignore[arg-type]


def test_two_processes_answer_as_one() -> None:
    names = [f"工行深圳市{first}{second}支行" for first in "东西南北中" for second in "福莲罗盐龙"] * 2000
    assert list(resolve_many(names, "bank", jobs=2)) == list(resolve_many(names, "bank"))
