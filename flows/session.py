"""An opened home: its stores, its archive, and the right to change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

import keywords
from crawlers import sources
from db import leases, migrate
from db.archive import Archive
from db.engine import Stores, connect
from db.home import Home
from etl import catalogue, choices, takedowns
from etl.catalogue import Indicator
from etl.choices import Choice
from etl.errors import FincityError
from etl.records import SourceFacts
from etl.takedowns import Takedown


@dataclass
class Session:
    """What the steps of the pipeline work with."""

    home: Home
    stores: Stores
    archive: Archive

    @cached_property
    def facts(self) -> dict[str, SourceFacts]:
        """What panels must know of each source of this kind of home; a source that ended says since when."""
        ended = {e["source"]: e["on"] for e in self.archive.entries("ended")}
        found = {}
        for source in sources.all_sources():
            if source.synthetic == self.home.synthetic:
                facts = source.facts
                found[source.id] = replace(facts, ended=ended.get(source.id, facts.ended))
        return found

    @cached_property
    def takedowns(self) -> dict[tuple[str, str], Takedown]:
        """The takedowns in force, by document."""
        return takedowns.in_force(self.archive.entries(takedowns.LOG))

    @cached_property
    def choices(self) -> dict[str, Choice]:
        """The lexicons that this home counts with instead of the catalogue's, by theme."""
        return choices.in_force(self.archive.entries(choices.LOG))

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """The catalogue, with the lexicons of this home."""
        chosen = {theme: choice.entry() for theme, choice in self.choices.items()}
        return {code: choices.counted(entry, chosen) for code, entry in catalogue.indicators().items()}

    @cached_property
    def lexicons(self) -> dict[str, keywords.Lexicon]:
        """The lexicon of each theme that counts with one; an own list as the archive keeps it.

        Raises FincityError when that is gone, was changed, or is wrong for this version of fincity.
        """
        return {i.theme: self._lexicon(i.theme, i.lexicon) for i in self.indicators.values() if i.lexicon}

    def _lexicon(self, theme: str, name: str) -> keywords.Lexicon:
        chosen = self.choices.get(theme)
        try:
            return kept(self.archive, chosen) if chosen else keywords.load(name)
        except keywords.LexiconError as error:
            raise FincityError(f"theme {theme}: {error}; choose a list with `fincity lexicon use`") from error

    def taken(self, source: str) -> frozenset[str]:
        """The ids of a source's documents that were taken down."""
        return frozenset(source_id for of, source_id in self.takedowns if of == source)


def kept(archive: Archive, choice: Choice) -> keywords.Lexicon:
    """The lexicon of a choice. Raises FincityError and LexiconError as `Archive.lexicon` and `keywords.load` do."""
    if choice.sha256 is None:
        return keywords.load(choice.lexicon)
    return keywords.parse(archive.lexicon(choice.sha256), f"archive/log/lexicons/{choice.sha256}")


@contextmanager
def opened(home: Home, *, exclusive: bool = True) -> Iterator[Session]:
    """A session on a home; exclusive: nobody else refreshes it meanwhile.

    Raises FincityError when another refresh holds the home.
    """
    archive = Archive.of(home)
    migrate.upgrade(home)
    with connect(home) as stores:
        session = Session(home, stores, archive)
        if not exclusive:
            yield session
            return
        with leases.held(stores.ops, leases.REFRESH):
            yield session
