"""Verdicts on hits, read back from a csv file or from a home's archive, and the precision of each term they give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from fincity.cells import plain
from keywords.folding import fold_string

if TYPE_CHECKING:
    from db.home import Home
    from keywords import Lexicon

VERDICTS = ("right", "wrong", "unsure")
#: Other ways to write them.
_WRITTEN = {
    **{verdict: verdict for verdict in VERDICTS},
    **{verdict[0]: verdict for verdict in VERDICTS},
    **dict(zip(("对", "错", "不确定"), VERDICTS, strict=True)),
    **dict(zip(("正确", "错误", "?"), VERDICTS, strict=True)),
}
#: The log of the archive that keeps verdicts.
LOG = "term_verdicts"
#: Columns of the table of scores.
SCORED = ("term", "right", "wrong", "unsure", "open", "precision", "low", "high", "term_hits")
#: Faults of a file that are named one by one.
_NAMED = 5
_LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + _LEVEL) / 2)


@dataclass(frozen=True, slots=True)
class Judged:
    """A hit and what a reader says of it; `verdict` is empty where nobody has decided.

    `place` names the hit (empty: unknown), `term_hits` is how many hits of its term it was drawn from. The context is
    no part of it: what is kept must not outlive a page that is taken down.
    """

    term: str
    verdict: str
    note: str = ""
    place: str = ""
    term_hits: int | None = None
    lexicon: str = ""
    version: str = ""
    policy: str = ""
    document: str = ""
    field: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """The verdicts on a term, and its precision with the ends of a 95 % interval; None where nothing was decided."""

    term: str
    right: int
    wrong: int
    unsure: int
    open: int
    term_hits: int | None
    precision: float | None
    low: float | None
    high: float | None

    def row(self) -> dict[str, Any]:
        """One row with the columns of `SCORED`."""
        return {name: getattr(self, name) for name in SCORED}


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a share.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.
    """
    share, square = right / total, _Z * _Z / total
    spread = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total))
    ends = ((share + square / 2 + sign * spread) / (1 + square) for sign in (-1, 1))
    low, high = (min(1.0, max(0.0, end)) for end in ends)
    return low, high


def scores(judged: Iterable[Judged]) -> list[Score]:
    """The score of each term, in the order in which the terms come."""
    by_term: dict[str, list[Judged]] = {}
    for one in judged:
        by_term.setdefault(one.term, []).append(one)
    return [_score(term, found) for term, found in by_term.items()]


def _score(term: str, judged: list[Judged]) -> Score:
    right, wrong, unsure, undecided = (sum(one.verdict == v for one in judged) for v in (*VERDICTS, ""))
    drawn_from = max((one.term_hits for one in judged if one.term_hits is not None), default=None)
    total = right + wrong
    low, high = wilson(right, total) if total else (None, None)
    return Score(term, right, wrong, unsure, undecided, drawn_from, right / total if total else None, low, high)


def together(given: Iterable[Score]) -> Score:
    """The score of all terms: their precisions weighted by the hits they were drawn from (or by the verdicts given).

    Terms without a verdict have no part in precision and interval. The interval is made of those of the terms: G. Y.
    Zou, W. Huang, X. Zhang, A note on confidence interval estimation for a linear function of binomial proportions,
    Computational Statistics & Data Analysis 53 (2009), 1080-1085.
    """
    found = list(given)
    right, wrong, unsure, undecided = (sum(getattr(one, name) for one in found) for name in (*VERDICTS, "open"))
    known = [one.term_hits for one in found if one.term_hits is not None]
    hits = sum(known) if len(known) == len(found) else None
    decided = [one for one in found if one.precision is not None]
    weights = [float(one.right + one.wrong if hits is None else one.term_hits or 0) for one in decided]
    if not sum(weights):
        return Score("", right, wrong, unsure, undecided, hits, None, None, None)
    shares = [weight / sum(weights) for weight in weights]
    middle = sum(share * (one.precision or 0) for share, one in zip(shares, decided, strict=True))
    down, up = (
        math.sqrt(
            sum(
                (share * ((one.precision or 0) - (end or 0))) ** 2
                for share, one, end in zip(shares, decided, ends, strict=True)
            )
        )
        for ends in ([one.low for one in decided], [one.high for one in decided])
    )
    return Score("", right, wrong, unsure, undecided, hits, middle, max(0.0, middle - down), min(1.0, middle + up))


