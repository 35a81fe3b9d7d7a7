"""Take personal data out of a text: contact names, phones, e-mail, ID numbers, chat accounts, evaluation experts.

Every parser redacts title and text *before* they enter a record, so that spans are computed on what everybody may see and
nothing personal leaves the archive (design, section 3, Privacy; PIPL, articles 6 and 28).

The module is one table, `RULES`, read from top to bottom: a pattern, the mark that takes its place and, where the shape
alone cannot decide, a check (an ID number has a check digit; `0733-26132506` is a tender code after 编号, a phone after 电话).
Whatever a pattern captures as `keep` (a label such as 联系人：) stays. Names are only taken where the layout says that a
person stands there: after a label, beside a phone number, in a list of experts. Mayors and company names stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

VERSION = "1"

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_DASH = r"[-－—–‐‑−―]"
_GAP = r"[ \t\u3000\xa0]"

# --- the pieces of a name ---------------------------------------------------------------------------------------------
#: Family names in use; without the few that begin everyday words of notices far more often than names (项目, 成交, 单位).
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅付沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章"
    "鲁葛伍韦申尤毕聂丛焦向柳邢岳齐梅莫庄辛祝左涂谷祁舒耿牟卜詹苗凌费纪靳盛童欧甄曲游阳裴席卫查屈鲍覃霍翁隋甘景薄柏宁柯阮桂闵"
    "柴车冉房辜吉饶刁瞿戚丘古米池滕晋苑邬臧宫苟褚廉简娄盖符奚穆党燕郎邸冀谈姬屠郜晏栾郁蒙喻窦迟敖鄢冷卓花仇艾蓝巩井仲乐虞卞封"
    "竺冼楚佟栗匡宗巫鞠桑荆谌沙伏岑胥蔺佘逄仝帅亓晁郗麻厉尚战鹿裘缪宣钮嵇储汲富班伊戎祖幸宿怀蒲邰雍濮寿茹戈寇糜初薄逯某代后"
)
_COMPOUND = "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|南宫|呼延|拓跋|赫连"
#: Words of notices that begin like a name.
_NOT_NAMES = (
    "安全|安装|安徽|安阳|安庆|安排|常州|常德|常务|车辆|车间|初步|代理|代表|代码|方案|方式|方法|方面|房屋|房产|费用|费率|高级|高校|高新|"
    "古建|谷城|广告|贵州|何时|后续|后勤|后期|华为|黄石|黄山|黄冈|吉林|纪检|甘肃|简介|简历|江苏|江西|江门|金额|金华|金融|景观|康复|"
    "兰州|乐山|莫|牛奶|宁夏|宁波|齐全|钱款|沈阳|石油|石家庄|时间|施工|史料|苏州|宿州|宿迁|台州|谈判|唐山|田间|童装|万元|"
    "王府|卫生|温州|温岭|文件|文化|文字|文号|武汉|武警|席位|夏季|夏津|项目|徐州|宣城|宣传|阳光|燕山|易损|游客|余额|于是|云南|"
    "章程|章节|招标|郑州|郑重|钟表|周期|周边|周一|周二|周三|周四|周五|周六|周日|左右|卓越|查询|查看|计划|储存|储备|任务|任何|任意|"
    "范围|符合|简单|尚未|尚无|向下|简称|封面|封闭|代办|后附|焦作|连云港|曲阜|陆地|花费|席次|景德镇|龙岩|马鞍山|梅州|孟州|"
    "孝感|岳阳|辛集|柳州|洪都|海南|和平|盛装|申请|申报|严格|严禁|易燃|常规|车站|吴江|池州|桂林|滕州|巩义|鹿泉|路段|戴帽"
)
_TITLE = "先生|女士|老师|经理|主任|科长|处长|部长|校长|院长|队长|会计|小姐|同志|工程师|工"
#: What may stand right after a name in run-together text: the next label.
_NEXT = (
    rf"电{_GAP}{{0,6}}话|联{_GAP}{{0,6}}系|手{_GAP}{{0,6}}机|传{_GAP}{{0,6}}真|邮{_GAP}{{0,6}}[箱编件]|电{_GAP}{{0,6}}子|地{_GAP}{{0,6}}址|"
    r"监督|投诉|网址|身份证|微信|证书|编号|注册|座机|固话|办公|（|\("
)
_END = rf"(?=$|(?!{_HAN})|{_NEXT})"
#: A label in the place of a name: what is followed by a colon, or one of the labels themselves.
_LABEL_AHEAD = rf"(?!(?:{_NEXT})|{_HAN}{{1,8}}{_GAP}{{0,4}}[：:])"
_TITLED = rf"(?:{_COMPOUND}|{_HAN}){_HAN}{{0,2}}?(?:{_TITLE})"
_LATIN = r"[A-Za-z][A-Za-z.'’-]{1,20}(?: [A-Za-z][A-Za-z.'’-]{0,20}){0,3}(?![A-Za-z\d@])"
_DOTTED = rf"{_HAN}{{1,8}}(?:[·•．]{_HAN}{{1,8}}){{1,3}}"
#: A name by its form: family name and one or two characters, standing alone.
_STRICT = (
    rf"(?!(?:{_NOT_NAMES})){_LABEL_AHEAD}(?:(?:(?:{_COMPOUND}){_HAN}{{1,2}}?|[{_SURNAMES}](?:{_HAN}{{1,2}}?|{_GAP}{{1,3}}{_HAN})){_END}"
    rf"|[{_SURNAMES}](?:{_TITLE}){_END}|(?:{_COMPOUND})(?:{_TITLE}){_END})"
)
#: A name by its place: whatever short word stands in a slot for a person.
_LOOSE = rf"{_LABEL_AHEAD}(?:{_DOTTED}|{_TITLED}{_END}|{_HAN}{{2,4}}?{_END}|{_HAN}{_GAP}{{1,3}}{_HAN}{_END}|{_LATIN}(?!\s*[：:]))"
_NOTE = r"(?:[（(][^（）()\n〔]{1,16}[）)])?"
_COMMA = r"\s{0,4}[、，,;；/和及与]\s{0,4}"
_LIST = rf"{_LOOSE}{_NOTE}(?:{_COMMA}{_LOOSE}{_NOTE}|\s{{1,4}}{_STRICT}{_NOTE})*+"
_STRICT_LIST = rf"{_STRICT}{_NOTE}(?:(?:{_COMMA}|\s{{1,4}}){_STRICT}{_NOTE})*+"


def _spaced(*labels: str) -> str:
    """Labels as pages write them: 联系人, 联 系 人, 联　系　人."""
    return "|".join(r"\s{0,6}".join(label) for label in labels)


_PERSON = _spaced(
    *("联系人", "联络人", "经办人", "项目经理", "负责人", "采购人代表", "业主代表", "授权代表", "法定代表人", "受理人", "收件人"),
    *("总监理工程师", "项目总监", "被授权人", "委托代理人", "建造师", "对接人", "业务员", "记录人", "监督人"),
)
_EXPERTS = (
    r"(?:评审|评标|谈判|磋商|询价|竞价|资格审查|协商|论证)\s{0,4}(?:专家|小组|委员会|委员|人员)(?:某某)?[^\n：:。〔]{0,40}?"
)
#: Between a label and its value: （询问）, 及电话, a colon, line ends.
_TAIL = rf"(?:[（(][^（）()\n]{{0,12}}[）)])?(?:[、及和与/]?(?:{_spaced('联系电话', '电话', '联系方式', '手机', '职称', '证书编号')}))?(?:姓名|名单|名称)?"
_COLON = r"\s{0,6}[：:]\s*+"

# --- the pieces of a number -------------------------------------------------------------------------------------------
_ALONE = r"(?<![\d.．A-Za-z_￥¥$])"
#: No amount, no decimal, no part of an address on the web.
_NO_AMOUNT = r"(?!\d|[.．_]\w|[,，]\d{3}(?!\d)|\s?(?:[万亿千百]|元|人民币|RMB|%|％|年|台|套))"
_EXT = rf"(?:\s?(?:转|分机|{_DASH}|\*|[eE]xt\.?)\s?\d{{1,6}}(?!\d)){{0,2}}(?:/\d{{2,4}}(?![\d年.]))?"
_MOBILE = rf"(?:[+＋]?86{_DASH}?{_GAP}?)?1[3-9]\d(?:{_DASH}|{_GAP})?(?:\d{{4}}|[*xX＊]{{4}})(?:{_DASH}|{_GAP})?\d{{4}}"
_CODE = r"0(?:10|2\d|[3-9]\d\d)"
_AREA = rf"(?:[+＋]?86{_DASH}?{_GAP}?)?(?:{_CODE}|[（(]{_CODE}[）)]){_GAP}?{_DASH}?{_GAP}?\d{{7,8}}"
_SERVICE = rf"[48]00{_DASH}?\d{{3,4}}{_DASH}?\d{{3,4}}(?<=\d\d\d\d)"
_BARE = rf"\d{{7,8}}|\d{{4}}(?:{_DASH}|{_GAP})\d{{4}}|\d{{3}}(?:{_DASH}|{_GAP})\d{{4}}"
_MORE = rf"(?:\s{{0,2}}[、/,，;；或]\s{{0,2}}(?:{_MOBILE}|{_AREA}|{_BARE}){_EXT}{_NO_AMOUNT})*+"
_PHONE_LABEL = (
    _spaced("电话", "手机", "联系方式", "传真", "热线", "座机", "固话", "总机", "客服", "咨询")
    + r"|拨打|致电|[Tt][Ee][Ll]|[Ff][Aa][Xx]"
)
_CODE_LABEL = re.compile(r"编号|编码|代码|项目号|标号|包号|文号|单号|账号|帐号|注册号|税号|[Nn][Oo][.:：]")
_PHONE_WORD = re.compile(_PHONE_LABEL + rf"|{_PERSON}|〔")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _in_code_slot(match: re.Match[str]) -> bool:
    """Whether the nearest label on the left announces a code (项目编号：) and not a phone."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    code = max((m.end() for m in _CODE_LABEL.finditer(before)), default=-1)
    phone = max((m.end() for m in _PHONE_WORD.finditer(before)), default=-1)
    return code > phone


