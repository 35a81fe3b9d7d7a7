"""Firms: names taken apart, lists of parties, and a register that finds a firm in every spelling and guesses none."""

from __future__ import annotations

import pytest

from etl.errors import UsageError
from etl.resolve import resolve
from etl.resolve.firms import Entry, Register, anatomy, parties
from etl.resolve.names import normalise
from etl.resolve.uscc import check_digit


def uscc(first17: str) -> str:
    return first17 + check_digit(first17)


CODE, OTHER_CODE = uscc("91440300MA5EXAMPL"), uscc("91310115MA1EXAMPL")
YUSI = Entry("yusi", "扬州宇思码通信技术有限公司", city_code="321000", uscc=CODE)
REGISTER = Register(
    [
        YUSI,
        Entry("qinghe", "深圳市青禾信息技术股份有限公司", short_names=("青禾信息",), city_code="440300"),
        Entry("qinghe-gz", "广州青禾信息技术有限公司", city_code="440100"),
        Entry("lantu", "北京蓝图恒泰科技有限公司", former_names=("北京蓝图数码科技有限公司",), city_code="110000"),
        Entry("lantu-group", "蓝图恒泰控股集团有限公司", city_code="110000"),
        Entry("ju-12", "示例建设第十二局有限公司"),
        Entry("xinghai", "大连星海机械制造股份有限公司", city_code="210200"),
        Entry("xinghai-branch", "大连星海机械制造股份有限公司沈阳分公司", city_code="210100"),
        Entry("twin-1", "双子贸易有限公司", city_code="110000"),
        Entry("twin-2", "双子贸易有限公司", city_code="310000"),
        Entry("alpha", "Alpha Example (Shanghai) Co., Ltd."),
    ]
)


@pytest.mark.parametrize(
    ("name", "places", "core", "words", "legal", "branch"),
    [
        ("深圳市腾讯计算机系统有限公司", ("深圳",), "腾讯", ("计算机", "系统"), "有限公司", ""),
        ("广东省深圳市某甲科技有限公司", ("深圳",), "某甲", ("科技",), "有限公司", ""),
        ("亚信科技（成都）有限公司南京分公司", ("成都",), "亚信", ("科技",), "有限公司", "南京分公司"),
        ("中国移动通信集团山西有限公司", ("中国", "山西"), "移动", ("通信", "集团"), "有限公司", ""),
        ("北京德和衡（广州）律师事务所", ("北京", "广州"), "德和衡", ("律师事务所",), "", ""),
        ("鞍山云芯金融信息服务有限信司", ("鞍山",), "云芯", ("金融信息服务",), "有限公司", ""),
        ("*ST大集", (), "大集", (), "股份", ""),
        ("万科Ａ", (), "万科", (), "股份", ""),
        ("某甲技术有限公司企业业务事业部", (), "某甲", ("技术",), "有限公司", "企业业务事业部"),
        ("深圳某乙合伙企业（有限合伙）", ("深圳",), "某乙", (), "合伙企业(有限合伙)", ""),
        ("深圳市騰訊計算機系統有限公司", ("深圳",), "腾讯", ("计算机", "系统"), "有限公司", ""),
    ],
)
def test_a_name_has_place_core_trade_form_and_branch(
    name: str, places: tuple[str, ...], core: str, words: tuple[str, ...], legal: str, branch: str
) -> None:
    found = anatomy(normalise(name))
    assert (found.places, found.core, found.words, found.branch) == (places, core, words, branch)
    assert found.legal.replace("有限责任公司", "有限公司") == legal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青禾公司、南溪公司联合体", [("青禾公司", "member"), ("南溪公司", "member")]),
        (
            "青禾科技有限公司（联合体牵头人）、南溪数据有限公司（成员）",
            [("青禾科技有限公司", "leader"), ("南溪数据有限公司", "member")],
        ),
        ("青禾科技有限公司和南溪设计院组成的联合体", [("青禾科技有限公司", "member"), ("南溪设计院", "member")]),
        ("青禾科技有限公司/南溪数据有限公司", [("青禾科技有限公司", None), ("南溪数据有限公司", None)]),
        ("青禾有限公司,南溪有限公司;白石厂", [("青禾有限公司", None), ("南溪有限公司", None), ("白石厂", None)]),
        ("牵头人：青禾有限公司；成员：南溪有限公司", [("青禾有限公司", "leader"), ("南溪有限公司", "member")]),
        ("第一中标候选人：1.青禾有限公司", [("青禾有限公司", None)]),
        ("中标单位：青禾有限公司、无", [("青禾有限公司", None)]),
        ("北京和利时系统工程有限公司", [("北京和利时系统工程有限公司", None)]),
        ("河南和协信息技术有限公司", [("河南和协信息技术有限公司", None)]),
        ("与君文化有限公司", [("与君文化有限公司", None)]),
        ("上海及时雨有限公司", [("上海及时雨有限公司", None)]),
        ("北京市环球、金杜律师事务所", [("北京市环球、金杜律师事务所", None)]),
        ("广州人和、太和商店", [("广州人和、太和商店", None)]),
        ("Alpha Co., Ltd.、青禾有限公司", [("Alpha Co., Ltd", None), ("青禾有限公司", None)]),
        ("", []),
        ("青" * 5000, []),
    ],
)
def test_parties_of_a_list_or_consortium(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(one.name, one.role) for one in parties(text)] == expected


