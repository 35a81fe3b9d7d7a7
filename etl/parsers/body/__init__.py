"""One reader of notice bodies for every family: stage, parties, lots and amounts from HTML or text.

Strict: a value without evidence in the notice is null, and a warning says what was seen instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from etl.errors import Quarantined
from etl.parsers.body import bids, corrections, layout, lots, parties, stage
from etl.parsers.body.labels import Role, lot_of, only_lot
from etl.parsers.body.layout import Block, Line, text_of
from etl.parsers.body.oddities import oddities
from etl.parsers.body.pairs import Mention
from etl.parsers.body.reading import mentions, unordered
from etl.records.parsed import Lot
from etl.redact import VERSION as REDACTION
from etl.redact import redact
from etl.values import fold, read_amount, read_code, read_time

#: Bump the first number when any output of this package changes: every family's version contains it, and redaction's.
VERSION = f"5.{REDACTION}"


#: A line that is only a date.
_DAY = re.compile(
    r"\s*(?:日期[:：])?\s*[\d〇○零一二三四五六七八九十]{2,4}\s?[年/.-]\s?\S{1,3}\s?[月/.-]\s?\S{1,3}\s?日?\s*"
)
#: Longer bodies are no notices: the longest real one seen has 0.2 million characters.
MAX_TEXT = 500_000
#: The longest real one seen has 15 thousand lines and table rows.
MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body says. `text` is redacted; amounts are decimal strings in yuan."""

    stage: str
    purchaser: str | None = None
    purchaser_address: str | None = None
    agency: str | None = None
    project_code: str | None = None
    budget_yuan: str | None = None
    #: The day the notice itself says it was published; a portal's own date goes before it.
    dated: str | None = None
    lots: tuple[Lot, ...] = ()
    text: str = ""
    warnings: tuple[str, ...] = ()


def read(content: str, title: str = "", *, prior: str | None = None, hint: str | None = None) -> Reading:
    """Read a notice body given as HTML (also escaped or inside JSON) or text.

    `prior` is the stage the list announced, `hint` the portal's own buyer: evidence, never truth.
    """
    return read_blocks(layout.blocks(content), title, prior=prior, hint=hint)


def read_blocks(
    parts: tuple[Block, ...], title: str = "", *, prior: str | None = None, hint: str | None = None
) -> Reading:
    """`read` for a body already laid out."""
    text = text_of(parts)
    if len(text) > MAX_TEXT:
        raise Quarantined("too_large", f"a body of {len(text)} characters, more than {MAX_TEXT}")
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        raise Quarantined("too_large", f"a body of {len(lines)} lines, more than {MAX_LINES}")
    said = mentions(parts)
    title = layout.clean(title) or stage.heading(lines)
    titled, headed = stage.of_title(title), stage.of_head(lines)
    announced = titled or headed or prior
    entries, warnings = _entries(parts, said, announced)
    if "定标" in title:
        entries = _chosen(entries)
    stated = stage.decide(
        titled,
        headed,
        prior,
        awards=any(e.kind == "award" and (e.names or e.prices) for e in entries),
        candidates=any(e.kind == "candidate" for e in entries),
        text=text,
        undecided=stage.undecided(title) and not any(_PROPOSED.match(e.said) for e in entries),
    )
    found = () if stage.lets(title) and stated != "failed" else _lots(entries, stated, title, unordered=unordered(text))
    return Reading(
        stage=stated,
        purchaser=parties.buyer(said, lines, title, hint),
        purchaser_address=_redacted(parties.buyer_address(said)),
        agency=parties.agency(said, lines, title),
        project_code=_code(said),
        budget_yuan=_budget(said),
        dated=_dated(said, lines),
        lots=found,
        text=redact(text),
        warnings=tuple(dict.fromkeys([*warnings, *oddities(parts, said, found, stated)])),
    )


#: A label that proposes: 拟中标人, 推荐成交供应商.
_PROPOSED = re.compile("拟|预|推荐|建议")


def _redacted(text: str | None) -> str | None:
    return redact(text) if text else None


