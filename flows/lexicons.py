"""Which lexicon a home counts a theme with: choosing one, finding an own one by its id, noticing that it was edited."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import keywords
from db.archive import Archive, now
from etl import choices
from etl.choices import Choice
from etl.errors import UsageError
from flows.session import kept
from keywords import Lexicon, LexiconError


@dataclass(frozen=True, slots=True)
class Order:
    """What to count themes with, who says so and why. `policy` None: that of the catalogue; `file`: of an own list."""

    lexicon: Lexicon
    themes: Sequence[str]
    policy: str | None
    who: str
    why: str
    file: Path | None = None


def use(archive: Archive, order: Order) -> list[Choice]:
    """Count themes with a lexicon from the next refresh on; those that did not count so already.

    Raises UsageError for a theme that counts with no lexicon, for a policy that the lexicon does not have, and for an
    own list whose id is that of another list.
    """
    usual = {entry.theme: entry for entry in choices.counting()}
    for theme in order.themes:
        if theme not in usual:
            raise UsageError(f"theme {theme!r} counts with no lexicon: choose one of {', '.join(sorted(usual))}")
    before = choices.in_force(archive.entries(choices.LOG))
    content = None if keywords.is_builtin(order.lexicon) else order.lexicon.content
    digest = hashlib.sha256(content).hexdigest() if content is not None else None
    _demand_own_id(order, digest, before)
    made = [_choice(order, theme, digest, order.policy or usual[theme].policy or "strict") for theme in order.themes]
    catalogued = {theme: (entry.lexicon, entry.policy, None) for theme, entry in usual.items()}
    holding = catalogued | {theme: (one.lexicon, one.policy, one.sha256) for theme, one in before.items()}
    new = [one for one in made if holding[one.theme] != (one.lexicon, one.policy, one.sha256)]
    if new and content is not None:
        archive.keep_lexicon(content)
    for choice in new:
        archive.log(choices.LOG, choice.entry())
    return new


def _choice(order: Order, theme: str, digest: str | None, policy: str) -> Choice:
    try:
        order.lexicon.rules(policy)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    file = str(order.file.resolve()) if order.file and digest else ""
    return Choice(theme, order.lexicon.id, policy, digest, order.who, now(), order.why, file)


def _demand_own_id(order: Order, digest: str | None, before: dict[str, Choice]) -> None:
    """Hits carry the id of their lexicon: two lists must not share one."""
    name = order.lexicon.id
    if digest and name in keywords.builtin():
        raise UsageError(
            f"{order.file or name}: id {name} is that of a built-in lexicon; give yours another, or counts look alike"
        )
    for theme, one in before.items():
        if theme not in order.themes and one.lexicon == name and one.sha256 != digest:
            both = " ".join(f"--theme {each}" for each in sorted({theme, *order.themes}))
            raise UsageError(
                f"theme {theme} counts with another list of the id {name}: give this one another id, or have both "
                f"themes count with it ({both})"
            )


def own(archive: Archive) -> dict[str, Choice]:
    """The last choice of each own list, by its id."""
    entries = (Choice(**entry) for entry in archive.entries(choices.LOG))
    return {one.lexicon: one for one in entries if one.sha256}


def find(archive: Archive, name: str) -> Lexicon | None:
    """The own list of that id as it was chosen last, whatever became of its file; None where there is none.

    Raises FincityError when the archive's copy is gone or was changed, LexiconError when it is wrong by now.
    """
    choice = own(archive).get(name)
    return kept(archive, choice) if choice else None


def edited(archive: Archive) -> Iterator[str]:
    """A sentence for each list in use whose file is another by now: what is counted does not follow of itself."""
    for choice in choices.in_force(archive.entries(choices.LOG)).values():
        if choice.sha256 and _digest(Path(choice.file)) not in (None, choice.sha256):
            yield (
                f"{choice.theme} counts with {choice.lexicon} as it was on {choice.when[:10]}; {choice.file} was "
                f"edited since: `fincity lexicon use {choice.file} --theme {choice.theme}` takes that in"
            )


def _digest(file: Path) -> str | None:
    """The hash of a file; None where it is gone."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None
