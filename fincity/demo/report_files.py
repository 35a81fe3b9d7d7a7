"""Files of the work reports as people keep them: txt (UTF-8, GB18030), csv, docx; place in folder, name or column."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from html import escape

from fincity.demo.facts import Report
from fincity.demo.world import City

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" \
Target="word/document.xml"/></Relationships>"""
_DOCUMENT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>"""


def docx(text: str) -> bytes:
    """A minimal Word document, one paragraph a line; the same text gives the same bytes."""
    lines = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.splitlines())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", _DOCUMENT.format(lines)),
        ):
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body)
    return out.getvalue()


def _csv(city: City, reports: list[Report]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("province", "city", "year", "title", "full_text"))
    for report in reports:
        title = f"{city.name}{report.year}年政府工作报告"
        writer.writerow((city.province, city.name, report.year, title, report.text))
    return ("\ufeff" + out.getvalue()).encode()


def _single(city: City, report: Report, form: int) -> tuple[str, bytes]:
    title = f"{city.name}{report.year}年政府工作报告"
    return (
        (f"{city.name}/{title}.txt", report.text.encode()),
        (f"{city.pinyin}/{report.year}.txt", report.text.encode()),
        (f"docx/{title}.docx", docx(report.text)),
        (f"txt/{city.short}政府工作报告（{report.year}年）.txt", report.text.encode("gb18030")),
    )[form]


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file: its name relative to the import's folder, and its bytes."""

    file_name: str
    data: bytes


def files(cities: tuple[City, ...], reports: tuple[Report, ...]) -> tuple[ReportFile, ...]:
    """All report files, sorted by name. A fifth of the cities keep all years in one csv."""
    by_city: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        by_city[report.city_code].append(report)
    out: dict[str, bytes] = {}
    for index, city in enumerate(cities):
        if index % 5 == 4 and by_city[city.code]:
            out[f"csv/{city.code}.csv"] = _csv(city, by_city[city.code])
        else:
            out.update(_single(city, report, index % 5 % 4) for report in by_city[city.code])
    return tuple(ReportFile(name, data) for name, data in sorted(out.items()))
