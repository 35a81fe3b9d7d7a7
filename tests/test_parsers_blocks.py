"""Pages that are no content are told from content."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from etl.parsers.blocks import blocked

PAGES = Path(__file__).parent / "pages"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("<html><body><p>您的访问过于频繁，请稍后再试</p></body></html>", 200, "throttled"),
        ("<html><head><title>检索</title></head><body><div>频繁访问</div></body></html>", 200, "throttled"),
        ("<html><body>请输入验证码</body></html>", 200, "captcha"),
        ("<html><body>登录超时，请重新登录</body></html>", 200, "login"),
        ("<html><noscript>Please enable JavaScript</noscript><script>$_ts = {}</script></html>", 200, "challenge"),
        ("<html><body>系统维护中，给您带来不便</body></html>", 200, "maintenance"),
        ('{"result": false, "message": "操作频繁", "rows": []}', 200, "throttled"),
        ('{"success": false}', 200, "refused"),
        ("<html><body><h1>Access Denied</h1>You don't have permission.</body></html>", 200, "refused"),
        ("<html><body>您的请求已被拦截</body></html>", 200, "refused"),
        ("<html><body>Please verify you are human</body></html>", 200, "captcha"),
        ("<html><title>Just a moment...</title></html>", 200, "challenge"),
        ("Rate limit exceeded", 200, "throttled"),
        ('{"code": 0, "total": 0, "rows": [], "data": {"captchaUrl": "/c.png"}}', 200, "captcha"),
        ('{"code": "429", "rows": []}', 200, "throttled"),
        ('{"error": "Too Many Requests"}', 200, "throttled"),
        ("", 403, "refused"),
        ("", 429, "throttled"),
        ("", 503, "unavailable"),
    ],
)
def test_a_block_names_its_reason(body: str, status: int, reason: str) -> None:
    assert blocked(body.encode(), status) == reason
    assert blocked(body.encode("gb18030"), status) == reason
    assert blocked(codecs.BOM_UTF8 + body.encode(), status) == reason
    assert blocked(body.encode("utf-16"), status) == reason


@pytest.mark.parametrize(
    "page", [*sorted((PAGES / "ccgp").glob("*.html")), PAGES / "cfcpn/list.json"], ids=lambda p: p.name
)
def test_content_is_no_block(page: Path) -> None:
    assert blocked(page.read_bytes(), 200) is None


def test_a_notice_that_mentions_a_login_is_no_block() -> None:
    body = "<html><body>" + "<p>供应商请登录后下载采购文件，平台维护中的时段除外。</p>" * 60 + "</body></html>"
    assert blocked(body.encode(), 200) is None


def test_an_unclosed_script_costs_no_time() -> None:
    assert blocked(b"<script>" * 50_000, 200) is None
