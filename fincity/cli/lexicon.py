"""Commands about lexicons: list, show, diff, validate, new, use, precision."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.errors import UsageError
from fincity.cli import lexicon_audit
from fincity.cli.report import release_anew
from fincity.cli.shared import AsJson, Csv, Options, examples, loaded, options, print_json, print_table, tell
from fincity.output import checked, replacing

if TYPE_CHECKING:
    from keywords import Lexicon
    from keywords.precision import Score

Named = Annotated[str, typer.Argument(metavar="LEXICON", help="Id, or path of a YAML file.")]

#: What is shown of a term, and of how it fared on labelled sentences.
SHOWN = ("term", "mode", "layer", "dimension", "source", "status", "risk", "note", "evidence")
SCORED = ("term", "right", "wrong", "missed", "spared", "precision", "recall")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("list", epilog=examples("fincity lexicon list"))(list_)
    group.command(epilog=examples("fincity lexicon show digital_121"))(show)
    group.command(epilog=examples("fincity lexicon diff fintech_taxonomy fintech_extended"))(diff)
    group.command(epilog=examples("fincity lexicon validate mine.yaml"))(validate)
    group.command(epilog=examples("fincity lexicon new my_terms -o mine.yaml"))(new)
    group.command(epilog=examples("fincity lexicon use mine.yaml --theme digital --apply"))(use)
    group.command(epilog=examples("fincity lexicon precision mine.yaml --golden sentences.yaml"))(precision)
    lexicon_audit.register(group)
    app.add_typer(group, name="lexicon", help="The lists of terms.", epilog=examples("fincity lexicon list"))


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the lexicons that come with fincity, and the home's own; `counts`: themes that the home counts with it."""
    from keywords import builtin, load

    counts, own = _of_home(options(context))
    columns = ("id", "version", "terms", "status", "counts", "title")
    rows = [
        dict(zip(columns, (one.id, one.version, len(one.terms), one.status, counts(one.id), one.title), strict=True))
        for one in (*map(load, builtin()), *own)
    ]
    if as_json:
        print_json(rows)
    else:
        print_table("lexicons", columns, rows)


def _of_home(given: Options) -> tuple[Callable[[str], str], list[Lexicon]]:
    """What says which themes count with a lexicon, and the own lexicons; without a home the catalogue decides."""
    from etl import choices

    chosen = {entry.theme: entry.lexicon for entry in choices.counting()}
    found: list[Lexicon] = []
    if archive := given.archive():
        from flows import lexicons

        chosen |= {theme: one.lexicon for theme, one in choices.in_force(archive.entries(choices.LOG)).items()}
        found = [one for name in sorted(lexicons.own(archive)) if (one := lexicons.find(archive, name))]
        for remark in lexicons.edited(archive):
            given.say(remark)
    return lambda name: ", ".join(sorted(theme for theme, lexicon in chosen.items() if lexicon == name)), found


def use(
    context: typer.Context,
    lexicon: Named,
    theme: Annotated[list[str], typer.Option(metavar="T", help="Theme to count with it; may be repeated.")],
    policy: Annotated[str | None, typer.Option(help="strict or published; default: the catalogue's.")] = None,
    who: Annotated[str | None, typer.Option(help="Who decides; default: FINCITY_WHO or the user.")] = None,
    why: Annotated[str, typer.Option(metavar="R", help="Why.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Then derive and release anew, without crawling.")] = False,
) -> None:
    """Count a theme of the home's panel with another lexicon, from the next refresh on.

    A file of your own is kept in the archive by its hash: what becomes of it later changes nothing. After an edit, give
    the same command again. `fincity lexicon list` shows what counts; to go back, use the built-in lexicon.
    """
    from db.archive import Archive
    from fincity.review import reviewer
    from flows import lexicons

    given = options(context)
    one, home = loaded(given, lexicon), given.open_home()
    file = Path(lexicon) if Path(lexicon).is_file() else None
    made = lexicons.use(Archive.of(home), lexicons.Order(one, theme, policy, reviewer(who), why, file))
    for choice in made:
        typer.echo(f"{choice.theme} counts with {one.id} {one.version}, policy {choice.policy}")
    if not made:
        typer.echo(f"{', '.join(theme)}: counted with {one.id} {one.version} already")
    if apply:
        release_anew(given, home, "lexicon use")
    elif made:
        given.say("the next refresh counts anew, or the same command with --apply")


