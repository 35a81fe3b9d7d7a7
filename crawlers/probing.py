"""What a site's software is: which families fit one of its pages, and what of a source's YAML the page itself shows.

Families declare by what they are known (`SIGNS`, `BEGINNING`, `guess` in crawlers/families). Here a page is held
against all of them, and every family that fits reads it with its own parser: a family that knows the site finds items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from crawlers import families, sources
from crawlers.families import Guess, Sample, Sign
from crawlers.glancing import glance
from crawlers.guesses import LONGEST
from crawlers.sources import Source
from db.home import Home
from etl import parsers
from etl.errors import Quarantined, UsageError
from etl.parsers.blocks import blocked
from etl.parsers.body import layout
from etl.recipes import canonical
from etl.records import Page
from etl.redact import redact

#: Added to the score of a family whose parser reads items from the page.
READS = 2
#: Scores below this are chance; a family that looks for rows and sees none needs a mark of its own.
LEAST, SURE = 2, 4


@dataclass(frozen=True, slots=True)
class Fit:
    """A family that a page may be of. `fields` are those of a source's YAML, dotted (`params.sid`).

    `reads`: what its parser takes the page for, `list` or `item`; `items`: how many it reads; `problem`: why none.
    `listed` and `pages`: what the page states of the whole list.
    """

    family: str
    score: int
    evidence: tuple[str, ...]
    fields: Mapping[str, Any]
    reads: str | None = None
    items: int = 0
    listed: int | None = None
    pages: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known of an address. `known`: sources that ask its host already; `problem`: why nothing could be read."""

    url: str
    title: str = ""
    encoding: str = "utf-8"
    robots: str | None = None
    known: tuple[str, ...] = ()
    problem: str | None = None
    fits: tuple[Fit, ...] = field(default=())


def probe(url: str, beside: Home | None, portal: str | None = None) -> Probe:
    """Fetch a page as the crawler would, robots.txt first, and hold it against the families.

    `beside`: the home whose crawls of the same site must not run at the same time. Raises UsageError for an address
    that is none and without FINCITY_CONTACT, FincityError when the site is being crawled.
    """
    source = _makeshift(url)
    today = date.today()  # noqa: DTZ011 - of no consequence: the list is asked for without days
    with glance(source, today, today, beside=beside, portal=portal) as seen:
        robots = seen.robots()
        found = next((event for event in seen.events if event.kind == "list" and event.outcome == "ok"), None)
        if found is None:
            return Probe(url, robots=robots, known=_known(url), problem=seen.problem())
        return read(seen.body(found), found.url, found.content_type, robots)


def read(body: bytes, url: str, content_type: str | None = None, robots: str | None = None) -> Probe:
    """What a page says, whose address may be unknown (empty)."""
    page = Page(body, "probe", url or None, content_type)
    known = _known(url)
    try:
        text = parsers.decode(page)[:LONGEST]
    except Quarantined as error:
        return Probe(url, robots=robots, known=known, problem=str(error))
    soup = BeautifulSoup(text, "lxml")
    title = redact(layout.clean(soup.title.get_text()))[:200] if soup.title else ""
    fits = sorted(_fits(Sample(url, text, soup), page), key=lambda fit: (-fit.score, -fit.items, fit.family))
    reason = blocked(body, 200) if not any(fit.items for fit in fits) else None
    problem = f"the page is no content but a refusal: {reason}" if reason else None
    return Probe(url, title, _encoding(body), robots, known, problem, tuple(fits))


def nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted fields as a mapping of mappings."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        *steps, last = name.split(".")
        place = made
        for step in steps:
            place = place.setdefault(step, {})
        place[last] = value
    return made


def _fits(sample: Sample, page: Page) -> Iterator[Fit]:
    for name in families.NAMES:
        family = import_module(f"crawlers.families.{name}")
        guess: Guess | None = family.guess(sample) if hasattr(family, "guess") else None
        shown = [(sign, value) for sign in family.SIGNS if (value := _shown(sign, sample)) is not None]
        score = sum(sign.weight for sign, _ in shown) + (guess.weight if guess else 0)
        rowless = hasattr(family, "guess") and guess is None
        if score < (SURE if rowless else 1):
            continue
        fields = _fields(family.BEGINNING, guess, shown, sample.url)
        told = [f"{sign.says}: {value}" if sign.reads else sign.says for sign, value in shown]
        evidence = tuple(dict.fromkeys([*told, *([guess.says] if guess else [])]))
        fit = _read(name, page, score, evidence, fields)
        if fit.score >= LEAST:
            yield fit


