"""The peer of our crawl: Scrapy as it comes, with an empty callback.

    python -m benchmarks.bare_scrapy PORTAL < requests.jsonl

Prints how many answers came, and in how many seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from benchmarks.site import Asked

#: What the demo's sources ask for, too; everything else is Scrapy's default.
SETTINGS = {
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "HTTPERROR_ALLOW_ALL": True,
    "LOG_LEVEL": "WARNING",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class BareSpider(Spider):
    """Asks for everything, looks at nothing."""

    name = "bare"

    def __init__(self, portal: str, wanted: Sequence[Asked], **given: Any) -> None:
        super().__init__(**given)
        self.portal, self.wanted, self.answers, self.seconds = portal, wanted, 0, 0.0

    async def start(self) -> AsyncIterator[Any]:
        """All requests, as fast as Scrapy takes them."""
        self.began = time.perf_counter()
        for one in self.wanted:
            meta = {"proxy": self.portal}
            yield Request(one.url, method=one.method, body=one.body, headers=FORM, meta=meta, dont_filter=True)

    def parse(self, response: Response, **given: Any) -> None:  # noqa: ARG002
        """Count, no more."""
        self.answers += 1
        self.seconds = time.perf_counter() - self.began


def main() -> None:
    """Fetch what stdin lists."""
    wanted = [Asked(**json.loads(line)) for line in sys.stdin]
    process = AsyncCrawlerProcess(SETTINGS)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, portal=sys.argv[1], wanted=wanted)
    process.start()
    spider: Any = crawler.spider
    print(json.dumps({"answers": spider.answers, "seconds": spider.seconds}))


if __name__ == "__main__":
    main()
