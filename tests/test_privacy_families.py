"""Invented persons planted into the rebuilt pages of every family: none may be found in what its parser puts out.

Families are discovered with their pages: whoever adds one has it tested here without a line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crawlers.sources import all_sources
from etl import parsers
from etl.errors import Quarantined
from etl.parsers import QuarantinedRow
from etl.records import Page, Record
from tests.planted import LAYOUTS, Planted, as_html

PAGES = Path(__file__).parent / "pages"
PERSONS = (Planted(), Planted(names=("李敏", "欧阳修文", "张三"), mail="li_min@mail.demo.example"))
#: Layouts planted together into one page: enough pages to keep them apart, few enough to be quick.
AT_ONCE = 16
GROUPS = [LAYOUTS[n : n + AT_ONCE] for n in range(0, len(LAYOUTS), AT_ONCE)]
NAMES = [name for name in parsers.FAMILIES if (PAGES / name).is_dir()]


def planted(path: Path, group: tuple[str, ...], persons: Planted) -> bytes | None:
    """A page with a group of layouts in its body, as its format writes them; None for formats we cannot write into."""
    data = path.read_bytes()
    texts = [persons.fill(layout) for layout in group]
    if path.suffix in (".html", ".htm", ".shtml"):
        return _into_html(data, "".join(f"<p>　</p>{as_html(text)}" for text in texts))
    if path.suffix == ".txt":
        encoding = "utf-8" if b"\xe6" in data[:400] else "gb18030"
        return data + "\n".encode(encoding) + "\n\n".join(texts).encode(encoding, "replace")
    if path.suffix in (".json", ".jsonl"):
        lines = [line for line in ([data] if path.suffix == ".json" else data.split(b"\n")) if line.strip()]
        return b"\n".join(_into_json(line, texts, persons) for line in lines)
    if path.suffix == ".csv":
        return _into_export(texts)
    return None


def _into_export(texts: list[str]) -> bytes:
    """An export of one award, told by its columns and by a body."""
    rows = io.StringIO()
    export = csv.writer(rows)
    export.writerow(("标题", "发布时间", "采购单位", "中标单位", "正文"))
    body = "\n\n".join(("中标结果公告", "招标人：示例银行", "中标人：示例甲科技有限公司", *texts))
    export.writerow(("系统采购项目中标结果公告", "2024-03-01", "示例银行", "示例甲科技有限公司", body))
    return rows.getvalue().encode()


def _into_html(data: bytes, fragment: str) -> bytes:
    """The fragment behind some of the page's paragraphs, wherever the family may look for its body."""
    encoding = "gb18030" if re.search(rb"charset=[\"']?gb", data[:2000], re.IGNORECASE) else "utf-8"
    closing = next((c for c in (b"</p>", b"</table>", b"</div>") if c in data), b"</body>")
    ends = [m.end() for m in re.finditer(re.escape(closing), data)]
    for end in sorted(set(ends[:: max(1, len(ends) // 3)] + ends[-1:]), reverse=True):
        data = data[:end] + fragment.encode(encoding, "replace") + data[end:]
    return data


def _into_json(line: bytes, texts: list[str], persons: Planted) -> bytes:
    try:
        encoding = "utf-8" if line.decode("utf-8") else ""
    except UnicodeDecodeError:
        encoding = "gb18030"
    try:
        data = json.loads(line.decode(encoding))
    except ValueError:
        return line
    fragment = "".join(map(as_html, texts))
    return json.dumps(_grown(data, "", fragment, texts, persons), ensure_ascii=False).encode(encoding, "replace")


def _grown(value: Any, key: str, fragment: str, texts: list[str], persons: Planted) -> Any:
    if isinstance(value, dict):
        return {k: _grown(v, k, fragment, texts, persons) for k, v in value.items()}
    if isinstance(value, list):
        return [_grown(v, key, fragment, texts, persons) for v in value]
    if not isinstance(value, str):
        return value
    if "title" in key.lower() and len(value) > 6:
        return value + persons.fill("（联系人：{a}{mobile}）")
    if "&lt;" in value:
        return value + fragment.replace("<", "&lt;").replace(">", "&gt;")
    if "<" in value:
        return value + fragment
    return value + "\n" + "\n\n".join(texts) if len(value) > 80 and "/" not in value[:8] else value


def outputs(module: ModuleType, page: Page) -> Iterator[str]:
    """Everything a parser says of a page, as text."""
    if hasattr(module, "parse_file"):
        rows = module.parse_file(page.url or "", page.body, None)
    elif hasattr(module, "parse_rows"):
        rows = module.parse_rows(page.body, "source", Path(page.url or "").name)
    else:
        rows = [module.parse_list(page) if module.is_list(page) else module.parse_detail(page)]
    for row in rows:
        yield json.dumps(row.to_dict() if isinstance(row, Record) else asdict(row), ensure_ascii=False)
        assert not isinstance(row, QuarantinedRow) or row.reason


def readings(name: str, path: Path) -> list[str]:
    """How sources of this family read their pages, the one the file is named after first."""
    sources = [s for s in all_sources() if s.family == name]
    mine = [s for s in sources if path.name.startswith(f"{s.id}_")]
    return ["{}", *dict.fromkeys(s.facts.reading for s in mine or sources)]


def said(name: str, path: Path, body: bytes) -> tuple[list[str], list[str]]:
    """What a family makes of a page under every way its sources read pages: outputs, and reasons for quarantines."""
    module, found, refused = parsers.family(name), [], []
    for reading in readings(name, path):
        page = Page(body, "source", f"http://www.example.invalid/{path.name}", reading=reading, parts=(body,))
        try:
            found += list(outputs(module, page))
        except Quarantined as problem:
            refused.append(str(problem))
    return found, refused


@pytest.mark.parametrize("name", NAMES)
def test_no_planted_person_survives_a_family(name: str) -> None:
    marked = tried = 0
    for path in sorted((PAGES / name).glob("*")):
        for n, group in enumerate(GROUPS):
            persons = PERSONS[n % len(PERSONS)]
            body = planted(path, group, persons)
            if body is None:
                continue
            tried += 1
            found, refused = said(name, path, body)
            for text in (*found, *refused):
                assert persons.found(text) == [], f"{path.name}, layouts {n * AT_ONCE}-: {_around(text, persons)}"
            marked += sum("〔联系人〕" in text for text in found)
    assert tried, f"{name}: no page of a format that persons can be planted into"
    assert marked, f"{name}: nothing that was planted reached its parser, so this test says nothing of it"


def _around(text: str, persons: Planted) -> str:
    return " … ".join(text[max(0, at - 60) : at + 40] for s in persons.found(text) if (at := text.find(s)) >= 0)
