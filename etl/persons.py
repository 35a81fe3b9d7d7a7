"""What a person's name looks like in a Chinese notice: pieces of patterns that `etl.redact` puts together.

Nothing here decides by itself that a person stands somewhere. A form (family name and one or two characters) is also
the form of many words, so every pattern is used only where the layout says that a person is named: behind a label,
beside a number, in a list of experts, in a column of a table.
"""

from __future__ import annotations

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
GAP = r"[ \t\u3000\xa0]"


def spaced(labels: str) -> str:
    """Labels (separated by blanks) as pages write them: 联系人, 联 系 人, 联　系　人."""
    # The first character is looked at before the many labels: most positions fail here.
    return f"(?=[{firsts(labels)}])(?:" + "|".join(r"\s{0,6}".join(label) for label in labels.split()) + ")"


def firsts(labels: str) -> str:
    """The characters that labels (separated by blanks) begin with."""
    return "".join(sorted({label[0] for label in labels.split()}))


#: Family names in use, without those that mostly begin everyday words of notices (项目, 成交, 单位).
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅付沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章"
    "鲁葛伍韦申尤毕聂丛焦向柳邢岳齐梅莫庄辛祝左涂谷祁舒耿牟卜詹苗凌费纪靳盛童欧甄曲游阳裴席卫查屈鲍覃霍翁隋甘景薄柏宁柯阮桂闵"
    "柴车冉房辜吉饶刁瞿戚丘古米池滕晋苑邬臧宫苟褚廉简娄盖符奚穆党燕郎邸冀谈姬屠郜晏栾郁蒙喻窦迟敖鄢冷卓花仇艾蓝巩井仲乐虞卞封"
    "竺冼楚佟栗匡宗巫鞠桑荆谌沙伏岑胥蔺佘逄仝帅亓晁郗麻厉尚战鹿裘缪宣钮嵇储汲富班伊戎祖幸宿怀蒲邰雍濮寿茹戈寇糜逯代后缑"
    "麴禚苌郄仉佴禤厍乜璩昝暴亢况宓闻莘扈郏慕宦庾暨阙殳夔訾阚蒯桓甯钭郦郤雒邝麦粟巢茅鄂索劳郇轧撒揭佀芮郐郯仰皮关疏"
)
_COMPOUND = (
    "欧阳|上官|司马|诸葛|司徒|司空|东方|东郭|皇甫|尉迟|公孙|公冶|公羊|慕容|令狐|夏侯|端木|南宫|南门|西门|呼延|拓跋|赫连|"
    "闻人|亓官|濮阳|淳于|单于|太叔|申屠|仲孙|轩辕|钟离|宇文|长孙|鲜于|闾丘|万俟|澹台|独孤|完颜|梁丘|左丘|纳兰|谷梁|"
    "段干|乐正|漆雕|颛孙|巫马|宗政|百里|羊舌"
)
#: Family names that begin everyday words as well: enough only where a table's cell can hold nothing but a person.
_EVERYDAY = "望但应路时管项成单包解华边全木连商计明保和信强来官银扬区都畅原冶由诸晨春光"
#: Words of notices that look like a name; also with one more character (施工员, 方案一).
_WORDS = (
    "安全|安装|安徽|安阳|安庆|安排|安防|常州|常德|常务|车辆|车间|初步|代理|代表|代码|方案|方式|"
    "方法|方面|房屋|房产|费用|费率|高级|高校|高新|古建|谷城|何时|后续|后勤|后期|黄石|黄山|"
    "黄冈|吉林|纪检|甘肃|简介|简历|江苏|江西|江门|金额|金华|金融|景观|康复|兰州|乐山|牛奶|"
    "宁夏|宁波|齐全|钱款|沈阳|石油|石家庄|施工|史料|苏州|宿州|宿迁|谈判|唐山|田间|童装|万元|"
    "王府|卫生|温州|温岭|文件|文化|文字|文号|文本|武汉|武警|席位|夏季|夏津|徐州|宣城|宣传|阳光|"
    "燕山|易损|游客|余额|于是|章程|章节|郑州|郑重|钟表|周期|周边|周一|周二|周三|周四|周五|"
    "周六|周日|左右|卓越|查询|查看|储存|储备|任务|任何|任意|范围|符合|简单|尚未|尚无|向下|"
    "简称|封面|封闭|代办|后附|焦作|连云港|曲阜|陆地|花费|席次|景德镇|龙岩|马鞍山|梅州|孟州|"
    "岳阳|辛集|柳州|洪都|盛装|申请|申报|严格|严禁|易燃|常规|车站|吴江|池州|桂林|滕州|巩义|"
    "鹿泉|戴帽|关于|关键|关闭|关联|关系|关注|应急|应答|应用|应当|应付|应收|皮带|皮革|盖章|宋体|仿宋|林权|宿舍|"
    "路线|路面|路径|时间|时长|时段|管理|管道|管网|管线|项目|项次|成交|成立|成绩|成品|成员|成本|成都|单位|单价|单项|单独|"
    "包装|包号|包件|包一|包二|包三|解决|解释|华为|华东|华南|华北|华中|边界|全部|全新|全国|全年|全额|全程|全过程|鲁班奖|木材|连接|连续|商务|"
    "商品|商业|商标|计划|计量|计算|计费|明细|明确|保险|保修|保密|保证|保养|保安|和平|信息|信用|信誉|信贷|强制|来源|官方|"
    "银行|银川|银联|区域|区间|区县|区级|都市|都江堰|原因|原件|由于|诸如|劳务|高工|金工|石工|"
    "商丘|商洛|成武|管城|路桥|单县|保定|保山|信阳|信宜|和田|和县|明光|来宾|来安|应城|应县|光山|光泽|春城|时代|全椒|解放"
)
#: What stands in an empty slot for a person instead of one.
_NOT_PEOPLE = (
    "自行|项目|其他|具有|招标|采购|开评标|评标|监督|签名|姓名|单位|公告|日期|日|详见|名单|成员|序号|职务|编号|金额|备注|技术|"
    "组长|副组长|组员|委员|主任|业主|专家|推荐|无|略|随机|附件|符合|合格|通过|本项目|按照|根据|中标|成交|投标|供应商|职称|电话|"
    "联系|签字|盖章|质量|工期|地址|业绩|资格|以上|以下|如下"
)
TITLE = "先生|女士|老师|经理|主任|科长|处长|部长|校长|院长|队长|会计|小姐|同志|工程师|主管|工"
#: Labels that may follow a name without any space (联系人：张三电话：…).
NEXT = spaced(
    "电话 联系 手机 传真 邮箱 邮编 邮件 电子 地址 监督 投诉 网址 身份证 微信 证书 编号 注册 座机 固话 办公 号码"
)
_END = rf"(?=(?!{HAN})|{NEXT})"
#: What stands where a name is expected but is the next label (联系人：⏎采购人：…).
_NO_LABEL = rf"(?!{NEXT}|{HAN}{{1,8}}{GAP}{{0,4}}[：:])"
_WORD = (
    rf"(?!(?:(?:{_WORDS})[员号处类性者费书期一表单等见及如的科]?"
    rf"|[京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼新][建交水]安|{HAN}{{1,2}}[号量价额费数码率款编]){_END})"
)
#: Half masked by whoever published it: 张某, 张某某, 王**, 李XX.
_MASKED = r"(?:某{1,2}|[*＊×]{1,3}|[xX○〇]{2})"
_GIVEN = rf"(?:{HAN}{{1,2}}?|{GAP}{{1,3}}{HAN}|{_MASKED})"
FIRSTS = "某" + _SURNAMES + "".join(sorted({name[0] for name in _COMPOUND.split("|")}))
_TWO = rf"(?:{_COMPOUND})(?:{HAN}{{1,2}}?|{_MASKED})|某某某?"
_DOTTED = rf"(?!{HAN}{{0,6}}[·•．]{HAN}{{0,8}}(?:项目|工程|公司|中心)){HAN}{{0,6}}[·•．]{HAN}{{2,8}}"


