"""Bad input, wrong calls, full disks and interrupts, each in its own process: documented code, one line, no file."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from db.home import Home
from tests.kill import interruptible
from tests.make_release import make_release

MATCH = "match --lexicon digital_121"
RESOLVE = "resolve --kind bank --column name"

#: Command, exit code, what the line says.
CALLS: tuple[tuple[str, int, str], ...] = (
    ("parse ccgp page.html --bogus", 2, "No such option: --bogus: see `fincity parse --help`"),
    ("parse", 2, "Missing argument 'FAMILY': see `fincity parse --help`"),
    ("refresh --jobs 0", 2, "--jobs"),
    ("parse notice zero.jsonl", 3, "1 inputs were quarantined"),
    ("parse ccgp binary.txt", 3, "1 inputs were quarantined"),
    ("parse ccgp zero.jsonl -o out.csv", 2, "use .jsonl"),
    ("parse notice rows.jsonl -o rows.jsonl", 2, "rows.jsonl is an input: name another output"),
    (f"{MATCH} page.html", 2, "nothing could be read: page.html: a .html file, no plain text"),
    (f"{MATCH} zero.txt", 2, "nothing could be read: zero.txt: empty"),
    (f"{MATCH} table.csv --field name -o table.csv", 2, "table.csv is an input: name another output"),
    (f"{MATCH} text.txt -o out.csv --hits out.csv", 2, "out.csv is named for two outputs: name two files"),
    (f"{RESOLVE} binary.txt", 2, "cannot read .txt; use .csv"),
    (f"{RESOLVE} binary.csv", 2, "binary, not text"),
    (f"{RESOLVE} table.csv --year 99999", 2, "--year"),
    (f"{RESOLVE} empty", 2, "empty: Is a directory"),
    ("crawl nothing", 2, "no source 'nothing'"),
    ("refresh --since 2024-03-02 --until 2024-03-01", 2, "is later than --until 2024-03-01"),
    ("import reports missing", 2, "missing: no such file or folder"),
    ("import reports empty", 2, "empty: the folder holds no file"),
    ("import nothing text.txt", 2, "cannot import 'nothing'"),
    ("import reports text.txt --place 火星", 2, "no place of that name"),
    ("import reports text.txt --declare binary.txt", 2, "binary.txt: cannot be read as YAML"),
    ("panel", 2, "no fincity home at new"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with every kind of bad file, and a good one of each."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "zero.txt").touch()
    (tmp_path / "zero.jsonl").touch()
    (tmp_path / "text.txt").write_text("数字经济", encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>数字经济</p>", encoding="utf-8")
    (tmp_path / "table.csv").write_text("name\n示例银行\n", encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text('{"id": "1", "title": "公告"}\n', encoding="utf-8")
    for name in ("binary.txt", "binary.csv"):
        (tmp_path / name).write_bytes(b"\x00\x01\x02\xff\xfe" * 50)
    return tmp_path


def fincity(
    folder: Path, *arguments: str, limit: Callable[[], None] | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """A run in the folder, remarks off, with nothing of ours in its environment but what is given."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("FINCITY_")}
    return subprocess.run(
        [sys.executable, "-m", "fincity", "--quiet", *arguments],
        cwd=folder,
        # Python would leave half a file of bytecode where files must not grow, and fail on it ever after.
        env={**inherited, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones as well."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def last_line(ran: subprocess.CompletedProcess[str]) -> str:
    """The one line in which a run says why it ended; for a quarantined input a line of its own stands before it."""
    lines = ran.stderr.splitlines()
    assert lines, ran
    assert "Traceback" not in ran.stderr
    assert len(lines) == (2 if ran.returncode == 3 else 1), ran.stderr
    assert lines[-1].startswith("fincity: ")
    return lines[-1]


@pytest.mark.parametrize(("call", "code", "said"), CALLS, ids=[call for call, _, _ in CALLS])
def test_bad_input_gives_one_line_its_code_and_no_file(folder: Path, call: str, code: int, said: str) -> None:
    before = snapshot(folder)
    ran = fincity(folder, "--home", "new", *call.split())
    assert (ran.returncode, ran.stdout) == (code, "")
    assert said in last_line(ran)
    assert snapshot(folder) == before
    assert not (folder / "new").exists()


def test_an_empty_name_is_a_wrong_call(folder: Path) -> None:
    ran = fincity(folder, "resolve", "--explain", " ")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "the name is empty" in last_line(ran)


@pytest.mark.parametrize("named", ["option", "environment"])
def test_the_demo_leaves_a_real_home_alone(tmp_path: Path, named: str) -> None:
    real = Home.create(tmp_path / "real", "real")
    before = snapshot(tmp_path)
    if named == "option":
        ran = fincity(tmp_path, "--home", str(real.path), "demo", "--size", "small")
    else:
        ran = fincity(tmp_path, "demo", "--size", "small", FINCITY_HOME=str(real.path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "is a real home and takes in no synthetic data" in last_line(ran)
    assert snapshot(tmp_path) == before


def test_a_synthetic_home_takes_in_no_real_file(tmp_path: Path) -> None:
    home = make_release(tmp_path / "home")
    (tmp_path / "text.txt").write_text("数字经济", encoding="utf-8")
    before = snapshot(tmp_path)
    ran = fincity(tmp_path, "--home", str(home.path), "import", "reports", "text.txt")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "is a synthetic home and takes in no real data" in last_line(ran)
    assert snapshot(tmp_path) == before


def nearly_full() -> None:
    """No file of the process may grow beyond a kilobyte."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))


@pytest.mark.parametrize(
    ("call", "output"),
    [
        (f"{MATCH} texts -o c.csv", "c.csv"),
        (f"{MATCH} texts --hits h.csv", "h.csv"),
        (f"{RESOLVE} names.csv -o r.csv", "r.csv"),
        ("parse notice rows.jsonl -o r.jsonl", "r.jsonl|r.quarantine.jsonl"),
    ],
)
def test_a_full_disk_names_the_file_and_leaves_none(tmp_path: Path, call: str, output: str) -> None:
    (tmp_path / "texts").mkdir()
    for number in range(40):
        (tmp_path / "texts" / f"{number}.txt").write_text("数字经济、人工智能与云计算" * 9, encoding="utf-8")
    (tmp_path / "names.csv").write_text("name\n" + "中国工商银行深圳市分行\n" * 90, encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text('{"id": "1", "title": "公告"}\n' * 90, encoding="utf-8")
    before = snapshot(tmp_path)
    ran = fincity(tmp_path, *call.split(), limit=nearly_full)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert any(last_line(ran).startswith(f"fincity: {one}: ") for one in output.split("|"))
    assert snapshot(tmp_path) == before


def test_a_file_of_excel_is_a_whole_zip_or_not_there(tmp_path: Path) -> None:
    home = make_release(tmp_path / "home")
    ran = fincity(tmp_path, "--home", str(home.path), "panel", "-o", "p.xlsx", limit=nearly_full)
    assert ran.returncode == 1
    last_line(ran)
    assert not list(tmp_path.glob("*.xlsx")) + list(tmp_path.glob(".*"))
    assert fincity(tmp_path, "--home", str(home.path), "panel", "-o", "p.xlsx").returncode == 0
    assert zipfile.ZipFile(tmp_path / "p.xlsx").testzip() is None


def test_a_full_output_stream_is_no_success(tmp_path: Path) -> None:
    home = make_release(tmp_path / "home")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "fincity", "--quiet", "--home", str(home.path), "panel", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert "the disk is full" in last_line(ran)


def test_an_interrupted_demo_says_so_and_goes_on_later(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fincity", "--quiet", "--home", "demo", "demo", "--size", "small"]
    process = interruptible(command, tmp_path)
    deadline = time.monotonic() + 60
    while not (tmp_path / "demo" / "archive").is_dir() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "fincity: interrupted\n")
    assert not list(tmp_path.rglob("*.part*"))
    assert not (tmp_path / "demo" / "panel.csv").exists()
