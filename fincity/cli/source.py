"""Commands about sources: list, show, probe, new, verify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from fincity.cli.progress import bars
from fincity.cli.shared import AsJson, Since, Until, day, examples, options, print_json, print_table

if TYPE_CHECKING:
    from datetime import date

    from crawlers.probing import Fit, Probe
    from crawlers.sources import Source
    from db.home import Home
    from flows.verification import Verification

Saved = Annotated[
    Path | None, typer.Option("--page", metavar="FILE", help="Read this saved page instead of asking the site.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    lists = ("fincity source list --family yizhaobiao", "fincity source list --left-out")
    group.command("list", epilog=examples("fincity source list", *lists))(list_)
    group.command(epilog=examples("fincity source show cfcpn"))(show)
    probes = ("fincity source probe https://cg.example.cn/list.html", "fincity source probe --page saved.html --json")
    group.command(epilog=examples(*probes))(probe)
    news = "fincity source new city_bank --family html_portal --url https://cg.example.cn/list.html -o city_bank.yaml"
    group.command(epilog=examples(news))(new)
    group.command(epilog=examples("fincity source verify cdb ccb --sample 5", "fincity source verify cdb --write"))(
        verify
    )
    app.add_typer(group, name="source", help="The portals that are crawled.", epilog=examples("fincity source list"))


# -- list, show --------------------------------------------------------------------------------------------------------


def list_(
    family: Annotated[str | None, typer.Option(metavar="F", help="Only sources of one family.")] = None,
    area: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only of one province or city; 000000: the whole country.")
    ] = None,
    kind: Annotated[str | None, typer.Option(metavar="K", help="Only with such a list: result, policy, ...")] = None,
    left_out: Annotated[bool, typer.Option("--left-out", help="Sites that are not crawled, and why.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the sources, or the sites that are left out."""
    if left_out:
        _print_left_out(as_json)
        return
    from crawlers import families
    from crawlers.sources import all_sources

    if family:
        families.family(family)
    rows = [
        _listed(one)
        for one in all_sources()
        if (not family or one.family == family)
        and (not area or one.covers(area))
        and (not kind or any(scope.kind == kind for scope in one.scopes))
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("id", "family", "title", "area", "start", "lists", "delay", "verified")
    print_table(f"{len(rows)} sources", columns, rows)


def _listed(source: Source) -> dict[str, Any]:
    return {
        **{name: str(getattr(source, name)) for name in ("id", "family", "title", "publisher", "start", "verified")},
        "area": ", ".join(source.area),
        "lists": ", ".join(scope.name for scope in source.scopes),
        "delay": f"{source.delay_seconds:g} s",
        "synthetic": str(source.synthetic),
    }


def _print_left_out(as_json: bool) -> None:
    from crawlers.left_out import left_out

    rows = [one.model_dump(mode="json") for one in left_out()]
    if as_json:
        print_json(rows)
        return
    told = [{**row, "addresses": ", ".join(row["addresses"])} for row in rows]
    print_table(f"{len(rows)} sites left out", ("name", "addresses", "judged", "reason", "cause", "instead"), told)


def show(
    source: Annotated[str, typer.Argument(help="Source id, or the file of one.")], as_json: AsJson = False
) -> None:
    """Show what is declared of a source, and its first request."""
    from crawlers.planning import first_request
    from crawlers.sources import find

    found = find(source)
    declared = found.model_dump(mode="json")
    if as_json:
        print_json(declared)
        return
    for name, value in declared.items():
        if name != "scopes" and value not in ([], {}, "", None):
            typer.echo(f"{name:16} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    columns = ("name", "kind", "params", "per_day")
    rows = [{**scope, "params": json.dumps(scope["params"], ensure_ascii=False)} for scope in declared["scopes"]]
    print_table("lists", columns, rows)
    ask = first_request(found)
    typer.echo(f"first request    {ask.method} {ask.url} {ask.body.decode()}".rstrip())


# -- probe, new --------------------------------------------------------------------------------------------------------


def probe(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="[URL]", help="Address of a list or of any page of the site.")] = "",
    page: Saved = None,
    as_json: AsJson = False,
) -> None:
    """Guess the family of a site from one of its pages, and what of its YAML the page shows.

    The site is asked as a crawl asks it: robots.txt first, under our own name, with its delay.
    """
    from dataclasses import asdict

    from etl.errors import FincityError

    found = _probed(context, url, page)
    if as_json:
        print_json(asdict(found))
    else:
        _print_probe(found)
    if found.problem:
        raise FincityError(f"{url or page}: {found.problem}")


