"""Pages of the demonstration's ccgp: details with their frame and summary block, and search results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from fincity.demo import ccgp_awards, ccgp_others, money
from fincity.demo.facts import SEARCH_HOST, Notice
from fincity.demo.markup import SYNTHETIC, Ink, day_words, ink, total_wan
from fincity.demo.notices import CCGP_BY_SCOPE
from fincity.demo.world import World

PER_PAGE = 20
_BANNER = f'<div class="demo-banner" style="background:#c00;color:#fff">{SYNTHETIC}</div>'

_HEAD = """<!doctype html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<meta name="SiteName" content="中国政府采购网（演示）" />
<meta name="SiteDomain" content="www.ccgp.demo.invalid" />
<meta name="SiteIDCode" content="bm14000002" />
<meta name="ArticleTitle" content="{title}" />
<meta name="PubDate" content="{minute}" />
<meta name="ContentSource" content="中国政府采购网（演示）" />
<title>{title}</title>
</head>
<body id="detail"><script id="keyt" src="/_bot_sbu/sbu_fpc.js">900</script>{banner}
<div class="main">
<div class="main_container">
<div class="vF_deail_currentloc mt10">
<p>当前位置：<a href="../../../../" title="首页" class="CurrChnlCls">首页</a>&nbsp;&raquo;&nbsp;
<a href="../../../" title="政采公告" class="CurrChnlCls">政采公告</a>&nbsp;&raquo;&nbsp;\
<a href="../../" title="{place}" class="CurrChnlCls">{place}</a>&nbsp;&raquo;&nbsp;\
<a href="../" title="{label}" class="CurrChnlCls">{label}</a></p>
</div>
<div class="vF_deail_maincontent">
<div class="vF_detail_main pzln75">
<div class="vF_detail_header"><h2 class="tc">{title}</h2>
<p class="tc"><span id="pubTime">{words}</span> 来源：<span id="sourceName"></span> \
【<span id="printBtn">打印</span>】 <span id="shareTo"></span></p></div>
"""
_BODY = """<!--contentTable-->
{summary}
<!--contentTable-->
<div class="vF_detail_content_container">
<div class="vF_detail_content">
{body}
</div>
</div><!--vF_detail_content_container-->
</div><!--vF_detail_main-->
</div><!--vF_deail_maincontent-->
<div class="vF_detail_relcontent mt13"><h2><p>相关公告</p></h2><div class="vF_detail_relcontent_lst"></div></div>
</div>
</div>
</body>
</html>
"""


def _wide(label: str, value: str) -> str:
    return f"<tr><td class='title' width='128'>{label}</td><td colspan='3' width='430'>{value}</td></tr>"


def _region(page: Ink) -> str:
    """The summary's region is now a province, now a city, now a district: never to be trusted as a city."""
    return page.rng.choice((page.city.province, page.city.name, page.city.districts[0]))


def _figures(page: Ink) -> str:
    notice = page.notice
    if notice.kind in ("award", "shortlist"):
        # A purchase without a total shows zero here: that is no amount.
        shown = "" if notice.broken else f"￥{total_wan(notice.lots)} 万元（人民币）"
        return _wide("评审专家名单", ",".join(page.contact.experts)) + _wide("总中标金额", shown)
    if notice.kind == "tender":
        return _wide("预算金额", f"￥{money.wan(notice.project.budget_fen)}万元（人民币）")
    return ""


def _summary(page: Ink) -> str:
    notice, contact = page.notice, page.contact
    buyer, time = notice.purchaser, f"{day_words(notice.day)}  {notice.published[11:16]}"
    region = (
        f"<tr><td class='title'>行政区域</td><td width='168'>{_region(page)}</td>"
        f"<td class='title' width='128'>公告时间</td><td width='168'>{time}</td></tr>"
    )
    return (
        "<div class='table'><h5>公告概要：</h5><table width='600' border='0' cellspacing='1' bgcolor='#bfbfbf' "
        "style='text-align:left;'><tr><td colspan='4'><b>公告信息：</b></td></tr>"
        + _wide("采购项目名称", notice.project.name)
        + _wide("品目", "<p>服务/信息技术服务</p>")
        + _wide("采购单位", buyer)
        + region
        + _figures(page)
        + '<tr><td colspan="4"><b>联系人及联系方式：</b></td></tr>'
        + _wide("项目联系人", f"{contact.name}、{contact.second}")
        + _wide("项目联系电话", contact.phone)
        + _wide("采购单位", buyer)
        + _wide("采购单位地址", notice.project.buyer.address or "")
        + _wide("采购单位联系方式", f"{contact.name} {contact.landline}")
        + _wide("代理机构名称", page.agency.name)
        + _wide("代理机构地址", page.agency.address or "")
        + _wide("代理机构联系方式", contact.phone)
        + "</table></div>"
    )


