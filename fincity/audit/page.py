"""The concordance as one HTML page in which verdicts are given: it loads nothing and works from a file.

Whatever stands in the texts is data: it comes in as JSON and is put on the page as text only, never as markup. The
page's own script and style are the only ones its policy allows, by their hashes. Equal concordances give equal bytes.
"""

from __future__ import annotations

import json
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fincity.audit.concordance import COLUMNS, Concordance
from fincity.audit.markup import hashed, part
from fincity.output import checked, replacing
from keywords import MATCHER_VERSION, TOKENIZER_VERSION

#: Columns of the csv file that are the same for all lines, or the reader's to fill in.
_SHARED = ("lexicon", "version", "policy", "verdict", "note", "term_hits")


def write(path: Path, found: Concordance) -> None:
    """Write the page, whole or not at all."""
    with replacing(checked(path, (".html",))) as temporary:
        temporary.write_text(html(found), encoding="utf-8", errors="replace", newline="\n")


def html(found: Concordance) -> str:
    """The page."""
    style, script = part("base.css") + part("page.css"), part("page.js")
    said = json.dumps(_data(found), ensure_ascii=False, separators=(",", ":"))
    made_up = "SYNTHETIC " if found.synthetic else ""
    return Template(part("page.html")).substitute(
        title=escape(f"{made_up}Concordance: {found.lexicon.id}"),
        style=style,
        script=script,
        style_hash=hashed(style),
        script_hash=hashed(script),
        # No end tag and no comment can stand in the data.
        data=said.replace("<", "\\u003c").replace(">", "\\u003e"),
    )


def _data(found: Concordance) -> dict[str, Any]:
    """What the script shows; `id` names the set of lines, so that verdicts kept in the browser find them again."""
    own = [name for name in COLUMNS if name not in _SHARED]
    lines = [
        [*(row[name] for name in own), _address(line.about.get("url"))]
        for row, line in zip(found.rows(), found.lines, strict=True)
    ]
    said = {
        "columns": COLUMNS,
        "own": own,
        "lexicon": found.lexicon.id,
        "title": found.lexicon.title,
        "version": found.lexicon.version,
        "policy": found.policy,
        "matcher": f"{MATCHER_VERSION}, {TOKENIZER_VERSION}",
        "source": found.source,
        "documents": found.documents,
        "size": found.size,
        "seed": found.seed,
        "synthetic": found.synthetic,
        "terms": [
            {
                "term": t.term,
                "hits": found.hits.get(t.term, 0),
                "group": t.dimension or t.layer or "",
                "note": t.note or "",
            }
            for t in found.terms
        ],
        "lines": lines,
    }
    places = json.dumps([found.lexicon.id, found.lexicon.version, [line.place for line in found.lines]])
    return {"id": sha256(places.encode()).hexdigest()[:16], **said}


def _address(url: str | None) -> str:
    """The address, if a browser may be sent there."""
    return url if url and url.startswith(("https://", "http://")) else ""