def _probed(context: typer.Context, url: str, page: Path | None) -> Probe:
    from crawlers import probing
    from etl.errors import UsageError

    if page is not None:
        return probing.read(page.read_bytes(), url)
    if not url:
        raise UsageError("give the address of a page, or --page and a saved one")
    host = urlsplit(url).hostname or ""
    with _portal(synthetic=host.endswith(".invalid")) as (portal, _):
        return probing.probe(url, _standing(context), portal)


def _print_probe(found: Probe) -> None:
    heading = [found.url, found.title, found.robots]
    heading += [f"already asked by {', '.join(found.known)}"] if found.known else []
    if not found.fits and not found.problem:
        heading += ["no family fits; where a script fills the page, save what it fetches and probe that with --page"]
    for line in filter(None, heading):
        typer.echo(_printable(line))
    for number, fit in enumerate(found.fits, 1):
        typer.echo(_printable(f"{number}. {fit.family} (score {fit.score}): {_read(fit)}"))
        for line in fit.evidence:
            typer.echo(_printable(f"   because: {line}"))
        for name, value in fit.fields.items():
            told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            typer.echo(_printable(f"   {name}: {told}"))


def _read(fit: Fit) -> str:
    """What its parser made of the page."""
    if fit.reads is None:
        return f"reads nothing here ({fit.problem})"
    stated = [f"{n} {what}" for n, what in ((fit.listed, "items"), (fit.pages, "pages")) if n is not None]
    of = f", of {', '.join(stated)} stated" if stated else ""
    return f"reads {fit.items} items{of}" if fit.reads == "list" else "reads it as one document"


def _printable(text: str) -> str:
    """A line without what would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def new(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the new source: small letters, digits, _.")],
    family: Annotated[
        str, typer.Option("--family", metavar="F", help="Its family: `fincity source probe` guesses it.")
    ],
    url: Annotated[str, typer.Option("--url", metavar="U", help="Address of one of its lists.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Default: ID.yaml among the other sources.")
    ] = None,
    page: Saved = None,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the site for the page.")] = False,
) -> None:
    """Write the YAML of a new source as a commented skeleton, filled from its page where that can be had."""
    from crawlers import drafting, sources
    from etl.errors import BoundBroken, FincityError, UsageError
    from fincity.output import replacing

    drafting.check_id(source_id)
    path = output or sources.FOLDER / f"{source_id}.yaml"
    if path.exists():
        raise UsageError(f"{path} is there already and is not overwritten: name another file with -o")
    if path.name != f"{source_id}.yaml":
        raise UsageError(f"-o {path}: the file of a source has its name, {source_id}.yaml")
    text = drafting.draft(source_id, family, url, None if offline and page is None else _seen(context, url, page))
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    try:
        sources.read(path)
    except FincityError as error:
        raise BoundBroken(f"written, but it does not load yet: {error}") from error
    typer.echo(f"{path}: say what is {drafting.OPEN!r}, check every guess, then `fincity source verify {path}`")


def _seen(context: typer.Context, url: str, page: Path | None) -> Probe | None:
    """The page of a new source; None, with a remark, where the site could not be asked."""
    from etl.errors import FincityError

    try:
        return _probed(context, url, page)
    except FincityError as error:
        options(context).say(f"the page was not asked for: {error}")
        return None


# -- verify ------------------------------------------------------------------------------------------------------------


def verify(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Sources, or files of sources.")],
    sample: Annotated[int, typer.Option(metavar="N", min=1, help="Items fetched from each list.")] = 3,
    since: Since = None,
    until: Until = None,
    write: Annotated[bool, typer.Option("--write", help="Set `verified:` in the YAML where everything holds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at sources live, robots.txt first, and report what holds of what their YAML declares.

    Nothing that is fetched enters the home. Ends with 3 when something required does not hold.
    """
    from dataclasses import asdict

    from crawlers.sources import find
    from etl.errors import BoundBroken
    from flows import verifying

    days = (day("--since", since), day("--until", until))
    found = {name: find(name) for name in sources}
    seen: dict[str, Verification] = {}
    for name, one in _looks(context, found, sample, *days):
        seen[name] = one
        if write and one.holds:
            verifying.mark(_file(name), one.began[:10])
    if as_json:
        print_json([asdict(one) for one in seen.values()])
    else:
        _print_verified(list(seen.values()))
    if bad := [name for name in found if name not in seen or not seen[name].holds]:
        raise BoundBroken(f"not verified: {', '.join(bad)}")


