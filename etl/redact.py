"""Take personal data out of a text: contact names, phones, e-mail, ID numbers, chat accounts, experts, project teams.

Every parser redacts title and text *before* they enter a record, so that spans are computed on what everybody may
see and nothing personal leaves the archive (design, section 3, Privacy; PIPL, articles 6 and 28).

The module is one table, `RULES`, read from top to bottom: a pattern, the mark that takes its place and, where the shape
alone cannot decide, a check (an ID number has a check digit; `0733-26132506` is a tender code unless a phone label says
otherwise). What a pattern captures as `keep` (a label such as 联系人：) stays. Names are only taken where the layout
says that a person stands there: after a label, beside a number, in a list of experts, in the cells of a project team.
Mayors and firms stay; a natural person who wins is no organisation and goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from etl.persons import (
    CELL,
    ENTRY,
    FIRST,
    FIRSTS,
    FORMED,
    FREE,
    GAP,
    HAN,
    LIST,
    STRICT_LIST,
    SURE_FIRSTS,
    SURE_LIST,
    TITLED,
    firsts,
    spaced,
)

VERSION = "2"

_DASH = r"[-－—–‐‑−―]"
_JOIN = rf"(?:{_DASH}|{GAP})?"
_LOCAL_PART = r"A-Za-z\d._%+-"
_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"

# --- labels -----------------------------------------------------------------------------------------------------------
#: Behind these and a colon stands a person, whatever the word looks like.
_PERSON = (
    spaced(
        "联系人 联络人 经办人 项目经理 负责人 采购人代表 业主代表 招标人代表 招标代表 代理机构代表 授权代表 "
        "法定代表人 法人代表 受理人 收件人 收货人 对接人 总监理工程师 总监 总监代表 被授权人 委托代理人 建造师 "
        "监督人 工作人员 项目总工 责任人 客户经理 业务经理 采购经理 采购员 业务员 项目主管 主持人 记录人 监标人 "
        "唱标人 承办人 主办人 承办律师 业主评委 专家姓名 评委姓名"
    )
    + r"|[Cc]ontact(?:Name|Man|Person)?|[Ll]ink[Mm]an|(?:expert|question)Name"
)
#: Behind these stands a person or an organisation: only what has the form of a name goes.
_SIGNED = spaced(
    "初审 复审 终审 审核 审核人 审稿 校对 责任编辑 责编 编辑 录入 发布人 签发 签发人 核稿 投诉人 质疑人 举报人 申请人 "
    "当事人 收款人 户名 开户名 开户名称 账户名称 招标人 采购人 招标代理机构 采购代理机构 代理机构 姓名"
)
_WINNER = (
    r"(?:中标|成交|中选|入围|入选|竞得|受让|承租|买受|候选|供应商?|投标)(?:人|单位|供应商|方)?"
    r"(?:名称|姓名|全称)?(?:为|是)?"
)
_PHONES = "电话 手机 联系方式 联系方法 传真 热线 座机 固话 总机 拨打 致电"
_PHONE_LABEL = spaced(_PHONES) + r"|[Tt][Ee][Ll](?:[Ee]?[Pp]hone|[Ee])?|[Pp]hone|[Mm]obile|[Ff][Aa][Xx]"
_EXPERT = (
    r"(?:评审|评标|评选|谈判|磋商|询价|竞价|比选|遴选|资格审查|协商|论证|评委|采购|抽取|专业)\s{0,4}"
    r"的?(?:专家|小组|委员会|委员|人员|成员|专家组)[^\n：:。，,〔\t]{0,40}?"
)
_LEAD = r"(?:副?组长|组员|(?:副?主任)?委员|主任评委|评委|成员|专家|组成人员)[\d一二三四五六七八九十]{0,2}"
#: Who stands in the first cell of a row, or at the head of a column, of persons.
_ROLE = (
    r"[^\t\n，。；：:]{0,20}(?:施工|质量|质检|安全|资料|材料|机械|标准|劳务|监理|造价|预算|测量|试验|作业人|服务人|管理人|操作)员"
    r"|[^\t\n，。；：:]{0,20}(?:负责人|总工|总监|经理|工程师|主管|总监代表|组成员|团队|团队人员|项目组成员|班子成员)"
)
_COLUMN = (
    r"[^\t\n，。；：:]{0,10}(?:负责人|经理|总监|总监理工程师|联系人|法定代表人|建造师|总工|姓名|专家|评委|人员)"
    r"(?:姓名)?(?:[（(][^）)\t\n]{0,12}[)）])?"
)
#: Between a label and its colon: （询问）, 及电话, 姓名.
_TAIL = (
    r"(?:[（(][^（）()\n]{0,12}[）)])?"
    r"(?:[、及和与/]?"
    rf"{spaced('联系电话 电话 联系方式 方式 手机 职称 证书编号 注册编号 签字 签名 姓名 名单 名称')}){{0,2}}"
)
#: The colon, with the quotes of JSON and the brackets some people put around a value.
_COLON = r"""[\\"'\s]{0,6}[：:]\s*+[\\"'【「（(\[]{0,4}"""
_CODE_LABEL = re.compile(r"编号|编码|代码|项目号|标号|包号|文号|单号|账号|帐号|注册号|税号|[Nn][Oo][.:：]")
_PHONE_WORD = re.compile(rf"{_PHONE_LABEL}|{_PERSON}|咨询|客服|〔")

# --- the pieces of a number -------------------------------------------------------------------------------------------
_ALONE = rf"(?=[\d+＋（(])(?<![\dA-Za-z_￥¥$])(?<!\d[.．])(?<![\dA-Za-z〕]{_DASH})"
#: No amount, no piece of a code.
_NO_AMOUNT = rf"(?!\d|[.．]\d{{1,2}}(?![\d.．、])|[A-Z]+\d|{GAP}?(?:[万亿千百]{{0,2}}元|人民币|RMB|[%％]|年))"
_EXT = rf"(?:\s?(?:转|分机|{_DASH}|\*|[eE]xt\.?)\s?\d{{1,6}}(?!\d)){{0,2}}(?:/\d{{2,4}}(?![\d年.])){{0,6}}"
_COUNTRY = rf"(?:(?:[（(][+＋]?86[)）]|[+＋]?86){_DASH}?{GAP}?)?"
_HIDDEN = r"[*xX＊×]"
_MOBILE = (
    rf"{_COUNTRY}[1１][3-9３-９]"
    rf"(?:\d{_JOIN}(?:\d{{4}}|{_HIDDEN}{{4,8}}){_JOIN}\d{{4}}|\d{{4,7}}{_HIDDEN}{{2,6}}\d{{0,3}})"
)
_LOCAL = rf"(?:\d{{7,8}}|\d{{3,4}}[{_DASH[1:-1]} \xa0]\d{{4}})"
_CITY = r"[0０](?:[1１][0０]|[2２]\d|[3-9３-９]\d\d)"
_ABROAD = r"[+＋]?86[ -]{0,2}[（(]?(?:10|2\d|[3-9]\d\d)[）)]?"
_AREA = (
    rf"(?:{_ABROAD}|{_COUNTRY}(?:{_CITY}|[（(]{_CITY}[）)])){GAP}?{_DASH}?{GAP}?(?:{_LOCAL}|\d{{3,4}}{_HIDDEN}{{4}})"
)
_SERVICE = rf"[48]00{_JOIN}(?:\d{{3}}{_JOIN}\d{{4}}|\d{{4}}{_JOIN}\d{{3}})"
_WHOLE = rf"(?:{_MOBILE}|{_AREA}|{_SERVICE})"
_NUMBER = rf"(?:{_WHOLE}|{_LOCAL})"
_MORE = rf"(?:\s{{0,2}}[、/,，;；或]\s{{0,2}}{_NUMBER}{_EXT}{_NO_AMOUNT})*+"
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# --- how finds begin: a character, and what does not stand before it --------------------------------------------------
_NAME_AT = rf"[{FIRSTS}](?<!{HAN}.)"
_TITLED_AT = rf"[{FIRSTS}](?<!(?![系询找与给叫由]){HAN}.)"
_PHONE_AT = f"[{firsts(_PHONES)}TtPpMmFf]"


def _in_code_slot(match: re.Match[str]) -> bool:
    """Whether the nearest label on the left announces a code (项目编号：) and not a phone."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    code = max((m.end() for m in _CODE_LABEL.finditer(before)), default=-1)
    phone = max((m.end() for m in _PHONE_WORD.finditer(before)), default=-1)
    return code > phone


def _is_phone(match: re.Match[str]) -> bool:
    """Tender agencies number projects 0733-26132506 (agency, year, serial): only a label near by makes that a phone."""
    if _in_code_slot(match):
        return False
    before = match.string[max(0, match.start() - 40) : match.start()]
    return not re.match(rf"0[67]\d\d{_DASH}[12]\d{{7}}(?!\d)", match[0]) or bool(_PHONE_WORD.search(before))


def _is_uscc(code: str) -> bool:
    """Unified social credit code, GB 32100-2015: kind of body, registering division, check digit (3^i mod 31)."""
    if not re.match(rf"(?:[15][1-39]|9[1-3]|[AN][1-39]|Y1){_REGION}[{_USCC}]{{10}}$", code):
        return False
    total = sum(_USCC.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _USCC[-total % 31] == code[17]


def _is_citizen(match: re.Match[str]) -> bool:
    """ID number, GB 11643-1999: region, birth date of an adult, and (only a code may lack it) the check digit.

    The check digit is ISO 7064 MOD 11-2 (2^(17-i) mod 11); pages mistype it, so it decides where a code is announced.
    """
    code = unicodedata.normalize("NFKC", match[0]).upper()
    if not re.match(rf"{_REGION}(?:19\d\d|200\d|201[0-2]){_DAY}", code) or _is_uscc(code):
        return False
    total = sum(pow(2, 17 - i, 11) * int(c) for i, c in enumerate(code[:17]))
    return "10X98765432"[total % 11] == code[17] or not _in_code_slot(match)


def _no_code(match: re.Match[str]) -> bool:
    return not _in_code_slot(match)


def _no_date(match: re.Match[str]) -> bool:
    return not re.search(r"(?:19|20)\d\d[01]\d[0-3]\d\D*$", match[0])


def _is_roll(match: re.Match[str]) -> bool:
    """Whether what stands behind a label of experts is a list of names, not a sentence about them."""
    said = re.sub(r"〔[^〕]*〕|\d{1,2}[.、．]", " ", match[0][len(match["keep"]) :])
    entries = [e for e in re.split(r"[\s、，,;；/|（）()：:]+", said) if e]
    names = [e for e in entries if re.fullmatch(ENTRY, e) and not re.match(_EMPTY, e)]
    return bool(names) and all(len(e) <= 6 or e in names for e in entries) and 2 * len(names) >= len(entries)


_PERSONAL = re.compile(FORMED)
_EMPTY = r"详见|见附|附件|随机|无$|略$|如下|以下|按照|依法|根据|公告|公示"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: what is found becomes `〔mark〕`, except the group `keep`, if `check` agrees.

    With `inner`, only what that finds behind `keep` is replaced (the names in a table of experts). `at`: how every
    find begins, one character and what may not stand before it: the engine looks for a character much faster than it
    tries a pattern in every place.
    """

    mark: str
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str]], bool] | None = None
    inner: re.Pattern[str] | None = None
    at: re.Pattern[str] | None = None

    def apply(self, text: str) -> str:
        """The text with every find replaced."""
        if self.at is None:
            return self.pattern.sub(self._replace, text)
        pieces, end = [], 0
        for place in self.at.finditer(text):
            if place.start() >= end and (match := self.pattern.match(text, place.start())):
                pieces += [text[end : match.start()], self._replace(match)]
                end = match.end()
        return "".join((*pieces, text[end:]))

    def _replace(self, match: re.Match[str]) -> str:
        if self.check and not self.check(match):
            return match[0]
        keep = match.groupdict().get("keep") or ""
        mark = f"〔{self.mark}〕"
        return keep + (self.inner.sub(mark, match[0][len(keep) :]) if self.inner else mark)


