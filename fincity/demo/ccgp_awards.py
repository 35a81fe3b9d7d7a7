"""Bodies of ccgp award details, in the three supplier layouts of the real site.

`zcy`: government-cloud template, class-named cells. `shandong`: `table#NoticeDetail` with values in `u`.
`shenzhen`: plain lines beside tables of bidders and candidates that are no winners.
"""

from __future__ import annotations

from html import escape

from fincity.demo import money
from fincity.demo.facts import Lot
from fincity.demo.markup import ITEMS, Ink, addresses, amount, day_words, has_address, names

_CELL = "text-align: center; line-height: 30px; border-top: 1px solid; border-left: 1px solid;"
_HEAD = "line-height: 50px; font-size: 26px; font-weight: bold; margin-top: 28px; display: block;"
_LINE = "line-height: 50px; font-size: 22px; display: block;"


def _zcy_rows(ink: Ink) -> str:
    out = []
    for lot in (one for one in ink.lots if one.status == "awarded"):
        price = amount(lot, ink.notice.money)
        if lot.amount_fen is not None and ink.notice.money == "yuan" and lot.tax_basis == "unknown":
            price = f"总价形式报价:{money.yuan(lot.amount_fen)}(元)"
        # A shortlist has a row for each firm, a consortium one row with all its names.
        groups = [(p,) for p in lot.parties] if ink.notice.kind == "shortlist" else [lot.parties]
        for parties in groups:
            cells = (
                ("sectionNo", lot.number),
                ("winningSupplierName", names(parties, ink.rng)),
                ("winningSupplierAddr", addresses(parties)),
                ("summaryPrice", "入围" if ink.notice.kind == "shortlist" else price),
                ("supplierReviewPrice", "-"),
            )
            line = "".join(
                f'<td class="code-{name}" align="center" valign="middle">{escape(text)}</td>' for name, text in cells
            )
            out.append(f'<tr replace="true">{line}</tr>')
    return "".join(out)


def _zcy_failed(ink: Ink) -> str:
    failed = [lot for lot in ink.lots if lot.status == "failed"]
    if not failed:
        return ""
    lines = "".join(
        f"<tr><td>{lot.number}</td><td>标项{lot.number}</td><td>{lot.note}</td><td>-</td></tr>" for lot in failed
    )
    head = "<tr><td>序号</td><td>标项名称</td><td>废标理由</td><td>其他事项</td></tr>"
    return f"<p><span>2.废标结果：</span></p><table><tbody>{head}{lines}</tbody></table>"


def zcy(ink: Ink) -> str:
    """Government-cloud template."""
    head = "".join(
        f"<td><strong>{label}</strong></td>"
        for label in ("序号", "供应商名称", "供应商地址", "中标（成交）金额", "评审报价")
    )
    marked = "bookmark-item uuid-1650446712230 code-00004 addWord single-line-text-input-box-cls"
    return (
        '<style id="fixTableStyle" type="text/css">th,td {border:1px solid #DDD;padding: 5px 10px;}</style>'
        f'<p><strong>一、项目编号：</strong><samp class="{marked}">{escape(ink.notice.code or "/")}</samp></p>'
        f'<p><span><strong>二、项目名称：</strong><span class="{marked}">{ink.notice.project.name}</span></span></p>'
        "<p><span><strong>三、中标（成交）信息</strong></span></p><div><p><span>1.中标结果： </span></p>"
        '<div class="class-condition-filter-block"><table class="template-bookmark code-AM014zbcj0001" '
        'style="width: 100%; border-collapse:collapse;">'
        f'<thead><tr style="text-align: center;" class="firstRow">{head}</tr></thead>'
        f'<tbody replace="true">{_zcy_rows(ink)}</tbody></table></div></div>{_zcy_failed(ink)}' + _tail(ink)
    )


def _tail(ink: Ink) -> str:
    """Sections after the result: items, experts, agency fee, contacts. None of their figures is an award."""
    contact, notice = ink.contact, ink.notice
    item = (
        f"<tr><td>{ink.rng.choice(ITEMS)}</td><td>定制</td><td>{ink.rng.randint(1, 300)}</td><td>{ink.price}</td></tr>"
    )
    manager = f"<p>项目经理：{contact.second}（注册编号：京1{ink.price:010d}）</p>" if ink.price % 4 == 0 else ""
    return (
        f"{manager}<p><strong>四、主要标的信息</strong></p><table><tbody><tr><td>名称</td><td>规格型号</td><td>数量</td>"
        f"<td>单价（元）</td></tr>{item}</tbody></table>"
        f"<p><strong>五、评审专家（单一来源采购人员）名单：</strong></p><p>{'、'.join(contact.experts)}</p>"
        f"<p><strong>六、代理服务收费标准及金额：</strong></p>"
        f"<p>本项目代理费总金额：{ink.price / 10_000:.4f} 万元（人民币）</p>"
        f"<p><strong>七、公告期限</strong></p><p>自本公告发布之日起1个工作日。</p>"
        "<p><strong>八、其他补充事宜</strong></p><p>供应商质疑应以书面形式提出。</p>"
        f"<p><strong>九、凡对本次公告内容提出询问，请按以下方式联系。</strong></p>"
        f"<p>1.采购人信息</p><p>名 称：{notice.purchaser}</p><p>地 址：{notice.project.buyer.address or '/'}</p>"
        f"<p>联系方式：{contact.landline}</p>"
        f"<p>2.采购代理机构信息</p><p>名 称：{ink.agency.name}</p><p>地 址：{ink.agency.address}</p>"
        f"<p>联系方式：{contact.phone}</p>"
        f"<p>3.项目联系方式</p><p>项目联系人：{contact.name}、{contact.second}</p><p>电 话：{contact.phone}</p>"
        f"<p>电子邮箱：{contact.email}</p>"
    )


