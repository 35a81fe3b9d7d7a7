"""Run the benchmarks and print one table.

    python -m benchmarks [--only NAME]... [--quick] [--out FILE]

Exit codes: 0 done, 1 a promise was broken (rows marked BROKEN), 2 wrong call.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    crawl,
    demo,
    growth,
    kill,
    match,
    match_memory,
    match_profile,
    match_titles,
    mutate,
    parse,
    startup,
    storm,
)
from benchmarks.entities import accuracy, speed
from benchmarks.rows import Row, table
from benchmarks.workshop import Workshop

BENCHMARKS: dict[str, Callable[[Workshop], list[Row]]] = {
    module.NAME: module.rows
    for module in (
        demo,
        startup,
        crawl,
        growth,
        parse,
        match,
        match_titles,
        match_memory,
        match_profile,
        accuracy,
        speed,
        mutate,
        storm,
        kill,
    )
}


def main() -> int:
    """Run what was asked for; the exit code."""
    asked = _arguments()
    for name in [name for name in os.environ if name.startswith("FINCITY_") and name != "FINCITY_SHARED_DATA"]:
        del os.environ[name]  # measured is what everybody gets, not this machine's settings
    machine = _machine()
    print(json.dumps(machine))
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="fincity-bench-") as folder:
        workshop = Workshop(Path(folder), asked.quick)
        for name in asked.only or BENCHMARKS:
            print(f"{name} ...", file=sys.stderr, flush=True)
            found += BENCHMARKS[name](workshop)
    print(table(found))
    if asked.out:
        results = {"machine": machine, "quick": asked.quick, "rows": [asdict(row) for row in found]}
        asked.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if all(row.holds for row in found) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed, memory and toughness of fincity.")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="the small demo, few repetitions")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the figures as JSON")
    return parser.parse_args()


def _machine() -> dict[str, object]:
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2),
        "date": datetime.now(UTC).date().isoformat(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
