"""The YAML of a new source as a skeleton: what a probe or the family knows is filled in, a person says the rest.

A skeleton is written even where it does not load yet: `sources.read` then says what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import yaml

from crawlers import sources
from crawlers.probing import Fit, Probe, begun, nested
from crawlers.sources import Source
from etl.errors import UsageError

#: What stands where a person must say it; `fincity check` complains as long as it does.
OPEN = "?"


def check_id(source_id: str) -> None:
    """UsageError for an id that cannot be a source's, or is one's already."""
    if sources.ID.fullmatch(source_id) is None:
        raise UsageError(f"{source_id!r} is no id: small letters, digits and underscores, a letter first (city_bank)")
    if (sources.FOLDER / f"{source_id}.yaml").exists():
        raise UsageError(f"there is a source {source_id!r} already: `fincity source show {source_id}`")


def draft(source_id: str, family: str, url: str, probe: Probe | None) -> str:
    """The skeleton of a source's YAML. UsageError for an unknown family or an address that is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url!r} is no web address: write it as https://host/path")
    fit = next((one for one in probe.fits if one.family == family), None) if probe else None
    fields = dict(fit.fields) if fit else begun(_beginning(family), url)
    said = nested(fields)
    return "\n".join(
        [*_head(source_id, family, url, probe, fit), *_body(said, parts.hostname, probe), *_ways(said, family)]
    )


def _beginning(family: str) -> Mapping[str, Any]:
    from crawlers import families

    families.family(family)
    found: Mapping[str, Any] = import_module(f"crawlers.families.{family}").BEGINNING
    return found


def _head(source_id: str, family: str, url: str, probe: Probe | None, fit: Fit | None) -> Iterator[str]:
    yield f"# Made by `fincity source new`: say what is {OPEN!r}, check every guess, then run `fincity source verify`."
    if fit:
        yield _remark(f"The page is taken for {family}: {'; '.join(fit.evidence)}.")
        yield _remark(
            f"Its parser reads {fit.items} items there." if fit.items else f"It reads nothing: {fit.problem}."
        )
    elif probe:
        yield _remark(f"The page shows no sign of {family}" + (f": {probe.problem}." if probe.problem else "."))
    yield from (f"id: {source_id}", f"title: {_flow(probe.title if probe and probe.title else OPEN)}  # in Chinese")
    yield from (f"publisher: {_flow(OPEN)}  # who answers for what is published, in Chinese", f"family: {family}")
    yield f"homepage: {_flow(url)}"


def _remark(text: str) -> str:
    """A comment, whatever the page put into it."""
    return f"# {' '.join(text.split())}"


def _body(said: Mapping[str, Any], host: str, probe: Probe | None) -> Iterator[str]:
    known = [sources.load(name) for name in probe.known] if probe else []
    yield f"hosts: {_flow([host])}  # nothing else is ever asked, redirects included"
    site = _flow(known[0].site if known else host)
    yield f"site: {site}  # what is paced as one; sources on the same machines share it"
    yield "start: 2020-01-01  # a guess: since when does it publish?"
    yield "area: []  # six-digit codes of provinces or cities, quoted; empty: the whole country"
    yield "scopes:  # its lists; kind: what is expected there"
    params = f", params: {_flow(said['scope'])}" if said.get("scope") else ""
    yield f"  - {{name: notices, kind: {said.get('kind', 'other')}{params}}}"
    yield "rhythm: Not known.  # how much it publishes; better: max_silent_days, or bounds: {min: 5} items a month"
    yield f"encoding: {probe.encoding if probe else 'utf-8'}"
    yield f"delay_seconds: {said.get('delay_seconds', 5)}  # at least 3; one request at a time"
    yield f"paging: {said.get('paging', 'newest_first')}  # window: the site filters by days; else from the newest down"
    yield f"page_size: {said.get('page_size', 20)}"
    yield from (f"{name}: {said[name]}" for name in ("window_days", "cap") if name in said)
    robots = probe.robots if probe and probe.robots else "Not known; the crawler asks before its first page."
    yield f"robots: {_flow(robots)}"
    yield "licence: Not known; its terms of use must be read."
    yield "verified: never"


def _ways(said: Mapping[str, Any], family: str) -> Iterator[str]:
    """How it is asked and read; where nothing is known, how another source of the family is."""
    for name in ("params", "reading"):
        if said.get(name):
            yield from (f"{name}:", *_block(said[name]))
    example = next((s for s in sources.all_sources() if s.family == family and not s.synthetic), None)
    if example:
        yield f"# For comparison, {example.id}:"
        yield from (f"# {line}" for line in _example(example))
    yield ""


def _example(source: Source) -> Iterator[str]:
    scope = source.scopes[0]
    yield f"scopes: [{{name: {scope.name}, kind: {scope.kind}, params: {_flow(scope.params)}}}]"
    for name, value in (("params", source.params), ("reading", source.reading)):
        if value:
            yield from (f"{name}:", *_block(value))


def _flow(value: Any) -> str:
    """A value on one line."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("...\n").strip()


def _block(value: Mapping[str, Any]) -> list[str]:
    return [f"  {name}: {_flow(inner)}" for name, inner in value.items()]
