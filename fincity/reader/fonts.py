"""Letters for pictures: a Chinese font of this machine where it has one, else codes instead of names, never boxes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Parts of file names of fonts with Chinese characters, best first.
CHINESE = (
    "notosanscjk",
    "notosanssc",
    "sourcehansans",
    "wqy-microhei",
    "wqy-zenhei",
    "msyh",
    "pingfang",
    "hiragino sans gb",
    "simhei",
    "stheiti",
    "droidsansfallback",
    "notoserifcjk",
    "simsun",
    "arial unicode",
    "uming",
    "ukai",
)
#: The font that matplotlib brings along.
OWN = "DejaVu Sans"
LONGEST = 26


@dataclass(frozen=True, slots=True)
class Lettering:
    """Font families in order of preference, and the characters (code points) of the Chinese one."""

    families: list[str]
    characters: frozenset[int]

    def or_else(self, text: str, instead: str) -> str:
        """The text if all of it can be written, else what stands for it."""
        return text if all(ord(c) < 128 or ord(c) in self.characters for c in text) else instead

    def sources(self) -> dict[str, str]:
        """Labels of sources: id and title, or the id alone where the title cannot be written."""
        from crawlers.sources import all_sources

        labels = {s.id: self.or_else(f"{s.id} {s.title}", s.id) for s in all_sources()}
        return {name: label if len(label) <= LONGEST else label[: LONGEST - 1] + "…" for name, label in labels.items()}


@cache
def lettering() -> Lettering:
    """What this machine can write. Fonts are looked for anew: matplotlib's own list may be older than a font."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    files = [Path(name) for name in sorted(font_manager.findSystemFonts())]
    for wanted in CHINESE:
        for file in files:
            if wanted in file.name.lower():
                font = FT2Font(str(file))
                if ord("城") in font.get_charmap():
                    font_manager.fontManager.addfont(str(file))
                    return Lettering([OWN, font.family_name], frozenset(font.get_charmap()))
    return Lettering([OWN], frozenset())
