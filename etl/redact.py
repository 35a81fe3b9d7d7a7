"""Take personal data out of a text: contact names, phones, e-mail, ID numbers, chat accounts, evaluation experts.

Every parser redacts title and text *before* they enter a record, so that spans are computed on what everybody may
see and nothing personal leaves the archive (design, section 3, Privacy; PIPL, articles 6 and 28).

The module is one table, `RULES`, read from top to bottom: a pattern, the mark that takes its place and, where the shape
alone cannot decide, a check (an ID number has a check digit; `0733-26132506` is a tender code unless a phone label says
otherwise). What a pattern captures as `keep` (a label such as 联系人：) stays. Names are only taken where the layout
says that a person stands there: after a label, beside a number, in a list of experts. Mayors and firms stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

VERSION = "1"

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_DASH = r"[-－—–‐‑−―]"
_GAP = r"[ \t\u3000\xa0]"
_JOIN = rf"(?:{_DASH}|{_GAP})?"
_LOCAL_PART = r"A-Za-z\d._%+-"
_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"


def _spaced(labels: str) -> str:
    """Labels (separated by blanks) as pages write them: 联系人, 联 系 人, 联　系　人."""
    return "|".join(r"\s{0,6}".join(label) for label in labels.split())


# --- the pieces of a name ---------------------------------------------------------------------------------------------
#: Family names in use, without those that mostly begin everyday words of notices (项目, 成交, 单位).
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅付沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章"
    "鲁葛伍韦申尤毕聂丛焦向柳邢岳齐梅莫庄辛祝左涂谷祁舒耿牟卜詹苗凌费纪靳盛童欧甄曲游阳裴席卫查屈鲍覃霍翁隋甘景薄柏宁柯阮桂闵"
    "柴车冉房辜吉饶刁瞿戚丘古米池滕晋苑邬臧宫苟褚廉简娄盖符奚穆党燕郎邸冀谈姬屠郜晏栾郁蒙喻窦迟敖鄢冷卓花仇艾蓝巩井仲乐虞卞封"
    "竺冼楚佟栗匡宗巫鞠桑荆谌沙伏岑胥蔺佘逄仝帅亓晁郗麻厉尚战鹿裘缪宣钮嵇储汲富班伊戎祖幸宿怀蒲邰雍濮寿茹戈寇糜逯某代后缑"
    "麴禚苌郄仉佴禤厍乜璩昝暴亢况宓闻莘扈郏慕宦庾暨阙殳夔訾阚蒯桓甯钭郦郤雒邝麦粟巢茅宫鄂索劳郇轧撒揭佀芮郐郯"
)
_COMPOUND = (
    "欧阳|上官|司马|诸葛|司徒|司空|东方|东郭|皇甫|尉迟|公孙|公冶|公羊|慕容|令狐|夏侯|端木|南宫|南门|西门|呼延|拓跋|赫连|"
    "闻人|亓官|濮阳|淳于|单于|太叔|申屠|仲孙|轩辕|钟离|宇文|长孙|鲜于|闾丘|万俟|澹台|独孤|完颜|梁丘|左丘|纳兰|谷梁|"
    "段干|乐正|漆雕|颛孙|巫马|宗政|百里|羊舌"
)
#: Words of notices that look like a name; also with one more character (施工员, 方案一).
_WORDS = (
    "安全|安装|安徽|安阳|安庆|安排|常州|常德|常务|车辆|车间|初步|代理|代表|代码|方案|方式|"
    "方法|方面|房屋|房产|费用|费率|高级|高校|高新|古建|谷城|何时|后续|后勤|后期|黄石|黄山|"
    "黄冈|吉林|纪检|甘肃|简介|简历|江苏|江西|江门|金额|金华|金融|景观|康复|兰州|乐山|牛奶|"
    "宁夏|宁波|齐全|钱款|沈阳|石油|石家庄|施工|史料|苏州|宿州|宿迁|谈判|唐山|田间|童装|万元|"
    "王府|卫生|温州|温岭|文件|文化|文字|文号|武汉|武警|席位|夏季|夏津|徐州|宣城|宣传|阳光|"
    "燕山|易损|游客|余额|于是|章程|章节|郑州|郑重|钟表|周期|周边|周一|周二|周三|周四|周五|"
    "周六|周日|左右|卓越|查询|查看|储存|储备|任务|任何|任意|范围|符合|简单|尚未|尚无|向下|"
    "简称|封面|封闭|代办|后附|焦作|连云港|曲阜|陆地|花费|席次|景德镇|龙岩|马鞍山|梅州|孟州|"
    "岳阳|辛集|柳州|洪都|盛装|申请|申报|严格|严禁|易燃|常规|车站|吴江|池州|桂林|滕州|巩义|"
    "鹿泉|戴帽"
)
#: What stands in an empty slot for a person instead of one.
_NOT_PEOPLE = (
    "项目|其他|具有|招标|采购|开评标|评标|监督|签名|姓名|单位|公告|日期|日|详见|名单|成员|序号|职务|编号|金额|备注|技术"
)
_TITLE = "先生|女士|老师|经理|主任|科长|处长|部长|校长|院长|队长|会计|小姐|同志|工程师|工"
#: Labels that may follow a name without any space (联系人：张三电话：…).
_NEXT = _spaced("电话 联系 手机 传真 邮箱 邮编 邮件 电子 地址 监督 投诉 网址 身份证 微信 证书 编号 注册 座机 固话 办公")
_END = rf"(?=(?!{_HAN})|{_NEXT})"
#: What stands where a name is expected but is the next label (联系人：⏎采购人：…).
_NO_LABEL = rf"(?!{_NEXT}|{_HAN}{{1,8}}{_GAP}{{0,4}}[：:])"
_BODY = (
    rf"(?:(?:{_COMPOUND}){_HAN}{{1,2}}?|[{_SURNAMES}](?:{_HAN}{{1,2}}?|{_GAP}{{1,3}}{_HAN})"
    rf"|(?:{_COMPOUND}|[{_SURNAMES}])(?:{_TITLE}))"
)
_FIRST = rf"(?=[{_SURNAMES}]|{_COMPOUND})"  # looked at first: nearly every position fails here
#: A name by its form: a family name and one or two characters, or a title, standing alone.
_FORMED = rf"(?!(?:{_WORDS})[员号处类性者费书期一]?{_END}){_BODY}{_END}"
_STRICT = _FIRST + _NO_LABEL + _FORMED
#: The same where no label leads to it: not inside a longer word.
_FREE = rf"{_FIRST}(?<!{_HAN}){_STRICT}"
_LATIN = r"[A-Za-z][A-Za-z.'’-]{1,20}(?: [A-Za-z][A-Za-z.'’-]{0,20}){0,3}(?![A-Za-z\d@])(?!\s*[：:])"
#: Several names run together before the next label; no organisation.
_GLUED = rf"(?!{_HAN}{{2,16}}(?:公司|中心|局|院|部|处|厅|室|站|行))(?:[{_SURNAMES}]{_HAN}{{1,2}}?){{2,6}}(?={_NEXT})"
#: A name by its place: whatever short word stands in a slot for a person.
_LOOSE = (
    rf"(?:{_FORMED}(?={_NEXT})|{_GLUED}|{_NO_LABEL}(?!{_NOT_PEOPLE})(?:{_HAN}{{1,8}}(?:[·•．]{_HAN}{{1,8}}){{1,3}}|{_HAN}{{2,4}}?{_END}"
    rf"|{_HAN}{_GAP}{{1,3}}{_HAN}{_END}|{_LATIN}))"
)
_NOTE = r"(?:[（(][^（）()\n〔]{1,16}[）)])?"  # between two names; what follows the last one stays
_COMMA = r"\s{0,4}[、，,;；/和及与]\s{0,4}"
_LIST = rf"{_LOOSE}(?:{_NOTE}(?:{_COMMA}{_LOOSE}|\s{{1,4}}{_STRICT}))*+"
_STRICT_LIST = rf"{_STRICT}(?:{_NOTE}(?:{_COMMA}|\s{{1,4}}){_STRICT}){{0,12}}+"

# --- labels -----------------------------------------------------------------------------------------------------------
_PERSON = (
    _spaced(
        "联系人 联络人 经办人 项目经理 负责人 采购人代表 业主代表 招标人代表 授权代表 法定代表人 受理人 收件人 对接人"
    )
    + "|"
    + _spaced("总监理工程师 总监 总监代表 被授权人 委托代理人 建造师 监督人 工作人员")
    + r"|[Cc]ontact(?:Name|Man|Person)?|[Ll]inkman|(?:expert|question)Name"
)
_PHONE_LABEL = (
    _spaced("电话 手机 联系方式 联系方法 传真 热线 座机 固话 总机 拨打 致电")
    + r"|[Tt][Ee][Ll](?:[Ee]?[Pp]hone)?|[Pp]hone|[Ff][Aa][Xx]"
)
_EXPERT = (
    r"(?:评审|评标|谈判|磋商|询价|竞价|资格审查|协商|论证|评委)\s{0,4}"
    r"(?:专家|小组|委员会|委员|人员|成员)[^\n：:。〔]{0,40}?"
)
#: Between a label and its colon: （询问）, 及电话, 姓名.
_TAIL = (
    r"(?:[（(][^（）()\n]{0,12}[）)])?"
    rf"(?:[、及和与/]?(?:{_spaced('联系电话 电话 联系方式 手机 职称 证书编号')}))?(?:姓名|名单|名称)?"
)
#: The colon, with the quotes of JSON and the brackets some people put around a value.
_COLON = r"""[\\"'\s]{0,6}[：:]\s*+[\\"'【「（(\[]{0,4}"""
_CODE_LABEL = re.compile(r"编号|编码|代码|项目号|标号|包号|文号|单号|账号|帐号|注册号|税号|[Nn][Oo][.:：]")
_PHONE_WORD = re.compile(rf"{_PHONE_LABEL}|{_PERSON}|咨询|客服|〔")

# --- the pieces of a number -------------------------------------------------------------------------------------------
_ALONE = rf"(?=[\d+＋（(])(?<![\dA-Za-z_￥¥$])(?<!\d[.．])(?<![\dA-Za-z〕]{_DASH})"
#: No amount, no piece of a code.
_NO_AMOUNT = rf"(?!\d|[.．]\d{{1,2}}(?![\d.．、])|[A-Z]+\d|{_GAP}?(?:[万亿千百]{{0,2}}元|人民币|RMB|[%％]|年))"
_EXT = rf"(?:\s?(?:转|分机|{_DASH}|\*|[eE]xt\.?)\s?\d{{1,6}}(?!\d)){{0,2}}(?:/\d{{2,4}}(?![\d年.])){{0,6}}"
_COUNTRY = rf"(?:[+＋]?86{_DASH}?{_GAP}?)?"
_MOBILE = rf"{_COUNTRY}[1１][3-9３-９]\d{_JOIN}(?:\d{{4}}|[*xX＊]{{4,8}}){_JOIN}\d{{4}}"
_LOCAL = rf"(?:\d{{7,8}}|\d{{3,4}}[{_DASH[1:-1]} \xa0]\d{{4}})"
_CITY = r"[0０](?:[1１][0０]|[2２]\d|[3-9３-９]\d\d)"
_AREA = rf"{_COUNTRY}(?:{_CITY}|[（(]{_CITY}[）)]){_GAP}?{_DASH}?{_GAP}?{_LOCAL}"
_SERVICE = rf"[48]00{_JOIN}(?:\d{{3}}{_JOIN}\d{{4}}|\d{{4}}{_JOIN}\d{{3}})"
_WHOLE = rf"(?:{_MOBILE}|{_AREA}|{_SERVICE})"
_NUMBER = rf"(?:{_WHOLE}|{_LOCAL})"
_MORE = rf"(?:\s{{0,2}}[、/,，;；或]\s{{0,2}}{_NUMBER}{_EXT}{_NO_AMOUNT})*+"
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


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
    """ID number, GB 11643-1999: region, birth date of an adult, check digit by ISO 7064 MOD 11-2 (2^(17-i) mod 11)."""
    code = unicodedata.normalize("NFKC", match[0]).upper()
    if not re.match(rf"{_REGION}(?:19\d\d|200\d|201[0-2]){_DAY}", code):
        return False
    total = sum(pow(2, 17 - i, 11) * int(c) for i, c in enumerate(code[:17]))
    return "10X98765432"[total % 11] == code[17] and not _is_uscc(code)


def _no_code(match: re.Match[str]) -> bool:
    return not _in_code_slot(match)


def _no_date(match: re.Match[str]) -> bool:
    return not re.search(r"(?:19|20)\d\d[01]\d[0-3]\d\D*$", match[0])


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: what is found becomes `〔mark〕`, except the group `keep`, if `check` agrees.

    With `inner`, only what that finds behind `keep` is replaced (the names in a table of experts).
    """

    mark: str
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str]], bool] | None = None
    inner: re.Pattern[str] | None = None

    def apply(self, text: str) -> str:
        """The text with every find replaced."""
        return self.pattern.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        if self.check and not self.check(match):
            return match[0]
        keep = match.groupdict().get("keep") or ""
        mark = f"〔{self.mark}〕"
        return keep + (self.inner.sub(mark, match[0][len(keep) :]) if self.inner else mark)


def _rule(
    mark: str, *pattern: str, check: Callable[[re.Match[str]], bool] | None = None, inner: str | None = None
) -> Rule:
    return Rule(mark, re.compile("".join(pattern)), check, re.compile(inner) if inner else None)


RULES: tuple[Rule, ...] = (
    _rule(
        "邮箱",
        rf"(?<![{_LOCAL_PART}])[{_LOCAL_PART}]{{1,64}}\s?[@＠]\s?",
        r"[A-Za-z\d-]{1,63}(?:[.．][A-Za-z\d-]{1,63}){1,4}",
    ),
    # Identity: labelled, by check digit, of the old fifteen digits, half masked; a builder's licence is one person's.
    _rule(
        "证件号",
        rf"(?P<keep>(?:{_spaced('身份证')}|(?<!〔)证件)(?:号码|编号|号)?[^\d\n〔]{{0,6}})",
        r"[\dXx*＊]{15,18}(?![\dXx*＊])",
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
        r"(?P<keep>(?:微\s?信|(?<![A-Za-z])[Qq]\s?[Qq]|[Ww]e[Cc]hat)(?:号码|群号|号|群)?",
        r"(?:\s{0,4}[：:]\s{0,4}|(?<=[号码群])|\s?(?=\d)))",
        r"[A-Za-z\d][A-Za-z\d_-]{4,19}(?![A-Za-z\d_-])",
    ),
    # Phones: by their own shape; whatever number follows a label.
    _rule("电话", rf"{_ALONE}{_WHOLE}{_EXT}{_NO_AMOUNT}{_MORE}", check=_is_phone),
    _rule(
        "电话",
        rf"(?P<keep>(?:{_PHONE_LABEL})(?:号码|为|是)?(?:[（(/、][^\d\n〔]{{1,8}})?(?P<colon>{_COLON})?\s{{0,20}}",
        rf"(?:(?(colon){_LIST}|{_STRICT_LIST})[\s,，、:：]{{0,4}})?)(?:1\s{{1,2}}[3-9]\d{{9}}|{_NUMBER}){_EXT}{_NO_AMOUNT}{_MORE}",
    ),
    # Experts: a list behind its label, on its next line, in a table of their names; a name with its office behind it.
    _rule(
        "评审专家",
        rf"(?P<keep>{_EXPERT}(?:名单|成员)[：:]?\s{{1,6}}(?:序号|姓名|职务|评审小组职务|单位)\s)",
        r"[^。]{1,600}?(?=\n\s{0,4}[一二三四五六七八九十]{1,3}[、.]|注：|代理服务|公告期|\Z)",
        inner=_FREE,
    ),
    _rule(
        "评审专家",
        rf"(?P<keep>{_EXPERT}(?:{_COLON})(?:某某\s{{0,4}}[：:]\s*+)?(?:\d{{1,2}}[.、]\s{{0,4}})?){_LIST}[、，,]?",
    ),
    _rule("评审专家", rf"(?P<keep>{_EXPERT}(?:名单|成员|某某)++{_GAP}*+\n\s*+){_LIST}[、，,]?"),
    _rule("评审专家", rf"(?P<keep>{_EXPERT}(?:名单|成员|某某)++\s*+){_STRICT_LIST}[、，,]?"),
    _rule("评审专家", rf"{_FREE}(?=[（(](?:采购人代表|业主代表|业主评委|评委|组长|专家)[）)])"),
    # Contacts: behind a label with or without a colon, before a number, before a certificate.
    _rule(
        "联系人",
        rf"(?P<keep>(?:{_PERSON}){_TAIL}(?:(?P<colon>{_COLON})|\s{{0,6}}))",
        rf"(?(colon){_LIST}|(?:{_STRICT_LIST}|{_FORMED}(?=\s{{0,4}}[：:]\s{{0,4}}(?:〔|\d{{7}}))))",
    ),
    _rule(
        "电话",
        rf"(?P<keep>〔(?:联系人|电话)〕[\s,，、/:：（(]{{0,4}}){_ALONE}{_LOCAL}{_EXT}{_NO_AMOUNT}{_MORE}",
        check=_no_date,
    ),
    _rule("联系人", rf"(?P<keep>(?:{_PHONE_LABEL}){_TAIL}{_COLON}){_LIST}(?=[\s,，、:：（(]{{0,4}}〔(?:电话|邮箱)〕)"),
    _rule("联系人", rf"{_FIRST}(?<!{_HAN}){_STRICT_LIST}(?=[\s,，、:：（(]{{0,4}}〔(?:电话|证件号|邮箱)〕)"),
    _rule("联系人", rf"{_FREE}(?=[\s,，:：]{{0,2}}{_LOCAL}{_NO_AMOUNT})", check=_no_date),
    _rule("联系人", rf"(?<!{_HAN})[{_SURNAMES}](?=〔电话〕)"),
    _rule("联系人", rf"{_FREE}(?=[,，]{{1,2}}(?:注册|职称|安全生产|其他|[一二]级|岗位|证书|毕业))"),
)


def redact(text: str) -> str:
    """The text with personal data replaced by fixed marks such as 〔联系人〕 and 〔电话〕.

    Idempotent: the table is read until it changes nothing more (a number found beside a name can show another name).
    """
    while True:
        before = text
        for rule in RULES:
            text = rule.apply(text)
        if text == before:
            return text
