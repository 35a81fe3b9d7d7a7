"""Reviewing a home's names: what is asked, in which order, and how answers come back by csv and in the terminal."""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from db.archive import Archive
from db.home import Home
from etl.errors import UsageError
from etl.resolve.questions import Question
from fincity import review
from fincity.cli.app import build
from flows import decisions, pipeline

BUYER = "前海银行股份有限公司滨城分行"
#: (Supplier, address, yuan): three without a city of their own, one of them with a like name that has one.
SUPPLIERS = (
    ("青禾智造软件有限公司", "", "1000000.00"),
    ("青禾智造软件有限公司", "", "38121.80"),
    ("琮骐数联科技有限公司", "", "9.00"),
    ("琮骐数联科技股份有限公司", "深圳市南山区科技路1号", "50.00"),
    ("=滨海示例科技有限公司", "", "7.00"),
    ("广州明白软件有限公司", "", "3.00"),
)
Run = Callable[..., tuple[int, str]]


def notice(number: int, supplier: str, address: str, yuan: str) -> str:
    body = (
        f"采购人：{BUYER}\n中标供应商：{supplier}\n供应商地址：{address}\n中标金额：{yuan}元\n" + "本项目评审结束。" * 9
    )
    said = {
        "id": str(number),
        "title": f"智能客服系统第{number}期中标结果公告",
        "publish_time": f"2024-03-{number:02d}",
    }
    return json.dumps({**said, "content_text": body}, ensure_ascii=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home.create(tmp_path_factory.mktemp("review") / "home", "real")
    lines = [notice(n, *supplier) for n, supplier in enumerate(SUPPLIERS, 1)]
    pipeline.import_files(home, "notices", [("rows.jsonl", "\n".join(lines).encode())])
    pipeline.build_panel(home)
    return home.path


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Home:
    shutil.copytree(made, tmp_path / "home")
    return Home.open(tmp_path / "home")


@pytest.fixture(scope="module")
def queue(made: Path) -> Path:
    """The questions of the home, in a file."""
    path = made.parent / "queue.csv"
    review.write_queue(path, review.queue(Home.open(made)))
    return path


@pytest.fixture
def run(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`fincity review` in a folder of its own: exit code, and everything it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_WHO", "A. Reader")

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(build(), ["--home", str(home.path), *words])
        return done.exit_code, f"{done.output} {done.exception or ''}"

    return run


def sheet(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(path: Path, answers: Sequence[dict[str, str]], encoding: str = "utf-8-sig") -> None:
    """Fill in the answers of a file of questions, as a spreadsheet would save it."""
    rows = [{**row, **answer} for row, answer in zip(sheet(path), answers, strict=True)]
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(rows)


def asked(home: Home) -> dict[str, Question]:
    return {question.name: question for question in review.queue(home)}


def test_names_without_a_sure_city_are_asked_first_those_on_which_most_hangs(home: Home) -> None:
    questions = review.queue(home)
    assert [q.name for q in questions] == [
        BUYER,
        "青禾智造软件有限公司",
        "琮骐数联科技有限公司",
        "=滨海示例科技有限公司",
    ]
    assert [(q.deals, q.amount_fen) for q in questions[:2]] == [(6, 103_819_080), (2, 103_812_180)]
    (candidate,) = questions[2].candidates
    assert (candidate.other, candidate.city_code) == ("琮骐数联科技股份有限公司", "440300")
    assert candidate.evidence.startswith("a like name (the same words); address")


def test_what_is_answered_is_asked_no_more_and_counts_after_the_next_refresh(home: Home, run: Run) -> None:
    code, said = run("review", "--out", "q.csv")
    assert (code, "4 questions" in said) == (0, True)
    assert Path("q.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert sheet(Path("q.csv"))[3]["name"] == "'=滨海示例科技有限公司"  # no formula for a spreadsheet
    answers = [
        {"verdict": "unsure"},
        {"verdict": "Same", "city": "深圳", "why": "its site"},
        {"verdict": "same"},  # the one candidate there is
        {"verdict": "same", "organisation": "滨海示例集团有限公司", "city": "120000"},
    ]
    fill(Path("q.csv"), answers, "gb18030")
    code, said = run("review", "--in", "q.csv", "--apply")
    assert code == 0
    assert "4 decisions written, 0 known before, 0 rows without a verdict" in said
    assert review.queue(home) == []
    assert "0 decisions written, 4 known before" in run("review", "--in", "q.csv")[1]
    explained = json.loads(run("resolve", "--explain", "琮骐数联科技有限公司", "--json")[1].strip())
    assert (explained["city_code"], explained["method"]) == ("440300", "decision")
    assert [row["method"] for row in explained["stored"]] == ["decision"]
    (one,) = explained["decisions"]
    assert (one["who"], one["why"], one["verdict"], one["score"]) == ("A. Reader", "reviewed", "same", 1.0)
    listed = json.loads(run("review", "--list", "--json")[1].strip())
    assert [d["decision"] for d in listed["decisions"]] == [
        f"{BUYER} may or may not be anything known",
        "青禾智造软件有限公司 is in 440300 深圳市",
        "琮骐数联科技有限公司 is 琮骐数联科技股份有限公司 (firm:ca9d6553816ccf3e), in 440300 深圳市",
        "=滨海示例科技有限公司 is 滨海示例集团有限公司, in 120000 天津市",
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"verdict": "perhaps"}, "row 3, verdict: 'perhaps' is none of same, not_same, unsure"),
        ({"choice": "1"}, "row 3, verdict: empty, but choice is filled"),
        ({"verdict": "same", "choice": "7"}, "row 3, choice: '7' is none of the 1 candidates"),
        ({"verdict": "same", "choice": "1", "city": "深圳"}, "row 3, choice: give either a choice, or"),
        ({"verdict": "same", "city": "火星"}, "row 3, city: no place '火星'"),
        ({"verdict": "same", "city": "吉林市"}, None),
        ({"verdict": "same", "organisation": "bank:nobody"}, "row 3, org_id: 'bank:nobody' is no organisation's id"),
        ({"verdict": "same", "organisation": "<b>甲</b>"}, "row 3, other: markup, not a name"),
        ({"verdict": "not_same", "keys": "[]"}, "row 3, choice: not_same as what?"),
        ({"verdict": "same", "keys": "[{"}, "row 3, keys: changed or cut off"),
        ({"verdict": "same", "kind": "shop"}, "row 3, kind: 'shop' is none of"),
        ({"verdict": "same", "name": "甲" * 10_000}, "row 3, name: too long"),
    ],
)
def test_a_wrong_row_is_named_with_its_field(
    queue: Path, tmp_path: Path, answer: dict[str, str], said: str | None
) -> None:
    path = shutil.copy(queue, tmp_path / "q.csv")
    fill(path, [{"verdict": "unsure"}, {}, answer, {}])
    if said is None:
        assert len(review.read_queue(path, "A. Reader").decisions) == 2
        return
    with pytest.raises(UsageError) as refused:
        review.read_queue(path, "A. Reader")
    assert str(refused.value).startswith(f"{path}: nothing was written; {said}")


@pytest.mark.parametrize(
    ("city", "choices"),
    [
        ("海南", ("460000 海南省", "632500 海南藏族自治州")),
        ("吉林", ("220000 吉林省", "220200 吉林市")),
        ("朝阳", ("211300 朝阳市", "220104 朝阳区")),
        ("suzhou", ("320500 苏州市", "341300 宿州市")),
        ("朝阳区", ("110000 北京市", "220100 长春市")),
        ("昆山", ("320500 苏州市",)),
        ("巢湖市", ("340100 合肥市", "340200 芜湖市")),
    ],
)
def test_a_city_that_may_be_several_places_is_refused_with_the_choices(city: str, choices: Sequence[str]) -> None:
    with pytest.raises(UsageError, match="city: ") as refused:
        review.city_of(city)
    assert all(choice in str(refused.value) for choice in choices)


@pytest.mark.parametrize(
    ("city", "code"), [("632500", "632500"), ("海南州", "632500"), ("辽宁朝阳", "211300"), ("莱芜", "371200")]
)
def test_a_code_a_full_name_or_one_with_its_province_is_a_city(city: str, code: str) -> None:
    assert review.city_of(city).city_code == code


def test_all_faults_are_told_at_once_and_nothing_is_written(home: Home, queue: Path, run: Run) -> None:
    shutil.copy(queue, "q.csv")
    fill(Path("q.csv"), [{"verdict": "x"}, {"verdict": "same"}, {"verdict": "same"}, {"verdict": "unsure"}])
    code, told = run("review", "--in", "q.csv")
    assert code != 0
    assert "row 1, verdict: 'x'" in told
    assert "row 2, choice: same as what?" in told
    assert decisions.read(Archive.of(home)).decisions == ()


def test_a_file_that_holds_answers_is_not_written_over(queue: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(queue, tmp_path / "q.csv"))
    assert review.write_queue(path, []) == 0
    shutil.copy(queue, path)
    fill(path, [{"verdict": "unsure"}] * len(sheet(path)))
    answered = path.read_bytes()
    with pytest.raises(UsageError, match="holds answers: read them with `fincity review --in"):
        review.write_queue(path, [])
    assert path.read_bytes() == answered


def test_rows_that_contradict_one_another_are_refused(queue: Path, tmp_path: Path) -> None:
    path = shutil.copy(queue, tmp_path / "q.csv")
    row = {**sheet(path)[2], "city": "深圳"}
    fill(path, [{}, {}, {**row, "verdict": "same"}, {**row, "verdict": "not_same"}])
    with pytest.raises(UsageError, match="row 4, verdict: not_same, but row 3 says same of the same; keep one"):
        review.read_queue(path, "A. Reader")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--out QUEUE.csv"),
        (("--in", "missing.csv"), "No such file"),
        (("--in", "other.csv"), "no column 'kind'"),
        (("--out", "q.txt"), "use .csv"),
        (("--out", "q.csv", "--list"), "choose one of --out"),
        (("--undo", "nothing"), "no decision 'nothing'"),
        (("--in", "other.csv", "--who", " "), "--who must name somebody"),
        (("--below", "7"), "--below"),
    ],
)
def test_a_wrong_call_says_what_to_do(run: Run, words: tuple[str, ...], said: str) -> None:
    Path("other.csv").write_text("name,verdict\n甲,same\n", encoding="utf-8")
    code, told = run("review", *words)
    assert code != 0
    assert said in told


