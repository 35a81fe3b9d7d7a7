"""At what stage a notice is: tender, candidates, award, failed, correction, contract ...

The title says most, the list's type code is only a prior, and the body decides: a notice titled 结果 that names only
candidates is a candidate notice, one titled 结果 whose lots were all void is a failed one. Who passed a
prequalification (资格预审结果, 资格入围公告) may bid and has won nothing: such a notice stays a prequalification. Only
the list of a framework or of a pool of firms (服务商, 机构, 入库) is a shortlist.
"""

from __future__ import annotations

import re

#: Read from top to bottom; the first that the title holds is its stage.
_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (stage, re.compile(pattern))
    for stage, pattern in (
        ("correction", r"更正|变更|延期|补遗|补充公告|修改公告|勘误|撤回"),
        (
            "failed",
            r"取消.{0,40}(?:中标|成交|中选)(?:人|供应商|单位)?的?(?:资格|结果)|废标|流标|终止|采购失败|招标失败|失败公告|作废|取消公告|中止|异常公告|暂停公告",
        ),
        ("correction", r"澄清|答疑"),
        ("other", r"(?:招标|采购)计划"),
        ("contract", r"合同(?:公告|公示|签订|备案)|合同$|验收(?:单|公告|公示|结果|报告)|履约"),
        ("candidate", r"候选|评标结果|评审结果|初步竞得|推荐结果"),
        # Who may bid is no result of the purchase; who is on the list of a framework or a pool of firms is one.
        (
            "prequalification",
            (
                r"(?:预审|资审)(?:合格|通过|入围)?(?:申请人|投标人|供应商|单位)?的?(?:名单)?(?:结果|公示|名单)|预审入围|"
                r"^(?!.*(?:框架|协议|入库|备选库|供应商库|服务商|机构|事务所|中标|成交|中选|采购结果)).*"
                r"资格(?:预审)?入围(?:结果|申请人|投标人|供应商|单位)?的?(?:名单|情况)?(?:的)?(?:公告|公示|结果|名单|通知)"
            ),
        ),
        ("shortlist", r"入围(?:结果|供应商|单位|公告|公示|名单|情况)|(?:入围|框架).{0,24}(?:结果|公示|名单)"),
        (
            "award",
            (
                r"中标|成交|中选|定标|竞得结果|(?:招标|采购|询价|谈判|磋商|竞价|比选)结果|"
                r"结果的?(?:公告|公示|通知)|结果信息|结果$|签约"
            ),
        ),
        ("single_source", r"单一来源|采前公示|直接采购"),
        ("prequalification", r"资格预审|预审公告|资审|合格申请人"),
        ("supplier_call", r"征集|市场调研|供应商库|需求调研|调研公告|意向|入库"),
        (
            "tender",
            (
                r"招标|采购公告|磋商|谈判|询价|邀请|竞价|比选|询比|招租|采购信息|招募|征询|遴选|采购项目公告|"
                r"竞争性|公开采购|信息公示"
            ),
        ),
    )
)
_PRIORS = {
    "公开招标": "tender",
    "邀请招标": "tender",
    "竞争性磋商": "tender",
    "竞争性谈判": "tender",
    "询价": "tender",
    "招标公告": "tender",
    "采购公告": "tender",
    "招标(资审)公告": "tender",
    "征集公告": "supplier_call",
    "单一来源": "single_source",
    "变更公告": "correction",
    "更正公告": "correction",
    "结果公告": "award",
    "中标公告": "award",
    "成交公告": "award",
    "中标结果": "award",
    "中标结果公示": "award",
    "废标公告": "failed",
    "终止公告": "failed",
    "合同公告": "contract",
    "资格预审": "prequalification",
    "中标候选人公示": "candidate",
}
#: （第二次招标）, （二次公告）: how often it was tried, no stage.
_AGAIN = re.compile(r"[（(][^（()）]{0,6}[一二三四五六七八九十\d]次?(?:招标|采购|公告|询价|谈判|磋商|挂网)?[)）]")
#: （包2废标）: one lot failed, which is not the stage of the notice.
_PARTLY = re.compile(r"[（(][^（()）]{0,8}(?:标段|标包|标项|包件|包)[^（()）]{0,8}(?:废标|流标|终止)[）)]")
#: What was opened, asked or answered on the way; it names bidders and no result.
_RECORD = re.compile(
    r"违规|处罚|黑名单|不良(?:行为|记录)|(?:投诉|质疑)(?:处理|答复|回复)|开标(?:记录|情况|一览|结果)|唱标|投标人名单|中标通知书$"
)
#: Stages that can carry lots.
RESULTS = {"award", "shortlist", "candidate", "failed", "contract", "correction"}
#: What only an invitation says, for notices whose title is the bare name of the project.
_CALL = re.compile(
    r"潜在(?:投标人|供应商)应|(?:投标人|供应商|申请人|响应人)的?资格(?:要求|条件)|招标条件|"
    r"(?:获取|领取|发售|购买|下载)(?:招标|采购|磋商|询价|谈判|比选)文件|(?:招标|采购|磋商|询价|谈判)文件的?(?:获取|发售|领取)|"
    r"(?:投标|响应|报价)文件的?(?:递交|提交)|报名(?:时间|截止|条件)"
)
_VOID = re.compile(
    r"废标|流标|作废|放弃(?:中标|成交|中选)|(?:采购|招标|项目|比选|询价|谈判|磋商|竞价)(?:予以|已)?(?:终止|失败)|(?:予以|现|决定|宣布)(?:终止|取消|中止|暂停)|终止(?:本次|采购|招标)|取消.{0,12}(?:中标|成交|中选)(?:资格|结果)|不足[三3五5两2]家"
)