def _is_phone(match: re.Match[str]) -> bool:
    if _in_code_slot(match):
        return False
    # Tender agencies number their projects 0733-26132506: agency, year, serial. A phone says that it is one.
    before = match.string[max(0, match.start() - 40) : match.start()]
    return not re.match(rf"0[67]\d\d{_DASH}[12]\d{{7}}(?!\d)", match[0]) or bool(_PHONE_WORD.search(before))


def _is_uscc(code: str) -> bool:
    """Unified social credit code, GB 32100-2015: weights 3^i mod 31."""
    if any(c not in _USCC for c in code):
        return False
    total = sum(_USCC.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _USCC[-total % 31] == code[17]


def _is_citizen(match: re.Match[str]) -> bool:
    """ID number by GB 11643-1999: birth date of an adult (in the pattern) and check digit by ISO 7064 MOD 11-2."""
    code = "".join(str(int(c)) if c.isdigit() else "X" for c in match[0])
    total = sum(w * int(c) for w, c in zip(_WEIGHTS, code[:17], strict=True))
    return "10X98765432"[total % 11] == code[17] and not _is_uscc(code)


def _not_code(match: re.Match[str]) -> bool:
    return not _in_code_slot(match)


def _no_date(match: re.Match[str]) -> bool:
    return not re.search(r"(?:19|20)\d\d[01]\d[0-3]\d\D*$", match[0])


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: what is found becomes `〔mark〕`, except the group `keep`, if `check` agrees."""

    mark: str
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str]], bool] | None = None

    def apply(self, text: str) -> str:
        """The text with every find replaced."""
        return self.pattern.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        if self.check and not self.check(match):
            return match[0]
        return (match.groupdict().get("keep") or "") + f"〔{self.mark}〕"


def _rule(mark: str, pattern: str, check: Callable[[re.Match[str]], bool] | None = None) -> Rule:
    return Rule(mark, re.compile(pattern), check)


_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"

RULES: tuple[Rule, ...] = (
    _rule("邮箱", r"(?<![A-Za-z\d._%+-])[A-Za-z\d._%+-]{1,64}\s?[@＠]\s?[A-Za-z\d-]{1,63}(?:[.．][A-Za-z\d-]{1,63}){1,4}"),
    _rule("证件号", rf"(?P<keep>(?:{_spaced('身份证')}|证件)(?:号码|编号|号)?[^\d\n〔]{{0,6}})[\dXx*＊]{{15,18}}(?![\dXx*＊])"),
    _rule("证件号", rf"(?<![\dA-Za-z.]){_REGION}(?:19\d\d|200\d|201[0-2]){_DAY}\d{{3}}[\dXxＸｘ](?![\dA-Za-z])", _is_citizen),
    _rule("证件号", rf"(?<![\dA-Za-z.]){_REGION}[3-9]\d{_DAY}\d{{3}}(?![\dA-Za-z.])", _not_code),
    _rule("证件号", rf"(?<![\dA-Za-z]){_REGION}[*＊xX]{{6,8}}\d{{2,3}}[\dXx](?![\dA-Za-z])"),
    # Builders' licence: 苏1332017201850996 = province, class, region, two years, serial. Names one person.
    _rule("证件号", rf"{_HAN}[12]\d{{2}}(?:19|20)\d\d(?:19|20)\d{{2}}\d{{5}}(?!\d)"),
    _rule("网络账号", r"(?P<keep>(?:微\s?信|[Qq]\s?[Qq]|[Ww]e[Cc]hat)(?:号码|群号|号|群)?\s{0,4}[：:]?\s{0,4})[A-Za-z\d][A-Za-z\d_-]{4,19}(?![A-Za-z\d_-])"),
    _rule("电话", rf"{_ALONE}(?<!\d{_DASH})(?<![A-Za-z]{_DASH})(?:{_MOBILE}|{_AREA}|{_SERVICE}){_EXT}{_NO_AMOUNT}{_MORE}", _is_phone),
    _rule("电话", rf"(?P<keep>(?:{_PHONE_LABEL})(?:号码)?(?:[（(/、][^\d\n〔]{{1,8}})?\s{{0,6}}[：:]?\s{{0,20}}(?:{_LOOSE}[\s,，:：]{{0,4}})?)(?:{_BARE}|1\s{{1,2}}[3-9]\d{{9}}|{_MOBILE}|{_AREA}|{_SERVICE}){_EXT}{_NO_AMOUNT}{_MORE}"),
    _rule("评审专家", rf"(?P<keep>{_EXPERTS}(?:{_COLON}|(?:名单|成员|某某)\s*+[：:]?\s*+)(?:(?:序号|姓名|组长|成员|\d{{1,2}}[.、]?)\s{{1,4}}){{0,4}}){_LIST}[、，,]?"),
    _rule("评审专家", rf"(?<!{_HAN}){_STRICT}(?=[（(](?:采购人代表|业主代表|业主评委|评委|组长|专家)[）)])"),
    _rule("联系人", rf"(?P<keep>(?:{_PERSON}){_TAIL}{_COLON}){_LIST}"),
    _rule("联系人", rf"(?P<keep>(?:{_PERSON}){_TAIL}\s{{0,6}}){_STRICT_LIST}(?!\s*[：:]\s*{_HAN})"),
    _rule("电话", rf"(?P<keep>〔(?:联系人|电话)〕[\s,，、/:：（(]{{0,4}}){_ALONE}(?:{_BARE}){_EXT}{_NO_AMOUNT}{_MORE}", _no_date),
    _rule("联系人", rf"(?<!{_HAN}){_STRICT_LIST}(?=[\s,，:：（(]{{0,4}}(?:〔电话〕|〔证件号〕|〔邮箱〕))"),
    _rule("联系人", rf"(?<!{_HAN}){_STRICT}(?=[\s,，:：]{{0,2}}(?:{_BARE}){_NO_AMOUNT})", _no_date),
)  # fmt: skip


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
