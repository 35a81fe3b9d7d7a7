"""Write the pages of the documentation that are made from code and data: commands, dictionary, sources, lexicons.

    python scripts/make_docs.py

tests/test_docs.py fails when they are stale or when a command, option, table or column says nothing about itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from typer.main import get_command

from crawlers.left_out import LeftOut, left_out
from crawlers.sources import Source, all_sources
from db.releases import public_columns
from etl import catalogue
from etl.catalogue import Frame, Indicator
from etl.places.gazetteer import gazetteer
from etl.records import TABLES, ColumnSpec, columns_of
from fincity.cli.app import build
from keywords import Lexicon, Term, builtin, load, precision, schema

DOCS = Path(__file__).resolve().parent.parent / "docs"
TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false"}

COMMANDS = """\
# Commands

<!-- Made by scripts/make_docs.py from the commands themselves: edit fincity/cli/, then run it again. -->

Exit codes: 0 done, 1 failed, 2 wrong call, 3 finished and saved, but a bound or check was broken. An error is one line
that names file, row or field and what to do; `FINCITY_DEBUG=1` adds the traceback. Tables go to stdout, remarks and
progress to stderr. Files are written whole or not at all.

Settings: `FINCITY_HOME`, `FINCITY_DATABASE_URL`, `FINCITY_ARCHIVE_URL`, `FINCITY_CONTACT` and so on in the environment,
or a file `fincity.toml` in the working folder or the home.
"""

DICTIONARY = """\
# Data dictionary

<!-- Made by scripts/make_docs.py from etl/catalogue and etl/records: edit those, then run it again. -->

Every indicator and every column of the warehouse. A release ships the same tables as Parquet, without what is marked
*not in releases*. Codes are text, dates and times ISO 8601, money in the warehouse is integer fen (1 yuan = 100 fen).
"""

SOURCES = """\
# Sources

