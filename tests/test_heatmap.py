"""Coverage as a picture: valid, of the size it says, different where coverage is, and legible to everybody."""

from __future__ import annotations

import math
import struct
import subprocess
import sys
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from db.home import Home
from etl.errors import UsageError
from etl.palette import STATES
from etl.records.rows import CoverageDayRow
from fincity.reader.fonts import OWN, Lettering
from fincity.reader.heatmap import draw
from fincity.reader.release import Release
from tests.make_release import make_release

BARE = Lettering([OWN], frozenset())


def ledger(source: str, states: list[str], scope: str = "result") -> list[CoverageDayRow]:
    """Days from 1 January 2024 on, one state each."""
    first = date(2024, 1, 1)
    days = [(first + timedelta(days=n)).isoformat() for n in range(len(states))]
    return [
        CoverageDayRow(source, scope, day, state, 1, 0, None if state == "complete" else "why", None)
        for day, state in zip(days, states, strict=True)
    ]


def release(path: Path, *rows: list[CoverageDayRow]) -> Release:
    home = make_release(path, {"coverage_day": [row for part in rows for row in part]})
    return Release.open(home)


EVERY = [state for state in STATES if state != "not_looked" for _ in range(31)]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("mixed") / "home"
    return release(folder, ledger("demo_ccgp", EVERY), ledger("demo_cfcpn", ["complete"] * 40))


def header(path: Path) -> tuple[int, int]:
    """Width and height as the file itself says them."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.rstrip(b"\0").endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def colours(path: Path) -> set[str]:
    from matplotlib.image import imread

    pixels = imread(path)[:, :, :3].reshape(-1, 3)
    return {"#" + "".join(f"{round(255 * float(c)):02x}" for c in pixel) for pixel in set(map(tuple, pixels.tolist()))}


@pytest.mark.parametrize(
    ("by", "source"), [("month", None), ("month", "demo_ccgp"), ("day", "demo_ccgp"), ("city", None)]
)
def test_a_picture_is_valid_and_of_the_size_it_says(
    mixed: Release, tmp_path: Path, by: str, source: str | None
) -> None:
    path = tmp_path / "picture.png"
    said = draw(mixed, path, by, source)
    assert header(path) == said
    assert min(said) > 300
    assert [p.name for p in tmp_path.iterdir()] == ["picture.png"]


@pytest.mark.parametrize("by", ["month", "day"])
def test_every_state_is_seen(mixed: Release, tmp_path: Path, by: str) -> None:
    draw(mixed, tmp_path / "picture.png", by, "demo_ccgp")
    assert set(STATES.values()) <= colours(tmp_path / "picture.png")


def test_one_blocked_day_in_a_month_is_seen(tmp_path: Path) -> None:
    calm = release(tmp_path / "calm", ledger("demo_ccgp", ["complete"] * 31))
    blocked = release(tmp_path / "blocked", ledger("demo_ccgp", ["complete"] * 15 + ["blocked"] + ["complete"] * 15))
    pictures = []
    for name, one in (("calm", calm), ("blocked", blocked)):
        path = tmp_path / f"{name}.png"
        draw(one, path, "month")
        pictures.append(path.read_bytes())
        draw(one, path, "month")
        assert path.read_bytes() == pictures[-1], "the same ledger, the same bytes"
    assert pictures[0] != pictures[1]


def test_without_a_chinese_font_codes_and_ids_stand_for_names(mixed: Release, tmp_path: Path) -> None:
    # matplotlib warns of every letter it cannot write, and warnings are errors here.
    for by in ("month", "city"):
        draw(mixed, tmp_path / f"{by}.png", by, letters=BARE)
    assert BARE.or_else("深圳市", "440300") == "440300"
    assert BARE.or_else("Shenzhen", "440300") == "Shenzhen"
    assert Lettering([OWN], frozenset(map(ord, "深圳市"))).or_else("深圳市", "440300") == "深圳市"
    assert BARE.sources()["demo_ccgp"] == "demo_ccgp"


def test_what_cannot_be_drawn_is_said(mixed: Release, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one source: name it with --source"):
        draw(mixed, tmp_path / "x.png", "day")
    with pytest.raises(UsageError, match="--by day, month or city"):
        draw(mixed, tmp_path / "x.png", "source")
    with pytest.raises(UsageError, match=r"use \.png"):
        draw(mixed, tmp_path / "x.jpg", "month")
    empty = release(tmp_path / "empty", [])
    with pytest.raises(UsageError, match="nothing to draw by month"):
        draw(empty, tmp_path / "x.png", "month")
    assert not (tmp_path / "x.png").exists()


def run(home: Home | None, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    start = f"import sys; {code}; from fincity.cli import main; main(sys.argv[1:])"
    where = ["--home", str(home.path)] if home else []
    return subprocess.run(
        [sys.executable, "-c", start, *where, *arguments], capture_output=True, text=True, check=False
    )


def test_the_command_line_draws_and_says_what_is_missing(tmp_path: Path) -> None:
    home = make_release(tmp_path / "home", {"coverage_day": ledger("demo_ccgp", EVERY)})
    path = tmp_path / "months.png"
    done = run(home, "pass", "coverage", "--by", "month", "-o", str(path))
    assert f"{header(path)[0]} x {header(path)[1]} pixels" in done.stderr
    without = run(home, "sys.modules['matplotlib'] = None", "coverage", "--by", "month", "-o", str(path))
    assert without.returncode == 2
    assert "pip install 'fincity[research]'" in without.stderr


# -- the palette -------------------------------------------------------------------------------------------------------

#: Simulations of full colour-vision deficiencies over linear RGB (Machado, Oliveira and Fernandes 2009, table 1).
SIGHT = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """A colour in CIELAB, as somebody sees it."""
    values = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    seen = [min(1.0, max(0.0, v)) for v in times(SIGHT[sight], linear)]
    white = (0.9505, 1.0, 1.089)
    ratios = [v / w for v, w in zip(times(TO_XYZ, seen), white, strict=True)]
    x, y, z = (r ** (1 / 3) if r > 0.008856 else 7.787 * r + 16 / 116 for r in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
def test_every_two_states_differ_to_every_eye(sight: str) -> None:
    for one, other in combinations(STATES, 2):
        assert math.dist(lab(STATES[one], sight), lab(STATES[other], sight)) > 30, (one, other)
