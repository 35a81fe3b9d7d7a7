"""Charts within a page, as SVG: points in a square, a line over years, a bar in a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from xml.etree.ElementTree import Element

from fincity.audit.markup import element, number

#: Units: width and height of a chart, and the room left of, right of, above and below its field.
WIDTH, HEIGHT = 520.0, 380.0
LEFT, RIGHT, ABOVE, BELOW = 62.0, 24.0, 14.0, 44.0
#: Labels of an axis, at most.
_TICKS = 6


@dataclass(frozen=True, slots=True)
class Point:
    """A point: its place, what a pointer over it tells, and the label beside it, if any; one that stands out."""

    x: float
    y: float
    told: str
    label: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high` (larger) on a stretch of units, with labels at some of them."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value lies, in units."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 2)

    def ticks(self, *, whole: bool = False) -> list[float]:
        """Round values, at most half a dozen; `whole`: whole numbers only."""
        steps = (power * factor for power in self._powers() for factor in (1, 2, 5))
        step = next(s for s in steps if (self.high - self.low) / s < _TICKS and (s >= 1 or not whole))
        first = -int(-self.low // step)
        return [round(n * step, 10) for n in range(first, first + _TICKS + 1) if n * step <= self.high]

    def _powers(self) -> Iterable[float]:
        least = floor(log10((self.high - self.low) / _TICKS))
        return (10.0**n for n in range(least, least + 20))


def scatter(points: Sequence[Point], across: str, up: str) -> Element:
    """Points on two equal axes from 0, with the line on which both are equal."""
    largest = max((max(point.x, point.y) for point in points), default=0) or 1.0
    x, y = Axis(0, largest, LEFT, WIDTH - RIGHT), Axis(0, largest, HEIGHT - BELOW, ABOVE)
    equal = _line([(0, 0), (largest, largest)], x, y, "equal")
    dots = (_dot(point, x, y) for point in sorted(points, key=lambda point: point.marked))
    labels = (_label(point, x, y) for point in points if point.label)
    said = f"{len(points)} points: {up} against {across}"
    return _chart(said, *_grid(x, y), *_names(across, up), equal, *dots, *labels)


def over_years(points: Sequence[Point], low: float, up: str) -> Element:
    """Points by year (`x`) joined by a line, on an axis from `low` to 1."""
    years = [point.x for point in points] or [0.0]
    x = Axis(min(years) - 0.5, max(years) + 0.5, LEFT, WIDTH - RIGHT)
    y = Axis(low, 1, HEIGHT - BELOW, ABOVE)
    joined = _line([(point.x, point.y) for point in points], x, y, "joined")
    dots = (_dot(point, x, y) for point in points)
    return _chart(f"{up} by year", *_grid(x, y, whole=True), *_names("year", up), joined, *dots)


def bar(value: float, largest: float) -> Element:
    """A bar as long as the value's part of the largest."""
    svg = Element("svg", {"class": "bar", "viewBox": "0 0 100 8", "preserveAspectRatio": "none"})
    svg.append(element("rect", width=round(100 * value / largest, 1) if largest else 0, height=8))
    return svg


def _chart(said: str, *inside: Element) -> Element:
    svg = Element("svg", {"class": "chart", "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}", "role": "img", "aria-label": said})
    svg.extend(inside)
    return svg


def _grid(x: Axis, y: Axis, *, whole: bool = False) -> Iterable[Element]:
    for value in x.ticks(whole=whole):
        at = x.place(value)
        yield element("line", x1=at, x2=at, y1=y.start, y2=y.end, class_="grid")
        label = str(int(value)) if whole else number(value)
        yield element("text", label, x=at, y=y.start + 16, text_anchor="middle")
    for value in y.ticks():
        at = y.place(value)
        yield element("line", x1=x.start, x2=x.end, y1=at, y2=at, class_="grid")
        yield element("text", number(value), x=x.start - 6, y=at + 4, text_anchor="end")


def _names(across: str, up: str) -> Iterable[Element]:
    yield element("text", across, x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 8, text_anchor="middle", class_="name")
    middle = (HEIGHT - BELOW + ABOVE) / 2
    yield element("text", up, transform=f"translate(14 {middle:g}) rotate(-90)", text_anchor="middle", class_="name")


def _line(places: Sequence[tuple[float, float]], x: Axis, y: Axis, kind: str) -> Element:
    return element("polyline", points=" ".join(f"{x.place(a)},{y.place(b)}" for a, b in places), class_=kind)


def _dot(point: Point, x: Axis, y: Axis) -> Element:
    kind = "dot marked" if point.marked else "dot"
    told = element("title", point.told)
    return element("circle", told, cx=x.place(point.x), cy=y.place(point.y), r=3.5, class_=kind)


def _label(point: Point, x: Axis, y: Axis) -> Element:
    """A label on the side of its point where there is room."""
    at = x.place(point.x)
    right = at > (LEFT + WIDTH) / 2
    anchor, beside = ("end", at - 6) if right else ("start", at + 6)
    return element("text", point.label, x=beside, y=y.place(point.y) - 4, text_anchor=anchor, class_="label")
