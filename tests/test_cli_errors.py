"""How commands end: the documented exit code, one line on stderr, no half file, never a traceback."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from db.home import Home
from etl.errors import BoundBroken, FincityError, UsageError
from fincity.cli.errors import guarded
from tests.kill import interruptible
from tests.make_release import RELEASE, make_release


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_release(tmp_path_factory.mktemp("errors") / "home")


def fincity(
    home: Path, *arguments: str, cwd: Path | None = None, limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """A real run of the command line with quiet stderr."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FINCITY_")}
    # Python would leave half a file of bytecode where files must not grow, and fail on it ever after.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "fincity", "--quiet", "--home", str(home), *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, preexec_fn=limit
    )


BAD = {
    "panel --indicator nothing": (2, "unknown indicator 'nothing'"),
    "panel --years 2024-2019": (2, "reversed: write 2019-2024"),
    "panel --years soon": (2, "write one year or a range A-B"),
    "panel --cities 深训": (2, "did you mean"),
    "panel --release gone": (2, f"there are: {RELEASE}"),
    "panel -o panel.doc": (2, "use .csv, .parquet, .dta, .xlsx"),
    "panel -o missing/panel.csv": (2, "the folder missing does not exist"),
    "panel --level": (2, "requires an argument"),
    "network --domain nothing": (2, "no domain 'nothing'"),
    "explain 440300 soon fintech_deals_bought": (2, "a valid integer"),
    "explain 440300 2024": (2, "Missing argument"),
    "nothing": (2, "No such command"),
    "parse nothing page.html": (2, "unknown family 'nothing'"),
    "parse ccgp missing.html": (2, "missing.html: no such file"),
    "parse ccgp empty": (2, "empty: the folder holds no files"),
    "match --lexicon nothing text.txt": (2, "no lexicon 'nothing'"),
    "match --lexicon digital_121 missing.txt": (2, "missing.txt: no such file"),
    "match --lexicon digital_121 empty": (2, "empty: the folder holds no"),
    "match --lexicon digital_121 --policy lax text.txt": (2, "unknown matching policy 'lax'"),
    "match --lexicon digital_121 binary.txt": (2, "nothing could be read: binary.txt: "),
    "match --lexicon digital_121 --field title table.csv": (2, "no field 'title'; name one of name"),
    "resolve --kind bank table.csv --column title": (2, "no column 'title'; the columns are name"),
    "resolve --kind shop table.csv --column name": (2, "no kind 'shop'; use bank, firm, body, place"),
    "resolve table.csv": (2, "needs a table, --kind and --column"),
    "lexicon validate text.txt": (2, "text.txt"),
    "source show nothing": (2, "no source 'nothing'"),
    "release show nothing": (2, f"there are: {RELEASE}"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with an empty folder, a text, a table, and bytes that are neither."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "empty").mkdir()
    (folder / "text.txt").write_text("数字经济", encoding="utf-8")
    (folder / "table.csv").write_text("name\n示例银行\n", encoding="utf-8")
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02\xff\xfe" * 50)
    return folder


@pytest.mark.parametrize("command", BAD)
def test_bad_input_ends_with_one_clear_line_and_its_exit_code(
    home: Home, folder: Path, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from fincity.cli import main

    code, said = BAD[command]
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    with pytest.raises(SystemExit) as left:
        main(["--quiet", "--home", str(home.path), *command.split()])
    message = capsys.readouterr().err
    assert left.value.code == code
    assert said in message
    assert "Traceback" not in message
    assert message.startswith("Usage: ") or message.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_a_real_process_ends_the_same_way(home: Home, tmp_path: Path) -> None:
    ran = fincity(home.path, "panel", "--years", "2024-2019")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "fincity: years '2024-2019' are reversed: write 2019-2024\n"
    ran = fincity(tmp_path / "nowhere", "panel")
    assert ran.returncode == 2
    assert "no fincity home at" in ran.stderr


def test_a_full_disk_leaves_the_old_file_and_no_part_of_a_new_one(home: Home, tmp_path: Path) -> None:
    def nearly_full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    for suffix in ("csv", "parquet", "dta", "xlsx"):
        path = tmp_path / f"panel.{suffix}"
        path.write_bytes(b"old")
        ran = fincity(home.path, "panel", "-o", str(path), limit=nearly_full)
        assert (ran.returncode, "Traceback" in ran.stderr, ran.stderr.count("\n")) == (1, False, 1), ran.stderr
        assert path.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["panel.csv", "panel.dta", "panel.parquet", "panel.xlsx"]


def test_an_interrupt_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(2000):  # far more than is matched before the interrupt comes
        (texts / f"{number}.txt").write_text("数字经济与人工智能的发展" * 400, encoding="utf-8")
    command = [sys.executable, "-m", "fincity", "match", "--lexicon", "digital_121", "texts", "-o", "counts.csv"]
    process = interruptible(command, tmp_path)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".counts*.part*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert [p.name for p in tmp_path.iterdir()] == ["texts"]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (FincityError("it failed"), 1, "fincity: it failed"),
        (UsageError("wrong\ncall"), 2, "fincity: wrong call"),
        (BoundBroken("3 in quarantine"), 3, "fincity: 3 in quarantine"),
        (KeyboardInterrupt(), 130, "fincity: interrupted"),
        (OSError(errno.ENOSPC, "No space left on device", "p.csv"), 1, "fincity: p.csv: the disk is full"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "p.csv"), 2, "fincity: p.csv: No such file"),
        (PermissionError(errno.EACCES, "Permission denied", "p.csv"), 1, "fincity: p.csv: Permission denied"),
        (ModuleNotFoundError("No module named 'networkx'", name="networkx"), 2, "pip install 'fincity[research]'"),
        (
            ZeroDivisionError("division by zero"),
            1,
            "fincity: unexpected ZeroDivisionError: division by zero (details: ",
        ),
    ],
)
def test_every_error_is_one_line(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FINCITY_DEBUG", raising=False)

    def fail() -> None:
        raise error

    assert guarded(fail) == code
    message = capsys.readouterr().err
    assert said in message
    assert message.count("\n") == 1


def test_what_nobody_foresaw_is_logged_and_shown_whole_when_debugging(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reports").mkdir()
    monkeypatch.setenv("FINCITY_HOME", str(tmp_path))
    monkeypatch.delenv("FINCITY_DEBUG", raising=False)

    def fail() -> None:
        raise ZeroDivisionError("division by zero")

    guarded(fail)
    (log,) = (tmp_path / "reports").iterdir()
    assert str(log) in capsys.readouterr().err
    assert "in fail" in log.read_text(encoding="utf-8")
    monkeypatch.setenv("FINCITY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        guarded(fail)