# -- files -------------------------------------------------------------------------------------------------------------


def read(path: Path) -> list[Judged]:
    """The verdicts in a file that was filled in, csv (in any encoding Excel writes) or xlsx.

    Raises UsageError that names the file, the rows (from 1, below the header) that are wrong and what to do.
    """
    from fincity import own_files

    table = own_files.read(path)
    columns = {str(name).strip() for name in table.frame.columns}
    for name in ("term", "verdict"):
        if name not in columns:
            raise UsageError(f"{path}: no column {name!r}; give a file that `fincity concordance -o` or its page wrote")
    found: list[Judged] = []
    faults: list[str] = []
    for number, cells in enumerate(table.rows(), 1):
        row = {name.strip(): plain(cell) for name, cell in cells.items()}
        try:
            if any(row.values()):  # spreadsheets leave empty rows behind
                found.append(_judged(row))
        except ValueError as error:
            faults.append(f"row {number}, {error}")
    if faults:
        more = f"; and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
        raise UsageError(f"{path}: {'; '.join(faults[:_NAMED])}{more}")
    if not found:
        raise UsageError(f"{path}: no rows below the header; fill in a file that `fincity concordance -o` wrote")
    return found


def _judged(row: Mapping[str, str]) -> Judged:
    """Raises ValueError that names the field."""
    given = {name: row.get(name, "") for name in Judged.__dataclass_fields__}
    if not given["term"]:
        raise ValueError("term: empty; copy it from the file that `fincity concordance -o` wrote")
    verdict = _WRITTEN.get(fold_string(given["verdict"])) if given["verdict"] else ""
    if verdict is None:
        raise ValueError(f"verdict: {given['verdict']!r:.40} is none of {', '.join(VERDICTS)}; leave it empty if open")
    hits = given["term_hits"].removesuffix(".0").replace(",", "")
    if hits and not hits.isdecimal():
        raise ValueError(f"term_hits: {hits!r:.40} is no whole number; empty the column if you have lost it")
    return Judged(**{**given, "verdict": verdict, "term_hits": int(hits) if hits else None})  # type: ignore[arg-type]


def contradicted(judged: Iterable[Judged]) -> int:
    """How many hits have several verdicts that differ."""
    said: dict[tuple[str, str], set[str]] = {}
    for one in judged:
        if one.place and one.verdict:
            said.setdefault((one.term, one.place), set()).add(one.verdict)
    return sum(len(verdicts) > 1 for verdicts in said.values())


def one_each(judged: Iterable[Judged]) -> list[Judged]:
    """Of several verdicts on the same hit the last one that decides; hits whose place is unknown all stay."""
    found: dict[object, Judged] = {}
    for number, one in enumerate(judged):
        key = (one.term, one.place) if one.place else number
        if key not in found or one.verdict:
            found[key] = one
    return list(found.values())


# -- the archive -------------------------------------------------------------------------------------------------------


def keep(home: Home, judged: Iterable[Judged], who: str, lexicon: Lexicon | None = None) -> int:
    """Append what was decided to the log of a home, signed; how many verdicts. Their lexicon is kept with them."""
    from db.archive import Archive, now

    archive = Archive.of(home)
    decided = [one for one in judged if one.verdict]
    if decided:
        kept = archive.keep_lexicon(lexicon.content) if lexicon else None
        said = [{name: getattr(one, name) for name in Judged.__dataclass_fields__} for one in decided]
        archive.log(LOG, {"who": who, "when": now(), "lexicon_sha256": kept, "verdicts": said})
    return len(decided)


def kept(home: Home) -> list[Judged]:
    """Every verdict in the log of a home, oldest first. Raises UsageError for an entry that cannot be read."""
    from db.archive import Archive

    try:
        return [Judged(**said) for entry in Archive.of(home).entries(LOG) for said in entry["verdicts"]]
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{home.path}: an entry of the archive's log/{LOG} cannot be read ({error}); restore it"
        ) from error
