"""The catalogue of indicators: complete, strict about its YAML, helpful about wrong names, light to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from etl import catalogue
from etl.catalogue.load import read_frames, read_theme
from etl.errors import FincityError, UsageError
from etl.indicators import CONTRIBUTIONS

ROOT = Path(__file__).resolve().parent.parent

ENTRY = {
    "title_zh": "数",
    "title_en": "Number",
    "definition": "A number.",
    "formula": "sum of value",
    "unit": "items",
    "frame": "reports",
    "aggregation": {"city_years": "sum", "province": "own"},
    "first_year": 2000,
    "licence": "Free.",
}
FRAMES = {"reports": catalogue.Frame(id="reports", title="Reports", imports="reports")}


def test_every_entry_has_its_function_and_its_lexicon() -> None:
    assert set(catalogue.indicators()) == set(CONTRIBUTIONS)
    for entry in catalogue.indicators().values():
        assert entry.lexicon is None or (ROOT / "keywords/lexicons" / f"{entry.lexicon}.yaml").is_file()


def test_frames_name_sources_that_list_the_kinds_they_count() -> None:
    for frame in catalogue.frames().values():
        for source in frame.sources(synthetic=True) + frame.sources(synthetic=False):
            told = yaml.safe_load((ROOT / "crawlers/sources" / f"{source}.yaml").read_text(encoding="utf-8"))
            assert {scope["kind"] for scope in told["scopes"]} & set(frame.kinds), (frame.id, source)


def test_an_unknown_indicator_is_answered_with_the_closest_ones() -> None:
    with pytest.raises(UsageError, match="did you mean fintech_deals_bought"):
        catalogue.indicator("fintech_deal_bougth")
    with pytest.raises(UsageError, match="known: digital_term_hits,"):
        catalogue.indicator("气温")


def theme(folder: Path, **changes: object) -> Path:
    entry = {name: value for name, value in {**ENTRY, **changes}.items() if value is not None}
    path = folder / "weather.yaml"
    content = {"shared": {}, "indicators": {"weather_rain": entry}}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_a_theme_file_gives_its_indicators(tmp_path: Path) -> None:
    rain = read_theme(theme(tmp_path, maximum=3, warnings=["Wet."]), FRAMES)["weather_rain"]
    assert (rain.theme, rain.maximum, rain.warnings, rain.integer) == ("weather", 3.0, ("Wet.",), False)
    assert rain.aggregation == catalogue.Aggregation("sum", "own")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"titel": "x"}, "weather_rain: unknown field 'titel'"),
        ({"unit": None}, "weather_rain: the field 'unit' is missing"),
        ({"first_year": "2000"}, "weather_rain: first_year: expected int, found '2000'"),
        ({"first_year": True}, "first_year: expected int, found True"),
        ({"title_zh": ""}, "title_zh: expected str, found ''"),
        ({"warnings": "Wet."}, "warnings: expected tuple"),
        ({"aggregation": {"city_years": "mean", "province": "own"}}, "city_years: expected sum, ratio, found 'mean'"),
        ({"aggregation": "sum"}, "aggregation: expected fields with names"),
        ({"frame": "sky"}, "frame 'sky' is not in frames.yaml"),
        ({"lexicon": "digital_121"}, "lexicon and policy go together"),
        ({"minimum": 1, "maximum": 1}, "minimum 1.0 is not below maximum 1.0"),
        ({"code": "rain"}, "write the code as weather_"),
    ],
)
def test_a_wrong_entry_is_refused_by_file_entry_and_field(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(FincityError, match=r"^weather\.yaml: ") as refused:
        read_theme(theme(tmp_path, **changes), FRAMES)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {title: A, imports: reports}\na: {title: B, imports: reports}", "'a' stands twice"),
        ("a: {title: A}", "a: give either imports, or real, synthetic and kinds"),
        ("- a", "expected fields with names"),
        ("a: [", "cannot be read as YAML"),
    ],
)
def test_a_wrong_frames_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "frames.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FincityError, match=message):
        read_frames(path)


def test_the_catalogue_imports_nothing_heavy() -> None:
    program = (
        "import sys; from etl import catalogue; catalogue.indicators();"
        "print({'pandas', 'numpy', 'sqlalchemy', 'pyarrow', 'jieba', 'rapidfuzz'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"
