"""Bodies of ccgp notices that are no awards: tenders, candidates, single source, corrections, failures."""

from __future__ import annotations

from fincity.demo import money
from fincity.demo.facts import Lot
from fincity.demo.markup import Ink, addresses, amount, day_words, paragraphs, rows


def contacts(ink: Ink, number: str) -> list[str]:
    """The block of addresses and contacts that ends every notice."""
    contact, buyer = ink.contact, ink.notice.project.buyer
    return [
        f"{number}、凡对本次公告内容提出询问，请按以下方式联系。",
        "1.采购人信息",
        f"名 称：{ink.notice.purchaser}",
        f"地 址：{buyer.address or '/'}",
        f"联系方式：{contact.name} {contact.landline}",
        "2.采购代理机构信息",
        f"名 称：{ink.agency.name}",
        f"地 址：{ink.agency.address}",
        f"联系方式：{contact.phone}",
        "3.项目联系方式",
        f"项目联系人：{contact.second}",
        f"电 话：{contact.phone}",
        f"邮箱：{contact.email}",
    ]


def tender(ink: Ink) -> str:
    """Call for bids, with a budget and a sentence on consortia that tells of none."""
    project = ink.notice.project
    budget = money.wan(project.budget_fen)
    lines = [
        f"项目概况：{project.name}的潜在投标人应在采购平台获取招标文件。",
        "一、项目基本情况",
        f"项目编号：{ink.notice.code}",
        f"项目名称：{project.name}",
        f"预算金额：{budget} 万元（人民币）",
        f"最高限价（如有）：{budget} 万元（人民币）",
        "采购需求：详见招标文件。",
        "本项目不接受联合体投标。",
        "二、申请人的资格要求：满足《中华人民共和国政府采购法》第二十二条规定。",
        f"授权代表：{ink.contact.second}，身份证号：{ink.contact.identity_number}",
        *contacts(ink, "七"),
    ]
    return paragraphs(lines)


def single_source(ink: Ink) -> str:
    """Announcement of a single-source purchase: the supplier is only intended."""
    project = ink.notice.project
    party = (
        project.first_lots[0].parties[0] if project.first_lots and project.first_lots[0].parties else project.bidders[0]
    )
    lines = [
        "一、项目信息",
        f"采购人：{ink.notice.purchaser}",
        f"项目名称：{project.name}",
        f"项目编号：{ink.notice.code}",
        f"拟采购的货物或服务的预算金额：{money.wan(project.budget_fen)}万元",
        "二、拟定供应商信息",
        f"名称：{party.name}",
        f"地址：{party.address or '/'}",
        "三、公示期限",
        f"{day_words(ink.notice.day)}起5个工作日",
        f"论证专家：{ink.contact.experts[0]}",
        *contacts(ink, "五"),
    ]
    return paragraphs(lines)


def candidate(ink: Ink) -> str:
    """Ranked candidates with prices: no award yet."""
    project, lines = ink.notice.project, []
    for lot in project.first_lots:
        first = lot.parties[0].name if lot.parties else project.bidders[-1].name
        base = lot.amount_fen or 80_000_000
        ranked = [first, *(p.name for p in project.bidders[:2])]
        lines.append(f"标段{lot.number}")
        for place, (name, share) in enumerate(zip(ranked, (100, 103, 107), strict=True)):
            lines.append(f"第{'一二三'[place]}中标候选人：{name}")
            lines.append(f"投标报价：{money.yuan(base * share // 100)}元")
    head = [
        f"项目编号：{ink.notice.code}",
        f"项目名称：{project.name}",
        f"招标人：{ink.notice.purchaser}",
        "一、中标候选人名单",
    ]
    tail = [f"评标委员会成员：{'、'.join(ink.contact.experts)}", "公示期：3日。", *contacts(ink, "三")]
    return paragraphs([*head, *lines, *tail])


def _changes(before: Lot, after: Lot) -> list[tuple[str, str, str]]:
    """What differs between two versions of a lot: (item, before, after)."""
    out = []
    if before.parties != after.parties:
        out.append(("中标（成交）供应商名称", before.parties[0].name, after.parties[0].name))
        out.append(("中标（成交）供应商地址", addresses(before.parties), addresses(after.parties)))
    if before.amount_fen != after.amount_fen:
        out.append(("中标（成交）金额", amount(before, "yuan"), amount(after, "yuan")))
    return out


def award_changes(ink: Ink) -> list[tuple[str, str, str]]:
    """The corrected items of an award's first lot."""
    project = ink.notice.project
    return _changes(project.first_lots[0], project.lots[0])


def correction(ink: Ink) -> str:
    """Correction of an award (items before and after), or of a tender's dates."""
    project, notice = ink.notice.project, ink.notice
    of_award = notice.role == "correction"
    changes = award_changes(ink) if of_award else [("开标时间", "09时30分", "14时30分")]
    table = rows([("序号", "更正项", "更正前内容", "更正后内容")])
    table += rows([(str(i + 1), *change) for i, change in enumerate(changes)])
    head = [
        "一、项目基本情况",
        f"原公告的采购项目编号：{notice.code}",
        f"原公告的采购项目名称：{project.name}",
        f"首次公告日期：{day_words(project.award_day if of_award else notice.day)}",
        "二、更正信息",
        f"更正事项：{'采购结果' if of_award else '采购公告'}",
        "更正内容：",
    ]
    tail = [f"更正日期：{day_words(notice.day)}", "三、其他补充事宜", "其他内容不变。", *contacts(ink, "四")]
    return f"{paragraphs(head)}<table><tbody>{table}</tbody></table>{paragraphs(tail)}"


def failed(ink: Ink) -> str:
    """A purchase that failed, or whose award was cancelled."""
    notice = ink.notice
    reason = "有效投标人不足三家，本项目废标。"
    if notice.role == "cancellation":
        reason = "中标供应商放弃中标资格，采购人决定取消中标结果，本项目废标。"
    lines = [
        "一、项目基本情况",
        f"采购项目编号：{notice.code}",
        f"采购项目名称：{notice.project.name}",
        "二、项目终止的原因",
        reason,
        "三、其他补充事宜",
        "无",
        *contacts(ink, "四"),
    ]
    return paragraphs(lines)


BODIES = {
    "tender": tender,
    "single_source": single_source,
    "candidate": candidate,
    "correction": correction,
    "failed": failed,
}
