"""`fincity source list` and `show`, `fincity plan`: what is declared of sources, and what a backfill takes."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers import planning, sources
from crawlers.left_out import left_out
from etl.errors import UsageError
from fincity.cli import main


def shown(capsys: pytest.CaptureFixture[str], *call: str) -> str:
    """What a command prints that ends well."""
    with pytest.raises(SystemExit) as end:
        main(list(call))
    assert not end.value.code
    return capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *call: str) -> Any:
    """What it prints as JSON."""
    return json.loads(shown(capsys, *call, "--json"))


def test_sources_are_listed_by_family_place_and_kind(capsys: pytest.CaptureFixture[str]):
    assert len(told(capsys, "source", "list")) == len(sources.all_sources())
    listed = {row["id"] for row in told(capsys, "source", "list", "--family", "yizhaobiao")}
    assert listed == {"cib", "bankofbeijing", "citic", "cbhb"}
    guangdong = {row["id"] for row in told(capsys, "source", "list", "--area", "440000")}
    assert {"guangdong_gov", "shenzhen_gov"} <= guangdong
    assert "beijing_gov" not in guangdong
    shenzhen = {row["id"] for row in told(capsys, "source", "list", "--area", "440300")}
    assert shenzhen == {"guangdong_gov", "shenzhen_gov"}
    whole = {row["id"] for row in told(capsys, "source", "list", "--area", "000000", "--kind", "policy")}
    assert "govcn" in whole
    assert "cfcpn" not in whole


def test_an_unknown_family_is_named(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main(["source", "list", "--family", "nothing"])
    assert end.value.code == 2
    assert "yizhaobiao" in capsys.readouterr().err


def test_the_columns_of_the_table_stand_under_each_other_with_chinese_in_them(capsys: pytest.CaptureFixture[str]):
    from rich.cells import cell_len

    rows = [line for line in shown(capsys, "source", "list").splitlines() if line.startswith("│")]
    assert any("中国政府采购网" in row for row in rows)
    assert len({cell_len(row) for row in rows}) == 1


def test_sites_left_out_are_listed_with_their_cause(capsys: pytest.CaptureFixture[str]):
    rows = told(capsys, "source", "list", "--left-out")
    assert len(rows) == len(left_out())
    assert {"ebuy.spdb.com.cn", "cg.psbc.com"} <= {address for row in rows for address in row["addresses"]}
    assert all(row["judged"] and row["cause"] for row in rows)


def test_what_stands_for_a_site_left_out_is_a_source_or_a_command():
    known = {source.id for source in sources.all_sources()}
    assert all(one.instead in {"", "fincity import notices", *known} for one in left_out())


def test_a_site_left_out_is_known_by_host_or_by_the_beginning_of_its_path():
    old = next(one for one in left_out() if "ibuy.ccb.com" in one.addresses[0])
    assert old.covers("https://ibuy.ccb.com/cms/channel/ccbbidzbgg/index.htm")
    assert not old.covers("https://ibuy.ccb.com/json/contentFile/359/1.json")


def test_a_source_is_shown_with_its_first_request(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    assert "GET https://ibuy.ccb.com/json/contentFile/359/1.json" in shown(capsys, "source", "show", "ccb")
    copy = tmp_path / "ccb.yaml"
    copy.write_text((sources.FOLDER / "ccb.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert told(capsys, "source", "show", str(copy))["family"] == "json_portal"


# -- plans -------------------------------------------------------------------------------------------------------------

DAYS = (date(2024, 1, 1), date(2024, 12, 31))


def test_a_plan_counts_items_where_somebody_counted_them():
    known = planning.plan("cfcpn", *DAYS)
    assert known.pages >= 366 * 266
    assert known.days == pytest.approx(known.pages * 15 / 86_400, abs=0.001)
    unknown = planning.plan("ccb", *DAYS)
    assert unknown.pages == unknown.windows == 7
    assert "result" in unknown.unknown[0]


def test_a_deeper_list_is_walked_through_first():
    today = date.today()  # noqa: DTZ011
    now = planning.plan("cfcpn", today - timedelta(days=30), today)
    before = planning.plan("cfcpn", today - timedelta(days=430), today - timedelta(days=400))
    assert before.pages - now.pages == pytest.approx(400 * 266 / 50, abs=10)


def test_sources_of_one_site_wait_for_each_other():
    plans = [planning.plan(name, *DAYS) for name in ("ccgp", "ccgp_contract", "cfcpn")]
    total = planning.total(plans)
    assert total.pages == sum(one.pages for one in plans)
    assert total.days == pytest.approx(sum(one.days for one in plans))
    assert total.days_side_by_side == plans[2].days


def test_days_before_a_source_began_take_nothing():
    assert planning.plan("govcn_latest", *DAYS).pages == 0
    with pytest.raises(UsageError, match="exchange"):
        planning.plan("cfcpn", DAYS[1], DAYS[0])


def test_the_command_plans_one_or_several(capsys: pytest.CaptureFixture[str]):
    days = ("--since", "2024-01-01", "--until", "2024-12-31")
    assert told(capsys, "plan", "ccgp", *days)["windows"] == 96
    several = told(capsys, "plan", "ccgp", "cdb", *days)
    assert several["total"]["pages"] == sum(one["pages"] for one in several["plans"])
    table = shown(capsys, "plan", "ccgp", "cdb", *days)
    assert "together at least" in table
    assert "unknown: cdb: how many items a day: result, tender" in table
