"""A stage whose output on its fixtures changes must change its version: derived rows are told stale by it.

After raising a version, `python -m tests.test_stage_versions` pins the new outputs in `stage_outputs.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

import keywords
from etl import deals, documents, parsers, resolve
from etl.errors import Quarantined
from etl.recipes import canonical
from etl.records import Lot, Page, Record, Supplier
from etl.records.rows import ResolutionRow

HERE = Path(__file__).parent
PINS = HERE / "stage_outputs.json"
TEXTS = (
    "新一代智能客服与大数据平台采购项目中标公告",
    "市场景气调查、增加密度与特征信息",
    "5G+工业互联网，NFC支付，APP开发（IT运维）",
    "推进数字化转型，加快人工智能、云计算和区块链应用",
)
NAMES = (
    ("bank", "中国工商银行股份有限公司深圳龙华支行"),
    ("bank", "招商银行股份有限公司信用卡中心"),
    ("bank", "中国邮政储蓄银行有限责任公司杭州市分行"),
    ("firm", "深圳市某某科技有限公司"),
    ("body", "济南大学"),
)


def said(module: ModuleType, page: Page) -> object:
    try:
        parse = module.parse_list if module.is_list(page) else module.parse_detail
        return canonical(asdict(parse(page)))
    except Quarantined as problem:
        return str(problem)


def family(name: str) -> tuple[str, object]:
    module = parsers.family(name)
    outputs = []
    for path in sorted((HERE / "pages" / name).glob("*")):
        data = path.read_bytes()
        if name == "notice":
            outputs.append([repr(row) for row in module.parse_rows(data, name, path.name)])
        elif name == "reports":
            outputs.append([repr(row) for row in module.parse_file(path.name, data, None)])
        else:
            page = Page(data, name, f"http://www.example.invalid/{path.name}")
            outputs.append([said(module, page)])
    return documents.stage(name), outputs


def matching() -> tuple[str, object]:
    found = {}
    for lexicon in ("fintech_taxonomy", "digital_121"):
        loaded = keywords.load(lexicon)
        found[lexicon] = [loaded.version, [keywords.Matcher(loaded).find(text) for text in TEXTS]]
    return f"{keywords.MATCHER_VERSION}/{keywords.TOKENIZER_VERSION}", found


def resolution() -> tuple[str, object]:
    return resolve.VERSION, [repr(resolve.resolve(name, kind, year=2024)) for kind, name in NAMES]  # type: ignore[arg-type]


def dealing() -> tuple[str, object]:
    def nobody(kind: str, name: str, address: str, uscc: str, year: int) -> ResolutionRow:
        empty = dict.fromkeys(
            ("org_id", "canonical_name", "org_kind", "bank_class", "level", "city_code", "score", "candidates")
        )
        return ResolutionRow(kind, name, address, uscc, year, **empty, method="none", evidence="", recipe="")

    lots = (
        Lot("A", "awarded", (Supplier("甲公司"),), "100.00"),
        Lot("B", "awarded", (Supplier("乙公司", role="member"), Supplier("丙公司", role="member")), "0.03"),
    )
    told = {"title": "某项目中标公告", "project_code": "X-2024-1", "purchaser": "某银行"}
    award = Record("s", "1", notice_type="award", published_at="2024-03-01T00:00:00+08:00", lots=lots, **told)
    change = Record(
        "s",
        "2",
        notice_type="correction",
        published_at="2024-03-05T00:00:00+08:00",
        lots=(Lot("A", "awarded", (), "90.00"),),
        **told,
    )
    return deals.VERSION, asdict(deals.derive([award, change], [], nobody, lambda _: "bank"))


STAGES: dict[str, Callable[[], tuple[str, object]]] = {
    **{name: lambda name=name: family(name) for name in parsers.FAMILIES},  # type: ignore[misc]
    "match": matching,
    "resolve": resolution,
    "deals": dealing,
}


def outputs(stage: str) -> dict[str, str]:
    version, output = STAGES[stage]()
    text = json.dumps(output, ensure_ascii=False, sort_keys=True)
    return {"version": version, "sha256": hashlib.sha256(text.encode()).hexdigest()}


@pytest.mark.parametrize("stage", list(STAGES))
def test_a_changed_output_has_a_changed_version(stage: str) -> None:
    pinned, now = json.loads(PINS.read_text())[stage], outputs(stage)
    if now["version"] == pinned["version"]:
        assert now == pinned, f"{stage}: the output changed and the version did not: raise the stage's version"
    assert now == pinned, f"{stage}: a new version: run `python -m tests.test_stage_versions` to pin its outputs"


if __name__ == "__main__":
    PINS.write_text(json.dumps({stage: outputs(stage) for stage in STAGES}, indent=1) + "\n")
