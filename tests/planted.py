"""Invented persons in every layout that notices print them in, for tests that nothing personal gets out.

A layout is a text with places for three names (`a`, `b`, `c`), two mobiles, a landline, its local part, a mail address,
an identity number, a builder's licence and a certificate number. `plant` fills all of them; whatever it planted must
not be found in what a parser puts out.
"""

from __future__ import annotations

from dataclasses import dataclass

LAYOUTS = (
    # contacts
    "项目联系人：{a}",
    "项目联系人：{a}、{b} / {c}",
    "联 系 人：{a}\n电　　话：{landline}",
    "联系人：\n{a}\n电话：\n{landline}\n",
    "联系人：{a} {mobile}、{b} {mobile2}",
    "联系人：{a}（{mobile}），{b}（{mobile2}）",
    "联系人及方式：{a} {landline} 转 801",
    "联系人：{a}联系电话：{mobile}邮箱：{mail}",
    "联系人：西区招标部 {a}、{b}",
    "联系人：项目联系人【{a}】",
    "联系人{a}\n联系人（{b}）",
    "请联系{a}，电话：{mobile}",
    "如有疑问请与{a}联系，电话{landline}",
    "请联系{a}（{mobile}）咨询",
    "请联系{a}。可与{b}、{c}联系",
    "采购人：某局（联系人{a} 电话{local}）",
    "采购人信息 名称：某局 地址：某路1号 联系方式：{a} {landline}",
    "（{a}，{mobile}）",
    "{a}{mobile}、{b}：{landline}",
    "收件人：{a}，收件地址：北京市海淀区1号",
    "户名：{a} 开户行：某银行 账号：6222021234567890123",
    "监督办公室：{a}\n服务责任人：{b}",
    "授权代表：{a} 身份证号：{identity}",
    "承办律师：{a}，主持人：{b}，监标人：{c}",
    '{{"contactName":"{a}","contactTele":"{local}","linkMan":"{b}","mobile":"{mobile}"}}',
    '{{\\"linkman\\":\\"{a}\\",\\"tel\\":\\"{local}\\"}}',
    # signatures
    "法定代表人（签字）：{a}\n经办人：{b}  审核：{c}",
    "法定代表人或其委托代理人：{a}",
    "初审：{a}\n复审：{b}\n终审：{c}",
    "责任编辑：{a} 签发人：{b}",
    "招标人：{a}\n招标代理机构：{b}",
    "招标人代表：{a}；代理机构工作人员：{b}",
    # experts
    "评审专家名单：{a}、{b}，{c}",
    "评审专家名单\t{a},{b},{c}\t总中标金额\t￥668.79 万元",
    "五、评审专家（单一来源采购人员）名单：\n{a}，{b}，{c}\n六、代理服务收费标准：\n按合同",
    "评审专家某某\n{a}、{b}\n四、其他",
    "评审专家某某：{a}、{b}",
    "评审小组：组长：{a} 成员：{b}、{c}",
    "评标委员会成员：组长：{a}；成员：{b}、{c}",
    "谈判小组成员：{a}（组长）、{b}、{c}（采购人代表）",
    "磋商小组：{a}、{b}、{c}",
    "磋商小组成员名单：\n{a}\n{b}\n{c}",
    "谈判小组、询价小组、磋商小组成员名单及单一来源采购人员名单：{a} {b} {c}",
    "评标专家：1.{a} 2.{b} 3.{c}",
    "主任委员：{a}；委员：{b}、{c}",
    "专家组组长：{a} 专家组成员：{b}、{c}",
    "评审专家\t{a}\t{b}\t{c}",
    "序号\t评审专家\t工作单位\n1\t{a}\t某大学\n2\t{b}\t某研究院",
    "专家姓名：{a} 工作单位：某大学 职称：教授",
    "专家1：{a}；专家2：{b}",
    "论证专家：{a}（教授）、{b}（高级工程师）",
    "{a}（采购人代表）、{b}（组长）、{c}",
    "评标委员会由3人组成：{a}、{b}、{c}",
    "抽取的专家：{a}、{b}，业主评委：{c}",
    # project teams
    "拟派项目经理{a}（注册编号：{licence}）",
    "项目经理姓名及注册编号：{a}/{licence}",
    "项目负责人：{a}；技术负责人：{b}",
    "总监理工程师{a}，项目总监：{b}（证书号42001234）",
    "项目负责人\t{a}\n技术负责人\t{b}",
    "项目团队\t{a},,、{b},,",
    "施工员\t{a},施工员,{certificate}、{b}（一标段施工员）,职业培训合格证,{certificate}",
    "拟派项目管理人员\t质量员\t{a},质检员,{certificate}\t{b},岗位证,{certificate}\t{c},,",
    "单位名称\t项目名称\t合同金额（万元）\t项目负责人\n甲公司\t某路改造工程\t753.0\t{a}\n某桥维修工程\t16.5\t{b}",
    "序号\n中标候选人名称\n项目总监\n质量\n1\n甲工程咨询有限公司\n{a}\n合格\n2\n乙工程咨询有限公司\n{b}\n合格",
    "姓名\t职务\t联系电话\n{a}\t主任\t{mobile}\n{b}\t科长\t{landline}",
    # natural persons
    "中标人：{a}",
    "成交供应商\t{a}\t成交金额\t10000",
    # numbers
    "手机（微信同号）：{mobile}；备用：{mobile2}",
    "电话：{landline}/{mobile}，E-mail：{mail}",
    "公民身份号码 {identity}",
    "邮箱:{mail}。",
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """Whom a test planted, and what of them must not be found again."""

    names: tuple[str, str, str] = ("闻人澍", "郑国强", "仝晓钰")
    mobiles: tuple[str, str] = ("19900010203", "188-0008-0910")
    landline: str = "0755-88000202"
    mail: str = "wenren.shu@demo.example"
    identity: str = "110101199003071208"
    licence: str = "鄂1422020202104567"
    certificate: str = "0422110100071000070"

    def fill(self, layout: str) -> str:
        """A layout with these persons in it."""
        a, b, c = self.names
        return layout.format(
            a=a, b=b, c=c, mobile=self.mobiles[0], mobile2=self.mobiles[1], landline=self.landline,
            local=self.landline[-8:], mail=self.mail, identity=self.identity, licence=self.licence,
            certificate=self.certificate,
        )  # fmt: skip

    def found(self, text: str) -> list[str]:
        """What of them stands in a text."""
        secrets = (*self.names, *self.mobiles, self.landline[-8:], self.mail, self.identity, self.licence[1:])
        return [secret for secret in (*secrets, self.certificate) if secret in text]


def as_html(text: str) -> str:
    """A layout as pages carry it: paragraphs, and a table where it has cells."""
    if "\t" not in text:
        return "".join(f"<p>{line}</p>" for line in text.split("\n"))
    rows = ("".join(f"<td>{cell}</td>" for cell in line.split("\t")) for line in text.split("\n"))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
