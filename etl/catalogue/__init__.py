"""The catalogue of indicators: what each number means, written once; codebook, labels and checks are made from it.

`themes/*.yaml` hold the indicators of one theme each, `frames.yaml` the frames: which sources, kinds of lists and days
must have been looked at before a number is exact. Add an indicator: an entry here, a function in `etl/indicators/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from etl.catalogue.load import read_frames, read_theme
from etl.catalogue.model import Aggregation, Frame, Indicator
from etl.errors import UsageError

__all__ = ["Aggregation", "Frame", "Indicator", "frames", "indicator", "indicators"]

_FOLDER = Path(__file__).parent


@cache
def frames() -> Mapping[str, Frame]:
    """Every frame by its id. Raises FincityError, naming file and field, when the catalogue is wrong."""
    return MappingProxyType(read_frames(_FOLDER / "frames.yaml"))


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by its code, in order of theme and entry. Raises as `frames` does."""
    found: dict[str, Indicator] = {}
    for path in sorted((_FOLDER / "themes").glob("*.yaml")):
        found.update(read_theme(path, frames()))
    return MappingProxyType(found)


def indicator(code: str) -> Indicator:
    """The indicator of this code; UsageError with the closest codes when there is none."""
    known = indicators()
    if code in known:
        return known[code]
    from rapidfuzz import process

    close = [match for match, _, _ in process.extract(code, list(known), limit=3, score_cutoff=60)]
    hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known)}"
    raise UsageError(f"unknown indicator {code!r}: {hint}")
