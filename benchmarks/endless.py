"""A portal of as many notices as one likes, in a process of its own: lists and notices of 金采网 made from numbers.

    python -m benchmarks.endless NOTICES

Notice 0 is the newest; they are spread evenly over the days up to yesterday. It prints its address and serves until
its stdin ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl

from benchmarks.site import serve
from etl.walks import CHINA

SPAN = 1_000
_TEXT = "".join(f"&lt;p&gt;第{n}条 供应商应当具备履行合同所必需的设备和专业技术能力。&lt;/p&gt;" for n in range(60))


@dataclass
class Endless:
    """All notices stand in one list (noticeType 4); the others are empty."""

    notices: int
    last: date

    def answer(self, method: str, target: str, body: bytes) -> bytes:  # noqa: ARG002
        """The bytes to send."""
        if target.endswith("/robots.txt"):
            return _sent(b"User-agent: *\n", "text/plain")
        asked = dict(parse_qsl(body.decode()))
        if asked.get("isDetail") == "1":
            number = int(asked["id"], 16)
            rows = [{**self._row(number), "noticeContent": f"&lt;p&gt;中标人：示例{number}公司&lt;/p&gt;{_TEXT}"}]
            return _json(1, rows)
        if asked.get("noticeType") != "4":
            return _json(0, [])
        size, page = int(asked["pageSize"]), int(asked["pageNo"])
        shown = range((page - 1) * size, min(self.notices, page * size))
        return _json(self.notices, [self._row(number) for number in shown])

    def _row(self, number: int) -> dict[str, str]:
        day = self.last - timedelta(days=number * SPAN // self.notices)
        title = f"示例银行第{number}号系统采购项目中标结果公告"
        return {"id": f"{number:032x}", "noticeTitle": title, "publishTime": f"{day} 10:00:00.0", "noticeType": "4"}


def _json(total: int, rows: list[dict[str, str]]) -> bytes:
    said = json.dumps({"result": True, "total": total, "rows": rows}, ensure_ascii=False)
    return _sent(said.encode(), "application/json; charset=utf-8")


def _sent(body: bytes, kind: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def yesterday() -> date:
    """The last day of which everything is published."""
    return datetime.now(CHINA).date() - timedelta(days=1)


@contextmanager
def running(notices: int) -> Iterator[str]:
    """The address of a portal that runs while the context lasts."""
    command = [sys.executable, "-m", "benchmarks.endless", str(notices)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


if __name__ == "__main__":
    asyncio.run(serve(Endless(int(sys.argv[1]), yesterday())))
