"""Answers of the demonstration's policy library: the search as JSON, documents as pages in the templates of gov.cn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

from fincity.demo.facts import Policy
from fincity.demo.markup import SYNTHETIC, day_words, paragraphs
from fincity.demo.policies import LIBRARIES

CHINA = timezone(timedelta(hours=8))
_NO_HITS = {"code": 1001, "msg": "没有找到相关结果", "demo": SYNTHETIC}


def _epoch(published: str) -> int:
    return int(datetime.strptime(published, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).timestamp() * 1000)


def row(policy: Policy, keyword: str = "") -> dict[str, Any]:
    """A row of the search answer; titles carry `<em>` around what was asked and a `<br>`."""
    title = policy.title.replace("关于", "<br>关于", 1)
    if keyword:
        title = title.replace(keyword, f"<em>{keyword}</em>")
    number = "pcode" if policy.library == "zhengcelibrary_gw" else "wenhao"
    return {
        "id": policy.source_id,
        "title": title,
        "summary": policy.paragraphs[0],
        "url": policy.url,
        number: policy.doc_number or "",
        "puborg": policy.issuer,
        "pubtime": _epoch(policy.published),
        "ptime": _epoch(policy.published),
        "pubtimeStr": policy.published[:10].replace("-", "."),
        "childtype": policy.doc_type,
        "index": "",
    }


def _listing(policies: Sequence[Policy], total: int, size: int, keyword: str) -> dict[str, Any]:
    return {
        "listVO": [row(p, keyword) for p in policies],
        "totalCount": total,
        "totalpage": -(-total // size),
    }


def search(policies: Sequence[Policy], total: int, size: int, keyword: str) -> bytes:
    """One page of one library."""
    answer = _NO_HITS
    if total:
        answer = {
            "code": 200,
            "msg": "操作成功",
            "searchVO": _listing(policies, total, size, keyword),
            "demo": SYNTHETIC,
        }
    return json.dumps(answer, ensure_ascii=False).encode()


def search_all(by_library: dict[str, tuple[Sequence[Policy], int]], size: int, keyword: str) -> bytes:
    """One page of all libraries together: the lists sit in `catMap`, `listVO` is null."""
    total = sum(count for _, count in by_library.values())
    found = {LIBRARIES[name]: _listing(page, count, size, keyword) for name, (page, count) in by_library.items()}
    whole = {"listVO": None, "catMap": found, "totalCount": total, "totalpage": -(-total // size)}
    answer = {"code": 200, "msg": "操作成功", "searchVO": whole, "demo": SYNTHETIC} if total else _NO_HITS
    return json.dumps(answer, ensure_ascii=False).encode()


def _table(policy: Policy) -> str:
    cells = (
        ("索 引 号", f"000014349/{policy.published[:4]}-{policy.source_id[-5:]}"),
        ("主题分类", "科技、教育\\科技"),
        ("发文机关", policy.issuer),
        ("成文日期", day_words(policy.published[:10])),
        ("标\u3000\u3000题", policy.title),
        ("发文字号", policy.doc_number or ""),
        ("发布日期", day_words(policy.published[:10])),
    )
    lines = "".join(f"<tr><td><b>{label}：</b></td><td>{escape(value)}</td></tr>" for label, value in cells)
    return f'<table class="bd1"><tbody>{lines}</tbody></table>'


def document(policy: Policy) -> bytes:
    """The page of a policy: a table of facts (`table`), or only heading and date (`plain`, `library`)."""
    title, minute = escape(policy.title), policy.published[:16]
    lines = [policy.doc_number] if policy.doc_number and policy.template != "table" else []
    body = paragraphs([*lines, "各省、自治区、直辖市人民政府：", *policy.paragraphs, policy.issuer])
    head = _table(policy) if policy.template == "table" else f'<h1 id="ti">{title}</h1>'
    date = "" if policy.template == "table" else f'<div class="pages-date">{minute}<span>来源：演示</span></div>'
    return f"""<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="firstpublishedtime" content="{policy.published.replace(" ", "-")}">
<meta name="manuscriptId" content="{policy.source_id}">
<title>{title}</title>
</head>
<body><div class="demo-banner">{SYNTHETIC}</div>
<div class="header">首页 | 政策 | 国务院政策文件库</div>
{head}
{date}
<div class="pages_content" id="UCAP-CONTENT">{body}</div>
<div class="footer">扫一扫在手机打开当前页</div>
</body>
</html>
""".encode()
