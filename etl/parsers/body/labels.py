"""The vocabulary of notices: what a label or column head announces, and what a section is about.

Labels differ by house (招标人, 采购人, 委托单位, 征询方 are all the buyer); they are recognised by what they are built
of. A word on its own line or before a colon is a label; 候选 anywhere in it makes its firm a candidate and no winner.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from etl.values import chinese_number, fold


class Role(StrEnum):
    """What the value beside a label is."""

    BUYER = "buyer"
    BUYER_ADDRESS = "buyer_address"
    AGENCY = "agency"
    SUPPLIER = "supplier"  # the label itself says that the firm won
    SOLE = "sole"  # the only supplier asked (single source)
    CANDIDATE = "candidate"
    BIDDER = "bidder"  # a firm; its section says what it is
    AMOUNT = "amount"  # the label itself says that it is the price of the award
    PRICE = "price"  # a price; its section says whose
    BUDGET = "budget"
    FEE = "fee"
    LOT = "lot"
    RANK = "rank"
    CODE = "code"
    PROJECT = "project"
    NAME = "name"
    ADDRESS = "address"
    SCORE = "score"
    VOID = "void"  # why a lot failed
    LEADER = "leader"  # of a consortium that won (or bid: its section says)
    MEMBER = "member"
    DATED = "dated"  # the day the notice itself was published
    USCC = "uscc"  # the credit code of a firm (the buyer's and the agent's are contacts)
    CONTACT = "contact"  # address, phone, person of somebody who is not the winner
    OTHER = "other"


_BUYER = (
    "采购人|采购单位|采购组织单位|采购主体|采购方|采购需求单位|招标人|招标单位|招标方|招标采购单位|"
    "业主单位|业主|业主方|项目单位|项目业主|项目法人|建设单位|委托单位|委托人|委托方|"
    "征询人|征询方|征集人|征集方|征集单位|询价人|询价单位|询价方|比选人|比选单位|磋商人|谈判人|竞价人|"
    "发包人|发包方|发包单位|需求单位|使用单位|用户单位|买方|购买方|购买人|预算单位|甲方|招租人|"
    "转让方|采购实施单位|采购部门|(?:承租|租入)(?:人|方|单位)"
)
_AGENCY = (
    "(?:招标采购|采购招标|政府采购|集中采购|招标|采购|委托|比选|项目|招标人委托的?)?代理(?:服务)?(?:机构|公司|"
    "单位|人|方)|招标代理|采购代理|招标机构|采购机构|采购执行机构|集中采购机构|招标公司|联系机构|代理单位"
)
_WIN = "中标|成交|中选|入选|入围|中签|竞得|定标|选定|拟签约|拟合作|合作"
_WHO = (
    "人|供应商|供应人|供货商|供应方|单位|公司|方|者|服务商|承包商|承包人|承包单位|厂商|厂家|机构|商|企业|"
    "投标人|投标单位|社会资本方?|代理商|银行|律所|律师事务所|事务所|客户|对象|意向方"
)
_END = r"(?:的)?(?:单位|公司|供应商)?(?:名称|全称|姓名|名单|信息名称|(?:依次)?为)?(?:及(?:其)?份额)?(?:如下)?"
_ATTRIBUTE = (
    "(?:项目)?(?:联系人|联系方式|联系方法|联系电话|电话|传真|邮箱|电子邮箱|电子邮件|邮编|邮政编码|负责人|"
    "开户行|账号|统一社会信用代码|法定代表人|性质|类型|资质|网址|编码|代码|业务员|意见|代表)"
)
_MONEY = "金额|价格|价款|总额|总价|报价|价|总金额|价税合计|费用|合计|总计"

_PATTERNS: tuple[tuple[Role, str], ...] = (
    (
        Role.DATED,
        "(?:本?(?:公告|公示|信息|中标公告|结果公告|成交公告|中标结果公告)的?)?(?:发布|公布)(?:日期|时间)|(?:本)?(?:公告|公示)日期|公告时间",
    ),
    (Role.OTHER, "(?:[未落非]|首次|首轮|第[一二]轮|初次|初始|历次)(?:中标|成交|中选|入选|入围|通过|报价|投标).*"),
    (Role.LEADER, "(?:联合体)?(?:牵头|主办|主体)(?:人|方|单位|企业|公司)[一1]?(?:名称)?"),
    (
        Role.MEMBER,
        r"联合体(?:其他)?成员(?:单位|方|人|企业|公司)?[一二三四五\d]?(?:名称)?|成员(?:单位|方)[一二三四五\d]?(?:名称)?",
    ),
    (Role.CONTACT, rf"(?:{_BUYER}|{_AGENCY})(?:信息)?(?:或其.{{0,16}})?(?:主要)?{_ATTRIBUTE}.{{0,6}}"),
    (
        Role.USCC,
        rf"(?:(?:{_WIN}|投标)?候?选?(?:{_WHO}|成员)(?:的)?)?(?:统一)?社会信用(?:统一)?代码(?:证)?(?:号码?|编号)?",
    ),
    (
        Role.OTHER,
        r".*(?:采购方式|招标方式|采购内容|招标内容|采购需求|招标范围|采购日期|公告日期|得分情况)|.*(?:编号|代码)之.*",
    ),
    (Role.BUYER_ADDRESS, rf"(?:{_BUYER})(?:信息)?(?:联系|通讯|办公|详细|单位)?地址"),
    (Role.CONTACT, rf"(?:{_AGENCY})(?:信息)?(?:联系|通讯|办公)?地址"),
    (
        Role.FEE,
        (
            r".*(?:代理费|服务费|代理服务收?费?|保证金|手续费|标书费|工本费|评审费|收费|场地费|专家费|文件售价|"
            r"文件费|违约金|印花税).*"
        ),
    ),
    (Role.BUDGET, r".*(?:预算|限价|控制价|拦标价|估算|概算|投资额|总投资|起始价|底价|标底|挂牌价).{0,6}"),
    (Role.VOID, r"(?:废标|流标|终止|采购失败|项目终止)(?:的)?(?:原因|理由|情况|说明)"),
    (Role.OTHER, r".*(?:评标|评审|评定|修正|折算).{0,3}(?:价格?|报价|总价|金额)"),
    (Role.SCORE, r".*(?:得分|评分|分值|票数|总分|综合分|分数|评审分)(?:情况)?"),
    (
        Role.RANK,
        (
            r"(?:.{0,8})(?:排名|名次|排序|推荐顺序|排列顺序|位次|推荐次序|候选人推荐|候选顺序|候选排序|"
            r"中标候选人顺序)(?:情况)?"
        ),
    ),
    (
        Role.SOLE,
        (
            r"单一来源(?:采购)?(?:的)?(?:单位|供应商|对象)(?:名称)?|(?:拟定|拟邀请|唯一|拟采购|邀请|拟选定|"
            r"拟定的?唯一)(?:的)?供应商(?:名称|信息)?"
        ),
    ),
    (Role.CONTACT, rf"(?:.{{0,6}})(?:{_WIN})?候?选?(?:{_WHO})?(?:的)?{_ATTRIBUTE}(?:及.{{0,8}})?"),
    (
        Role.CANDIDATE,
        (
            rf"(?:.{{0,8}})(?:第?[一二三四五六七八九十\d]{{0,3}}名?)?(?:{_WIN}|推荐|"
            rf"第[一二三四五六七八九十\d]+)?(?:的)?(?:候选|备选|候补|替补|"
            rf"备用)(?:的)?(?:{_WIN})?(?:{_WHO})?第?[一二三四五六七八九十\d]{{0,3}}名?{_END}"
        ),
    ),
    (
        Role.CANDIDATE,
        (
            rf"(?:初步|拟|暂定)竞得(?:{_WHO}){_END}|第[一二三四五]|第?[一二三四五六七八九十\d]{{1,2}}名(?:单位|供应商|"
            rf"投标人)?{_END}|排名第?[一二三四五六七八九十\d]{{1,2}}(?:的)?(?:{_WHO})?{_END}"
        ),
    ),
    (
        Role.ADDRESS,
        (
            rf"(?:{_WIN}|供应商|投标|乙方|承包)?候?选?(?:{_WHO})?(?:的)?(?:联系|通讯|注册|详细|单位|公司|办公|"
            rf"供应商)?地址(?:名称)?"
        ),
    ),
    (
        Role.SUPPLIER,
        (
            rf"(?:拟|预|最终|推荐|拟推荐|确定|本项目|本次|本包|现|主|第?[一二三四五六七八九十\d]{{1,2}}(?:标段|"
            rf"包|标包)?)?(?:的)?(?:{_WIN})(?:{_WIN})?(?:{_WHO})[一二三四五六七八九十\d]{{0,2}}{_END}"
        ),
    ),
    (
        Role.SUPPLIER,
        (
            rf"(?:{_WIN})(?:结果|名单)(?:公示|公告)?如下|(?:{_WIN})(?:{_WHO})(?:名称)?[、,，及和与](?:(?:联系)?地址[、,，及和与])?(?:{_WIN})?(?:{_MONEY})(?:如下)?|"
            rf"(?:供货|承接|受让|出租|签约)(?:{_WHO}){_END}|主(?:选|用)?(?:供应商|供货商|服务商){_END}|承包人|承包方|承包单位|卖方|乙方|供应商乙方|"
            rf"供方(?:名称)?|受托(?:人|方|单位)"
        ),
    ),
    (Role.NAME, r"名称|全称"),
    (
        Role.BIDDER,
        (
            rf"(?:响应|投标|参选|应答|报价|磋商|竞买|参与|投标供应商|有效投标|应标|谈判|询价)?(?:人|供应商|"
            rf"单位|公司|企业|服务商|厂商|机构|律所|事务所|投标人|投标商|商){_END}"
        ),
    ),
    (Role.PRICE, rf"(?:{_WIN}|投标|响应|最终|报价).{{0,3}}(?:费率|折扣率|折扣|下浮率|优惠率|系数|比例)"),
    (
        Role.OTHER,
        (
            r".*(?:税率|税额|税点|工期|交货期|服务期|质量|数量|品牌|规格|型号|费率|折扣率|下浮率|优惠率|单位|"
            r"备注|证书.*|理由|原因|时间|日期|期限|方式|服务要求|履约.*|地点)"
        ),
    ),
    (Role.AMOUNT, rf".{{0,14}}(?:{_WIN}|合同|采购|签约|协议|竞得).{{0,8}}(?:{_MONEY})[为是]?"),
    (Role.PRICE, rf".{{0,14}}(?:{_MONEY}|单价)[为是]?"),
    (
        Role.LOT,
        (
            r"(?:招标)?(?:标段|标包|包号|分包|分标|包组|包件|合同包|采购包|标项|包段|包|品目号|子包)(?:包)?(?:编号|"
            r"号|名称|序号)?"
        ),
    ),
    (
        Role.CODE,
        (
            r"(?:招标人|采购人|招标代理机构?|代理机构|采购代理机构|委托|政府|原公告的?)?(?:采购|招标|项目|委托|"
            r"磋商|谈判|询价|比选|工程|标段|包件|合同|公告|招标项目|采购项目|委托项目|交易|文件|"
            r"招标文件)*(?:项目)?(?:编号|编码|代码|号)"
        ),
    ),
    (
        Role.PROJECT,
        r"(?:原公告的?)?(?:采购|招标|委托|合同|工程|标段|采购标的)*(?:项目|工程|标段|合同|标的)?(?:名称|标题)",
    ),
    (Role.BUYER, rf"(?:原)?(?:{_BUYER})(?:信息)?(?:单位)?(?:名称|全称)?"),
    (Role.AGENCY, rf"(?:{_AGENCY})(?:信息)?(?:单位)?(?:名称|全称)?"),
    (Role.CONTACT, _ATTRIBUTE),
    (
        Role.OTHER,
        (
            r"联系地址|通讯地址|邮编|开标.{0,4}|评审.{0,4}|评标.{0,4}|公示.{0,4}|公告.{0,4}|发布.{0,4}|"
            r"其[他它]事项|大写.{0,4}|小写.{0,4}|电子函件|监督.{0,6}|附件|公告媒体|地区|行政区域|品目|项目概况"
        ),
    ),
)
# The buyer's labels are tried before the general ones: 采购单位 is no bidder, 采购价格 no code.
_ORDER = (Role.BUYER, Role.AGENCY)
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in sorted(_PATTERNS, key=lambda p: p[0] not in _ORDER))
_NUMBERING = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）、.．,，]|"
    r"[（(]?\d{1,2}(?:[.．]\d{1,2}){0,3}[)）、.．]?(?=\D)|[①-⑳★*※●■◆▲\-—]+)\s*"
)
_INNER = re.compile(
    r"\((?:成交|中标|中选|入围|预中标|投标人|供应商|采购人|招标人|如有|包|乙方|甲方|买方|卖方|盖章|公章|"
    r"或.{1,8}|即.{1,8})\)"
)


def bare(label: str) -> str:
    """A label without numbering, spaces, inner synonyms in brackets and trailing brackets, folded."""
    text = _NUMBERING.sub("", re.sub(r"\s+", "", fold(label))).rstrip(":")
    text = _INNER.sub("", text)
    text = re.sub(r"(?:\([^()]{0,60}\)|\[[^\[\]]{0,20}\])+$", "", text)
    return text.strip(":：,，、.* ")


@lru_cache(maxsize=20_000)
def role_of(label: str) -> Role | None:
    """What a label or column head announces; null for words that are no known label."""
    text = bare(label)
    if not 1 < len(text) <= 26:
        return None
    if party := re.search(r"\((?:(甲方|买方|承租[方人])|乙方|卖方|出租[方人])", fold(label)):
        return Role.BUYER if party[1] else Role.SUPPLIER
    for role, pattern in _COMPILED:
        if pattern.fullmatch(text):
            return role
    return None


_RANK = re.compile(
    r"第\s?([一二三四五六七八九十\d]{1,3})\s?(?:名|中标|成交|入围|中选|候选|顺位|位|推荐|备选|$)|(?:候选人?|"
    r"供应商|排名)\s?第?\s?([一二三四五六七八九十\d]{1,2})(?:名|$)|^([一二三四五六七八九十\d]{1,2})$|"
    r"^([一二三四五六七八九十\d]{1,2})名$"
)


def rank_of(text: str) -> int | None:
    """Rank of a candidate named by a label or cell (第一中标候选人, 第 1 名, 1); null when none is named."""
    m = _RANK.search(re.sub(r"\s+", "", fold(text)).strip(":：()"))
    found = next((g for g in m.groups() if g), None) if m else None
    if found is None:
        return 2 if re.search(r"备选|候补|替补|备用", text) else None
    return int(found) if found.isdecimal() else chinese_number(found)


_LOT_KIND = "标段|标包|采购包|合同包|包组|包件|分包|(?<!部)分标|标项|包段|子包|包"
_LOT = re.compile(
    rf"第?\s?([一二三四五六七八九十]{{1,3}}|\d{{1,3}}|[A-Z])\s?(?:号)?(?:{_LOT_KIND})(?![括含装裹治给人商])"
    rf"|(?:{_LOT_KIND})\s?(?:[（(]包[)）])?(?:号|编号)?\s?[:：]?\s?[【\[（(]?\s?([一二三四五六七八九十]{{1,"
    rf"3}}|\d{{1,3}}|[A-Z])(?![\d年月.a-z个家])"
)


def lot_of(text: str) -> str | None:
    """The number of a lot named in a text (标段三, 01包, 包组 A) in plain digits or letters; null when none is."""
    m = _LOT.search(fold(text))
    return _lot(m) if m else None


def only_lot(title: str) -> str | None:
    """The one lot that a title names; null when it names none or several."""
    found = {_lot(m) for m in _LOT.finditer(fold(title))}
    return found.pop() if len(found) == 1 else None


def _lot(m: re.Match[str]) -> str:
    found: str = m[1] or m[2]
    value = int(found) if found.isdecimal() else chinese_number(found)
    return found if value is None else str(value)


_SECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "agency",
            (
                r"^(?:政府采购|集中采购|采购|招标)?(?:代理|执行|采购|招标)?(?:机构|公司|"
                r"单位)(?:\(如有\))?(?:信息|情况|联系方式|联系人)?(?:\(如有\))?$"
            ),
        ),
        (
            "buyer",
            (
                r"^(?:采购人|招标人|采购单位|招标单位|征询方|征询人|委托单位|业主|业主单位|比选人|项目单位|"
                r"建设单位|征集人|采购方)(?:信息|情况|联系方式|联系人)?$"
            ),
        ),
        ("past", r"业绩|奖项|班子|资质|资格能力|管理人员|人员情况|承诺的|荣誉|信誉"),
        (
            "experts",
            (
                r"评审专家|评标专家|专家(?:名单|组)|(?:评审|评标|谈判|磋商|询价|协商)(?:小组|委员会)(?:成员|"
                r"名单)|采购人员(?:\))?名单"
            ),
        ),
        ("fees", r"代理服务|服务费|代理费|收费标准|保证金"),
        (
            "scores",
            (
                r"得分|评分|评审排名|打分|投票|唱标|开标(?:记录|情况|一览)|否决|无效投标|资格审查|资格性|"
                r"未中标|落标|未通过|符合性|初审|初步评审|废标情况"
            ),
        ),
        ("candidates", r"候选"),
        (
            "bidders",
            (
                r"(?:参与|参加|递交|报名|响应|有效).{0,12}(?:投标人|供应商|单位)|投标(?:供应商|人|"
                r"单位).{0,4}(?:名单|名称|报价|情况|一览)|报价情况|供应商来源|邀请供应商"
            ),
        ),
        (
            "subject",
            (
                r"主要标的|标的(?:信息|情况|物)|采购内容|项目概况|采购清单|货物清单|采购需求|简要说明|招标内容|"
                r"项目简介|服务要求"
            ),
        ),
        (
            "winners",
            (
                r"(?:中标|成交|中选|入选|入围|竞得|定标|采购|评标|合同).{0,8}(?:信息|结果|情况|人|供应商|单位|"
                r"内容|名单|明细)|结果信息|合同主体|评审结果"
            ),
        ),
        ("contact", r"联系|询问|异议|质疑|监督|投诉|公示期|公告期|其他|其它|补充|公告媒|发布媒|附件|方式"),
        ("code", r"编号|名称|项目"),
    )
)


def section_of(heading: str) -> str | None:
    """What a section with this heading is about; null for a heading that says nothing known."""
    text = re.sub(r"\s+", "", fold(heading))
    return next((name for name, pattern in _SECTIONS if pattern.search(text)), None)
