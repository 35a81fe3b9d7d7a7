"""An opened home: its stores, its archive, and the right to change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from crawlers import sources
from db import leases, migrate
from db.archive import Archive
from db.engine import Stores, connect
from db.home import Home
from etl import takedowns
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

    def taken(self, source: str) -> frozenset[str]:
        """The ids of a source's documents that were taken down."""
        return frozenset(source_id for of, source_id in self.takedowns if of == source)


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
