"""What the commands that audit a lexicon share: which texts they read, and how they are matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fincity.cli.matching import watched
from fincity.cli.shared import Options
from fincity.cli.unreadable import Aside
from fincity.output import apart

if TYPE_CHECKING:
    from keywords import Lexicon, Matched, Text

Column = Annotated[str | None, typer.Option("--field", metavar="F", help="Column or key that has the text.")]
YearFrom = Annotated[
    str | None,
    typer.Option(metavar="REGEX", help="Where the year stands in a document's name, such as '(\\d{4})'."),
]
Kind = Annotated[
    str | None, typer.Option("--kind", metavar="K", help="Documents of the home to read: report, notice or policy.")
]
Policy = Annotated[str, typer.Option(help="strict or published.")]


@dataclass
class Audited:
    """Texts to audit a lexicon on: the files named, else the documents of the home."""

    given: Options
    lexicon: Lexicon
    paths: list[Path]
    column: str | None = None
    year_from: str | None = None
    kind: str | None = None
    outputs: tuple[Path, ...] = ()
    source: str = ""
    synthetic: bool = False
    aside: Aside = field(default_factory=Aside)

    def texts(self) -> Iterator[Text]:
        """The texts, one after the other; errors as `keywords.texts.files` and `corpus.documents`."""
        from fincity.audit import corpus
        from keywords.texts import files, read

        if self.paths:
            found = files(self.paths)
            apart(self.outputs, found)
            self.source = f"{len(found)} file{'s' * (len(found) != 1)}"
            return self.aside.readable(corpus.dated(read(found, self.column), self.year_from))
        home, kind = self.given.open_home(), corpus.kind_of(self.lexicon, self.kind)
        self.source, self.synthetic = f"{kind} documents of a home", home.synthetic
        if home.synthetic:
            self.given.say(f"SYNTHETIC DATA: {home.path} is made up")
        return self.aside.readable(corpus.dated(corpus.documents(home, kind, self.column), self.year_from))

    def matched(self, policy: str = "strict", jobs: int = 1) -> Iterator[Matched]:
        """The texts with their hits. Raises UsageError when nothing could be read."""
        yield from watched(self.given, self.texts(), self.lexicon, policy, jobs=jobs)
        self.aside.require_text()

    def conclude(self) -> None:
        """Say how many texts were read; BoundBroken when some could not be."""
        self.aside.conclude(self.given)


def say_all(given: Options, remarks: Iterable[str]) -> None:
    """Remarks on stderr, one a line."""
    for remark in remarks:
        given.say(remark)