def _rule(
    mark: str,
    *pattern: str,
    at: str | None = None,
    check: Callable[[re.Match[str]], bool] | None = None,
    inner: str | None = None,
) -> Rule:
    return Rule(
        mark,
        re.compile("".join(pattern), re.MULTILINE),
        check,
        re.compile(inner, re.MULTILINE) if inner else None,
        re.compile(at) if at else None,
    )


RULES: tuple[Rule, ...] = (
    _rule(
        "邮箱",
        rf"(?<![{_LOCAL_PART}])[{_LOCAL_PART}]{{1,64}}\s?(?:[@＠]|[(（\[][aA][tT][)）\]])\s?",
        r"[A-Za-z\d-]{1,63}(?:[.．][A-Za-z\d-]{1,63}){1,4}",
    ),
    _rule("邮箱", rf"(?<![{_LOCAL_PART}])[{_LOCAL_PART}]{{3,64}}#(?:qq|163|126|139|sina|sohu|gmail)\.[a-z.]{{2,6}}"),
    # Identity: labelled, by its digits, of the old fifteen digits, half masked; a builder's licence is one person's.
    _rule(
        "证件号",
        rf"(?P<keep>(?:{spaced('身份证 护照')}|(?<!〔)证件)(?:号码|编号|号)?[^\dA-Za-z\n〔]{{0,6}})",
        r"(?:[\dXx*＊]{15,18}(?![\dXx*＊])|[A-Z]{1,2}\d{7,8}(?!\d))",
        at="[身护证]",
    ),
    _rule("证件号", r"(?<![\dA-Za-z.])\d{17}[\dXxＸｘ](?![\dA-Za-z])", check=_is_citizen),
    _rule("证件号", rf"(?<![\dA-Za-z.]){_REGION}[3-9]\d{_DAY}\d{{3}}(?![\dA-Za-z.])", check=_no_code),
    _rule("证件号", rf"(?<![\dA-Za-z]){_REGION}\d{{0,4}}[*＊xX]{{4,10}}\d{{2,4}}[\dXx]?(?![\dA-Za-z*])"),
    _rule(
        "证件号",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]",
        r"[12]\d{2}(?:(?:20)?[012]\d){2}\d{5}(?!\d)",
    ),
    _rule(
        "网络账号",
        r"(?P<keep>(?:微\s?信|(?<![A-Za-z])[Qq]\s?[Qq]|[Ww]e[Cc]hat|钉钉)(?:号码|群号|号|群)?",
        r"(?:\s{0,4}[：:]\s{0,4}|(?<=[号码群])|\s?(?=[A-Za-z]*[\d_])))",
        r"[A-Za-z\d][A-Za-z\d_-]{4,19}(?![A-Za-z\d_-])",
        at="[微QqWw钉]",
    ),
    # Phones: by their own shape; whatever number follows a label or a call to call.
    _rule("电话", rf"{_ALONE}{_WHOLE}{_EXT}{_NO_AMOUNT}{_MORE}", check=_is_phone),
    _rule(
        "电话",
        rf"(?P<keep>(?:{_PHONE_LABEL})(?:号码|为|是)?(?:[（(/、][^\d\n〔]{{1,8}})?(?P<colon>{_COLON})?\s{{0,20}}",
        rf"(?:(?(colon){LIST}|{STRICT_LIST})[\s,，、:：]{{0,4}})?)(?:1\s{{1,2}}[3-9]\d{{9}}|{_NUMBER}){_EXT}{_NO_AMOUNT}{_MORE}",
        at=_PHONE_AT,
    ),
    _rule(
        "电话",
        rf"(?P<keep>(?:联系|咨询|询问|拨打?|致电|工作人员)[^\d\n〔，。]{{0,6}}){_ALONE}\d{{7,8}}{_EXT}{_NO_AMOUNT}",
        check=_no_date,
    ),
    # Experts: a list behind its label, on its next line, in a table of their names; a name with its office behind it.
    _rule(
        "评审专家",
        rf"(?P<keep>{_EXPERT}(?:名单|成员|信息)?[：:]?\s{{1,6}}(?:序号|姓名|职务|评审小组职务|单位)\s)",
        r"[^。]{1,600}?(?=\n\s{0,4}[一二三四五六七八九十]{1,3}[、.]|注：|代理服务|公告期|\Z)",
        inner=FREE,
    ),
    _rule(
        "评审专家",
        rf"(?P<keep>{_EXPERT}(?:名单|成员|组成)?(?:[（(][^）)\n]{{0,30}}[)）])?(?:[：:]{GAP}*+|\t))[^\n\t。〔]{{2,400}}",
        check=_is_roll,
    ),
    _rule(
        "评审专家",
        rf"(?P<keep>{_EXPERT}(?:{_COLON})(?:某某\s{{0,4}}[：:]\s*+)?(?:\d{{1,2}}[.、]\s{{0,4}})?){LIST}[、，,]?",
    ),
    _rule("评审专家", rf"(?P<keep>{_EXPERT}(?:名单|成员|某某)++{GAP}*+\n\s*+){LIST}[、，,]?"),
    _rule("评审专家", rf"(?P<keep>{_EXPERT}(?:名单|成员|某某)++\s*+){STRICT_LIST}[、，,]?"),
    _rule("评审专家", rf"(?P<keep>(?:(?:评审|评标)专家|评委|(?:谈判|磋商|询价)小组){GAP}{{1,4}}){STRICT_LIST}[、，,]?"),
    _rule("评审专家", rf"(?P<keep>(?<!{HAN}){_LEAD}(?:{_COLON}|\s{{1,4}})){SURE_LIST}[、，,]?", at="[副组委主评成专]"),
    _rule(
        "评审专家",
        rf"(?P<keep>〔评审专家〕(?:[（(][^（）()\n〔]{{1,10}}[)）])?[\s、，,;；/]{{0,4}}(?:\d{{1,2}}[.、]\s{{0,4}})?){LIST}",
    ),
    _rule(
        "评审专家",
        rf"{FREE}(?=[（(](?:采购人代表|业主代表|招标人代表|业主评委|副?组长|(?:主任)?评委|专家)[）)])",
        at=_NAME_AT,
    ),
    # Teams: rows and columns of a table that hold nothing but persons, with the numbers of their certificates.
    _rule(
        "联系人",
        rf"(?P<keep>(?:^|\t)(?:{_ROLE})[\d一二三四五六七八九十]{{0,2}}(?:[（(][^）)\t\n]{{0,12}}[)）])?\t)[^\n]{{2,20000}}",
        inner=rf"(?:^|(?<=[\t、]))(?:{CELL})(?=(?:[（(][^）)\t\n]{{0,30}}[)）])?[,，]|[\t\n]|$)",
    ),
    _rule("联系人", rf"(?:^|(?<=[\t、 ]))(?:{CELL})(?=(?:[（(][^）)\t\n]{{0,30}}[)）])?,[^\t\n,]{{0,200}},)"),
    _rule(
        "联系人",
        rf"(?P<keep>^(?:[^\n]{{0,300}}\t)?(?:{_COLUMN})(?:\t[^\n]{{0,300}})?\n)",
        r"(?:(?:[^\n]*\t[^\n]*|(?![一二三四五六七八九十]{1,3}、)[^\n]{1,80})(?:\n|\Z)){1,400}",
        inner=rf"(?:^|(?<=\t))(?:{CELL})(?=[\t\n]|$)",
    ),
    # The same table where whoever copied it left only blanks between its cells.
    _rule(
        "联系人",
        rf"(?P<keep>(?:负责人|经理|总监|姓名){GAP})[^\n\t。]{{4,600}}",
        inner=rf"(?<={GAP}){FORMED}(?={GAP}|\n|$)",
    ),
    _rule(
        "证件号",
        r"(?P<keep>〔联系人〕(?:[（(][^）)\n]{0,30}[)）])?,[^\t\n,〔]{0,200},)",
        r"(?:[^〔\t\n]|〔证件号〕){4,400}",
        inner=r"(?<![A-Za-z\d])(?=[A-Za-z\d*（）()\[\]【】.-]*\d{3})[A-Za-z\d*][A-Za-z\d*（）()\[\]【】.-]{3,}",
    ),
    # A natural person who bids or wins is no organisation.
    _rule("自然人", rf"(?P<keep>(?:{_WINNER})(?:{_COLON}|\t)){SURE_LIST}"),
    # Contacts: behind a label with or without a colon, before a number, before a certificate, spoken of in a sentence.
    _rule(
        "联系人",
        rf"(?P<keep>(?:{_PERSON}){_TAIL}(?:(?P<colon>{_COLON})|\s{{0,6}}[【\[（(]?))",
        rf"(?(colon){LIST}|(?:{STRICT_LIST}|{FORMED}(?=\s{{0,4}}[：:]\s{{0,4}}(?:〔|\d{{7}}))))",
    ),
    _rule("联系人", rf"(?P<keep>(?<!{HAN})(?:{_SIGNED})(?:代表)?(?:{_COLON}|{GAP}|\t)){SURE_LIST}"),
    _rule(
        "联系人",
        rf"(?P<keep>联系人{_TAIL}{_COLON}[^\n：:，。、\d〔]{{2,16}}[部处科室司院心]{GAP}{{1,3}}|{HAN}[室部科长员人师岗][：:]{GAP}{{0,4}})"
        rf"{SURE_LIST}",
    ),
    _rule(
        "电话",
        rf"(?P<keep>〔(?:联系人|电话)〕[\s,，、/:：（(]{{0,4}}){_ALONE}{_LOCAL}{_EXT}{_NO_AMOUNT}{_MORE}",
        check=_no_date,
    ),
    _rule(
        "账号",
        r"(?P<keep>(?:户名|收款人)[：:\s]{0,4}〔联系人〕[^〔]{0,60}?[账帐卡]号\s{0,4}[：:]\s{0,4})\d(?:[\d ]{10,22})\d",
    ),
    _rule(
        "联系人",
        rf"(?P<keep>(?:{_PHONE_LABEL}){_TAIL}{_COLON}){LIST}(?=[\s,，、:：（(]{{0,4}}〔(?:电话|邮箱)〕)",
        at=_PHONE_AT,
    ),
    _rule(
        "联系人",
        rf"(?<!{HAN}){SURE_LIST}(?=[\s,，、:：（(]{{0,4}}〔(?:电话|证件号|邮箱)〕)",
        at=rf"[{SURE_FIRSTS}](?<!{HAN}.)",
    ),
    _rule("联系人", rf"(?<!{HAN}){FORMED}(?=[：:]\s{{0,4}}〔(?:电话|邮箱|网络账号)〕)", at=_NAME_AT),
    _rule("联系人", rf"(?<!{HAN}){FORMED}(?=[\s,，:：（(]{{0,2}}{_LOCAL}{_NO_AMOUNT})", at=_NAME_AT, check=_no_date),
    _rule("联系人", rf"(?P<keep>联系|咨询|询问|请与|可与|找){STRICT_LIST}"),
    _rule("联系人", rf"(?P<keep>(?<!{HAN})(?<![长席]\s)|(?<=[系询找与给叫由])){TITLED}", at=_TITLED_AT),
    _rule("联系人", rf"(?<!{HAN}){FIRST}(?:{HAN})(?=〔电话〕)", at=_NAME_AT),
    _rule(
        "联系人",
        rf"{FREE}(?=[,，]{{1,2}}(?:注册|职称|安全生产|其他|[一二]级|岗位|证书|毕业)|{GAP}(?:中华人民共和国)?[一二]级(?:注册)?建造师)",
        at=_NAME_AT,
    ),
)


def is_person(name: str) -> bool:
    """Whether a name is a natural person's and nothing else: no firm, no office, no word of notices."""
    return (
        _PERSONAL.fullmatch(name.strip()) is not None
        and name.strip()[-1] not in "省市区县镇乡村局院部校厂店行社会所站处厅园"
    )


def redact(text: str) -> str:
    """The text with personal data replaced by fixed marks such as 〔联系人〕 and 〔电话〕.

    Idempotent: the table is read until it changes nothing more (a number found beside a name can show another name).
    """
    once = _short if len(text) <= _SHORT else _once
    while (after := once(text)) != text:
        text = after
    return text


def _once(text: str) -> str:
    for rule in RULES:
        text = rule.apply(text)
    return text


#: The same names and places stand on page after page, and every field is looked at twice.
_SHORT = 200
_short = lru_cache(maxsize=8192)(_once)