@pytest.mark.parametrize(
    ("written", "org_id"),
    [
        ("扬州宇思码通信技术有限公司", "yusi"),
        ("揚州市宇思碼通信技術有限責任公司", "yusi"),
        (" 扬州宇思码 通信技术有限公司（盖章）", "yusi"),
        ("中标单位：扬州宇思码通信技术有限公司", "yusi"),
        ("宇思码通信技术（扬州）有限公司", "yusi"),
        ("扬州宇思码通信技术", "yusi"),
        ("扬州宇思码通信技术有限公司苏州分公司", "yusi"),
        ("扬州宇思码通信技术有限公可", "yusi"),
        ("扬州宇司码通信技术有限公司", "yusi"),
        ("扬州宇思码通讯技术有限公司", None),  # 通讯 is another word, maybe another firm's
        ("扬州宇恩码通信技术有限公司", None),  # a firm of its own as likely as a slip
        ("苏州宇思码通信技术有限公司", None),
        ("扬州宇思码物业有限公司", None),
        ("扬州宇思码通信技术集团有限公司", None),
        ("扬州宇思码通信技术有限公司苏州子公司", None),
        ("宇思码通信技术有限公司", "yusi"),
        ("青禾信息技术有限公司", None),  # of Shenzhen or of Guangzhou
        ("青禾信息", "qinghe"),
        ("北京蓝图数码科技有限公司", "lantu"),
        ("某某新名字科技有限公司（原：北京蓝图恒泰科技有限公司）", "lantu"),
        ("北京蓝图恒泰信息有限公司", None),
        ("示例建设第十四局有限公司", None),
        ("大连星海机械制造股份有限公司沈阳分公司", "xinghai-branch"),
        ("大连星海机械制造股份有限公司鞍山分公司", "xinghai"),
        ("星海机械", "xinghai"),
        ("双子贸易有限公司", None),
        ("ALPHA EXAMPLE（SHANGHAI）CO.,LTD", "alpha"),
        ("某某不在册的公司", None),
    ],
)
def test_a_register_finds_a_firm_in_its_spellings_and_no_other(written: str, org_id: str | None) -> None:
    found = REGISTER.match(written)
    assert (found.entry and found.entry.org_id) == org_id, found
    assert found.evidence
    assert (found.method == "none") == (org_id is None)


def test_what_is_left_open_lists_the_firms_it_may_be() -> None:
    found = REGISTER.match("青禾信息技术有限公司")
    assert {c.org_id for c in found.candidates} == {"qinghe", "qinghe-gz"}
    assert [c.org_id for c in REGISTER.match("扬州宇恩码通信技术有限公司").candidates] == ["yusi"]


