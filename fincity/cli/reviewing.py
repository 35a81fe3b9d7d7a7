"""The command that asks people about names: in the terminal, or with a csv file out and in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.errors import UsageError
from fincity.cli.report import release_anew
from fincity.cli.shared import AsJson, Options, examples, one_line, options, print_json, print_table

if TYPE_CHECKING:
    from db.archive import Archive
    from etl.resolve.decisions import Decision, Verdict
    from etl.resolve.questions import Question


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "fincity review",
            "fincity review --out queue.csv --limit 200",
            'fincity review --in queue.csv --who "A. Reader" --apply',
            "fincity review --list",
            "fincity review --undo 1f0c6a2b93de",
        )
    )(review)


def review(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="CSV", help="Write the questions to a file.")] = None,
    in_: Annotated[Path | None, typer.Option("--in", metavar="CSV", help="Read the answers from that file.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show the decisions in force.")] = False,
    undo: Annotated[str | None, typer.Option("--undo", metavar="ID", help="Take a decision back.")] = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="W", help="Who decides; else FINCITY_WHO, else the user.")
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="R", help="Why, where an answer gives no reason.")] = "reviewed",
    below: Annotated[
        float, typer.Option("--below", metavar="S", min=0, max=1, help="Ask about answers less sure than this.")
    ] = 0.8,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Then derive and release anew, without crawling.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide what names mean: which organisation, which city, the same or not.

    Asks about names without a sure city and about organisations of like names, first where most deals hang on it.
    Answers are signed entries of the archive's log; the next refresh heeds them.
    """
    from db.archive import Archive
    from fincity import review as reviews

    if sum((out is not None, in_ is not None, listed, undo is not None)) > 1:
        raise UsageError("choose one of --out, --in, --list and --undo")
    given = options(context)
    home = given.open_home()
    archive = Archive.of(home)
    if listed:
        _list(given, archive, as_json)
        return
    if out is not None:
        written = reviews.write_queue(out, reviews.queue(home, below)[:limit])
        given.say(f"{out}: {written} questions; fill in `verdict`, then `fincity review --in {out}`")
        return
    signed = reviews.reviewer(who), why.strip() or reviews.REVIEWED
    if undo is not None:
        _undo(given, archive, undo, *signed)
    elif in_ is not None:
        _read(given, archive, in_, *signed)
    else:
        _demand_terminal()
        _Review(archive, reviews.queue(home, below)[:limit], *signed).run()
    if apply:
        release_anew(given, home, "review")
    else:
        given.say("the next refresh heeds it, or the same command with --apply")


def _demand_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "fincity review asks its questions in a terminal; elsewhere write them with --out QUEUE.csv, "
            "answer them in the file, and read it with --in QUEUE.csv"
        )


def _list(given: Options, archive: Archive, as_json: bool) -> None:
    from flows import decisions

    log = decisions.read(archive)
    for problem in log.problems:
        given.say(problem)
    rows = [{**one.entry(), "decision": str(one)} for one in log.rulings.decisions]
    if as_json:
        print_json({"decisions": rows, "problems": log.problems})
        return
    print_table(f"{len(rows)} decisions in force", ("id", "when", "who", "decision", "why"), rows)


def _undo(given: Options, archive: Archive, decision: str, who: str, why: str) -> None:
    from flows import decisions

    given.say(f"undone: {decisions.undo(archive, decision, who, why)}")


def _read(given: Options, archive: Archive, path: Path, who: str, why: str) -> None:
    from fincity import review as reviews
    from flows import decisions

    answered = reviews.read_queue(path, who, why)
    new = decisions.write(archive, answered.decisions)
    given.say(
        f"{path}: {len(new)} decisions written, {len(answered.decisions) - len(new)} known before, "
        f"{answered.open} rows without a verdict"
    )
    for problem in decisions.read(archive).rulings.conflicts:
        given.say(problem)


class _Review:
    """One sitting: question after question, each answer written as it is given."""

    def __init__(self, archive: Archive, asked: Sequence[Question], who: str, why: str) -> None:
        from rich.console import Console

        self._archive = archive
        self._asked = asked
        self._who = who
        self._why = why
        self._console = Console(markup=False, highlight=False)
        self._given: list[tuple[int, list[Decision]]] = []
        self._at = 0

    def run(self) -> None:
        """Ask until the questions or the reviewer are done."""
        self._console.print(f"{len(self._asked)} questions for {self._who}; a reason may follow an answer: {_EXAMPLE}")
        while self._at < len(self._asked):
            question = self._asked[self._at]
            self._show(question)
            answer = self._ask(_keys(question))
            if answer == "q":
                break
            try:
                self._heed(question, answer)
            except UsageError as error:
                self._console.print(f"  {error}")
        written = sum(len(decisions) for _, decisions in self._given)
        self._console.print(f"{written} decisions written, {len(self._asked) - self._at} questions left")

    def _ask(self, prompt: str) -> str:
        """A line of the reviewer; the end of the input is the end of the sitting."""
        try:
            return self._console.input(prompt).strip()
        except EOFError:
            return "q"

    def _heed(self, question: Question, answer: str) -> None:
        if answer == "b":
            self._back()
            return
        if answer != "s":
            from flows import decisions

            self._given.append((self._at, decisions.write(self._archive, self._decisions(question, answer))))
        self._at += 1

    def _decisions(self, question: Question, answer: str) -> list[Decision]:
        """What an answer decides. UsageError for one that is no answer."""
        from etl.resolve.questions import decisions
        from fincity.review import city_of

        key, _, rest = answer.partition(" ")
        why = rest.strip() or self._why
        if key == "c":
            city = city_of(rest or self._ask("  city (name or code): "))
            return decisions(question, "same", [city], who=self._who, why=self._why)
        if key in _VERDICTS:
            return decisions(question, _VERDICTS[key], who=self._who, why=why)
        if key.isdecimal() and 0 < int(key) <= len(question.candidates):
            return decisions(question, "same", [question.candidates[int(key) - 1]], who=self._who, why=why)
        raise UsageError(f"{key!r} is no answer: {_keys(question).strip(' :')}")

    def _back(self) -> None:
        from flows import decisions

        if not self._given:
            raise UsageError("nothing was answered yet")
        self._at, made = self._given.pop()
        for decision in made:
            decisions.undo(self._archive, decision.id, self._who, "taken back at once")

    def _show(self, question: Question) -> None:
        from rich.table import Table

        from fincity.review import told, yuan

        heading = f"{self._at + 1} of {len(self._asked)}  {question.deals} deals, {yuan(question.amount_fen)} yuan"
        self._console.rule(heading, align="left")
        shown = Table.grid(padding=(0, 2))
        shown.add_row(
            "one organisation?" if question.about == "pair" else question.kind, one_line(question.name, _LONGEST)
        )
        shown.add_row("seen", one_line("; ".join(question.seen), _LONGEST))
        shown.add_row("the rules say", one_line(question.says, _LONGEST))
        for number, candidate in enumerate(question.candidates, 1):
            shown.add_row(f"{number:>13}", one_line(told(candidate), _LONGEST))
        self._console.print(shown)


_VERDICTS: dict[str, Verdict] = {"n": "not_same", "u": "unsure"}
_LONGEST = 500
_EXAMPLE = "`1 same address`"


def _keys(question: Question) -> str:
    numbers = {0: "", 1: "1 this one, "}.get(len(question.candidates), f"1-{len(question.candidates)} which one, ")
    none = "n not the same, " if question.candidates else ""
    return f"{numbers}c city, {none}u unsure, s skip, b undo last, q quit: "
