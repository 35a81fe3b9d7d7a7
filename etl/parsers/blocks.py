"""Pages that are no content: throttling, captcha, login, bot challenge, maintenance.

Such a page is answered with status 200 as often as not. Taken for content it would read as an empty list or a notice
without a body, so the crawler asks here first and records a block instead.
"""

from __future__ import annotations

import codecs
import json
import re

#: Status codes by which servers refuse; 404 and 410 are answers about one page, not refusals.
_STATUS = {401: "login", 403: "refused", 407: "login", 412: "challenge", 429: "throttled", 503: "unavailable"}
_WORDS = (
    (
        "throttled",
        re.compile(
            r"访问过于频繁|频繁访问|访问(?:太|过)?频繁|操作(?:太|过于)?频繁|请求(?:太|过于)?频繁|系统繁忙|稍后再试|"
            r"稍候再试|too (?:many|frequent) (?:requests|visits)|rate limit|requests? too (?:often|frequent)",
            re.IGNORECASE,
        ),
    ),
    (
        "captcha",
        re.compile(
            r"(?:请|需)(?:先)?(?:输入|填写|完成).{0,8}验证码|滑动验证|拖动滑块|人机验证|安全验证|captcha|"
            r"(?:verify|confirm|prove)\s(?:that\s)?you(?:'re|\sare)\s(?:a\s)?(?:human|not)|not a robot",
            re.IGNORECASE,
        ),
    ),
    (
        "challenge",
        re.compile(
            r"<noscript>[^<]{0,80}JavaScript|checking your browser|正在进行安全检查|浏览器安全检查|"
            r"\$_ts\s{0,2}=|enable javascript|attention required|>\s{0,9}just a moment",
            re.IGNORECASE,
        ),
    ),
    (
        "login",
        re.compile(
            r"请(?:先|重新)?\s{0,2}(?:登录|登陆)(?:后|系统|[，,。！!]|再)|登录超时|会话(?:已)?(?:超时|"
            r"过期)|未登录|退出登录,?请|权限不足无法查看|please (?:log|sign) ?in|login required|"
            r"session (?:has )?expired",
            re.IGNORECASE,
        ),
    ),
    (
        "maintenance",
        re.compile(
            r"(?:系统|网站|服务器?)(?:正在)?(?:升级|维护)(?:中|，|,|。)|维护公告期间|暂停服务|停机维护|"
            r"under maintenance|(?:scheduled|system|site) maintenance",
            re.IGNORECASE,
        ),
    ),
    (
        "refused",
        re.compile(
            r"(?:访问|请求)(?:已)?被(?:拒绝|拦截|阻断|禁止)|(?:拒绝|禁止|限制)(?:您的)?访问|"
            r"IP(?:地址)?已?被(?:封|禁|锁)|access (?:is |was |has been )?denied|403 forbidden|"
            r"you (?:have been|are|were) blocked|request (?:was |has been |is )?(?:blocked|rejected|denied)",
            re.IGNORECASE,
        ),
    ),
)
#: What only pages with content have: result lists, the body of a notice, JSON rows.
_CONTENT = re.compile(
    r"vT-srch-result-list-bid|vF_detail_content|\"rows\"\s*:\s*\[\s*\{|\"listVO\"\s*:\s*\[|UCAP-CONTENT|c_list_bid"
)
_MESSAGE = re.compile(
    r"频繁|系统繁忙|稍后再试|稍候再试|登录|未授权|验证码|维护|too many|rate limit|captcha|denied|forbidden|blocked",
    re.IGNORECASE,
)
#: Fields in which an answer says how it went, and in which it says it in words.
_CODES = ("code", "status", "errcode", "errCode", "errorCode", "statusCode")
_WORDED = ("message", "msg", "errmsg", "errMsg", "error", "error_description")
_PICTURE = re.compile(r"captcha|verifycode|needverify", re.IGNORECASE)
#: A page with more visible text than this is content that merely mentions one of the words. Throttling pages of search
#: sites keep the site's frame around them.
_SHORT = {"throttled": 3000, "captcha": 3000, "challenge": 1500, "login": 800, "maintenance": 800, "refused": 800}


def blocked(body: bytes, status: int) -> str | None:
    """Why the answer is a block and not content; null when it looks like content.

    Reasons: `throttled`, `captcha`, `challenge`, `login`, `maintenance`, `refused`, `unavailable`.
    A page that carries a result list or a notice body is content, whatever words stand on it.
    """
    if status in _STATUS:
        return _STATUS[status]
    text = _text(body[:400_000])
    if text.lstrip().startswith(("{", "[")):
        return _json_block(text)
    if _CONTENT.search(text):
        return None
    visible = _visible(text)
    for reason, words in _WORDS:
        if len(visible) <= _SHORT[reason] and words.search(text if reason == "challenge" else visible):
            return reason
    return None


def _visible(text: str) -> str:
    """The text outside of tags, scripts and styles. A plain scan: an unclosed script must not cost quadratic time."""
    pieces, at, lower = [], 0, text.lower()
    while (start := text.find("<", at)) >= 0:
        pieces.append(text[at:start])
        name = next((n for n in ("script", "style") if lower.startswith(n, start + 1)), None)
        end = lower.find(f"</{name}", start) if name else start
        close = text.find(">", end) if end >= 0 else -1
        if close < 0:
            return re.sub(r"\s+", " ", "".join(pieces))
        at = close + 1
    return re.sub(r"\s+", " ", "".join([*pieces, text[at:]]))


def _text(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")


def _json_block(text: str) -> str | None:
    """A JSON answer that says `result: false` or a code of refusal, or has words or a picture instead of rows."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    message = " ".join(str(data[name]) for name in _WORDED if isinstance(data.get(name), str))
    if message and _MESSAGE.search(message):
        return next(
            (reason for reason, words in _WORDS if words.search(message)), "throttled" if "频繁" in message else "login"
        )
    within = next((data[name] for name in ("data", "result") if isinstance(data.get(name), dict)), data)
    if any(_PICTURE.search(key) and value for key, value in (*data.items(), *within.items())):
        return "captcha"  # a picture to be read instead of the rows asked for
    if data.get("result") is False or data.get("success") is False:
        return "refused"
    codes = (str(data[name]) for name in _CODES if isinstance(data.get(name), int | str))
    return next((_STATUS[int(code)] for code in codes if code in ("401", "403", "429")), None)
