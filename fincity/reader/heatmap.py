"""Coverage as a picture (PNG): sources by month, the days of one source, cities by year.

A month is drawn as a stack of its days' states, so that one blocked day among thirty is seen; a day that no list was
asked for stays white. A city-year is drawn by the completeness of its cell: white is unknown, dark blue exact, between
lies what is a lower bound. Equal releases give equal bytes.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from etl.palette import STATES
from fincity.output import checked, replacing
from fincity.reader import coverage
from fincity.reader.fonts import Lettering, lettering
from fincity.reader.release import Release, by_key
from fincity.reader.sheets import DPI, NAMED, Colours, Sheet, figure_of, fill, frame, rgb, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Parts a month's cell is divided into, from the best state below to the worst above.
PARTS = 12
#: Width of a cell and height of a row in inches, by picture; a row of many cities is a line.
CELL = {"month": (0.2, 0.34), "day": (0.14, 0.14), "city": (0.4, 0.2), "cities": (0.4, 0.075)}
#: Inches left of the cells, for labels; size of their letters in points.
LEFT = {"month": 2.6, "day": 0.6, "city": 1.7, "cities": 1.7}
POINTS = {"month": 7, "day": 7, "city": 7, "cities": 5}
#: Inches right of the cells, above (title), below (legend, release) and between blocks.
RIGHT, ABOVE, BELOW, BETWEEN = 0.4, 0.9, 1.1, 0.35
#: A picture is no larger than this, in inches; cells shrink to fit.
LARGEST = 60.0
#: Completeness up to and including which a cell has a colour, and how the legend calls it.
SHADES = (
    (0.0, "#ffffff", "0: unknown"),
    (0.25, "#fee8a0", "to 0.25"),
    (0.5, "#e5c86a", "to 0.5"),
    (0.75, "#a9a27c", "to 0.75"),
    (0.999999, "#6b7b8c", "below 1: lower bound"),
    (1.0, "#1b3f7a", "1: exact"),
)


def draw(
    release: Release, path: Path, by: str, source: str | None = None, letters: Lettering | None = None
) -> tuple[int, int]:
    """Draw the coverage of a release to a PNG file; its width and height in pixels.

    `by`: month (sources, or the scopes of one), day (one source), city. `letters`: what can be written; default: what
    this machine has fonts for. Raises UsageError for other views, for `day` without a source where there are several,
    and where nothing was looked at; ModuleNotFoundError without matplotlib.
    """
    checked(path, (".png",))
    letters = letters or lettering()
    sheets, kind = _sheets(release, by, source, letters)
    if not sheets:
        raise UsageError(f"release {release.id} has nothing to draw by {by}: no list was looked at")
    legend = _shades() if by == "city" else {state.replace("_", " "): colour for state, colour in STATES.items()}
    width, height = size(sheets, kind)
    with style(letters), replacing(path) as temporary:
        figure = figure_of(width, height)
        _place(figure, sheets, width, height, kind)
        foot = f"fincity release {release.id}, as of {release.as_of}"
        frame(figure, height, _title(by, source), legend, foot, synthetic=release.synthetic)
        figure.savefig(temporary, format="png", dpi=DPI, metadata={"Software": None})
    return int(width * DPI), int(height * DPI)


def size(sheets: Sequence[Sheet], kind: str) -> tuple[float, float]:
    """Width and height of the picture in inches."""
    wide, high = _cell(sheets, kind)
    across = _across(kind)
    blocks = [(len(s.colours[0]) * wide, s.height * high) for s in sheets]
    gaps = (len(sheets) - 1) * BETWEEN
    if across:
        return LEFT[kind] + RIGHT + sum(w for w, _ in blocks) + gaps, ABOVE + BELOW + max(h for _, h in blocks)
    return LEFT[kind] + RIGHT + max(w for w, _ in blocks), ABOVE + BELOW + sum(h for _, h in blocks) + gaps


def _across(kind: str) -> bool:
    """Whether blocks stand side by side (themes) and not one below the other (years)."""
    return kind.startswith("cit")


def _cell(sheets: Sequence[Sheet], kind: str) -> tuple[float, float]:
    wide, high = CELL[kind]
    columns = max(len(s.colours[0]) for s in sheets)
    return min(wide, LARGEST / columns), min(high, LARGEST / sum(s.height for s in sheets))


# -- what is drawn -----------------------------------------------------------------------------------------------------


def _sheets(release: Release, by: str, source: str | None, letters: Lettering) -> tuple[list[Sheet], str]:
    if by == "city":
        rows = coverage.view(release, "city", source).rows
        sheets = [_cities(group, theme, letters) for (theme,), group in sorted(by_key(rows, "theme").items())]
        return sheets, "cities" if any(s.height > NAMED for s in sheets) else "city"
    if by == "month":
        found = _months(coverage.view(release, "month", source).rows, source, letters)
        return [found] if found else [], "month"
    if by == "day":
        days = coverage.view(release, "day", source).rows
        sources = sorted({row["source"] for row in days})
        if len(sources) > 1:
            raise UsageError(f"a picture by day shows one source: name it with --source ({', '.join(sources)})")
        return list(_calendar(days)), "day"
    raise UsageError(f"a picture shows coverage --by day, month or city, not {by!r}")


def _months(rows: Sequence[Mapping[str, Any]], source: str | None, letters: Lettering) -> Sheet | None:
    """Sources (or the scopes of one) by month; all days of all scopes make up a cell."""
    if not rows:
        return None
    name = "scope" if source else "source"
    scopes = {(row["source"], row["scope"]) for row in rows}
    size_of = Counter(scope if source else owner for owner, scope in scopes)
    months = _every_month(min(r["month"] for r in rows), max(r["month"] for r in rows))
    cells = by_key(rows, name, "month")
    colours: Colours = []
    for label in sorted(size_of):
        stacks = [_stack(cells.get((label, month), ()), month, size_of[label]) for month in months]
        colours += [[rgb(STATES[stack[part]]) for stack in stacks] for part in range(PARTS)]
    ticks = [(n, month[:4]) for n, month in enumerate(months) if month.endswith("-01") or n == 0]
    titles = letters.sources() if not source else {}
    labels = [(PARTS * n + PARTS / 2 - 0.5, titles.get(label, label)) for n, label in enumerate(sorted(size_of))]
    return Sheet(colours, tuple(labels), tuple(ticks), len(size_of))


def _every_month(first: str, last: str) -> list[str]:
    numbers = range(*(12 * int(m[:4]) + int(m[5:]) - 1 + late for m, late in ((first, 0), (last, 1))))
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in numbers]


def _stack(rows: Sequence[Mapping[str, Any]], month: str, scopes: int) -> list[str]:
    """The states of a cell from its top (worst) to its bottom (best); every state that occurs has a part."""
    days = {state: sum(row[f"days_{state}"] for row in rows) for state in STATES}
    days["not_looked"] += scopes * monthrange(int(month[:4]), int(month[5:]))[1] - sum(days.values())
    total = sum(days.values())
    parts = {state: max(1, round(PARTS * n / total)) for state, n in days.items() if n > 0}
    while sum(parts.values()) != PARTS:
        largest = max(parts, key=lambda state: parts[state])
        parts[largest] += 1 if sum(parts.values()) < PARTS else -1
    return [state for state in reversed(STATES) for _ in range(parts.get(state, 0))]


def _calendar(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sheet]:
    """A block a year: weeks from left to right, Monday to Sunday from top to bottom; the worst of all scopes counts."""
    order = list(STATES)
    worst: dict[str, int] = {}
    told: dict[str, int] = defaultdict(int)
    scopes = len({row["scope"] for row in rows})
    for row in rows:
        told[row["day"]] += 1
        worst[row["day"]] = max(worst.get(row["day"], 0), order.index(row["state"]))
    for day, number in told.items():
        if number < scopes:
            worst[day] = order.index("not_looked")
    for year in sorted({day[:4] for day in worst}):
        yield _year(int(year), {day: order[state] for day, state in worst.items() if day.startswith(year)})


def _year(year: int, states: Mapping[str, str]) -> Sheet:
    first = date(year, 1, 1)
    blank = (0.93, 0.93, 0.93)
    colours: Colours = [[blank] * 54 for _ in range(7)]
    ticks = []
    for n in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(days=n)
        week = (n + first.weekday()) // 7
        colours[day.weekday()][week] = rgb(STATES[states.get(day.isoformat(), "not_looked")])
        if day.day == 1:
            ticks.append((float(week), f"{day:%m}"))
    return Sheet(colours, ((0, "Mon"), (6, "Sun")), tuple(ticks), 7, str(year))


def _cities(rows: Sequence[Mapping[str, Any]], theme: str, letters: Lettering) -> Sheet:
    places = {row["city_code"]: row for row in rows}
    years = sorted({row["year"] for row in rows})
    cells = {(row["city_code"], row["year"]): row["completeness"] for row in rows}
    colours = [[rgb(_shade(cells.get((code, year), 0.0))) for year in years] for code in sorted(places)]
    columns = tuple((float(n), str(year)) for n, year in enumerate(years))
    names = [_place_name(code, places[code], letters) for code in sorted(places)]
    if len(names) <= NAMED:
        return Sheet(colours, tuple((float(n), city) for n, (city, _) in enumerate(names)), columns, len(names), theme)
    first = {province: n for n, (_, province) in reversed(list(enumerate(names)))}
    return Sheet(colours, tuple((float(n), p) for p, n in sorted(first.items())), columns, len(names), theme)


def _place_name(code: str, row: Mapping[str, Any], letters: Lettering) -> tuple[str, str]:
    """Names of a city and its province; their codes where the letters are missing."""
    city, province = row["city"], row["province"]
    return letters.or_else(city, code), letters.or_else(province or city, f"{code[:2]}0000" if province else code)


def _shade(completeness: float) -> str:
    return next(colour for most, colour, _ in SHADES if completeness <= most)


def _shades() -> dict[str, str]:
    return {label: colour for _, colour, label in SHADES}


# -- drawing -----------------------------------------------------------------------------------------------------------


def _title(by: str, source: str | None) -> str:
    what = {"month": "days by month", "day": "days", "city": "completeness by city and year"}[by]
    return f"Coverage of {source}: {what}" if source else f"Coverage: {what}"


def _place(figure: Figure, sheets: Sequence[Sheet], width: float, height: float, kind: str) -> None:
    wide, high = _cell(sheets, kind)
    x, y = LEFT[kind], height - ABOVE
    for number, sheet in enumerate(sheets):
        w, h = len(sheet.colours[0]) * wide, sheet.height * high
        axes = figure.add_axes((x / width, (y - h) / height, w / width, h / height))
        fill(axes, sheet, POINTS[kind], labelled=number == 0 or not _across(kind))
        x, y = (x + w + BETWEEN, y) if _across(kind) else (x, y - h - BETWEEN)
