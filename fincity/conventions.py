"""The project's conventions as a program: `fincity check` fails when they rot.

Each check returns sentences that say what is wrong and where. What needs the repository (tests, docs) is checked only
in one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import keywords
from crawlers import families, sources
from crawlers.left_out import left_out
from crawlers.planning import first_request
from crawlers.sources import Source
from etl import catalogue, parsers
from etl.errors import FincityError
from etl.indicators import CONTRIBUTIONS
from etl.records import TABLES, columns_of, key_of
from keywords import precision

ROOT = Path(__file__).resolve().parent.parent
#: Families that are not crawled: they read files.
FILE_FAMILIES = ("notice", "reports")
LONGEST_FILE = 400
#: Real sources that there are at the least.
FEWEST = 60
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")


def sources_are_valid() -> Iterator[str]:
    """Every source YAML loads, and its family has a walker and a parser."""
    found = []
    for path in sorted(sources.FOLDER.glob("*.yaml")):
        try:
            found.append(sources.read(path))
        except FincityError as error:
            yield str(error)
    real = [source for source in found if not source.synthetic]
    for source in real:
        yield from (f"{source.id}.yaml: {problem}" for problem in _unsaid(source))
    yield from _entangled(real)
    if len(real) < FEWEST:
        yield f"crawlers/sources: {len(real)} real sources, fewer than {FEWEST}"


def _unsaid(source: Source) -> Iterator[str]:
    """What a real source must say and does not; what nobody knows is said to be unknown."""
    for name in ("title", "publisher"):
        if not _CHINESE.search(getattr(source, name)):
            yield f"{name} must be the Chinese one"
    for name in ("robots", "licence"):
        if len(getattr(source, name)) < 10:
            yield f"{name} must say what is known, in a sentence"
    counted = source.per_day or any(scope.per_day for scope in source.scopes)
    bounded = source.bounds.min is not None or source.bounds.max is not None
    if not (source.rhythm or source.max_silent_days or bounded or counted):
        yield "say how much it publishes: max_silent_days, bounds, per_day, or rhythm: Not known"
    if source.family not in parsers.FAMILIES:
        yield f"family {source.family!r} has no parser in etl/parsers"


def _entangled(real: Sequence[Source]) -> Iterator[str]:
    """Sources that ask for the same list, that ask one host under two sites, or that ask what is left out."""
    asked: dict[tuple[str, bytes], str] = {}
    sites: dict[str, str] = {}
    for source in real:
        for ask, scope in ((first_request(source, scope=scope), scope.name) for scope in source.scopes):
            other = asked.setdefault((ask.url, ask.body), f"{source.id}/{scope}")
            if other != f"{source.id}/{scope}":
                yield f"{source.id}.yaml: list {scope} is asked for by {other} already"
            if shut := next((one.name for one in left_out() if one.covers(ask.url)), None):
                yield f"{source.id}.yaml: {ask.url} is left out ({shut}): see crawlers/left_out.yaml"
        for host in source.hosts:
            if sites.setdefault(host, source.site) != source.site:
                yield f"{source.id}.yaml: {host} has site {source.site!r} here and {sites[host]!r} elsewhere"


def families_have_pages() -> Iterator[str]:
    """Every family has rebuilt pages to test it on, and declares what the registry needs."""
    for name in families.NAMES:
        if not all(hasattr(families.family(name), sign) for sign in ("SIGNS", "BEGINNING")):
            yield f"crawlers/families/{name}: SIGNS and BEGINNING must say by what its pages are known"
    for name in parsers.FAMILIES:
        module = parsers.family(name)
        if name != module.FAMILY or not str(module.VERSION):
            yield f"etl/parsers/{name}: FAMILY must be {name!r} and VERSION must not be empty"
        if in_repository() and not any((ROOT / "tests" / "pages" / name).glob("*")):
            yield f"tests/pages/{name}: no rebuilt page for this family"


def indicators_are_counted() -> Iterator[str]:
    """Catalogue and contribution functions name the same indicators, over sources and lexicons that exist."""
    named = set(catalogue.indicators())
    yield from (
        f"indicator {code}: no contributions function in etl/indicators" for code in sorted(named - set(CONTRIBUTIONS))
    )
    yield from (f"indicator {code}: no entry in etl/catalogue" for code in sorted(set(CONTRIBUTIONS) - named))
    known = {source.id: source for source in sources.all_sources()}
    for frame in catalogue.frames().values():
        for synthetic in (False, True):
            for source in frame.sources(synthetic):
                if source not in known or known[source].synthetic != synthetic:
                    yield f"frame {frame.id}: {source!r} is no {'synthetic' if synthetic else 'real'} source"
    for indicator in catalogue.indicators().values():
        if indicator.lexicon and indicator.lexicon not in keywords.builtin():
            yield f"indicator {indicator.code}: unknown lexicon {indicator.lexicon!r}"


def lexicons_are_valid() -> Iterator[str]:
    """Every built-in lexicon loads and has golden texts."""
    for name in keywords.builtin():
        try:
            keywords.load(name)
            precision.golden(name)
        except keywords.LexiconError as error:
            yield from error.faults


def records_are_described() -> Iterator[str]:
    """Every table has a key and a description, and every column a meaning."""
    for row in TABLES:
        if not key_of(row) or not (row.__doc__ or "").strip():
            yield f"table {row.TABLE}: needs a key and a description"
        yield from (f"table {row.TABLE}: column {c.name} has no meaning" for c in columns_of(row) if not c.doc)


def files_are_short() -> Iterator[str]:
    """No file is longer than a reader likes, and none names a machine's path."""
    for folder in ("crawlers", "db", "etl", "fincity", "flows", "keywords", "tests", "benchmarks", "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")) if in_repository() else ():
            text = path.read_text(encoding="utf-8")
            if text.count("\n") > LONGEST_FILE:
                yield f"{path.relative_to(ROOT)}: more than {LONGEST_FILE} lines"
            if re.search(r"[\"' (]/(?:home|root|Users)/", text):
                yield f"{path.relative_to(ROOT)}: names a path of somebody's machine"


def in_repository() -> bool:
    """Whether we run from a checkout rather than an installed package."""
    return (ROOT / "tests" / "pages").is_dir()


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "sources": sources_are_valid,
    "families": families_have_pages,
    "indicators": indicators_are_counted,
    "lexicons": lexicons_are_valid,
    "records": records_are_described,
    "files": files_are_short,
}


def run() -> dict[str, list[str]]:
    """All problems by check; empty lists where all is well."""
    return {name: list(check()) for name, check in CHECKS.items()}