def _content(page: Ink) -> str:
    notice = page.notice
    if notice.broken == "body_missing":
        return '<p>中标结果详见附件。</p><p><a href="/oss/download?uuid=00000000">附件：结果公告.pdf</a></p>'
    if notice.kind in ("award", "shortlist"):
        return ccgp_awards.LAYOUTS[notice.layout](page)
    return ccgp_others.BODIES[notice.kind](page)


def _whole(notice: Notice, world: World) -> str:
    page = ink(notice, world)
    head = _HEAD.format(
        charset=notice.encoding,
        title=escape(notice.title),
        minute=notice.published[:16],
        banner=_BANNER,
        place="中央公告" if notice.level == "central" else "地方公告",
        label=CCGP_BY_SCOPE[notice.scope][1],
        words=f"{day_words(notice.day)} {notice.published[11:16]}",
    )
    if notice.broken == "empty_shell":
        return head + _BODY.format(summary="", body="")
    return head + _BODY.format(summary=_summary(page), body=_content(page))


def detail(notice: Notice, world: World) -> bytes:
    """The page of a notice, in its declared encoding, broken where it is planted broken."""
    text = _whole(notice, world)
    if notice.broken in ("truncated", "truncated_tender"):
        return text[: text.index("<td class='title' width='128'>采购单位") + 40].encode()
    codec = "gb18030" if notice.encoding != "utf-8" else "utf-8"
    body = text.encode(codec)
    if notice.broken == "damaged_bytes":  # a byte no Chinese encoding allows, every few bytes of the content
        start = body.index(b"<!--contentTable-->")
        return body[:start] + b"\xff".join(body[i : i + 7] for i in range(start, len(body), 7))
    return body


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a search: the slice, the total, and what was asked."""

    items: Sequence[Notice]
    total: int
    page: int
    keyword: str
    since: str
    until: str

    @property
    def pages(self) -> int:
        """Number of result pages."""
        return -(-self.total // PER_PAGE)


_ITEM = """
                                <li>
                                    <a href="{url}" style="line-height:18px" target="_blank">
                                        {title}
                                    </a>

                                    <p>{snippet}</p>
                                    <span>{time}
                                        | 采购人：{buyer}
                                        | 代理机构：{agency}
                                        <br/>
                                        <strong style="font-weight:bolder">

                                                {label}

                                        </strong>
                                        | <a href="javascript:void(0)">{province}</a>
                                        | <strong style="font-weight:bolder"> {goods}</strong>

                                    </span>
                                </li>
"""


def _item(notice: Notice, keyword: str, world: World) -> str:
    page = ink(notice, world)
    title = escape(notice.title)
    if keyword:
        title = title.replace(escape(keyword), f'<font color="red">{escape(keyword)}</font>')
    return _ITEM.format(
        url=notice.url,
        title=title,
        snippet=f"项目联系人：{page.contact.name} 联系方式：{page.contact.phone} {notice.project.name}",
        time=notice.published.replace("-", "."),
        buyer=notice.purchaser,
        agency=page.agency.name,
        label=CCGP_BY_SCOPE[notice.scope][1],
        province=page.city.province_short,
        goods="服务/信息技术服务" if notice.style % 3 else "",
    )


def search(result: SearchPage, world: World) -> bytes:
    """A page of search results, UTF-8."""
    pager = (
        '<p class="pager"><script language="javascript">Pager({\n'
        f"                            size: {result.pages},\n"
        f"                            current: {result.page - 1},\n"
        "                            prefix: 'data2',\n"
        "                            suffix: '.jsp&'\n"
        "                        });</script></p>"
    )
    items = "".join(_item(n, result.keyword, world) for n in result.items)
    red = '<span style="color:#c00000">{}</span>'
    return f"""<!doctype html>
<html>
<head>
    <meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
    <title>采购公告搜索_中国政府采购网（演示）</title>
    <script>var basePath = "http://{SEARCH_HOST}/"; var page_index={result.page};</script>
</head>
<body style="background:#fff">{_BANNER}
<div class="vT_z">
    <div style="font-size:14px">
        <p style="float:left">关键字：<span style="color:#c00000;font-weight:bolder">{escape(result.keyword)}</span>
            全文检索 共找到
            {red.format(result.total)}
            条内容 查询日期从 {red.format(result.since)} 到 {red.format(result.until)}
        </p>
        {pager}
    </div>
    <div class="vT-srch-result"><div class="vT-srch-result-list-con2"><div class="vT-srch-result-list">
        <ul class="vT-srch-result-list-bid">{items}</ul>
        {pager}
    </div></div></div>
</div>
</body>
</html>
""".encode()
