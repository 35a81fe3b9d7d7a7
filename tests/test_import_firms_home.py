"""A home knows the firms its lists name: they decide who a supplier is, and importing one makes exactly that stale."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from db.archive import Archive
from db.engine import connect
from db.home import Home
from db.warehouse import dump
from etl.deals import Deals
from etl.errors import UsageError
from etl.imports import packaged
from etl.records.rows import ResolutionRow
from etl.resolve import Rulings
from fincity.cli import importing
from fincity.cli.app import build
from flows import deriving, parsing, pipeline
from flows.parsing import Parsing
from flows.progress import silent
from flows.session import opened
from tests.test_import_firms import DECLARED, HEAD, row, uscc

FIRM, SHORT = "深圳市宇思码计算机系统有限公司", "宇思码计算机系统(深圳)有限公司"
BANK = "中国建设银行股份有限公司深圳市分行"
FIRMS = "\n".join(
    [
        HEAD,
        row(FIRM, former="深圳市旧思码电子有限公司", code=uscc(7)),
        row("珠海横琴示例丙数据有限公司", code="", province="广东省", city="珠海市"),
        row("深圳市示例丁科技有限公司", code="91440300MA5DAAAAAA"),
        "",
    ]
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", "real")


def notices(home: Home, *suppliers: str, buyer: str = BANK) -> None:
    """A home with an award for each supplier; a name may be followed by its credit code."""
    head = "标题,发布时间,采购单位,中标单位,中标单位统一社会信用代码,项目编号"
    told = [f"智能客服系统项目{n}中标公告,2024-03-01,{buyer},{s},P-{n}" for n, s in enumerate(_coded(suppliers))]
    body = "\n".join([head, *told, ""]).encode()
    pipeline.import_files(home, "notices", [("n.csv", body)], mapping=_typical())


def _coded(suppliers: tuple[str, ...]) -> list[str]:
    return [s if "," in s else f"{s}," for s in suppliers]


def _typical() -> dict[str, Any]:
    return packaged("typical").model_dump(mode="json", exclude_unset=True)


def listed(home: Home, text: str = FIRMS, kind: str = "firms", name: str = "f.csv", **change: Any) -> None:
    """Import a list into a home."""
    mapping = {"like": kind, **change.pop("mapping", {})}
    pipeline.import_files(home, kind, [(name, text.encode())], mapping=mapping, declaration={**DECLARED, **change})


def parsed(home: Home) -> Parsing:
    """What the archive says, without a warehouse."""
    with opened(home) as session:
        return parsing.parse(session, 1, silent)


def dealt(home: Home) -> Deals:
    """What follows of it for suppliers and buyers."""
    return deriving.dealt(parsed(home), Rulings(), [])


def resolved(home: Home) -> dict[str, ResolutionRow]:
    return {found.name: found for found in dealt(home).resolutions}


def alone(home: Home, name: str) -> ResolutionRow:
    """How a name without a credit code is resolved."""
    (found,) = (r for r in dealt(home).resolutions if r.name == name and not r.uscc)
    return found


def said(home: Home) -> list[str]:
    with connect(home) as stores, stores.warehouse.read() as conn:
        return list(dump(conn))


def test_a_listed_firm_is_known_by_its_code_name_and_former_name_and_what_is_like_it(home: Home) -> None:
    notices(home, FIRM, SHORT, "深圳市旧思码电子有限公司", "深圳宇思码计算机系统有限公司", "北京别家科技有限公司")
    listed(home)
    found = resolved(home)
    for name in (FIRM, "深圳市旧思码电子有限公司", "深圳宇思码计算机系统有限公司"):
        assert (found[name].org_id, found[name].canonical_name, found[name].city_code) == (uscc(7), FIRM, "440300")
    assert found["深圳市旧思码电子有限公司"].method == "alias"
    assert found["北京别家科技有限公司"].org_id != uscc(7)
    assert found["北京别家科技有限公司"].city_code == "110000"
    assert sum(deal.supplier_id == uscc(7) for deal in dealt(home).deals) == 4


def test_every_row_of_a_list_is_accounted_for(home: Home) -> None:
    listed(home, mapping={"keep": {"rule": "south", "has_any": ["patents"]}})
    read = parsed(home)
    fates = {row.source_id: (row.state, row.reason) for row in read.listings}
    refused, known = read.quarantine, read.lists.organisations
    assert fates["f.csv:2"] == ("out_of_scope", "south: has no patents")
    assert fates["f.csv:4"] == ("quarantined", "bad_uscc")
    assert len(fates) == len(refused) + len(known) == 3
    assert {r.source for r in known} == {"firms_p"}


def test_a_list_makes_the_resolutions_of_its_kind_stale_and_nothing_else(home: Home) -> None:
    notices(home, FIRM, "北京别家科技有限公司")
    before = resolved(home)
    listed(home)
    after = resolved(home)
    assert before[BANK] == after[BANK]
    assert before[FIRM].recipe != after[FIRM].recipe
    assert before["北京别家科技有限公司"].recipe != after["北京别家科技有限公司"].recipe
    bank = "机构名称,城市\n示例银行人民路支行,成都市\n"
    listed(home, bank, "banks", "b.csv", id="b")
    assert after[FIRM] == resolved(home)[FIRM]
    assert after[BANK].recipe != resolved(home)[BANK].recipe


def test_refresh_after_an_import_equals_rebuild_and_says_what_became_of_the_rows(home: Home) -> None:
    notices(home, FIRM, SHORT, f"{FIRM},{uscc(7)}", "上海某某软件有限公司")
    pipeline.refresh(home)
    listed(home)
    refreshed = pipeline.refresh(home)
    assert (refreshed.built.parsed_now, refreshed.published.findings) == (3, ())
    there = said(home)
    assert list(importing.after(home, Archive.of(home).imports()[-1])) == [
        "firms_p: all, as of 2023-05-29; research only",
        "  2 rows read",
        "  1 row in quarantine: bad_uscc",
    ]
    assert not pipeline.refresh(home).built.changed
    pipeline.rebuild(home)
    assert said(home) == there
    pipeline.replay(home)
    assert said(home) == there


def test_a_higher_revision_replaces_a_list_and_a_list_in_other_words_is_refused(home: Home) -> None:
    listed(home)
    with pytest.raises(UsageError, match="write revision: 2"):
        listed(home, FIRMS + row("深圳市示例戊科技有限公司", code=uscc(9)) + "\n", name="g.csv", who="Somebody else")
    listed(home, f"{HEAD}\n{row(FIRM, code=uscc(7), city='珠海市')}\n", name="g.csv", revision=2)
    assert [(row.name, row.city_code) for row in parsed(home).lists.organisations] == [(FIRM, "440400")]


def test_of_two_lists_the_newer_says_the_name_and_the_city(home: Home) -> None:
    notices(home, "深圳市旧名字数据有限公司")
    listed(home, f"{HEAD}\n{row('深圳市旧名字数据有限公司', code=uscc(5))}\n", id="old", as_of="2019-01-01")
    listed(home, f"{HEAD}\n{row('珠海新名字数据有限公司', code=uscc(5), city='珠海市')}\n", name="g.csv", id="new")
    found = resolved(home)["深圳市旧名字数据有限公司"]
    assert (found.org_id, found.canonical_name, found.city_code) == (uscc(5), "珠海新名字数据有限公司", "440400")


def test_a_code_seen_beside_a_name_once_is_known_where_the_name_stands_alone(home: Home) -> None:
    notices(home, f"{FIRM},{uscc(7)}", FIRM)
    found = alone(home, FIRM)
    assert (found.org_id, found.method) == (uscc(7), "alias")


@pytest.mark.parametrize(("times", "known"), [(1, False), (2, True)])
def test_a_name_beside_anothers_credit_code_does_not_become_that_firm(home: Home, times: int, known: bool) -> None:
    other = "上海无关贸易有限公司"
    notices(home, *[f"{FIRM},{uscc(7)}"] * times, FIRM, f"{other},{uscc(7)}", other)
    assert alone(home, other).org_id != uscc(7)
    assert (alone(home, FIRM).org_id == uscc(7)) == known


def test_an_office_is_placed_by_a_list_of_the_whole_country_and_only_a_candidate_by_any_other(home: Home) -> None:
    office = "中国建设银行股份有限公司人民路支行"
    notices(home, FIRM, buyer=office)
    text = f"机构名称,城市\n{office},成都市\n"
    listed(home, text, "banks", "b.csv", id="part", area=["510100"])
    found = resolved(home)[office]
    assert (found.city_code, json.loads(found.candidates or "[]")) == (None, ["510100 成都市"])
    listed(home, text, "banks", "c.csv", id="whole")
    found = resolved(home)[office]
    assert (found.city_code, found.method, found.bank_class) == ("510100", "alias", "state_owned")
    assert "banks_whole of 2023-05-29" in (found.evidence or "")


def test_a_list_without_declaration_or_with_a_wrong_one_is_refused_before_anything_is_kept(home: Home) -> None:
    with pytest.raises(UsageError, match="needs --declare FILE"):
        pipeline.import_files(home, "firms", [("f.csv", FIRMS.encode())])
    with pytest.raises(UsageError, match="field as_of"):
        listed(home, as_of="soon")
    with pytest.raises(UsageError, match="--place is for reports"):
        listed(home, mapping={"place": "440300"})


def test_the_command_asks_for_a_declaration_and_says_what_a_mapping_leaves(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("企业名称,老板\n深圳示例科技有限公司,某人\n", encoding="utf-8")
    done = CliRunner().invoke(build(), ["--home", str(tmp_path / "home"), "import", "firms", str(tmp_path / "f.csv")])
    assert isinstance(done.exception, UsageError)
    assert "needs --declare FILE" in str(done.exception)
    assert not (tmp_path / "home").exists()
    (told,) = importing.before("firms", [("f.csv", FIRMS.replace("专利数量", "老板").encode())], {"like": "firms"})
    assert told.startswith("f.csv: 3 rows; columns not read: 老板; no column for code, ")
