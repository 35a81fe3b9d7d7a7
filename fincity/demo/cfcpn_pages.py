"""Answers of the demonstration's cfcpn (金采网): list rows, details with escaped HTML, public pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from fincity.demo import ccgp_others, money
from fincity.demo.facts import Lot, Notice
from fincity.demo.markup import METHODS, SYNTHETIC, Ink, addresses, amount, has_address, ink, names, paragraphs, rows
from fincity.demo.world import World

_BUYER = ("招标人", "采购人", "委托单位", "采购单位")
_WINNER = ("中标人", "中标供应商", "成交供应商", "中标单位")
_AMOUNT = ("中标金额", "成交金额", "中标价")
#: What ccgp's items of a correction are called here.
_PLAIN = {
    "中标（成交）供应商名称": "中标人",
    "中标（成交）供应商地址": "中标人地址",
    "中标（成交）金额": "中标金额",
}
_STAGE = {"correction": "变更公告", "supplier_call": "征集公告"}


def _opening(page: Ink) -> list[str]:
    notice, buyer = page.notice, page.notice.project.buyer
    lines = [f"项目名称：{notice.project.name}"]
    lines += [f"招标编号：{notice.code}"] if notice.code else []
    lines += [f"{page.rng.choice(_BUYER)}：{notice.purchaser}"]
    lines += [f"地址：{buyer.address}"] if buyer.address else []
    return [*lines, f"采购方式：{page.rng.choice(METHODS)}"]


def _closing(page: Ink) -> list[str]:
    contact = page.contact
    manager = [f"项目经理：{contact.second}，注册编号：京1{page.price:010d}"] if page.price % 4 == 0 else []
    return [
        *manager,
        f"评标委员会成员：{'、'.join(contact.experts)}。",
        "公示期：3日",
        f"招标代理机构：{page.agency.name}",
        f"代理机构地址：{page.agency.address}",
        f"联系人：{contact.name}、{contact.second}",
        f"电话：{contact.phone}，{contact.landline}",
        f"邮箱：{contact.email}",
        page.notice.day,
    ]


def _lines(page: Ink) -> str:
    """Label lines, numbered or not, one lot."""
    lot = page.lots[0]
    shortlist = page.notice.kind == "shortlist"
    who = "、".join(p.name for p in lot.parties) if shortlist else names(lot.parties, page.rng)
    result = [f"{'入围单位' if shortlist else page.rng.choice(_WINNER)}：{who}"]
    result += [f"供应商地址：{addresses(lot.parties)}"] if has_address(lot) else []
    if not shortlist and (lot.amount_fen is not None or lot.note):
        result += [f"{page.rng.choice(_AMOUNT)}：{amount(lot, page.notice.money)}"]
    lines = [*_opening(page), *result]
    if page.rng.random() < 0.5:
        lines = [f"{i + 1}、{line}" for i, line in enumerate(lines)]
    return paragraphs(lines + _closing(page))


def _boc(page: Ink) -> str:
    """The unit stands in the label and in the value."""
    lot = page.lots[0]
    result = [f"采购内容：{page.notice.project.matter}", f"入选供应商：{names(lot.parties, page.rng)}"]
    result += [f"入选供应商地址：{addresses(lot.parties)}"] if has_address(lot) else []
    price = f"{lot.amount_fen / 100:,.2f}元" if lot.amount_fen is not None else (lot.note or "详见正文")
    return paragraphs([*_opening(page), *result, f"采购价格（元）：{price}", *_closing(page)])


def _table_row(lot: Lot, page: Ink, in_wan: bool) -> list[tuple[str, ...]]:
    label = f"标段{lot.number}"
    if lot.status == "failed":
        return [(label, "废标", "/", lot.note or "/")]
    if page.notice.kind == "shortlist":
        return [(label, p.name, p.address or "/", "入围") for p in lot.parties]
    price = lot.note or "/"
    if lot.amount_fen is not None:
        price = money.wan(lot.amount_fen) if in_wan else money.yuan(lot.amount_fen)
    return [(label, names(lot.parties, page.rng), addresses(lot.parties), price)]


def _table(page: Ink) -> str:
    """One row a lot (a shortlist: one a firm); the unit stands in the head of the column."""
    in_wan = page.notice.money == "wan_unit"
    head = ("标段", "中标供应商", "供应商地址", f"中标金额（{'万元' if in_wan else '元'}）")
    body = [line for lot in page.lots for line in _table_row(lot, page, in_wan)]
    return (
        f"{paragraphs(_opening(page))}<table><tbody>{rows([head, *body])}</tbody></table>{paragraphs(_closing(page))}"
    )


def _sentence(page: Ink) -> str:
    """All lots in one line each for names, addresses and amounts, as in `01包-firm；02包-firm。`."""
    winners, places, prices = [], [], []
    for lot in page.lots:
        label = f"{int(lot.number):02d}包"
        winners.append(f"{label}-{names(lot.parties, page.rng) if lot.parties else '废标'}")
        if lot.parties and has_address(lot):
            places.append(f"{label}-{addresses(lot.parties)}")
        if lot.amount_fen is not None:
            prices.append(f"{label}中标金额为人民币￥{lot.amount_fen / 100:,.2f}元")
    result = [f"中标人名称：{'；'.join(winners)}。"]
    result += [f"中标人地址：{'；'.join(places)}。"] if places else []
    result += [f"中标金额：{'；'.join(prices)}。"] if prices else []
    return paragraphs([*_opening(page), *result, *_closing(page)])


_AWARDS = {"lines": _lines, "table": _table, "boc": _boc, "sentence": _sentence}


def _correction(page: Ink) -> str:
    if page.notice.role != "correction":
        return paragraphs([*_opening(page), "开标时间由09时30分更正为14时30分，其他内容不变。", *_closing(page)])
    said = [
        f"原中标结果公告中，{_PLAIN.get(item, item)}：{before}，现更正为：{after}。"
        for item, before, after in ccgp_others.award_changes(page)
    ]
    return paragraphs([*_opening(page), *said, "其他内容不变。", *_closing(page)])


def _call(page: Ink) -> str:
    words = f"{page.notice.purchaser}现公开征集供应商，欢迎符合条件的供应商报名，本项目不接受联合体报名。"
    return paragraphs([*_opening(page), words, *_closing(page)])


def _failed(page: Ink) -> str:
    reason = "有效投标人不足三家，本项目废标。"
    if page.notice.role == "cancellation":
        reason = "中标人放弃中标资格，现取消中标结果，本项目废标。"
    return paragraphs([*_opening(page), f"废标原因：{reason}", *_closing(page)])


def content(notice: Notice, world: World) -> str:
    """The body of a notice as HTML; empty where it is planted empty."""
    page = ink(notice, world)
    if notice.broken == "empty_content":
        return ""
    if notice.kind in ("award", "shortlist"):
        return _AWARDS[notice.layout](page)
    if notice.kind == "correction":
        return _correction(page)
    if notice.kind == "supplier_call":
        return _call(page)
    return _failed(page) if notice.kind == "failed" else ccgp_others.BODIES[notice.kind](page)


def row(notice: Notice, world: World) -> dict[str, Any]:
    """A list row. In syndicated copies user name and area are those of the head office."""
    page, buyer = ink(notice, world), notice.project.buyer
    copied = notice.role == "copy" or notice.style % 4 == 0
    seat = next((b.head_city for b in world.banks if b.name == buyer.head), None)
    cities = {c.code: c.province for c in world.cities}
    home = cities.get(seat or "", "") if copied else cities.get(buyer.city_code or "", "")
    return {
        "id": notice.source_id,
        "noticeTitle": notice.title,
        "publishTime": f"{notice.published}.0",
        "userName": (buyer.head or buyer.name) if copied else notice.purchaser,
        "purchaseTypeLable": _STAGE.get(notice.kind) or page.rng.choice((*METHODS, "结果公告")),
        "area": home if buyer.city_code else "",
        "labelAllId": page.rng.choice(("服务>信息技术服务", "货物>设备", "服务>其他")),
        "yxCategoryNames": "",
        "noticeSource": "门户网站" if copied else "金融集中采购网",
        "isOrg": "0",
        "file": "[]",
    }


def _answer(total: int, items: list[dict[str, Any]]) -> bytes:
    data = {"result": True, "message": "操作成功", "total": total, "rows": items, "demo": SYNTHETIC}
    return json.dumps(data, ensure_ascii=False).encode()


def listing(notices: Sequence[Notice], total: int, world: World) -> bytes:
    """One page of the list: JSON without bodies."""
    return _answer(total, [row(n, world) for n in notices])


def detail(notice: Notice, world: World) -> bytes:
    """The detail answer: the list row with `noticeContent` as escaped HTML; cut short where planted broken."""
    body = escape(content(notice, world), quote=True)
    answer = _answer(1, [{**row(notice, world), "noticeContent": body, "briefContent": ""}])
    return answer[: len(answer) * 2 // 3] if notice.broken == "broken_json" else answer


def empty() -> bytes:
    """The answer to an unknown key."""
    return _answer(0, [])


def public_page(notice: Notice, world: World) -> bytes:
    """The page a person sees."""
    title = escape(notice.title)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<div class="demo-banner">{SYNTHETIC}</div><h1>{title}</h1><div class="content">{content(notice, world)}</div>'
        "</body></html>"
    ).encode()