def test_who_signs_is_given_or_the_environments_or_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINCITY_WHO", "A. Reader")
    assert (review.reviewer("B. Keeper"), review.reviewer(None)) == ("B. Keeper", "A. Reader")
    monkeypatch.delenv("FINCITY_WHO")
    monkeypatch.setenv("LOGNAME", "somebody")
    assert review.reviewer(None) == "somebody"
    with pytest.raises(UsageError, match="--who"):
        review.reviewer("")


def sitting(home: Home, *answers: str) -> str:
    """A review in a real terminal: what it showed."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "fincity", "--home", str(home.path), "review", "--who", "A. Reader"]
    running = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env={**os.environ, "COLUMNS": "120"}
    )
    os.close(follower)
    os.write(leader, "".join(f"{answer}\n" for answer in answers).encode())
    shown = b""
    while chunk := read(leader):
        shown += chunk
    assert running.wait() == 0, shown.decode(errors="replace")
    os.close(leader)
    return shown.decode(errors="replace")


def read(terminal: int) -> bytes:
    """What a terminal shows next; nothing once the program has left it."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_in_a_terminal_each_answer_is_written_at_once_and_can_be_taken_back(home: Home) -> None:
    shown = sitting(home, "s", "c 火星", "c 深圳", "b", "u not to be found", "1 same address", "zzz", "q")
    for part in ("3 of 4", "琮骐数联科技股份有限公司, in 440300 深圳市", "no place '火星'", "'zzz' is no answer"):
        assert part in shown
    assert "2 decisions written, 1 questions left" in shown
    log = decisions.read(Archive.of(home))
    assert [(d.name, d.verdict, d.why) for d in log.rulings.decisions] == [
        ("青禾智造软件有限公司", "unsure", "not to be found"),
        ("琮骐数联科技有限公司", "same", "same address"),
    ]
    assert [undo.who for undo in log.undos] == ["A. Reader"]
    assert [*asked(home)] == [BUYER, "=滨海示例科技有限公司"]
