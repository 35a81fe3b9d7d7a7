"""Sources: read strictly, polite by construction, and each starts with the right first request, offline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

import pytest
import yaml

from crawlers import sources
from crawlers.families import Ask, family
from crawlers.planning import first_request
from etl.errors import FincityError, UsageError

#: Source -> what its first request must say.
FIRST = yaml.safe_load(Path(__file__).with_name("first_requests.yaml").read_text(encoding="utf-8"))


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """A request's fields, nested ones under dotted names."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield name, value
    for key, part in inner:
        yield from flat(part, f"{name}.{key}".lstrip("."))


def sent(ask: Ask) -> dict[str, Any]:
    """The fields of a request, wherever they are."""
    if ask.headers.get("Content-Type", "").startswith("application/json"):
        return dict(flat(json.loads(ask.body)))
    return dict(parse_qsl(urlsplit(ask.url).query or ask.body.decode(), keep_blank_values=True))


@pytest.mark.parametrize("source", sources.all_sources(), ids=lambda s: s.id)
def test_every_source_starts_offline_with_its_first_request(source: sources.Source):
    expected = FIRST[source.id]
    ask = first_request(source, date(2024, 1, 1), date(2024, 12, 31))
    address = unquote(urlunsplit((*urlsplit(ask.url)[:3], "", "")))
    assert f"{ask.method} {address}" == expected["asks"]
    assert expected.get("fields", {}).items() <= sent(ask).items()
    headers = {**source.headers, **ask.headers}
    assert all(headers[name].startswith(value) for name, value in expected.get("sends", {}).items())


def test_no_list_is_expected_of_a_source_that_is_not_there():
    assert {source.id for source in sources.all_sources()} == set(FIRST)


@pytest.mark.parametrize("source", sources.all_sources(), ids=lambda s: s.id)
def test_every_list_is_asked_for_on_an_allowed_host_and_differs_from_the_others(source: sources.Source):
    asks = [first_request(source, date(2024, 1, 1), date(2024, 12, 31), scope) for scope in source.scopes]
    assert all(urlsplit(ask.url).hostname in source.hosts for ask in asks)
    assert len({(ask.url, ask.body) for ask in asks}) == len(source.scopes)


@pytest.mark.parametrize("source", [s for s in sources.all_sources() if not s.synthetic], ids=lambda s: s.id)
def test_real_sources_are_asked_politely_and_not_called_verified(source: sources.Source):
    assert source.delay_seconds >= 3
    assert source.concurrency == 1
    assert source.verified == "never"


def test_the_facts_of_a_source_tell_scopes_paging_and_rules():
    facts = sources.load("ccgp").facts
    assert facts.scope_names()[:2] == ("award", "deal")
    assert (facts.paging, facts.cap, facts.synthetic) == ("window", 10000, False)
    assert facts.out_of_scope[0][0] == "no_financial_body"


def test_an_item_is_asked_for_by_its_address_or_its_id():
    ccgp, cfcpn = sources.load("ccgp"), sources.load("cfcpn")
    assert (
        family("ccgp").detail_request(ccgp, "1", "http://www.ccgp.gov.cn/a.htm").url == "http://www.ccgp.gov.cn/a.htm"
    )
    assert b"id=ab" in family("cfcpn").detail_request(cfcpn, "ab", None).body
    with pytest.raises(UsageError, match="without an address"):
        family("ccgp").detail_request(ccgp, "1", None)


BAD = {
    "delay_seconds: 1": "delay_seconds",
    "concurrency: 4": "concurrency",
    "colour: red": "colour",
    "paging: sideways": "paging",
    "page_size: many": "page_size",
    "hosts: [a.example.cn]": "given twice",
    "area: [110000, 12]": "area",
    "out_of_scope: [{rule: x, title_regex: '('}]": "title_regex",
    "out_of_scope: [{rule: x}]": "kinds or title_regex",
    "synthetic: true": "synthetic",
    "params: {list_url: 'http://other.example.cn/'}": "none of the allowed hosts",
    "{": "YAML",
}
GOOD = """\
id: one
title: T
publisher: P
family: ccgp
homepage: http://one.example.cn/
hosts: [one.example.cn]
site: example.cn
start: 2020-01-01
scopes: [{name: a, kind: result}]
paging: window
page_size: 20
robots: not known
licence: not known
params: {list_url: http://one.example.cn/}
"""


@pytest.mark.parametrize("line", BAD)
def test_a_wrong_source_file_is_refused_with_file_and_field(tmp_path: Path, line: str):
    path = tmp_path / "one.yaml"
    given = line.partition(":")[0]
    again = given in ("page_size", "paging", "params")  # the others are added, or given twice
    text = re.sub(rf"^{given}: .*\n", "", GOOD, flags=re.MULTILINE) if again else GOOD
    path.write_text(text + line + "\n", encoding="utf-8")
    with pytest.raises(FincityError, match=BAD[line]) as caught:
        sources.read(path)
    assert "one.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_good_source_file_is_read(tmp_path: Path):
    path = tmp_path / "one.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert sources.read(path).id == "one"
    (tmp_path / "two.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(FincityError, match="name of the file"):
        sources.read(tmp_path / "two.yaml")


def test_an_unknown_source_names_the_known_ones():
    with pytest.raises(UsageError, match="cfcpn"):
        sources.load("nowhere")
    with pytest.raises(UsageError, match="award"):
        sources.load("ccgp").scope("nothing")