#: A title that ends so asks for bids, whatever its project is called (签约功能开发, 成交量统计).
_CALLS = re.compile(
    r"(?:招标|磋商|谈判|询价|比选|询比|遴选|竞价|采购)(?:公告|邀请(?:函|书)?|文件)(?:[（(].{1,12}[)）])?$(?<!结果公告)"
)
#: A heading that the text goes on behind without a break.
_GLUED_HEAD = re.compile(r"[^，,。；;：:\s]{8,90}?(?:公告|公示)(?=.{60})")
#: Titles under which the body tells of candidates, or of who won.
_REVIEWED = re.compile(r"(?:评标|评审|推荐)结果")
#: What is let or sold has a tenant or a purchaser, and no supplier.
_LETS = re.compile(
    r"招租|竞租|拍租|出租(?=项目|公告|结果|成交|竞|招|权|的|$|[（(])|租赁权|经营权(?:转让|出让)|"
    r"(?:资产|设备|物资|车辆|债权|股权|房产|产权|设施)(?:公开|挂牌|网络)?(?:转让|变卖|拍卖)|"
    r"(?:废旧|闲置|报废|抵债|自有)[\u4e00-\u9fff]{0,12}?(?:处置|出售|变卖|拍卖|回收|转让)"
)


def heading(lines: list[str]) -> str:
    """The heading that the text of a notice goes on behind without a break; empty where there is none."""
    m = _GLUED_HEAD.match(lines[0] if lines else "")
    return m[0] if m else ""


def lets(title: str) -> bool:
    """Whether a title says that something is let or sold: its winner supplies nothing."""
    return bool(_LETS.search(title)) and not re.search("采购|服务|系统|平台|软件|工程|装修|改造|机构|承租|租入", title)


def undecided(title: str) -> bool:
    """Whether a title (评审结果公示) leaves it to the body who is a candidate and who won."""
    return bool(_REVIEWED.search(title)) and "候选" not in title


def of_title(title: str) -> str | None:
    """The stage a title names, its quoted project name included; null when it names none."""
    text = _PARTLY.sub("", _AGAIN.sub("", re.sub(r"\s+", "", title)))
    if _RECORD.search(text):
        return "other"
    tail = text[-26:]
    if _CALLS.search(text) and not re.search("更正|变更|澄清|终止|延期|单一来源", tail):
        return "tender"
    for stage, pattern in _TITLES:
        where = tail if stage in {"correction", "tender", "supplier_call", "single_source", "shortlist"} else text
        if pattern.search(where):
            return stage
    return None


def of_type(given: str | None) -> str | None:
    """The prior of a portal's own type, which mixes methods and stages."""
    if not given:
        return None
    return _PRIORS.get(given.strip()) or of_title(given)


def of_head(lines: list[str]) -> str | None:
    """The stage named by the first lines of a body: its own heading, or `现将中标结果公告如下`."""
    if glued := heading(lines):
        return of_title(glued)
    for line in lines[:6]:
        if (
            len(line) < 80
            and (m := re.search(r"(?:公告|公示|通知|结果)(?:[（(][^（）()]{0,20}[)）])?$", line))
            and (stage := of_title(line[: m.end()]))
        ):
            return stage
    if any(len(line) < 80 and re.search(r"合同(?:签订|备案)(?=[，,。]|$)", line) for line in lines[:3]):
        return "contract"
    for line in lines[:12]:
        if m := re.search(r"现(?:就|将|对)(.{0,40}?)(?:公告|公示|公布|公开)(?:如下)?", line):
            stage = of_title(m[1] + "公示" if "候选" in m[1] else m[1])
            if stage in {"candidate", "award", "shortlist", "failed", "correction"}:
                return stage
    return None


def decide(
    title: str | None,
    heading: str | None,
    prior: str | None,
    *,
    awards: bool,
    candidates: bool,
    text: str,
    undecided: bool = False,
) -> str:
    """The stage of a notice from its title, its own heading, the portal's type and what its body names."""
    stage = title or heading or prior or ("tender" if _CALL.search(text[:6000]) else "other")
    if stage in {"tender", "supplier_call", "single_source", "prequalification", "other", "correction", "contract"}:
        if stage == "other" and awards and title is None:
            return "award"
        return stage
    if stage == "failed":
        return "award" if awards and not _VOID.search(text) else "failed"
    if not awards and not candidates:
        return "failed" if _VOID.search(text[:1500]) else stage
    if stage == "candidate":
        return "award" if undecided and awards and not candidates else "candidate"
    if stage in {"award", "shortlist"} and candidates and not awards:
        return "candidate"
    return stage
