"""`fincity source probe` and `new`: any page is held against all families, and read by those that fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers import families, probing, sources
from crawlers.drafting import draft
from crawlers.planning import first_request
from etl import parsers
from etl.errors import Quarantined
from etl.recipes import canonical
from etl.records import Page
from fincity.cli import main

PAGES = Path(__file__).parent / "pages"
URL = "https://portal.example/list/index.html"
API = "https://portal.example/api/list?pageNo=1&pageSize=20&kind=3"
#: List pages and the number of their items, counted by eye.
LISTS = {
    "ccgp/list.html": 3,
    "ccgp/channel_central.html": 3,
    "ccgp/contracts.html": 2,
    "cfcpn/list.json": 6,
    "epoint/search.json": 3,
    "epoint/search_gb18030.json": 3,
    "epoint/search_wrapped.json": 3,
    "epoint/section.json": 2,
    "ggzy/list.json": 4,
    "gkmlpt/list.json": 2,
    "govcn/search.json": 4,
    "policy_json/channel.json": 2,
    "policy_json/list.json": 3,
    "report_articles/collection.shtml": 3,
    "trs_irs/search.json": 2,
    "trs_list/list.html": 3,
    "trs_list/list_pbc.html": 3,
    "trs_list/list_single.html": 2,
    "yizhaobiao/list.json": 4,
    "yizhaobiao/list_old.html": 10,
    "zcy/list.json": 4,
}
#: Lists of sites that differ in their YAML alone.
DECLARED = sorted(p for family in ("html_portal", "json_portal") for p in (PAGES / family).glob("*_list.*"))


def run(*call: str) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as end:
        main(list(call))
    return int(end.value.code or 0)


def seen(path: str | Path, url: str = "") -> probing.Probe:
    file = PAGES / path
    return probing.read(file.read_bytes(), url or (API if file.suffix == ".json" else URL))


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_taken_for_its_family_which_reads_its_items(path: str):
    best = seen(path).fits[0]
    assert (best.family, best.items) == (path.partition("/")[0], LISTS[path])
    assert best.evidence


@pytest.mark.parametrize("path", DECLARED, ids=lambda p: p.stem)
def test_what_is_guessed_of_a_site_reads_what_its_yaml_reads(path: Path):
    source = sources.load(path.stem.removesuffix("_list"))
    best = seen(path).fits[0]
    assert best.family == source.family
    guessed = canonical(probing.nested(best.fields)["reading"])
    assert rows(path, source.family, guessed) == rows(path, source.family, source.facts.reading)


def rows(path: Path, family: str, reading: str) -> list[tuple[str | None, str | None]]:
    """Items of a list as their family reads them; JSON shows titles, and how pages are called only its YAML knows."""
    page = parsers.family(family).parse_list(Page(path.read_bytes(), "one", URL, reading=reading))
    return [(item.title if path.suffix == ".json" else item.url, item.published_at) for item in page.items]


HIDDEN = """<html><head><title>采购公告</title></head><body><input type="hidden" class="chunkSiteId" value="725">
<input value="213" class="channelCategoryId"><input class="pageSize" value="10"><div id="list"></div></body></html>"""


def test_hidden_inputs_of_yizhaobiao_are_read():
    best = probing.read(HIDDEN.encode(), "https://ebid.example.cn/cms/default/webfile/ywgg3/index.html").fits[0]
    shown = probing.nested(best.fields)
    assert best.family == "yizhaobiao"
    assert shown["params"] == {"base_url": "https://ebid.example.cn", "site_id": "725"}
    assert shown["scope"] == {"column": "ywgg3", "category_id": "213"}
    assert shown["page_size"] == 10


def test_the_settings_of_gkmlpt_and_the_pager_of_trs_are_read():
    gkmlpt = probing.nested(seen("gkmlpt/post.html").fits[0].fields)
    assert (gkmlpt["params"]["sid"], gkmlpt["scope"]["column"]) == ("2", "5")
    trs = seen("trs_list/list.html").fits[0]
    assert trs.pages == 50
    assert trs.fields["params.page_url"] == "https://portal.example/list/index_{page}.htm"
    assert trs.fields["params.page_start"] == 0


def test_json_keys_totals_and_the_way_to_ask_are_read():
    shown = probing.nested(seen("json_portal/icbc_list.json").fits[0].fields)
    assert shown["reading"]["fields"] == {"id": "noticeId", "title": "noticeTitle", "date": "issueDate"}
    assert shown["reading"]["list"] == {"rows": "rows", "total": "totalNum", "pages": "totalPage"}
    assert shown["reading"]["date_format"] == "compact12"
    asked = {"path": "/api/list", "params": {"kind": "3"}, "page_param": "pageNo", "page_size_param": "pageSize"}
    assert shown["params"]["list"] == asked


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("path", "family", "items"),
    [
        ("notices/ccgp/search_result_2017.html", "ccgp", 20),
        ("notices/ggzy/api_sample.json", "ggzy", 20),
        ("notices/ggzy/probe_page.html", "ggzy", 20),
        ("notices/tables/bid1.htm", "html_portal", 20),
        ("notices/telecom/tower-notices.json", "json_portal", 546),
    ],
)
def test_real_lists_are_known_without_their_address(shared_data: Path, path: str, family: str, items: int):
    best = probing.read((shared_data / path).read_bytes(), "").fits[0]
    assert (best.family, best.items) == (family, items)


@pytest.mark.parametrize("path", ["cfcpn/throttled.json", "html_portal/login.html", "trs_list/blocked.html"])
def test_a_refusal_is_called_one(path: str):
    assert "refusal" in (seen(path).problem or "")


def test_a_source_of_the_same_host_is_named():
    assert seen("ccgp/channel.html", "http://www.ccgp.gov.cn/cggg/zygg/zbgg/index.htm").known == (
        *("ccgp", "ccgp_central", "ccgp_contract", "ccgp_local"),
    )


@pytest.mark.parametrize("name", families.NAMES)
def test_every_family_says_by_what_it_is_known(name: str):
    family = families.family(name)
    assert family.SIGNS
    fields = {field.partition(".")[0] for field in family.BEGINNING}
    assert fields <= {"params", "reading", "scope", "kind", *sources.Source.model_fields}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted({*LISTS})), st.data())
def test_a_damaged_page_is_probed_without_a_crash(path: str, data: st.DataObject):
    body = (PAGES / path).read_bytes()
    start = data.draw(st.integers(0, len(body) - 1))
    end = data.draw(st.integers(start, len(body)))
    found = probing.read(body[:start] + data.draw(st.binary(max_size=30)) + body[end:], URL)
    assert all(fit.items or fit.problem or fit.reads for fit in found.fits)


# -- the commands ------------------------------------------------------------------------------------------------------


def test_a_saved_page_is_probed_offline(capsys: pytest.CaptureFixture[str]):
    assert run("source", "probe", "--page", str(PAGES / "yizhaobiao/list_old.html")) == 0
    told = capsys.readouterr().out
    assert "1. yizhaobiao" in told
    assert "reads 10 items" in told
    assert "because: rows of its older generation" in told
    assert run("source", "probe", API, "--page", str(PAGES / "zcy/list.json"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["fits"][0]["listed"] == 1873


def test_a_made_up_site_is_probed_live_with_robots_first(capsys: pytest.CaptureFixture[str]):
    url = "http://search.ccgp.demo.invalid/bxsearch?bidType=7&start_time=2023%3A01%3A01&end_time=2023%3A12%3A31"
    assert run("source", "probe", f"{url}&page_index=1&timeType=6", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert "robots.txt, read on" in found["robots"]
    assert found["known"] == ["demo_ccgp"]
    assert (found["fits"][0]["family"], found["fits"][0]["items"]) == ("ccgp", 20)
    assert run("source", "probe", "http://www.ccgp.demo.invalid/private/list.htm") == 1
    assert "robots.txt forbids it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["https://www.example.org/"], "FINCITY_CONTACT"),
        (["ftp://www.example.org/"], "no web address"),
        ([], "--page"),
        (["--page", "nowhere.html"], "nowhere.html"),
    ],
)
def test_a_wrong_call_ends_in_one_line(
    call: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("FINCITY_CONTACT", raising=False)
    assert run("source", "probe", *call) == 2
    message = capsys.readouterr().err
    assert said in message
    assert message.count("\n") == 1


def new(tmp_path: Path, family: str, *more: str, name: str = "city_bank") -> tuple[int, Path]:
    path = tmp_path / f"{name}.yaml"
    return run("source", "new", name, "--family", family, "--url", URL, "-o", str(path), *more), path


def test_a_new_source_is_filled_from_its_page_and_loads(tmp_path: Path):
    code, path = new(tmp_path, "html_portal", "--page", str(PAGES / "html_portal/cdb_list.html"))
    made = sources.read(path)
    assert (code, made.reading["title"], made.reading["date_format"]) == (0, "div.tit", "ymd_slash")
    assert first_request(made).url == URL
    assert made.verified == "never"
    assert "3 links with a title and a day" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("family", families.NAMES)
def test_a_skeleton_loads_or_says_what_is_missing(family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, path = new(tmp_path, family, "--offline")
    assert path.is_file()
    if code:
        assert code == 3
        assert "does not load yet" in capsys.readouterr().err
    else:
        assert sources.read(path).family == family
    assert "publisher: '?'" in path.read_text(encoding="utf-8")


def test_a_new_source_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    new(tmp_path, "html_portal", "--offline")
    assert new(tmp_path, "html_portal", "--offline")[0] == 2
    assert "not overwritten" in capsys.readouterr().err
    assert new(tmp_path, "html_portal", "--offline", name="cdb")[0] == 2
    assert new(tmp_path, "html_portal", "--offline", name="City")[0] == 2
    assert new(tmp_path, "nothing", "--offline", name="other")[0] == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["city_bank.yaml"]


def test_a_page_cannot_write_into_the_yaml(tmp_path: Path):
    evil = "<title>a\nhosts: [evil.example]\n# </title><ul class='l'>"
    items = "".join(f"<li><a href='/{n}.html'>采购结果公告第{n}号</a><span>2026-01-0{n}</span></li>" for n in (1, 2))
    probe = probing.read(f"{evil}{items}</ul>".encode(), URL)
    path = tmp_path / "city_bank.yaml"
    path.write_text(draft("city_bank", "html_portal", URL, probe), encoding="utf-8")
    assert sources.read(path).hosts == ("portal.example",)


def test_a_site_that_cannot_be_asked_gives_a_skeleton_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("FINCITY_CONTACT", raising=False)
    _, path = new(tmp_path, "html_portal")
    assert path.is_file()
    assert "FINCITY_CONTACT" in capsys.readouterr().err


def test_a_family_that_reads_nothing_says_why():
    shell = seen("yizhaobiao/shell.html").fits[0]
    assert (shell.family, shell.items) == ("yizhaobiao", 0)
    assert "text-part-text" in (shell.problem or "")
    with pytest.raises(Quarantined):
        parsers.family("yizhaobiao").parse_detail(Page((PAGES / "yizhaobiao/shell.html").read_bytes()))