def test_a_branch_of_a_firm_is_that_firm_and_says_which_branch() -> None:
    found = REGISTER.match("大连星海机械制造股份有限公司鞍山分公司")
    assert (found.branch, found.method) == ("鞍山分公司", "alias")


def test_namesakes_are_told_apart_by_the_address() -> None:
    found = REGISTER.match("双子贸易有限公司", address="上海市浦东新区张江路1号")
    assert found.entry is not None
    assert found.entry.org_id == "twin-2"
    assert REGISTER.match("双子贸易有限公司", address="广州市天河区").entry is None


def test_a_credit_code_decides_unless_the_name_is_another_firms() -> None:
    assert REGISTER.match("扬州宇思", uscc=CODE).method == "uscc"
    against = REGISTER.match("深圳市青禾信息技术股份有限公司", uscc=CODE)
    assert against.entry is None
    assert {c.org_id for c in against.candidates} == {"yusi", "qinghe"}
    assert REGISTER.match(YUSI.name, uscc=OTHER_CODE).entry is None
    assert REGISTER.match(YUSI.name, uscc=CODE[:-1] + "?").entry == YUSI  # a code that fails its check says nothing


def test_a_consortium_is_no_firm() -> None:
    found = REGISTER.match("扬州宇思码通信技术有限公司、深圳市青禾信息技术股份有限公司联合体")
    assert found.entry is None
    assert "names 2 organisations" in found.evidence


@pytest.mark.parametrize(
    "text",
    ["", "  ", "123456", "<td>某某有限公司</td>", "公司" * 5000, "，，、", "\x00\ud800", "&nbsp;", "-", "有限公司"],
)
def test_what_is_no_name_is_unresolved_with_a_reason(text: str) -> None:
    found = REGISTER.match(text)
    assert (found.entry, found.method) == (None, "none")
    assert found.evidence
    assert Register([]).match(text).entry is None


def test_a_bad_entry_is_named() -> None:
    with pytest.raises(UsageError, match="x1: the name is empty"):
        Register([Entry("x1", " ")])
    with pytest.raises(UsageError, match="fails its check digit"):
        Register([Entry("x1", "某某公司", uscc=CODE[:-1] + "?")])
    with pytest.raises(UsageError, match="no org_id"):
        Register([Entry("", "某某公司")])


def test_what_a_list_and_the_notices_say_of_a_firm_is_put_together() -> None:
    listed = Entry("list:7", "北京甲科技有限公司", uscc=CODE, city_code="110000", source="a list")
    by_code = Entry(CODE, "北京甲乙科技有限公司", uscc=CODE)
    by_name = Entry(resolve("北京甲科技有限责任公司", "firm").org_id or "", "北京甲科技有限责任公司")
    (entry,) = Register([by_name, by_code, listed]).entries
    assert set(entry.names) == {listed.name, by_code.name, by_name.name}
    assert (entry.uscc, entry.city_code) == (CODE, "110000")


def test_resolve_asks_the_register_for_id_name_and_seat() -> None:
    found = resolve("宇思码通信技术（扬州）有限公司", "firm", register=REGISTER)
    assert (found.org_id, found.canonical_name, found.city_code) == ("yusi", YUSI.name, "321000")
    assert (found.method, found.level) == ("fuzzy", None)
    branch = resolve("大连星海机械制造股份有限公司鞍山分公司", "firm", register=REGISTER)
    assert (branch.org_id, branch.level, branch.city_code) == ("xinghai", "branch", "210300")
    left_open = resolve("青禾信息技术有限公司", "firm", register=REGISTER)
    assert left_open.org_id == resolve("青禾信息技术有限公司", "firm").org_id
    assert left_open.candidates
    assert "qinghe-gz" in left_open.candidates
    assert resolve("中国银行深圳分行", "firm", register=REGISTER) == resolve("中国银行深圳分行", "firm")
