"""Imported notices are of equal rank: declared, they enter ledger, deals, panel and explanation like crawled ones."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from db.archive import Archive
from db.engine import connect
from db.home import Home
from db.warehouse import dump, rows
from etl.errors import UsageError
from etl.imports import Declaration, ListDeclaration, Mapping, checked, example_declaration, list_mapping
from etl.imports.answers import UNREAD, Answers
from etl.records import Lot, Record, Supplier
from etl.records.rows import AwardNoticeRow, DealRow
from fincity.cli.app import build
from fincity.reader.coverage import view
from fincity.reader.explain import explain
from fincity.reader.release import Release
from flows import pipeline
from flows.imports import Imported, read_imports
from flows.progress import silent

FIRST, SECOND = "示例甲科技有限公司", "示例乙数据有限公司"
HEAD = "标题,发布时间,采购单位,中标单位,中标金额(万元),项目编号,链接"
DECLARED: dict[str, Any] = {
    "id": "p",
    "title": "Awards of an example platform",
    "who": "Example University",
    "licence": "research only",
    "platform": "example platform",
    "selection": "all",
    "window": {"since": "2024-01-01", "until": "2024-12-31"},
    "queried_on": "2025-04-10",
    "row_cap": 100,
}


def row(title: str = "智能客服系统项目", day: str = "2024-03-01", firm: str = FIRST, **more: str) -> str:
    told = {"buyer": "中国建设银行股份有限公司深圳市分行", "amount": "56.98", "code": "SZ-2024-001", **more}
    return f"{title}中标公告,{day},{told['buyer']},{firm},{told['amount']},{told['code']},{told.get('url', '')}"


def export(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows, ""]).encode()


def declaration(**change: Any) -> Declaration:
    return checked(Declaration, {**DECLARED, **change}, "d.yaml")


def record(*firms: str, title: str = "项目中标公告") -> Record:
    return Record("s", "1", title=title, lots=(Lot(suppliers=tuple(Supplier(f) for f in firms)),))


# -- declarations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"who": None}, "field who"),
        ({"selection": "some"}, "field selection"),
        ({"selection": {"firms": []}}, "give either firms or terms"),
        ({"selection": {"firms": [FIRST, f"{FIRST} "]}}, "stands twice"),
        ({"area": ["44030"]}, "no six-digit code"),
        ({"window": {"since": "2024-12-31", "until": "2024-01-01"}}, "lies after"),
        ({"queried_on": "2023-01-01"}, "nothing could be known"),
        ({"queried_on": 20250410}, "write it as 2024-12-31"),
        ({"row_cap": 0}, "field row_cap"),
        ({"row_cap": True}, "field row_cap"),
        ({"notice_types": ["win"]}, "field notice_types"),
        ({"id": "P 1"}, "field id"),
        ({"rowcap": 1}, "field rowcap"),
    ],
)
def test_a_wrong_declaration_names_its_field(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as error:
        declaration(**change)
    assert said in str(error.value)


def test_the_shipped_example_is_a_valid_declaration() -> None:
    example = checked(Declaration, yaml.safe_load(example_declaration()), "example")
    assert (example.source, example.asked_for) == ("import_platform_firms_2024", "only 2 firms")


def test_the_examples_in_the_documentation_are_valid() -> None:
    page = (Path(__file__).parent.parent / "docs" / "imports.md").read_text(encoding="utf-8")
    mapping, declared, of_list, listed = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert checked(Mapping, yaml.safe_load(mapping), "docs").amount_unit == "万元"
    assert checked(Declaration, yaml.safe_load(declared), "docs").source == "import_platform_firms_2024"
    assert list_mapping(yaml.safe_load(of_list), "docs").columns["企业全名"] == "name"
    assert checked(ListDeclaration, yaml.safe_load(listed), "docs").row_cap == 10_000


def test_a_declaration_becomes_the_facts_of_a_source_with_a_scope_for_each_query() -> None:
    led = declaration(selection={"firms": [SECOND, FIRST]}, area=["440000"], notice_types=["award", "failed"])
    facts = led.facts()
    assert (facts.source, facts.area, facts.cap, facts.licence) == ("import_p", ("440000",), 100, "research only")
    assert facts.scopes == tuple((firm, "result") for firm in sorted((FIRST, SECOND)))
    assert declaration().facts().scopes == (("all", "result"),)


def test_thousands_of_firms_over_years_share_scopes_and_the_ledger_stays_small() -> None:
    firms = [f"示例{n}科技有限公司" for n in range(5448)]
    led = declaration(selection={"firms": firms}, window={"since": "2015-10-29", "until": "2023-05-29"})
    assert {*led.scopes()} == {*firms}
    assert len(led.scope_names()) * led.days <= 200_000


# -- what rows answer ------------------------------------------------------------------------------------------------


def states(answers: Answers, day: str = "2024-03-01") -> dict[str, str]:
    return {r.scope: r.state for r in answers.ledger({}) if r.day == day}


def test_a_day_is_complete_once_it_was_over_when_the_query_was_made() -> None:
    answers = Answers(declaration(queried_on="2024-03-02"))
    told = {r.day: r.state for r in answers.ledger({("all", date(2024, 3, 1)): 2})}
    assert (told["2024-01-01"], told["2024-03-01"]) == ("complete", "complete")
    assert (told["2024-03-02"], told["2024-03-03"], told["2024-12-31"]) == ("partial", "not_looked", "not_looked")
    assert (min(told), max(told)) == ("2024-01-01", "2024-12-31")


def test_an_answer_at_the_cap_is_partial_and_says_so() -> None:
    answers = Answers(declaration(selection={"firms": [FIRST, SECOND]}, row_cap=2))
    for _ in range(2):
        answers.add(record(FIRST), "a.csv")
    answers.add(record(SECOND), "a.csv")
    assert states(answers) == {FIRST: "partial", SECOND: "complete"}
    reasons = {r.scope: r.reason for r in answers.ledger({})}
    assert reasons[FIRST] == "the answer has 2 rows and the platform cuts it at 2"


def test_a_platform_without_a_cap_cuts_nothing() -> None:
    answers = Answers(declaration(row_cap=None))
    for _ in range(1000):
        answers.add(record(FIRST), "a.csv")
    assert states(answers) == {"all": "complete"}


def test_a_row_belongs_to_the_firm_that_won_or_that_its_file_is_named_after() -> None:
    answers = Answers(declaration(selection={"firms": [FIRST, SECOND]}))
    assert answers.add(record(FIRST, "另一家有限公司"), "a.csv") == FIRST
    assert answers.add(record("另一家有限公司"), f"2024/{SECOND}.xlsx") == SECOND
    assert answers.add(record("另一家有限公司"), "a.csv") == ""
    assert (answers.rows, answers.loose) == ({FIRST: 1, SECOND: 1}, 1)


def test_a_row_that_answers_nothing_may_have_filled_up_any_answer() -> None:
    answers = Answers(declaration(selection={"firms": [FIRST]}, row_cap=3))
    for _ in range(3):
        answers.add(record("另一家有限公司"), "a.csv")
    assert states(answers) == {FIRST: "partial"}


def test_terms_are_looked_for_in_what_the_row_says() -> None:
    answers = Answers(declaration(selection={"terms": ["区块链", "大数据"]}))
    assert answers.add(record(FIRST, title="大数据与区块链平台中标公告"), "a.csv") == "区块链"
    assert answers.rows == {"区块链": 1, "大数据": 1}


def test_rows_in_quarantine_leave_a_list_of_their_own_open() -> None:
    answers = Answers(declaration())
    answers.unread = 3
    assert states(answers) == {"all": "complete", UNREAD: "partial"}
    (reason,) = {r.reason for r in answers.ledger({}) if r.scope == UNREAD}
    assert reason == "3 rows in quarantine: the day of publication is not known"


# -- the whole way ---------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    return Home.create(tmp_path / "home", "real")


def keep(home: Home, name: str, data: bytes, declared: dict[str, Any] | None = DECLARED) -> None:
    mapping = {} if name.endswith(".jsonl") else {"columns": _columns()}
    pipeline.import_files(home, "notices", [(name, data)], mapping=mapping, declaration=declared)


def read(home: Home) -> Imported:
    """What the imports of a home give, without everything that follows from it."""
    return read_imports(Archive.of(home), {}, silent, synthetic=False)


def _columns() -> dict[str, str]:
    fields = ("title", "published_at", "purchaser", "supplier", "amount", "project_code", "url")
    return dict(zip(HEAD.split(","), fields, strict=True))


def said(home: Home) -> list[str]:
    with connect(home) as stores, stores.warehouse.read() as conn:
        return list(dump(conn))


def test_an_export_of_everything_makes_a_lower_bound_that_names_it_and_leads_back_to_its_rows(home: Home) -> None:
    keep(home, "e/2024.csv", export(row(), row("风控模型平台", code="SZ-2024-002")))
    assert not pipeline.refresh(home).published.findings
    found = explain("深圳", 2024, "fintech_deals_bought", home=home)
    assert found.value == 2
    assert 0 < found.completeness < 1
    reason = found.reason or ""
    assert reason.startswith("import_p (all notices): 366 of 366 days complete; ")
    assert "not_looked" in reason
    notices = [n for one in found.contributions if one.award for n in one.award.notices]
    assert [(n.source, n.source_id) for n in notices] == [("import_p", "e/2024.csv:2"), ("import_p", "e/2024.csv:3")]
    gap = found.gaps[0]
    assert (gap.source, gap.scope, gap.states) == ("import_p", "all notices", {"complete": 366})
    (shown,) = view(Release.open(home), "source", "import_p").rows
    assert (shown["listed"], shown["parsed"], shown["days_complete"]) == (2, 2, 366)
    days = {r["day"]: r for r in view(Release.open(home), "day", "import_p").rows}
    assert (days["2024-03-01"]["state"], days["2024-03-01"]["listed"]) == ("complete", 2)


def test_refreshing_twice_rebuilding_and_replaying_change_nothing(home: Home) -> None:
    keep(home, "e/2024.csv", export(row(), row(day="someday")), {**DECLARED, "selection": {"firms": [FIRST]}})
    pipeline.refresh(home)
    before = said(home)
    assert not pipeline.refresh(home).built.changed
    pipeline.rebuild(home)
    assert said(home) == before
    pipeline.replay(home)
    assert said(home) == before


def test_the_same_award_in_an_export_and_on_a_portal_is_one_deal_with_both_as_evidence(home: Home) -> None:
    body = (
        "<p>项目编号：SZ-2024-001</p><p>采购人：中国建设银行股份有限公司深圳市分行</p>"
        f"<p>中标供应商：{FIRST}</p><p>中标金额：56.98万元</p><p>公告期限：一个工作日，详情请咨询采购人。</p>"
    )
    crawled = {"id": "7", "title": "智能客服系统项目中标结果公告", "publish_time": "2024-03-02", "content_html": body}
    keep(home, "crawl.jsonl", json.dumps(crawled).encode(), None)
    keep(home, "e/2024.csv", export(row()))
    pipeline.refresh(home)
    with connect(home) as stores, stores.warehouse.read() as conn:
        told = [(n.source, n.role, n.evidence) for n in rows(conn, AwardNoticeRow)]
        assert len(rows(conn, DealRow)) == 1
    assert told == [
        ("import_p", "award", "first notice of the award"),
        ("notices", "copy", "project code SZ-2024-001"),
    ]


def test_a_notice_without_a_day_goes_to_quarantine(home: Home) -> None:
    nameless = {"id": "7", "title": "智能客服系统项目中标公告", "content_text": f"中标供应商：{FIRST}。" * 9}
    keep(home, "crawl.jsonl", json.dumps(nameless).encode(), None)
    assert [q.reason for q in read(home).quarantine] == ["no_publication_date"]


# -- corrections -----------------------------------------------------------------------------------------------------


def test_declaring_the_same_file_later_replaces_the_undeclared_import(home: Home) -> None:
    keep(home, "e/2024.csv", export(row()), None)
    keep(home, "e/2024.csv", export(row()))
    found = read(home)
    assert [(d.source, d.source_id) for d in found.documents] == [("import_p", "e/2024.csv:2")]
    assert len(found.declarations) == 1


def test_a_higher_revision_replaces_an_import_with_all_its_files(home: Home) -> None:
    keep(home, "e/2024.csv", export(row(), row(day="someday")))
    keep(home, "e/more.csv", export(row(code="X-2024-9")))
    assert (len(read(home).documents), len(read(home).quarantine)) == (2, 1)
    keep(home, "e/2024.csv", export(row(), row(day="2024-05-05")), {**DECLARED, "revision": 2})
    assert [d.source_id for d in read(home).documents] == ["e/2024.csv:2", "e/2024.csv:3"]
    assert read(home).quarantine == []


def test_files_of_one_declaration_are_one_answer(home: Home) -> None:
    keep(home, "e/1.csv", export(row()), {**DECLARED, "row_cap": 2})
    assert {r.state for r in read(home).coverage} == {"complete"}
    keep(home, "e/2.csv", export(row(code="X-2024-9")), {**DECLARED, "row_cap": 2})
    assert {r.state for r in read(home).coverage} == {"partial"}


def test_what_contradicts_an_earlier_import_is_refused_before_it_is_kept(home: Home) -> None:
    keep(home, "e/2024.csv", export(row()))
    with pytest.raises(UsageError, match="declared before in other words"):
        keep(home, "e/more.csv", export(row(code="X-2024-9")), {**DECLARED, "row_cap": 5})
    with pytest.raises(UsageError, match="a file of this name with other rows"):
        keep(home, "e/2024.csv", export(row(code="X-2024-9")))
    keep(home, "e/2024.csv", export(row()), {**DECLARED, "revision": 3})
    with pytest.raises(UsageError, match="revision 3 is there already"):
        keep(home, "e/2024.csv", export(row()), {**DECLARED, "revision": 2})
    twice = [("e/2024.csv", export(row())), ("e/2024.csv", b"")]
    with pytest.raises(UsageError, match="two files have this name"):
        pipeline.import_files(home, "notices", twice, mapping={"columns": _columns()})
    assert len(Archive.of(home).imports()) == 2


def test_free_words_of_an_earlier_fincity_count_as_no_declaration(home: Home) -> None:
    Archive.of(home).put_import("notices", [("a.jsonl", b"{}")], declaration={"who": "me"})
    assert read(home).coverage == []


# -- the command -----------------------------------------------------------------------------------------------------


def command(folder: Path, *arguments: str) -> Any:
    return CliRunner().invoke(build(), ["--home", str(folder / "home"), "import", "notices", *arguments])


def test_without_a_declaration_documents_count_no_day_does_and_the_command_says_how_to_declare(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(export(row()))
    done = command(tmp_path, str(tmp_path / "e.csv"), "--mapping", "typical")
    assert done.exit_code == 0, done.output
    assert "e.csv: 1 rows" in done.stderr
    example = done.stderr[done.stderr.index("# What an export") :]
    assert Declaration.model_validate(yaml.safe_load(example)).id == "platform_firms_2024"
    found = explain("深圳", 2024, "fintech_deals_bought", home=tmp_path / "home")
    assert (found.value, found.completeness, len(found.contributions)) == (None, 0, 1)
    assert (found.reason or "").startswith("notices: imported without a declaration")
    (shown,) = view(Release.open(tmp_path / "home"), "source", "notices").rows
    assert (shown["parsed"], shown["days_complete"]) == (1, 0)


def test_the_command_refuses_columns_it_cannot_read_and_makes_no_home(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(export(row()))
    bad = copy.deepcopy(DECLARED) | {"who": ""}
    (tmp_path / "d.yaml").write_text(yaml.safe_dump(bad), encoding="utf-8")
    unmapped = command(tmp_path, str(tmp_path / "e.csv"))
    wrong = command(tmp_path, str(tmp_path / "e.csv"), "--mapping", "typical", "--declare", str(tmp_path / "d.yaml"))
    assert isinstance(unmapped.exception, UsageError)
    assert "say with --mapping how its columns are read" in str(unmapped.exception)
    assert "--declare: field who" in str(wrong.exception)
    assert not (tmp_path / "home").exists()
