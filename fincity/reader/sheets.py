"""What pictures of cells (PNG) have in common: blocks of coloured cells with labels, a title, a legend, a foot.

Equal cells give equal bytes, whatever the user's settings of matplotlib are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fincity.reader.fonts import Lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

DPI = 150
LINE = "#d4d7da"
#: In a block of more rows than this, lines stand at labels only.
NAMED = 60
Colours = list[list[tuple[float, float, float]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One block of cells: its colours row by row, labels at rows and columns, and a heading above it."""

    colours: Colours
    rows: tuple[tuple[float, str], ...]
    columns: tuple[tuple[float, str], ...]
    height: int
    heading: str = ""


def rgb(colour: str) -> tuple[float, float, float]:
    """A colour written #rrggbb in parts from 0 to 1."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


@contextmanager
def style(letters: Lettering) -> Iterator[None]:
    """Our own style, whatever the user's settings of matplotlib are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams["font.family"] = letters.families
        yield


def figure_of(width: float, height: float) -> Figure:
    """A white figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def fill(axes: Axes, sheet: Sheet, points: int, *, labelled: bool) -> None:
    """Draw a block; its rows have labels of so many points where `labelled`."""
    import numpy as np

    pixels: NDArray[Any] = np.array(sheet.colours)
    axes.imshow(pixels, aspect="auto", interpolation="nearest")
    axes.set_xticks([at for at, _ in sheet.columns], [label for _, label in sheet.columns], fontsize=7)
    rows = sheet.rows if labelled else ()
    axes.set_yticks([at for at, _ in rows], [label for _, label in rows], fontsize=points)
    axes.tick_params(length=2)
    axes.set_title(sheet.heading, fontsize=9, loc="left", pad=3)
    tall = len(sheet.colours) / sheet.height
    between = [at for at, _ in sheet.rows] if sheet.height > NAMED else range(1, sheet.height)
    for n in between:
        axes.axhline(n * tall - 0.5, color=LINE, linewidth=0.5)
    for n in range(1, len(sheet.colours[0])):
        axes.axvline(n - 0.5, color=LINE, linewidth=0.3)


def frame(figure: Figure, height: float, title: str, legend: Mapping[str, str], foot: str, *, synthetic: bool) -> None:
    """Title, legend (label -> colour) and foot, and over made-up data the word that says so."""
    from matplotlib.patches import Patch

    made_up = "SYNTHETIC DATA. " if synthetic else ""
    figure.text(0.02, 1 - 0.35 / height, made_up + title, fontsize=12)
    patches = [Patch(facecolor=colour, edgecolor="#777777", label=label) for label, colour in legend.items()]
    figure.legend(
        handles=patches, loc="lower left", bbox_to_anchor=(0.01, 0.28 / height), ncols=3, fontsize=7, frameon=False
    )
    figure.text(0.02, 0.12 / height, foot, fontsize=7, color="#555555")
    if synthetic:
        figure.text(
            0.5,
            0.5,
            "SYNTHETIC",
            rotation=25,
            fontsize=60,
            color="black",
            alpha=0.12,
            ha="center",
            va="center",
            zorder=9,
        )
