"""`fincity concordance`: hits in their contexts to be judged, and the precision that the verdicts give."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.errors import FincityError, UsageError
from fincity.cli.auditing import Audited, Column, Kind, Policy, YearFrom
from fincity.cli.shared import AsJson, Jobs, Options, examples, loaded, options, print_json, print_table, tell
from fincity.output import apart, checked

if TYPE_CHECKING:
    from fincity.audit.concordance import Concordance
    from fincity.audit.verdicts import Judged
    from keywords import Lexicon, Term

#: Columns and rows shown where no file is asked for.
SHOWN = ("term", "year", "city", "document", "left", "hit", "right")
EXCERPT = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "fincity concordance 场景 共享 --lexicon fintech_taxonomy titles.csv --sample 50 -o page.html",
            "fincity concordance --all --lexicon digital_121 --sample 30 -o hits.csv",
            "fincity concordance --read verdicts.csv -o precision.csv",
        )
    )(concordance)


def concordance(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="TERM... [PATH...]", help="Terms of the lexicon, then files; without files, the home."),
    ] = None,
    lexicon: Annotated[str | None, typer.Option(metavar="L", help="Lexicon id or YAML file.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All terms of the lexicon.")] = False,
    policy: Policy = "strict",
    column: Column = None,
    kind: Kind = None,
    year_from: YearFrom = None,
    sample: Annotated[int | None, typer.Option(min=1, metavar="N", help="At most N hits of each term.")] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Another seed draws other hits.")] = 0,
    width: Annotated[int, typer.Option(min=1, max=1000, help="Characters of context on each side.")] = 30,
    output: Annotated[
        list[Path] | None, typer.Option("-o", "--output", metavar="OUT", help="OUT.csv, OUT.html, or both.")
    ] = None,
    read: Annotated[
        list[Path] | None, typer.Option("--read", metavar="VERDICTS.csv", help="A file filled in: precision a term.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="With --read: keep the verdicts in the home's archive.")] = False,
    kept: Annotated[bool, typer.Option("--kept", help="Precision from the verdicts kept in the home.")] = False,
    who: Annotated[str | None, typer.Option(help="Who judged; default: FINCITY_WHO or the user.")] = None,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Show hits of a lexicon in their contexts, for verdicts; with --read, turn verdicts into precision.

    OUT.html is a page that needs no network: give verdicts there, save them as csv, and have them read. A word that is
    no term of the lexicon is a file or folder. Ends with 3 when texts could not be read.
    """
    given, outputs = options(context), output or []
    if read or kept:
        _refuse(words, "give --read or --kept without terms and files")
        named = loaded(given, lexicon) if lexicon else None
        judged = _judged(given, read or [], named, kept=kept)
        if keep:
            _keep(given, judged, who, named)
        _tell_scores(given, judged, outputs, as_json=as_json)
        return
    if not lexicon:
        raise UsageError("name a lexicon with --lexicon: `fincity lexicon list` shows the built-in ones")
    _refuse(keep or who, "--keep and --who go with --read")
    chosen = loaded(given, lexicon)
    terms, paths = _parted(chosen, words or [], everything=everything)
    for path in outputs:
        checked(path, (".csv", ".html"))
    apart(outputs)
    audited = Audited(given, chosen, paths, column, year_from, kind, tuple(outputs))
    found = _found(audited, terms, policy, sample, seed, width, jobs)
    _deliver(given, found, outputs, as_json=as_json)
    audited.conclude()


def _refuse(what: object, why: str) -> None:
    if what:
        raise UsageError(why)


def _parted(lexicon: Lexicon, words: Iterable[str], *, everything: bool) -> tuple[tuple[Term, ...], list[Path]]:
    """Terms and paths among the words: what is a term of the lexicon is one, whatever files there are."""
    from fincity.audit.concordance import find_terms

    terms: list[str] = []
    paths: list[Path] = []
    for word in words:
        try:
            find_terms(lexicon, [word])
            terms.append(word)
        except UsageError as error:
            if not Path(word).exists():
                raise UsageError(f"{error}; and no such file or folder") from error
            paths.append(Path(word))
    if not terms and not everything:
        raise UsageError("name terms of the lexicon, or take all of them with --all")
    return find_terms(lexicon, [] if everything else terms), paths