def _shandong_lot(ink: Ink, lot: Lot) -> list[str]:
    letter = "ABCDEFG"[int(lot.number) - 1]
    if lot.status == "failed":
        return [f"标包：<u>{letter}</u>", f"废标原因：<u>{lot.note}</u>"]
    style = "wan_unit" if ink.notice.money in ("yuan", "yuan_sign") else ink.notice.money
    return [
        f"标包：<u>{letter}</u>",
        f"供应商名称：<u>{names(lot.parties, ink.rng)}</u>",
        f"供应商地址：<u>{addresses(lot.parties)}</u>",
        f"中标（成交）金额：（可填写下浮率、折扣率或费率）：<u>{amount(lot, style)}</u>",
    ]


def shandong(ink: Ink) -> str:
    """Provincial template with one underlined value a row."""
    row = "<tr style='height:40px'><td>{}</td></tr>"
    lines = "".join(row.format(text) for lot in ink.lots for text in _shandong_lot(ink, lot))
    return (
        "<table><tr style='height:40px'><td align=center><div align=center>"
        f"<input type='hidden' name='UnitId' value='-1' class=textbox />{ink.notice.title}</div></td></tr>"
        + row.format(f"<b>一、项目编号：</b>{escape(ink.notice.code or '/')}")
        + row.format(f"<b>二、项目名称：</b>{ink.notice.project.name}")
        + row.format("<b>三、中标（成交）信息：</b>")
        + "<tr style='height:40px'><td valign=top><table id='NoticeDetail' cellspacing='0'cellpadding='1' width='100%' "
        f"style='border-collapse: collapse' border='1'>{lines}</table></td></tr></table>{_tail(ink)}"
    )


def _bidders(title: str, people: list[tuple[str, str]]) -> str:
    lines = [("包组", "投标供应商", "报价（元）"), *(("A", name, price) for name, price in people)]
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{text}</td>' for text in line) + "</tr>" for line in lines)
    return f'<span style="{_HEAD}">{title}</span><table width="100%"><tbody>{body}</tbody></table>'


def _plain(text: str) -> str:
    return f'<span style="{_LINE}">&nbsp;&nbsp;&nbsp;&nbsp;{escape(text, quote=False)}</span>'


def shenzhen(ink: Ink) -> str:
    """Plain result lines at section five, beside tables of bidders and candidates that are no winners. One lot only."""
    lot, contact = ink.lots[0], ink.contact
    base = lot.amount_fen or 50_000_000
    winner = names(lot.parties, ink.rng)
    others = [(p.name, money.yuan(base * (104 + 3 * i) // 100)) for i, p in enumerate(ink.notice.project.bidders)]
    bids = [(winner, money.yuan(base)), *others]
    style = {"yuan_sign": "yuan", "yuan_words": "yuan"}.get(ink.notice.money, ink.notice.money)
    result = [f"供应商名称：{winner}"]
    result += [f"供应商地址：{addresses(lot.parties)}"] if has_address(lot) else []
    result += [f"中标（成交）金额：{amount(lot, style)}"]
    head = f'<span style="{_HEAD}">{{}}</span>'
    tail = [
        f"名称：{ink.notice.purchaser}",
        f"地址：{ink.notice.project.buyer.address or '/'}",
        f"联系方式：{contact.landline}",
        f"项目联系人：{contact.name}",
        f"电话：{contact.phone}",
    ]
    return (
        '<meta http-equiv="X-UA-Compatible" content="IE=edge"><title>采购结果公告</title>'
        f'<table width="100%" border="0"><tbody><tr><td style="text-align: center;">{ink.agency.name}</td></tr><tr><td>'
        + head.format(f"一、项目编号：{escape(ink.notice.code or '/')}")
        + head.format(f"二、项目名称：{ink.notice.project.name}")
        + _bidders("三、投标供应商名称及报价：", bids)
        + _bidders("四、候选中标供应商名单：", bids[:3])
        + head.format("五、中标（成交）信息")
        + "".join(_plain(text) for text in result)
        + head.format("六、评审委员会成员名单")
        + _plain("、".join(contact.experts) + "；")
        + head.format("七、公告期限")
        + _plain(f"{day_words(ink.notice.day)}起1个工作日")
        + head.format("八、凡对本次公示内容提出询问，请按以下方式联系。")
        + "".join(_plain(text) for text in tail)
        + "</td></tr></tbody></table>"
    )


LAYOUTS = {"zcy": zcy, "shandong": shandong, "shenzhen": shenzhen}
