"""Texts written by hand to part the fast matcher from the slow reference: every lexicon, policy and option agrees."""

from __future__ import annotations

from itertools import product

import pytest

import keywords
from keywords import Matcher, Options, Text, match_stream, streaming
from keywords.reference import find

#: One a line, under what they tempt with.
TEXTS = """
# words of the dictionary glued across the ends of terms
推动大数据库房改造与数据库存管理
市场景气度与教育场景气候
人工智能体育与机器学习习惯
物联网联盟在车联网联网核查
互联网银行业务网银行家
云计算机房与云平台湾区
智能手机银行卡手机银行长
区块链接共享受虚拟化工
供应链条式管理供应链接口
移动互联网络移动支付出境
第三方支付宝微信支付宝贝
金融科技术语金融科技贷款
信息化解风险信息化工园区
普惠金融化普惠金融资租赁
身份验证照与实名验证券商
风险管理财与风控制度
教授信息与传授信心授信任务
地级以上市会上市领导上市值
灾后补助推产后补助产士后补助学
国家开发银行开发银行业开发银
科技贷款贴息贴息率贷款贴
新风控制系统与征信号特征信息
加密码加密度假加密狗加密集成
存储设备存储存储蓄存储量
图计算法地图计算机图计算
数据安全法数据可视化妆数据中心脏
电子商务部电子商务实电商业
数字化学数字化工数字人民币种
智慧城市长智慧城市民智慧校
平台经济学平台经济济平台经
# the same term in a row, and terms that overlap one another
大数据大数据大数据
人工智能人工智能能
云云计算计算云计算
数字数字化化数字化
移动互联移动互联网移动互联网银行
数据数据库数据数据库库
5G5G 5G，5G5
ITITIT IT-IT IT
智能智能化智能制造智能
识别识别人脸识别识别
# single characters, which jieba's model for unknown words joins
的的的的大数据的的的
了一是云计算在也就
囍囍囍区块链囍囍
龘妩大数据妩龘
一一一一一一一一场景一一一一一一
我你他云我你他网我你他
其于大数据之为云计算以而
于是乎人工智能者也
甲乙丙丁供应链戊己庚辛
赵钱孙李智能周吴郑王
# ASCII beside terms
APP应用APPLE，MyAPP，APP2，2APP，APP_
IT运维LIMITED，SUMITOMO，IT，(IT)，IT.
5G基站15G，5GHz，5G+，+5G，5-G
B2B2C平台B2BB2C，B2B、B2C
NFC支付XNFC支付NFC支付宝nfc支付
P2P网贷P2P2P，p2p
T A系统TA系统ATA系统TA系统A
POS机MIS-POS，POST，POS
大数据bigdata大数据2.0大数据+
3D云计算4K智慧8K
x大数据x云计算1区块链2
A人工智能B智能C
#大数据#云计算@物联网
互联网+互联网＋互联网++互联网 +
SaaS化云平台PaaS，IaaS云
%大数据%，&云计算&，.区块链.
# width, case, composed characters
ＡＰＰ应用ａｐｐ，Ａpp
５Ｇ网络⑤G，5Ｇ，５g
ＩＴ与ｉｔ与İT与ıt
大\u3000数\u3000据，大 数 据
㍿大数据㍿云计算
①区块链②物联网③
ﬁnancial大数据ﬀ
e\u0301大数据e\u0301云计算\u0301
大\u0301数据与大数据\u0301
カ\u3099大数据ｶﾞ云计算ﾞ
각大수据大数据가\u11a8云计算
½云计算¼大数据№5G
大数据ß云计算ẞ人工智能
K5G℃IT㎞APP
㏄大数据㎡云平台㈱
（大数据）［云计算］｛区块链｝
大数据！大数据？大数据：大数据；
Ⅳ人工智能ⅳ智能
\uf900大数据\uf901云计算
⼤数据与⽹银与⾦融科技
# what is not seen
大\u200b数据大数据\u200b库
\ufeff大数据\ufeff云计算
大数据\x00云计算\x00
大\u00ad数据人工\u00ad智能
\u202e大数据\u202c云计算
大数据\ufe0f云计算\ufe0e
\ud800大数据\udfff云计算
大数据\u2028云计算\u2029区块链
大数据\x85云计算\x0b区块链\x0c
\t大数据\r云计算\r区块链\t
# rare characters and emoji
𠮷大数据𠮷野家云计算
😀大数据👩\u200d💻云计算🇨🇳
大数据😀库人工😀智能
𪚥𪚥云计算𪚥
\U000f0000大数据\U0010ffff
鿕大数据鿖云计算鿿
㐀大数据䶵云计算
〇大数据〇二〇云计算
々大数据々云计算ヶ
\u3007\u3007\u4e00\u4e00大数据
# negation and clauses
没有大数据，没有云计算；不仅大数据
毫不动摇，大数据不动摇大数据
尚未使用人工智能，未来人工智能
非金融科技企业，非常智能，非智能
不断推进大数据不大数据
无人工智能无线云计算无论区块链
难以实现智能化难以大数据
没 有 大 数 据没\u3000有云计算
不。大数据不，云计算不\r区块链
并非没有大数据不是不用云计算
# long, empty, nothing but marks
大
，。！？；
的
大数据大数据库大数据库房大数据库房改大数据库房改造
中华人民共和国国务院办公厅关于加快推进电子商务大数据云计算物联网区块链人工智能与实体经济深度融合的指导意见
上海浦东发展银行股份有限公司信用卡中心手机银行APP5G消息平台智能客服系统升级项目二期
某某农村商业银行股份有限公司新一代信贷管理系统及统一支付平台（含NFC支付）建设项目第3包
政务服务“一网通办”、数字政府、智慧城市、数字乡村、工业互联网、新基建
贯彻落实中央经济工作会议精神，统筹推进疫情防控和经济社会发展，数字经济核心产业增加值占比
云云云云云云云云云云云云云云云云云云云云云云云云云云云云云云云云云云计算
"""
LINES = [line for line in TEXTS.strip("\n").split("\n") if not line.startswith("# ")]
WHOLE = ["", "".join(LINES), "。\n".join(LINES)]
CHOICES = [
    Options(overlaps="policy"),
    Options(overlaps="longest", negation=True),
    Options(overlaps="all"),
    Options(overlaps="all", negation=True),
]


@pytest.mark.parametrize("name", keywords.builtin())
def test_every_lexicon_agrees_with_the_reference_under_every_choice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "CHUNK", 1)
    lexicon = keywords.load(name)
    policies = ["strict", *["published"] * (lexicon.published is not None)]
    documents = [Text(str(number), text) for number, text in enumerate([*LINES, *WHOLE])]
    hits = 0
    for policy, options in product(policies, CHOICES):
        matcher = Matcher(lexicon, policy, options)
        wanted = [find(lexicon, one.text, policy, options) for one in documents]
        assert [matcher.find(one.text) for one in documents] == wanted
        assert [matched.hits for matched in match_stream(documents, lexicon, policy, options)] == wanted
        hits += sum(map(len, wanted))
    assert hits > 100