def show(context: typer.Context, lexicon: Named, as_json: AsJson = False) -> None:
    """Show a lexicon: sources, and every term with how it is matched and what to beware of."""
    one = loaded(options(context), lexicon)
    rows = [{name: getattr(term, name) for name in SHOWN} for term in one.terms]
    if as_json:
        said = {"id": one.id, "version": one.version, "title": one.title, "status": one.status, "note": one.note}
        print_json({**said, "sources": dict(one.sources), "terms": rows})
        return
    print_table(f"{one.id} {one.version}: {one.title}", [c for c in SHOWN if any(row[c] for row in rows)], rows)
    for name, citation in one.sources:
        typer.echo(f"{name}: {citation}")


def diff(
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help="Id, or path of a YAML file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Id, or path of a YAML file.")],
    output: Csv = None,
    as_json: AsJson = False,
) -> None:
    """Show what changes from lexicon A to lexicon B: terms added, removed, matched or grouped otherwise."""
    from keywords.differences import Change, differences

    given = options(context)
    old, new = loaded(given, before), loaded(given, after)
    rows = [change._asdict() for change in differences(old, new)]
    tell(f"{old.id} {old.version} -> {new.id} {new.version}", Change._fields, rows, output, as_json=as_json)
    if not as_json:
        typer.echo("the same version: counts stay" if old.version == new.version else "another version: counts change")


def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files.")], as_json: AsJson = False
) -> None:
    """Check lexicon files: every fault with its line, and warnings about terms that easily hit the wrong things."""
    found = [_checked(path) for path in paths]
    if as_json:
        print_json(found)
    else:
        for one in found:
            _report(one)
    faults = [fault for one in found for fault in one["faults"]]
    if faults:
        raise UsageError(faults[0] if len(faults) == 1 else f"{len(faults)} faults, the first: {faults[0]}")


def _checked(path: Path) -> dict[str, Any]:
    """What there is to say about a file."""
    from keywords.advice import warnings
    from keywords.lexicon_file import check

    if not path.is_file():
        raise UsageError(f"{path}: no such file; check the path")
    result = check(path)
    one = result.lexicon
    warned = [
        f"{path}{f', line {result.lines[about]}' if about else ''}: {said}"
        for about, said in (warnings(one) if one else ())
    ]
    about = {"lexicon": one.id, "version": one.version, "terms": len(one.terms)} if one else {}
    return {"file": str(path), **about, "faults": list(result.faults), "warnings": warned}


def _report(one: dict[str, Any]) -> None:
    if "lexicon" in one:
        typer.echo(f"{one['file']}: lexicon {one['lexicon']}, version {one['version']}, {one['terms']} terms: in order")
    for fault in one["faults"]:
        typer.echo(fault)
    for warning in one["warnings"]:
        typer.echo(f"warning: {warning}")


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its id: small letters, digits, underscores.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The file; default: NAME.yaml here.")
    ] = None,
) -> None:
    """Write the beginning of a lexicon of your own: a valid file with remarks, ready to be edited."""
    from keywords import builtin
    from keywords.lexicon_file import ID
    from keywords.schema import PATH

    if not re.fullmatch(ID, name):
        raise UsageError(f"{name!r}: an id holds small letters, digits and underscores and begins with a letter")
    if name in builtin():
        raise UsageError(f"{name} is a built-in lexicon: choose another id")
    path = checked(output or Path(f"{name}.yaml"), (".yaml", ".yml"))
    if path.exists():
        raise UsageError(f"{path} is there already: name another file with -o")
    starter = PATH.with_name("starter.yaml").read_text(encoding="utf-8").replace("my_terms", name, 1)
    with replacing(path) as temporary:
        temporary.write_text(f"# yaml-language-server: $schema={PATH.as_uri()}\n{starter}", encoding="utf-8")
    typer.echo(f"{path}: edit it, then `fincity lexicon validate {path}`")


def precision(
    context: typer.Context,
    lexicon: Named,
    golden: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sentences labelled by hand; default: those that come along.")
    ] = None,
    output: Csv = None,
    as_json: AsJson = False,
) -> None:
    """Measure each term on sentences labelled by hand: hits that a reader counts, false ones, missed ones."""
    from keywords import LexiconError
    from keywords import precision as measuring

    one = loaded(options(context), lexicon)
    try:
        sentences = measuring.read(golden, one) if golden else measuring.golden(one.id)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    rows = [_score(score) for score in measuring.measure(one, sentences.cases)]
    title = f"{one.id} {one.version}, {len(sentences.cases)} sentences"
    tell(title, SCORED, rows, output, as_json=as_json)


def _score(score: Score) -> dict[str, Any]:
    return {column: getattr(score, column) for column in SCORED}