def _looks(
    context: typer.Context, found: dict[str, Source], sample: int, first: date | None, last: date | None
) -> Iterator[tuple[str, Verification]]:
    """Look at one source after the other and keep the reports; one that cannot be asked does not hold up the rest."""
    from etl.errors import FincityError, UsageError
    from flows import verifying

    chosen, home = options(context), _home(context, list(found.values()))
    with bars(quiet=chosen.quiet) as progress, _portal(synthetic=home.synthetic) as (portal, end):
        for name, source in found.items():
            days = {"since": first, "until": last or end}
            try:
                one = verifying.verify(source, home, sample=sample, portal=portal, progress=progress, **days)
            except UsageError:
                raise
            except FincityError as error:
                chosen.say(f"{source.id}: {error}")
                continue
            chosen.say(f"report: {verifying.keep(home, one)}")
            yield name, one


def _print_verified(seen: list[Verification]) -> None:
    for one in seen:
        made_up = "SYNTHETIC DATA: " if one.synthetic else ""
        verdict = "everything required holds" if one.holds else "NOT verified"
        typer.echo(f"{made_up}{one.source} {one.title}: {verdict} ({one.requests} requests in {one.seconds:g} s)")
        for check in one.checks:
            word = "holds" if check.holds else "FAILS" if check.required else "differs"
            typer.echo(f"  {word:8} {check.scope:14} {check.what}: {check.found}")
        for fill in one.fills:
            rates = ", ".join(f"{name} {100 * number // fill.documents} %" for name, number in fill.filled.items())
            typer.echo(f"  filled   {fill.stage or fill.kind:14} {fill.documents} documents: {rates}")
        for said in (*one.unknown, *one.warnings):
            typer.echo(f"  warning  {said.number} x {said.text}")
        for row in one.refused:
            typer.echo(f"  refused  {row.source_id}: {row.reason}: {row.detail}")


# -- what they share ---------------------------------------------------------------------------------------------------


@contextmanager
def _portal(*, synthetic: bool) -> Iterator[tuple[str | None, date | None]]:
    """The bundled portal where a made-up site is asked, and the last day on which it published."""
    if not synthetic:
        yield None, None
        return
    from fincity.demo import corpus
    from fincity.demo.portal import serve

    made = corpus.make("small")
    with serve(made) as portal:
        yield portal.url, made.until


def _standing(context: typer.Context) -> Home | None:
    """The home whose crawls must not ask the same site at the same time; None where there is none."""
    from db.home import Home
    from etl.errors import UsageError

    try:
        return Home.open(options(context).home_path())
    except UsageError:
        return None


def _home(context: typer.Context, found: list[Source]) -> Home:
    """The home that keeps the reports, made if it is not there; UsageError where real and synthetic sources mix."""
    from db.home import Home
    from etl.errors import UsageError

    chosen, kinds = options(context), {source.synthetic for source in found}
    if len(kinds) > 1:
        raise UsageError("real and synthetic sources never mix: verify them one after the other")
    if kinds == {True}:
        return Home.create(chosen.demo_path(), "synthetic")
    return Home.create(chosen.home_path(), "real")


def _file(name: str) -> Path:
    from crawlers.sources import FOLDER

    return Path(name) if name.endswith(".yaml") else FOLDER / f"{name}.yaml"