def _formed(surnames: str) -> str:
    return rf"{_WORD}(?:{_TWO}|[{surnames}](?:{_DOTTED}|{_GIVEN})|(?:{_COMPOUND}|[{_SURNAMES}])(?:{TITLE})){_END}"


#: Looked at first, one character class: nearly every position of a text fails here, and fast.
FIRST = f"(?=[{FIRSTS}])"
_FORMED = _formed(_SURNAMES)
#: A name by its form: a family name and one or two characters, or a title, standing alone, whatever follows.
FORMED = FIRST + _FORMED
#: The same, and not a label before its colon.
STRICT = FIRST + _NO_LABEL + _FORMED
#: The same where no label leads to it: not inside a longer word.
FREE = rf"(?<!{HAN}){STRICT}"
#: The same with family names that also begin everyday words, where only a person can stand.
SURE_FIRSTS = FIRSTS + _EVERYDAY
_SURE = rf"(?=[{SURE_FIRSTS}]){_NO_LABEL}{_formed(_SURNAMES + _EVERYDAY)}"
#: One family name and a title, anywhere that it is no part of a longer word (咨询王工, 联系李女士).
TITLED = (
    rf"{FIRST}{_WORD}(?:{_COMPOUND}|[{_SURNAMES}])"
    rf"(?:{HAN}{{0,2}}?(?:先生|女士|小姐|老师)|(?:经理|工程师|主任|科长|处长|会计|工)(?!{HAN}))"
)
#: All of a cell in a column or row of persons.
CELL = (
    rf"(?=[{SURE_FIRSTS}]){_WORD}(?:(?:{_COMPOUND})|[{_SURNAMES}{_EVERYDAY}]){HAN}{{1,2}}"
    rf"|(?!{HAN}{{0,8}}[师员证程]|{HAN}{{1,8}}·{HAN}{{0,8}}(?:项目|工程|公司|中心)){HAN}{{2,8}}·{HAN}{{2,8}}|[{_SURNAMES}]{_MASKED}"
)
_LATIN = r"[A-Za-z][A-Za-z.'’-]{1,20}(?: [A-Za-z][A-Za-z.'’-]{0,20}){0,3}(?![A-Za-z\d@])(?!\s*[：:])"
#: Several names run together before the next label; no organisation.
_GLUED = rf"(?!{HAN}{{2,16}}(?:公司|中心|局|院|部|处|厅|室|站|行))(?:[{_SURNAMES}]{HAN}{{1,2}}?){{2,6}}(?={NEXT})"
#: A name by its place: whatever short word stands in a slot for a person.
LOOSE = (
    rf"(?:{_FORMED}(?={NEXT})|{_GLUED}|{_NO_LABEL}(?!{_NOT_PEOPLE})"
    rf"(?:{HAN}{{1,8}}(?:[·•．]{HAN}{{1,8}}){{1,3}}|{HAN}{_MASKED}{_END}|{HAN}{{2,4}}?{_END}"
    rf"|{HAN}{GAP}{{1,3}}{HAN}{_END}|{_LATIN}))"
)
_NOTE = r"(?:[（(][^（）()\n〔]{1,16}[）)])?"  # between two names; what follows the last one stays
_COMMA = r"\s{0,4}[、，,;；/和及与]\s{0,4}"
LIST = rf"{LOOSE}(?:{_NOTE}(?:{_COMMA}{LOOSE}|\s{{1,4}}{STRICT}))*+"
STRICT_LIST = rf"{STRICT}(?:{_NOTE}(?:{_COMMA}|\s{{1,4}}){STRICT}){{0,12}}+"
#: One entry of a list of experts, for telling such a list from a sentence.
ENTRY = rf"{HAN}{{2,4}}|{HAN}{{1,8}}[·•．]{HAN}{{1,8}}|{HAN}{_MASKED}|[A-Za-z.'’-]{{2,20}}"
SURE_LIST = rf"{_SURE}(?:{_NOTE}(?:{_COMMA}|\s{{1,4}}){_SURE}){{0,12}}+"
