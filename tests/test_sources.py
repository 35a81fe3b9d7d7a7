"""Sources: read strictly, polite by construction, and each starts with the right first request, offline."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawlers import sources
from crawlers.agenda import Lists
from crawlers.families import Ask, family
from etl.errors import FincityError, UsageError

#: Source -> what its first request must say.
FIRST = {
    "ccgp": (
        "GET",
        "search.ccgp.gov.cn",
        {"bidType": "7", "start_time": "2024:01:01", "end_time": "2024:01:31", "page_index": "1"},
    ),
    "cfcpn": (
        "POST",
        "www.cfcpn.com",
        {"noticeType": "4", "pageNo": "1", "pageSize": "50", "orderBy": "publish_time desc"},
    ),
    "govcn": (
        "GET",
        "sousuo.www.gov.cn",
        {"t": "zhengcelibrary_gw", "mintime": "2024-01-01", "maxtime": "2024-12-31", "p": "1"},
    ),
    "demo_ccgp": ("GET", "search.ccgp.demo.invalid", {"bidType": "7", "timeType": "6", "kw": ""}),
    "demo_cfcpn": ("POST", "www.cfcpn.demo.invalid", {"noticeType": "4", "noticeState": "1"}),
    "demo_govcn": ("GET", "sousuo.gov.demo.invalid", {"t": "zhengcelibrary_gw", "timetype": "timezd", "n": "50"}),
    "ccgp_central": ("GET", "www.ccgp.gov.cn", {}),
    "ccgp_local": ("GET", "www.ccgp.gov.cn", {}),
    "ccgp_contract": ("GET", "htgs.ccgp.gov.cn", {}),
    "ggzy": ("POST", "www.ggzy.gov.cn", {"DEAL_STAGE": "0202", "TIMEBEGIN": "2024-01-01", "PAGENUMBER": "1"}),
    "anyang_ggzy": ("POST", "ggzy.anyang.gov.cn", {}),
    "beijing_ggzy": ("GET", "ggzyfw.beijing.gov.cn", {}),
    "chongqing_ggzy": ("POST", "www.cqggzy.com", {}),
    "guangxi_ggzy": ("POST", "ggzy.jgswj.gxzf.gov.cn", {}),
    "hainan_ggzy": ("POST", "ggzy.hainan.gov.cn", {}),
    "heilongjiang_ggzy": ("POST", "ggzyjyw.hlj.gov.cn", {}),
    "jiangsu_ggzy": ("POST", "jsggzy.jszwfw.gov.cn", {}),
    "jiangxi_ggzy": ("POST", "www.jxsggzy.cn", {}),
    "jilin_ggzy": ("POST", "haiyun.jl.gov.cn", {}),
    "xuzhou_ggzy": ("POST", "ggzy.zwb.xz.gov.cn", {}),
    "yichang_ggzy": ("POST", "ggzy.sc.yichang.gov.cn", {"categoryNum": "003001005", "pageindex": "0"}),
    "zhejiang_ggzy": ("POST", "ggzy.zj.gov.cn", {}),
    "abc_site": ("GET", "www.abchina.com.cn", {}),
    "boc_site": ("GET", "www.boc.cn", {}),
    "bocd": ("GET", "pcms.bocd.com.cn", {}),
    "ccb": ("GET", "ibuy.ccb.com", {}),
    "cdb": ("GET", "cg.cdb.com.cn", {}),
    "cdrcb": ("POST", "www.cdrcb.com", {"tp": "5", "page": "1", "num": "20"}),
    "cgbchina": ("GET", "gfcg.cgbchina.com.cn", {"act": "findGgList", "findtype": "0", "page": "1", "rows": "100"}),
    "chengezhao": ("GET", "www.chengezhao.com", {}),
    "chinapost": ("GET", "www.chinapost.com.cn", {}),
    "cmbc": ("GET", "pms.cmbc.com.cn", {"pageno": "1", "rowsize": "10"}),
    "cscb": ("GET", "www.cscb.cn", {}),
    "csrcbank": ("GET", "www.csrcbank.com", {}),
    "hxb": ("GET", "www.hxb.com.cn", {}),
    "icbc": ("POST", "jc.icbc.com.cn", {}),
    "pingan": ("GET", "ebank.pingan.com.cn", {"current": "1", "size": "8"}),
    "zjrcbank": ("GET", "www.zjrcbank.com", {}),
    "bankofbeijing": ("POST", "login-cpm-xt.bankofbeijing.com.cn", {}),
    "cbhb": ("GET", "app.bhypt.cbhb.com.cn", {}),
    "cib": ("POST", "cg.cib.com.cn", {}),
    "citic": ("POST", "ebid.cfhc.citic", {}),
    "czbank": ("POST", "ccgp.szcgpt.czbank.com", {}),
    "guangxi_zfcg": ("POST", "www.ccgp-guangxi.gov.cn", {}),
    "guizhou_zfcg": ("POST", "www.ccgp-guizhou.gov.cn", {}),
    "zhejiang_zfcg": ("POST", "zfcg.czt.zj.gov.cn", {}),
    "beijing_gov": ("GET", "www.beijing.gov.cn", {}),
    "beijing_science": ("GET", "kw.beijing.gov.cn", {}),
    "ce_reports": ("GET", "district.ce.cn", {}),
    "chongqing_gov": ("GET", "www.cq.gov.cn", {}),
    "csrc": ("GET", "www.csrc.gov.cn", {"_isJson": "true", "_pageSize": "18", "page": "1"}),
    "govcn_latest": ("GET", "www.gov.cn", {}),
    "guizhou_gov": ("GET", "www.guizhou.gov.cn", {}),
    "heilongjiang_gov": ("GET", "www.hlj.gov.cn", {"_isJson": "true", "_pageSize": "15", "page": "1"}),
    "hunan_finance": ("GET", "czt.hunan.gov.cn", {}),
    "hunan_science": ("GET", "kjt.hunan.gov.cn", {}),
    "jilin_science": ("GET", "kjt.jl.gov.cn", {}),
    "mof": ("GET", "www.mof.gov.cn", {}),
    "mof_finance": ("GET", "jrs.mof.gov.cn", {}),
    "most": ("GET", "www.most.gov.cn", {}),
    "nda": ("GET", "www.nda.gov.cn", {}),
    "ndrc": ("GET", "www.ndrc.gov.cn", {}),
    "nfra": ("GET", "www.nfra.gov.cn", {"itemId": "928", "pageIndex": "1", "pageSize": "18"}),
    "ningxia_gov": ("GET", "www.nx.gov.cn", {}),
    "pbc": ("GET", "www.pbc.gov.cn", {}),
    "qingdao_gov": ("GET", "www.qingdao.gov.cn", {}),
    "wuhan_gov": ("GET", "www.wuhan.gov.cn", {}),
    "xizang_gov": ("GET", "www.xizang.gov.cn", {}),
    **{
        f"{city}_gov": ("GET", f"www.{host}.gov.cn", {"page": "1", "sid": sid})
        for city, host, sid in (
            ("guangdong", "gd", "2"),
            ("guangzhou", "gz", "200001"),
            ("shenzhen", "sz", "755001"),
            ("zhuhai", "zhuhai", "756001"),
            ("huizhou", "huizhou", "752001"),
            ("jiangmen", "jiangmen", "750001"),
            ("shantou", "shantou", "754001"),
            ("shaoguan", "sg", "751001"),
            ("heyuan", "heyuan", "762001"),
            ("shanwei", "shanwei", "660001"),
            ("zhongshan", "zs", "760001"),
            ("yangjiang", "yangjiang", "662001"),
            ("zhanjiang", "zhanjiang", "759001"),
            ("zhaoqing", "zhaoqing", "758001"),
            ("chaozhou", "chaozhou", "768001"),
            ("jieyang", "jieyang", "663001"),
            ("yunfu", "yunfu", "766001"),
        )
    },
}


def first_request(source: sources.Source) -> Ask:
    from datetime import date

    task = Lists(source, (), date(2026, 1, 1)).wanted(date(2024, 1, 1), date(2024, 12, 31))[0]
    assert task.page == 1
    return family(source.family).list_request(source, source.scope(task.scope), task.window, task.page)


@pytest.mark.parametrize("source", sources.all_sources(), ids=lambda s: s.id)
def test_every_source_starts_offline_with_its_first_request(source: sources.Source):
    method, host, wanted = FIRST[source.id]
    ask = first_request(source)
    fields = dict(parse_qsl(urlsplit(ask.url).query or ask.body.decode(), keep_blank_values=True))
    assert (ask.method, urlsplit(ask.url).hostname) == (method, host)
    assert wanted.items() <= fields.items()


@pytest.mark.parametrize("source", [s for s in sources.all_sources() if not s.synthetic], ids=lambda s: s.id)
def test_real_sources_are_asked_politely_and_not_called_verified(source: sources.Source):
    assert source.delay_seconds >= 3
    assert source.concurrency == 1
    assert source.verified == "never"


def test_the_facts_of_a_source_tell_scopes_paging_and_rules():
    facts = sources.load("ccgp").facts
    assert facts.scope_names()[:2] == ("award", "deal")
    assert (facts.paging, facts.cap, facts.synthetic) == ("window", 10000, False)
    assert facts.out_of_scope[0][0] == "no_financial_body"


def test_an_item_is_asked_for_by_its_address_or_its_id():
    ccgp, cfcpn = sources.load("ccgp"), sources.load("cfcpn")
    assert (
        family("ccgp").detail_request(ccgp, "1", "http://www.ccgp.gov.cn/a.htm").url == "http://www.ccgp.gov.cn/a.htm"
    )
    assert b"id=ab" in family("cfcpn").detail_request(cfcpn, "ab", None).body
    with pytest.raises(UsageError, match="without an address"):
        family("ccgp").detail_request(ccgp, "1", None)


BAD = {
    "delay_seconds: 1": "delay_seconds",
    "concurrency: 4": "concurrency",
    "colour: red": "colour",
    "paging: sideways": "paging",
    "page_size: many": "page_size",
    "hosts: [a.example.cn]": "given twice",
    "area: [110000, 12]": "area",
    "out_of_scope: [{rule: x, title_regex: '('}]": "title_regex",
    "out_of_scope: [{rule: x}]": "kinds or title_regex",
    "synthetic: true": "synthetic",
    "params: {list_url: 'http://other.example.cn/'}": "none of the allowed hosts",
    "{": "YAML",
}
GOOD = """\
id: one
title: T
publisher: P
family: ccgp
homepage: http://one.example.cn/
hosts: [one.example.cn]
site: example.cn
start: 2020-01-01
scopes: [{name: a, kind: result}]
paging: window
page_size: 20
robots: not known
licence: not known
params: {list_url: http://one.example.cn/}
"""


@pytest.mark.parametrize("line", BAD)
def test_a_wrong_source_file_is_refused_with_file_and_field(tmp_path: Path, line: str):
    path = tmp_path / "one.yaml"
    given = line.partition(":")[0]
    again = given in ("page_size", "paging", "params")  # the others are added, or given twice
    text = re.sub(rf"^{given}: .*\n", "", GOOD, flags=re.MULTILINE) if again else GOOD
    path.write_text(text + line + "\n", encoding="utf-8")
    with pytest.raises(FincityError, match=BAD[line]) as caught:
        sources.read(path)
    assert "one.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_good_source_file_is_read(tmp_path: Path):
    path = tmp_path / "one.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert sources.read(path).id == "one"
    (tmp_path / "two.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(FincityError, match="name of the file"):
        sources.read(tmp_path / "two.yaml")


def test_an_unknown_source_names_the_known_ones():
    with pytest.raises(UsageError, match="cfcpn"):
        sources.load("nowhere")
    with pytest.raises(UsageError, match="award"):
        sources.load("ccgp").scope("nothing")