def _found(
    audited: Audited,
    terms: tuple[Term, ...],
    policy: str,
    sample: int | None,
    seed: int,
    width: int,
    jobs: int,
) -> Concordance:
    from dataclasses import replace

    from fincity.audit.concordance import concord
    from keywords import LexiconError

    try:
        matched = audited.matched(policy, jobs)
        found = concord(matched, audited.lexicon, terms, policy=policy, size=sample, seed=seed, width=width)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    if not found.lines:
        one = terms[0].term if len(terms) == 1 else f"{len(terms)} terms"
        raise FincityError(f"no hit of {one} in {found.documents} documents under the policy {policy}: nothing to show")
    return replace(found, source=audited.source, synthetic=audited.synthetic)


def _deliver(given: Options, found: Concordance, outputs: list[Path], *, as_json: bool) -> None:
    from fincity.audit import concordance as tables
    from fincity.audit import page

    for path in outputs:
        (page if path.suffix.lower() == ".html" else tables).write(path, found)
        given.say(f"{path}: {len(found.lines)} of {sum(found.hits.values())} hits")
    if as_json:
        print_json(list(found.rows()))
    elif not outputs:
        print_table(f"lexicon {found.lexicon.id}, policy {found.policy}", SHOWN, islice(found.rows(), EXCERPT))
        given.say(f"{min(EXCERPT, len(found.lines))} of {sum(found.hits.values())} hits; -o FILE.html shows them all")
    if silent := found.silent:
        more = " ..." if len(silent) > EXCERPT else ""
        given.say(f"no hit of {len(silent)} of {len(found.terms)} terms: {'、'.join(silent[:EXCERPT])}{more}")


def _judged(given: Options, paths: list[Path], lexicon: Lexicon | None, *, kept: bool) -> list[Judged]:
    """The verdicts of the files, or before them those kept in the home; of a lexicon, if one is named."""
    from fincity.audit import verdicts

    before = verdicts.kept(given.open_home()) if kept else []
    now = [one for path in paths for one in verdicts.read(path)]
    if several := verdicts.contradicted(now):
        given.say(f"hits with verdicts that differ, of which the last counts: {several}")
    found = verdicts.one_each([*before, *now])
    found = [one for one in found if not lexicon or one.lexicon in ("", lexicon.id)]
    if not found:
        raise UsageError(f"no verdicts{f' on {lexicon.id}' if lexicon else ''}: read some with --read FILE --keep")
    return found


def _keep(given: Options, judged: list[Judged], who: str | None, lexicon: Lexicon | None) -> None:
    from fincity.audit import verdicts
    from fincity.review import reviewer

    home, signed = given.open_home(), reviewer(who)
    given.say(f"{verdicts.keep(home, judged, signed, lexicon)} verdicts kept in {home.path}, signed {signed}")


def _tell_scores(given: Options, judged: list[Judged], outputs: list[Path], *, as_json: bool) -> None:
    from fincity.audit.verdicts import SCORED, scores, together

    if len(outputs) > 1:
        raise UsageError("the precision of terms is one table: name one -o OUT.csv")
    found = scores(judged)
    total = together(found)
    title = ", ".join(sorted({f"{one.lexicon} {one.version} {one.policy}".strip() for one in judged}))
    rows: list[dict[str, Any]] = [one.row() for one in [*found, total]]
    tell(title or "verdicts", SCORED, rows, outputs[0] if outputs else None, as_json=as_json)
    if total.precision is None:
        given.say("no hit is right or wrong yet: fill in the column verdict")
    elif not as_json:
        weighted = "hits" if total.term_hits is not None else "verdicts"
        given.say(
            f"all terms, weighted by their {weighted}: {total.precision:.3f}, 95 % interval {total.low:.3f} to "
            f"{total.high:.3f}; {total.unsure} unsure and {total.open} open left out"
        )