def _entries(
    parts: tuple[Block, ...], said: tuple[Mention, ...], announced: str | None
) -> tuple[list[lots.Entry], list[str]]:
    """Entries of the body, their strength settled: candidates and firms without a clear section."""
    if announced == "correction":
        said = mentions(corrections.corrected(parts))
    builder = lots.Builder(sole_wins=announced in {"award", "shortlist", "contract"})
    entries = builder.build(said)
    if not any(e.kind == "award" and e.names for e in entries) and announced in {"award", "shortlist", None}:
        whole = "".join(p.text for p in parts if isinstance(p, Line))
        if found := lots.glued(whole):
            entries.append(found)
    clear = {e.kind for e in entries if e.names}
    if announced == "candidate" and not clear & {"award", "candidate"}:
        entries += [replace(e, kind="candidate") for e in builder.ranked if e.rank is not None]
    entries = bids.priced([_settled(e, clear, announced) for e in entries], builder.ranked)
    if announced == "award" and (kept := bids.decided(entries)) != entries:
        return kept, [*builder.warnings, "a table of several bidders does not say who won"]
    return entries, builder.warnings


def _settled(entry: lots.Entry, clear: set[str], announced: str | None) -> lots.Entry:
    """A firm in no clear section is what the notice announces, unless a clear one is named."""
    if entry.kind == "weak":
        if announced == "candidate" and "candidate" not in clear:
            return replace(entry, kind="candidate")
        if announced in {"award", "shortlist", "contract"} and not clear & {"award", "candidate"}:
            return replace(entry, kind="award")
    return entry


def _chosen(entries: list[lots.Entry]) -> list[lots.Entry]:
    """定标 is the decision itself: the one candidate it names without a rank is the winner."""
    if any(e.kind == "award" for e in entries) or len({e.names for e in entries if e.kind == "candidate"}) != 1:
        return entries
    if any(len(e.names) > 1 and not any(n.role for n in e.names) for e in entries if e.kind == "candidate"):
        return entries
    return [replace(e, kind="award") if e.kind == "candidate" and e.rank is None else e for e in entries]


def _lots(entries: list[lots.Entry], stated: str, title: str, *, unordered: bool) -> tuple[Lot, ...]:
    """The lots a notice of this stage tells of; the one lot its title names is theirs if the body names none."""
    found = _told(entries, stated, title, unordered=unordered)
    lot = only_lot(title) if all(one.lot is None for one in found) else None
    return tuple(replace(one, lot=lot) for one in found) if lot else found


def _told(entries: list[lots.Entry], stated: str, title: str, *, unordered: bool) -> tuple[Lot, ...]:
    awards = [e for e in entries if e.kind == "award"]
    candidates = [e for e in entries if e.kind == "candidate"]
    if stated == "shortlist":
        return lots.lots_of(lots.shortlisted([bids.noted(e) for e in awards]), "awarded")
    if stated in {"award", "contract", "correction"}:
        return lots.lots_of(awards, "awarded")
    if stated == "candidate":
        return lots.lots_of(lots.first_ranked(candidates or awards, unordered=unordered), "candidate")
    if stated == "failed":
        return lots.lots_of([e for e in awards if e.failed], "failed") or (Lot(lot_of(title), status="failed"),)
    return ()


def _dated(said: tuple[Mention, ...], lines: list[str]) -> str | None:
    """The day of 公告日期, 发布时间 …; without one, the date that stands alone at the foot."""
    labelled = (read_time(m.value) for m in said if m.role is Role.DATED)
    foot = (read_time(line) for line in reversed(lines[-6:]) if _DAY.fullmatch(fold(line)))
    return next((t for t in (*labelled, *foot) if t), None)


def _code(said: tuple[Mention, ...]) -> str | None:
    """The project's code: 项目编号 before 采购编号, 招标编号 and the rest."""
    codes = [(m.label, c) for m in said if m.role is Role.CODE and (c := read_code(m.value))]
    for word in ("项目编号", "采购编号", "招标编号", "编号"):
        if found := next((c for label, c in codes if word in label.replace(" ", "")), None):
            return found
    return codes[0][1] if codes else None


def _budget(said: tuple[Mention, ...]) -> str | None:
    for m in said:
        if m.role is Role.BUDGET and (yuan := read_amount(m.value, m.label).yuan):
            return yuan
    return None
