"""What the pages of an audit are built of: elements, tables, key figures, a frame that loads nothing.

Elements are those of the standard library, which escapes whatever stands in texts and names. A page allows its own
style only, by its hash; equal contents give equal bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

_FOLDER = Path(__file__).parent
Part = Element | str


def part(name: str) -> str:
    """A style, script or frame of this folder."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def hashed(text: str) -> str:
    """The hash by which a policy allows a style or script."""
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def element(kind: str, /, *inside: Part, **attributes: Any) -> Element:
    """An element; `_` at the end of an attribute's name is dropped (class_), others become hyphens."""
    made = Element(kind, {key.rstrip("_").replace("_", "-"): str(value) for key, value in attributes.items()})
    for one in inside:
        if isinstance(one, Element):
            made.append(one)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + one
        else:
            made.text = (made.text or "") + one
    return made


def page(title: str, style: str, *body: Element, synthetic: bool) -> str:
    """A whole page with the base style and its own."""
    whole = part("base.css") + style
    made_up = [element("p", "SYNTHETIC · 合成数据: what is counted here is made up", class_="made-up")] * synthetic
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        Element("meta", {"http-equiv": "Content-Security-Policy", "content": _policy(whole)}),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{'SYNTHETIC ' * synthetic}{title}"),
        element("style", whole),
    )
    html = element("html", head, element("body", *made_up, element("h1", title), *body), lang="en")
    return f"<!doctype html>\n{tostring(html, encoding='unicode', method='html')}\n"


def _policy(style: str) -> str:
    return f"default-src 'none'; style-src '{hashed(style)}'; base-uri 'none'; form-action 'none'"


def figures(said: Mapping[str, str]) -> Element:
    """Key figures in a row: what they are -> the figure."""
    tiles = (element("div", element("b", figure), what) for what, figure in said.items())
    return element("div", *tiles, class_="keys")


def table(heads: Sequence[str], rows: Iterable[Sequence[Part | float | None]]) -> Element:
    """A table; numbers stand to the right, the column of a number as well."""
    cells = [list(row) for row in rows]
    numbers = {at for row in cells for at, cell in enumerate(row) if isinstance(cell, int | float)}
    sides = [{"class_": "n"} if at in numbers else {} for at in range(len(heads))]
    head = element("tr", *(element("th", name, scope="col", **side) for name, side in zip(heads, sides, strict=True)))
    lines = (
        element("tr", *(element("td", _cell(cell), **side) for cell, side in zip(row, sides, strict=True)))
        for row in cells
    )
    whole = element("table", element("thead", head), element("tbody", *lines))
    return element("div", whole, class_="wide", tabindex="0")


def _cell(cell: Part | float | None) -> Part:
    return cell if isinstance(cell, Element | str) else "" if cell is None else number(cell)


def number(value: float) -> str:
    """A number as people read it: thousands apart, three digits of a fraction."""
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"