<!-- Made by scripts/make_docs.py from crawlers/sources/*.yaml: edit those, then run it again. -->

Every real source, grouped by the software of its site (its *family*). *Verified* is the day on which a live look
([Adding a source](adding-a-source.md)) found that everything held that its YAML declares; *never* means that what is
declared comes from public descriptions of the site and was not compared with it. Robots and licence are notes below the
tables. Sites that are not crawled are on [a page of their own](sources-left-out.md).
"""

LEFT_OUT = """\
# Sources left out

<!-- Made by scripts/make_docs.py from crawlers/left_out.yaml: edit that, then run it again. -->

Sites that would be of use and are not crawled, with the day of the judgement and its cause: we go around no login,
captcha, bot test, signature or encryption, and imitate no browser. A judgement holds until somebody looks again.
`fincity check` fails when a source asks one of these addresses after all. [Sources](sources.md) lists what is crawled.
"""

LEXICONS = """\
# Lexicons

<!-- Made by scripts/make_docs.py from keywords/lexicons and keywords/golden: edit those, then run it again. -->

Every built-in lexicon, where it comes from, and how its terms fare under the policy `strict` ([Matching](matching.md))
on the golden texts of `keywords/golden/`: sentences written and labelled by hand, judged on *meaning*, never by what
the matcher finds. *Right*: hits that a reader counts too; *wrong*: hits that no reader counts; *missed*: what a reader
counts and the matcher does not find; *spared*: sentences where the characters of the term stand and neither counts
them. Precision is right / (right + wrong), recall right / (right + missed).

The sentences were chosen to tempt: about half of them hold nothing to count, and a term of risk meets its false friends
as often as itself. So these figures compare terms and guard against change; they are not the shares of a real corpus.
For those, read a sample of your own hits. `fincity lexicon precision LEXICON` measures anew; `fincity lexicon show
LEXICON` lists all terms.

## Your own

A file of your own works wherever the id of a built-in lexicon does: in `match`, `concordance` and the commands about
lexicons by its path, in the panel of a home by
[`fincity lexicon use`](lexicon-audit.md#counting-the-panel-with-your-own-list).

```
fincity lexicon new my_terms                           # a file with remarks; editors check it as you type
fincity lexicon validate my_terms.yaml                 # every fault and warning with its line
fincity lexicon diff fintech_taxonomy my_terms.yaml    # what changes, and whether counts do
fincity match --lexicon my_terms.yaml titles.csv --field title -o counts.csv
fincity lexicon precision my_terms.yaml --golden sentences.yaml
fincity lexicon use my_terms.yaml --theme fintech      # the panel of the home counts with it from the next refresh on
```

The head of `keywords/lexicon.py` explains the format, that of `keywords/precision.py` the format of labelled sentences.

## All built-in lexicons
"""


def pages() -> dict[str, Callable[[], str]]:
    """Every generated page by its name in docs/, each made when it is asked for."""
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "commands.md": lambda: chain([COMMANDS], _command(get_command(build()), "fincity", 2)),
        "data-dictionary.md": lambda: chain([DICTIONARY], _indicators(), _frames(), _tables()),
        "sources.md": lambda: chain([SOURCES], _sources_by_family()),
        "sources-left-out.md": lambda: chain([LEFT_OUT], _left_out()),
        "lexicons.md": lambda: chain([LEXICONS], _lexicons()),
    }
    return {name: partial(_text, made) for name, made in parts.items()}


def _text(made: Callable[[], Iterator[str]]) -> str:
    return "\n".join(made()) + "\n"


def undocumented(command: Any, path: str = "fincity") -> Iterator[str]:
    """Commands without help or example, arguments and options without help."""
    subcommands = getattr(command, "commands", {})
    if not command.help:
        yield f"{path}: no help"
    if not subcommands and "  fincity " not in (command.epilog or ""):
        yield f"{path}: no example"
    yield from (f"{path} {parameter.opts[0]}: no help" for parameter in command.params if not parameter.help)
    for name, subcommand in subcommands.items():
        yield from undocumented(subcommand, f"{path} {name}")


def _command(command: Any, path: str, level: int) -> Iterator[str]:
    subcommands = getattr(command, "commands", {})
    arguments = [p for p in command.params if not p.opts[0].startswith("-")]
    options = [p for p in command.params if p.opts[0].startswith("-")]
    usage = [path, *(_shown(a) for a in arguments), "[OPTIONS]" if options else "", "COMMAND" if subcommands else ""]
    yield from (f"{'#' * level} {path}", "", _prose(command.help), "", f"`{' '.join(filter(None, usage))}`", "")
    if arguments or options:
        yield from ("| argument or option | meaning |", "|---|---|")
        yield from (_argument(a) for a in arguments)
        yield from (_option(o) for o in options)
        yield ""
    if not subcommands:
        yield from ("```", *_examples(command.epilog), "```", "")
    for name, subcommand in subcommands.items():
        yield from _command(subcommand, f"{path} {name}", min(level + 1, 3))


def _shown(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _prose(text: str) -> str:
    return " ".join(text.split())


def _argument(argument: Any) -> str:
    return f"| `{_shown(argument)}` | {_cell(argument.help or '')} |"


def _option(option: Any) -> str:
    names = "`, `".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {_shown(option)}"
    default = "" if option.default in (None, False) else f" Default: `{option.default}`."
    return f"| `{names}{value}` | {_cell(option.help or '')}{default} |"


def _examples(epilog: str) -> list[str]:
    return [line.strip() for line in epilog.splitlines() if line.startswith("  ")]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# -- the data dictionary -----------------------------------------------------------------------------------------------


def _indicators() -> Iterator[str]:
    yield from ("## Indicators", "")
    for entry in catalogue.indicators().values():
        yield from _indicator(entry)


def _indicator(entry: Indicator) -> Iterator[str]:
    yield from (f"### `{entry.code}`", "", f"{entry.title_zh} · {entry.title_en}. {entry.definition}", "")
    whole = ", whole numbers" if entry.integer else ""
    bounds = ["" if bound is None else f"{bound:g}" for bound in (entry.minimum, entry.maximum)]
    yield f"- Theme `{entry.theme}`, unit: {entry.unit}{whole}, range {'..'.join(bounds)}, from {entry.first_year}"
    yield f"- Formula: {entry.formula}"
    yield f"- Frame: [`{entry.frame}`](#frames); province: {entry.aggregation.province}"
    if entry.lexicon:
        yield f"- Lexicon `{entry.lexicon}`, policy `{entry.policy}`"
    yield from (f"- Warning: {warning}" for warning in entry.warnings)
    yield from (f"- Licence: {entry.licence}", "")


def _frames() -> Iterator[str]:
    yield from ("## Frames", "", "What must have been looked at before a number is exact: [Coverage](coverage.md).", "")
    yield from ("| frame | what | sources | lists | days after the year |", "|---|---|---|---|---|")
    for frame in catalogue.frames().values():
        yield f"| `{frame.id}` | {frame.title} | {_sources(frame)} | {', '.join(frame.kinds)} | {_tail(frame)} |"
    yield ""


def _sources(frame: Frame) -> str:
    return f"imports of `{frame.imports}`" if frame.imports else ", ".join(f"`{s}`" for s in frame.real)


def _tail(frame: Frame) -> str:
    return "" if frame.imports else str(frame.tail_days)


def _tables() -> Iterator[str]:
    yield from ("## Tables", "")
    for row in TABLES:
        shipped = {c.name for c in public_columns(row)}
        where = "" if shipped else " *Not in releases.*"
        yield from (f"### `{row.TABLE}`", "", _prose(row.__doc__ or "") + where, "")
        yield from ("| column | type | meaning |", "|---|---|---|")
        yield from (_column(spec, spec.name in shipped or not shipped) for spec in columns_of(row))
        yield ""


def _column(spec: ColumnSpec, shipped: bool) -> str:
    type_ = TYPES[spec.type] + (", may be empty" if spec.nullable else "") + (", key" if spec.key else "")
    said = [spec.doc]
    if spec.unit:
        said.append(f"in {spec.unit}")
    if spec.choices:
        said.append("one of " + ", ".join(f"`{choice}`" for choice in spec.choices))
    if spec.ref:
        said.append(f"refers to `{spec.ref}`")
    if not shipped:
        said.append("*not in releases*")
    return f"| `{spec.name}` | {type_} | {_cell('; '.join(said))} |"


# -- the sources -------------------------------------------------------------------------------------------------------


def _sources_by_family() -> Iterator[str]:
    real = sorted((s for s in all_sources() if not s.synthetic), key=lambda s: (s.family, s.id))
    robots, licences = (list(dict.fromkeys(getattr(s, name) for s in real)) for name in ("robots", "licence"))
    yield from (f"{len(real)} sources in {len({s.family for s in real})} families.", "")
    for family, members in groupby(real, key=lambda s: s.family):
        yield from (f"## {family}", "", _first_sentence(f"crawlers.families.{family}"), "")
        yield "| id | title, publisher | place | lists | since | delay | expected | robots | licence | verified |"
        yield "|---|---|---|---|---|---|---|---|---|---|"
        yield from (_source(one, robots, licences) for one in members)
        yield ""
    for heading, letter, notes in (("Robots", "R", robots), ("Licences", "L", licences)):
        yield from (f"## {heading}", "", *(f"- {letter}{n}: {note}" for n, note in enumerate(notes, 1)), "")


def _first_sentence(module: str) -> str:
    return _prose((import_module(module).__doc__ or "").partition("\n\n")[0])


def _source(one: Source, robots: Sequence[str], licences: Sequence[str]) -> str:
    cells = (
        f"`{one.id}`",
        f"[{one.title}]({one.homepage})" + ("" if one.publisher == one.title else f", {one.publisher}"),
        "、".join(_place(code) for code in one.area) or "whole country",
        ", ".join(f"{scope.name} ({scope.kind})" if scope.name != scope.kind else scope.name for scope in one.scopes),
        f"{one.start}" + (f" to {one.ended}" if one.ended else ""),
        f"{one.delay_seconds:g} s",
        _expected(one),
        f"R{robots.index(one.robots) + 1}",
        f"L{licences.index(one.licence) + 1}",
        str(one.verified),
    )
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _place(code: str) -> str:
    place = gazetteer().get(code)
    return place.name if place else code


def _expected(one: Source) -> str:
    """How much it publishes, as far as somebody knows."""
    counted = one.per_day or sum(scope.per_day or 0 for scope in one.scopes)
    bounds = (("at least", one.bounds.min), ("at most", one.bounds.max))
    told = [f"{counted:g} items a day"] if counted else []
    told += [f"{word} {number} items a month" for word, number in bounds if number is not None]
    told += [f"no more than {one.max_silent_days} silent days"] if one.max_silent_days else []
    return "; ".join(told) or "not known"


def _left_out() -> Iterator[str]:
    yield from ("| site | addresses | judged on | reason | cause | instead |", "|---|---|---|---|---|---|")
    yield from (_site(one) for one in left_out())


def _site(one: LeftOut) -> str:
    addresses = ", ".join(f"`{address}`" for address in one.addresses) or "not known"
    cells = (one.name, addresses, str(one.judged), one.reason, one.cause, f"`{one.instead}`" if one.instead else "")
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


# -- the lexicons ------------------------------------------------------------------------------------------------------


def _lexicons() -> Iterator[str]:
    yield from (
        "| lexicon | terms | standing | sentences | with nothing to count | precision | recall |",
        "|---" * 7 + "|",
    )
    for lexicon in map(load, builtin()):
        cases, total = precision.golden(lexicon.id).cases, precision.total(precision.measured(lexicon.id))
        empty = sum(not case.reader for case in cases)
        head = f"[`{lexicon.id}`](#{lexicon.id}) | {len(lexicon.terms)} | {lexicon.status} | {len(cases)} | {empty}"
        yield f"| {head} | {_share(total.precision)} | {_share(total.recall)} |"
    yield ""
    for lexicon in map(load, builtin()):
        yield from _lexicon(lexicon)


def _lexicon(lexicon: Lexicon) -> Iterator[str]:
    about = (f"{lexicon.title}.", lexicon.note, f"Version `{lexicon.version}`.")
    yield from (f"## {lexicon.id}", "", " ".join(filter(None, about)), "")
    yield from (f"- `{name}`: {citation}" for name, citation in lexicon.sources)
    yield from ("", f"The reader was asked: *{precision.golden(lexicon.id).question}*", "")
    yield from (
        "| term | mode | risk | right | wrong | missed | spared | precision | recall | beware |",
        "|---" * 10 + "|",
    )
    scores = precision.measured(lexicon.id)
    yield from (_scored(lexicon.term(score.term), score) for score in scores)
    yield from (
        "",
        f"{len(lexicon.terms) - len(scores)} of its {len(lexicon.terms)} terms are tried in no sentence.",
        "",
    )
    if seen := [term for term in lexicon.terms if term.evidence]:
        yield from ("| term that no list names | dimension | seen in |", "|---|---|---|")
        yield from (f"| {term.term} | {term.dimension} | {term.evidence} |" for term in seen)
        yield ""


def _scored(term: Term, score: precision.Score) -> str:
    counts = [str(count) for count in (score.right, score.wrong, score.missed, score.spared)]
    shares = (_share(score.precision), _share(score.recall))
    name = term.term.replace("*", "\\*")
    return f"| {' | '.join((name, term.mode, term.risk or '', *counts, *shares, _cell(term.note or '')))} |"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    schema.PATH.write_text(schema.text(), encoding="utf-8")
    for name, made in pages().items():
        (DOCS / name).write_text(made(), encoding="utf-8")
        print(f"docs/{name}")
