"""Pages as lxml trees: a twentieth of the time BeautifulSoup takes, for the families of which most pages are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element
_CLASS = re.compile(r"@class~'([\w-]+)'")
_TEXTS = etree.XPath(".//text()[not(parent::script or parent::style or parent::template)]")


def tree(text: str) -> Element:
    """The root of a page; an empty one where there is no markup at all."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    data = text.replace("\0", "").encode("utf-8", errors="replace")
    root = etree.fromstring(data, parser) if data.strip() else None
    return etree.Element("html") if root is None else root


def path(expression: str) -> Callable[[Element], list[Element]]:
    """What finds elements by an XPath in which `@class~'name'` asks for elements of that class."""
    found: Any = etree.XPath(_CLASS.sub(r"contains(concat(' ', normalize-space(@class), ' '), ' \1 ')", expression))
    return found  # type: ignore[no-any-return]


def words(node: Element, between: str = "") -> str:
    """The text of an element, with `between` from one piece to the next; scripts and styles say nothing."""
    return between.join(_TEXTS(node))