def _shown(sign: Sign, sample: Sample) -> str | None:
    """What a mark holds, empty where it only stands there; None where it is missing."""
    if sign.element:
        element = sample.soup.select_one(sign.element)
        if element is None:
            return None
        held = layout.clean(str(element.get(sign.attribute) or "")) if sign.reads else ""
        return held if held or not sign.reads else None
    found = re.search(sign.text, sample.text) if sign.text else re.search(sign.address, sample.url)
    return None if found is None else found[1] if sign.reads else ""


def _fields(
    beginning: Mapping[str, Any], guess: Guess | None, shown: list[tuple[Sign, str]], url: str
) -> dict[str, Any]:
    """The fields of a YAML: what all of the family begin with, what was guessed, what marks hold (the first counts)."""
    fields = {**begun(beginning, url), **(guess.fields if guess else {})}
    held = {sign.reads: value for sign, value in reversed(shown) if sign.reads}
    return fields | {n: int(v) if n == "page_size" and v.isdecimal() else v for n, v in held.items()}


def begun(beginning: Mapping[str, Any], url: str) -> dict[str, Any]:
    """What the YAML of a family's source begins with, at this address."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"

    def placed(value: Any) -> Any:
        return value.replace("{origin}", origin).replace("{url}", url) if isinstance(value, str) else value

    return {name: placed(value) for name, value in beginning.items()}


def _read(name: str, page: Page, score: int, evidence: tuple[str, ...], fields: Mapping[str, Any]) -> Fit:
    """The family's own parser on the page, told what the page showed."""
    parser = parsers.family(name)
    reading = canonical(nested(fields).get("reading", {}))
    told = Page(page.body, page.source, page.url, page.content_type, reading=reading)
    try:
        if parser.is_list(told):
            found = parser.parse_list(told)
            more = READS if found.items else 0
            return Fit(name, score + more, evidence, fields, "list", len(found.items), found.listed, found.pages)
        parser.parse_detail(told)
        return Fit(name, score + READS, evidence, fields, "item", 1)
    except Quarantined as problem:
        unread = problem.reason == "malformed"  # the parser was not told enough
        said = "the page shows no rows with a title and a day" if unread else str(problem)
        return Fit(name, score, evidence, fields, problem=said)


def _known(url: str) -> tuple[str, ...]:
    host = urlsplit(url).hostname
    return tuple(source.id for source in sources.all_sources() if host in source.hosts)


def _encoding(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _makeshift(url: str) -> Source:
    """A source of which nothing is known but one page; its reading finds nothing, so that nothing more is asked for.

    What an existing source of the host says of pace and TLS holds for this page as well.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url!r} is no web address: write it as https://host/path")
    synthetic = parts.hostname.endswith(".invalid")
    same = next((s for s in sources.all_sources() if parts.hostname in s.hosts), None)
    manners = {"headers": same.headers, "legacy_tls": same.legacy_tls} if same else {}
    return Source(
        id="probe",
        title="probe",
        publisher="not known",
        family="html_portal",
        homepage=url,
        hosts=(parts.hostname,),
        site=same.site if same else parts.hostname,
        start=date(2000, 1, 1),
        scopes=(sources.Scope(name="page", kind="other"),),
        delay_seconds=same.delay_seconds if same else sources.MINIMUM_DELAY * (not synthetic),
        paging="newest_first",
        page_size=1,
        robots="asked before the page",
        licence="not known",
        synthetic=synthetic,
        params={"list_url": url},
        reading={
            "item": "fincity-nothing",
            "date_format": "iso",
            "paging": {"kind": "none"},
            "detail": {"body": "fincity-nothing"},
        },
        **manners,
    )
