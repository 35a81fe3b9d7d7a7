"""Coverage and network: what was looked at, what became of every listed item, who sells to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

import fincity
from db.home import Home
from etl.errors import UsageError
from etl.records import Row
from fincity.reader.coverage import FATES, faults
from fincity.reader.network import edges, graphml
from fincity.reader.release import Release
from tests.make_release import BEIJING, GUANGZHOU, SHENZHEN, UNALLOCATED, coverage_days, listings, make_release


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_release(tmp_path_factory.mktemp("coverage") / "home")


def test_listed_is_parsed_quarantined_out_of_scope_and_pending(home: Home) -> None:
    frame = fincity.coverage(home=home).set_index("source")
    assert frame.loc["demo_ccgp", [*FATES]].to_list() == [2, 1, 0, 1]
    assert frame.loc["demo_cfcpn", [*FATES]].to_list() == [1, 0, 1, 0]
    assert (frame["listed"] == frame[[*FATES]].sum(axis=1)).all()
    assert frame.loc["demo_ccgp", "days_partial"] == frame.loc["demo_cfcpn", "days_complete"] == 1
    assert faults(Release.open(home)) == []


def test_the_same_ledger_by_day_and_month(home: Home) -> None:
    days = fincity.coverage(by="day", home=home)
    assert list(days["state"]) == ["partial", "complete"]
    assert "lag_days" not in days
    months = fincity.coverage("demo_ccgp", by="month", home=home)
    assert months[["month", "listed", "open_items", "days_partial"]].values.tolist() == [["2024-03", 4, 2, 1]]


def test_by_city_it_is_the_lowest_completeness_of_a_theme(home: Home) -> None:
    frame = (
        fincity.coverage(by="city", home=home).set_index(["city_code", "theme", "year"])["completeness"].sort_index()
    )
    assert frame.loc[SHENZHEN, "fintech"].to_list() == [0, 0.5, 1]
    assert frame.loc[SHENZHEN, "digital"].to_list() == [0, 0, 0]


def one_more_pending(row: Row) -> Row:
    changed = getattr(row, "source_id", None) == "3"
    return replace(row, state="pending") if changed else row  # type: ignore[call-arg]


def one_without_document(row: Row) -> Row:
    return replace(row, source_id="33") if getattr(row, "source_id", None) == "3" else row  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (one_more_pending, "the ledger counts 4 listed and 2 open items, the lists 4 and 3"),
        (one_without_document, "1 items are parsed but not in the table document, e.g. demo_ccgp/33"),
    ],
)
def test_counts_that_do_not_add_up_are_told(tmp_path: Path, change: Callable[[Row], Row], told: str) -> None:
    home = make_release(tmp_path / "home", {"listing": [change(row) for row in listings()]})
    assert any(told in fault for fault in faults(Release.open(home)))


def test_a_ledger_that_counts_more_than_the_lists_is_told(tmp_path: Path) -> None:
    days = [replace(row, listed=row.listed + 1) for row in coverage_days()]
    assert len(faults(Release.open(make_release(tmp_path / "home", {"coverage_day": days})))) == 2


def test_unknown_sources_and_views_are_refused(home: Home) -> None:
    with pytest.raises(UsageError, match="did you mean demo_ccgp"):
        fincity.coverage("demo_cgp", home=home)
    with pytest.raises(UsageError, match="use source, day, month, city"):
        fincity.coverage(by="week", home=home)


def test_the_network_has_an_edge_a_year_pair_of_cities_class_and_domain(home: Home) -> None:
    frame = fincity.network(home=home)
    assert frame[["seller_city_code", "buyer_city_code", "deals", "amount_yuan"]].values.tolist() == [
        [BEIJING, SHENZHEN, 1, 1_200_000.5],
        [GUANGZHOU, SHENZHEN, 1, 0],
        [UNALLOCATED, GUANGZHOU, 1, 50_000],
    ]
    assert list(frame["seller_city"]) == ["北京市", "广州市", "无法归入城市"]
    assert len(fincity.network(domain="云计算", bank_class="joint_stock", years=2024, home=home)) == 1
    assert fincity.network(years="2020-2021", home=home).empty


def test_the_network_refuses_unknown_classes_and_domains(home: Home) -> None:
    with pytest.raises(UsageError, match="no bank class 'rural'; there are joint_stock"):
        fincity.network(bank_class="rural", home=home)
    with pytest.raises(UsageError, match="did you mean 区块链"):
        fincity.network(domain="区块", home=home)


def test_graphml_is_read_by_others_with_the_same_edges(home: Home, tmp_path: Path) -> None:
    table = edges(Release.open(home))
    path = tmp_path / "network.graphml"
    path.write_bytes(graphml(table, "SYNTHETIC DATA"))
    assert "SYNTHETIC" in (ET.parse(path).findtext("{*}desc") or "")
    read = nx.read_graphml(path, force_multigraph=True)
    assert read.nodes[SHENZHEN]["name"] == "深圳市"
    found = sorted((a, b, data["amount_yuan"], data["domain"]) for a, b, data in read.edges(data=True))
    assert found == sorted(
        (row["seller_city_code"], row["buyer_city_code"], row["amount_yuan"], row["domain"]) for row in table.rows
    )
