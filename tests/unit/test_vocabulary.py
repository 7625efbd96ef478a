"""The vocabulary: complete in both languages, its codes pinned, its parts in agreement."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lab import vocabulary as words
from lab.vocabulary.reading import read_file, terms_of
from lab.vocabulary.terms import Need, Stage, Term, Terms, Text

PINNED = Path(__file__).with_name("slugs.txt")
COLLECTIONS = {
    value.kind: value for name in words.__all__ if isinstance(value := getattr(words, name), Terms)
}
# Names of places and languages may read the same in both languages.
NAMES = {"states", "ca_counties", "ca_regions", "languages"}
SAME_WORD = {"No"}


def texts_of(kind: str) -> list[tuple[str, Text]]:
    found = []
    for term in COLLECTIONS[kind].values():
        found += [(f"{kind} {term.code} label", term.label), (f"{kind} {term.code} hint", term.hint)]
        if isinstance(term, Stage):
            found.append((f"{kind} {term.code} entry test", term.entry_test))
    return found


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_every_term_speaks_both_languages(kind: str) -> None:
    for where, text in texts_of(kind):
        assert text.en.strip(), where
        if kind in NAMES and where.endswith("label"):
            assert text.in_("es"), where
            continue
        assert text.es.strip(), f"{where} has no Spanish"
        assert text.en != text.es or text.en in SAME_WORD, f"{where} is the same in both languages"


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_texts_are_calm_and_short(kind: str) -> None:
    for where, text in texts_of(kind):
        for one in (text.en, text.es):
            assert not set(one) & set("!¡"), where
            assert one == " ".join(one.split()), where
            assert all(len(sentence.split()) <= 22 for sentence in re.split(r"[.?;:]", one)), where
        if where.endswith("hint"):
            assert {text.en[-1], text.es[-1]} <= set(".?"), where


def test_hints_say_more_than_labels() -> None:
    for kind, terms in COLLECTIONS.items():
        for term in terms.values():
            assert term.hint.en.rstrip(".") != term.label.en, f"{kind} {term.code}"


def test_codes_are_pinned() -> None:
    pinned = PINNED.read_text(encoding="utf-8").split("\n")[:-1]
    now = {f"{kind} {code}" for kind, terms in COLLECTIONS.items() for code in terms}
    gone = sorted(set(pinned) - now)
    new = sorted(now - set(pinned))
    assert not gone, (
        f"Codes that are stored in databases are gone: {', '.join(gone)}. Write a data migration that "
        f"moves their rows first, then take them out of {PINNED.name}."
    )
    assert not new, f"New codes. Add a line for each to {PINNED.name}: {', '.join(new)}"
    assert len(pinned) == len(set(pinned)), f"{PINNED.name} has a line twice"


def test_stages_are_in_order() -> None:
    assert words.STAGES.codes == (
        "before_organizing",
        "organizing",
        "recognition_requested",
        "petition_filed",
        "preparing_to_bargain",
        "first_contract_bargaining",
        "tentative_agreement",
        "contract_implementation",
        "established",
        "successor_preparation",
        "successor_bargaining",
    )
    assert [stage.rank for stage in words.STAGES.values()] == list(range(11))
    assert words.PARTNERSHIP_LEVELS.codes[0] == "individual_interest"
    assert words.PARTNERSHIP_LEVELS.codes[-1] == "site_teams"


def test_the_parts_agree() -> None:
    assert set(words.TIME_CRITICAL_ORDER) == set(words.STAGES)
    assert len(words.TIME_CRITICAL_ORDER) == len(words.STAGES)
    assert words.BARE_NEED in words.NEED_WEIGHTS
    assert {code: weight.points for code, weight in words.NEED_WEIGHTS.items()} == {
        "must": 3,
        "important": 2,
        "nice": 1,
    }
    numbers = {feature.number for feature in words.NEGOTIATION_FEATURES.values()}
    assert numbers == set(range(1, 9))
    for need in words.CONSULTANT_SKILLS.values():
        assert need.group in words.NEED_GROUPS, need.code
        assert set(need.lines) <= set(words.LINES), need.code
        assert need.lines, need.code
        assert set(need.negotiation_features) <= numbers, need.code
    assert {need.group for need in words.NEEDS.values()} == set(words.NEED_GROUPS)
    assert set(words.CONSULTANT_SKILLS) - set(words.NEEDS) == {"peer_network_facilitation"}
    assert set(words.MET_BY_PROGRAM) < set(words.NEEDS)
    assert {seat.side for seat in words.TEAM_SEATS.values()} == {"management", "union"}
    assert all(set(clause.lines) <= set(words.LINES) for clause in words.FOUNDATION.values())
    assert all(hours.low <= hours.high for hours in words.HOURS_BUDGETS.values())
    grace = [urgency.grace_days for urgency in words.URGENCIES.values()]
    assert grace == sorted(grace)


def test_public_schools_are_not_offered_bargaining_needs() -> None:
    for code in ("bargaining_team_coaching", "successor_bargaining", "costing_budget", "recognition_process"):
        assert words.NEEDS[code].lines == ("nonprofit",)


def test_places() -> None:
    assert len(words.STATES) == 52
    assert {"DC", "PR"} < set(words.STATES)
    assert all(ZoneInfo(state.time_zone) for state in words.STATES.values())
    assert words.STATES["NY"].label.in_("es") == "Nueva York"
    assert len(words.CA_COUNTIES) == 58
    regions = {str(county.region) for county in words.CA_COUNTIES.values()}
    assert regions == set(words.CA_REGIONS)
    assert len(regions) == 11
    assert words.CA_COUNTIES["Fresno"].region == 7
    assert words.CA_COUNTIES["Tehama"].office == "Tehama County Department of Education"


@pytest.mark.parametrize(
    ("number", "code"),
    [(1, "2_10"), (2, "2_10"), (10, "2_10"), (11, "11_25"), (500, "151_500"), (501, "501_plus")],
)
def test_band_of_a_unit(number: int, code: str) -> None:
    assert words.band_of(words.UNIT_BANDS, number).code == code


def test_band_of_a_budget_and_of_nonsense() -> None:
    assert words.band_of(words.BUDGET_BANDS, 1_000_000).code == "1m_5m"
    assert words.band_of(words.BUDGET_BANDS, 900_000_000).code == "50m_plus"
    with pytest.raises(ValueError, match="-3 is below zero"):
        words.band_of(words.STAFF_BANDS, -3)


@pytest.mark.parametrize(
    "bands", [words.BUDGET_BANDS, words.STAFF_BANDS, words.UNIT_BANDS], ids=lambda b: b.kind
)
def test_bands_touch_and_do_not_overlap(bands: Terms[words.Band]) -> None:
    ordered = list(bands.values())
    for lower, upper in itertools.pairwise(ordered):
        assert lower.high is not None
        assert lower.high + 1 == upper.low
    assert ordered[-1].high is None


def test_unions_and_their_other_names() -> None:
    names = {union.name for union in words.UNION_ALIASES}
    assert len(names) == len(words.UNION_ALIASES)
    for union in words.UNION_ALIASES:
        assert set(union.part_of) <= names, union.name
        assert union.name not in union.part_of
        assert set(union.states) <= set(words.STATES), union.name
    seen: dict[str, list[words.UnionName]] = {}
    for union in words.UNION_ALIASES:
        for alias in union.aliases:
            seen.setdefault(alias.lower(), []).append(union)
    for alias, unions in seen.items():
        if len(unions) > 1:
            states = [state for union in unions for state in union.states]
            assert all(union.states for union in unions), f"{alias} needs states to tell its unions apart"
            assert len(states) == len(set(states)), f"{alias} means two unions in one state"


def test_unknown_code_names_kind_code_and_the_nearest() -> None:
    with pytest.raises(words.UnknownCode) as caught:
        words.STAGES["organising"]
    assert str(caught.value) == "stages has no code 'organising'; the nearest is 'organizing'"
    assert isinstance(caught.value, KeyError)
    assert "organising" not in words.STAGES
    assert words.STAGES.get("organising") is None
    assert None not in words.STAGES


def test_text_falls_back_to_english() -> None:
    text = Text("Yes", "Sí")
    assert (text.in_("en"), text.in_("es"), text.in_("es_US"), text.in_("fr")) == ("Yes", "Sí", "Sí", "Yes")
    assert Text("Fresno").in_("es") == "Fresno"


ENTRY = """
[[needs]]
code = "new_need"
label.en = "A new need"
label.es = "Una nueva necesidad"
hint.en = "It says more."
hint.es = "Dice algo más."
group = "people"
lines = ["nonprofit"]
"""


def test_one_entry_suffices_for_a_new_term(tmp_path: Path) -> None:
    source = Path(words.__file__).with_name("needs.toml").read_text(encoding="utf-8")
    (tmp_path / "needs.toml").write_text(source + ENTRY, encoding="utf-8")
    needs = terms_of("needs.toml", "needs", Need, folder=tmp_path)
    assert needs.codes == (*words.NEEDS.codes, "new_need")
    assert needs["new_need"].rank == len(words.NEEDS)
    assert needs["new_need"].label.in_("es") == "Una nueva necesidad"
    assert needs["new_need"].lines == ("nonprofit",)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            ENTRY.replace("label.en", "lable.en").replace("label.es", "lable.es"),
            "unknown lable, missing label",
        ),
        (ENTRY.replace('group = "people"\n', ""), "needs, new_need: missing group"),
        (ENTRY + ENTRY, "needs has the code 'new_need' twice"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: str, message: str) -> None:
    (tmp_path / "needs.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        len(terms_of("needs.toml", "needs", Need, folder=tmp_path))


def test_terms_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        words.STAGES["organizing"].code = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        words.LEXICON["shadowing"] = ()  # type: ignore[index]


def test_every_need_has_phrases_in_both_languages() -> None:
    assert set(words.LEXICON) == set(words.NEEDS)
    content = read_file(Path(words.__file__).with_name("lexicon.toml"))
    for code, languages in content.items():
        assert set(languages) == {"en", "es"}, code
        assert len(languages["en"]) >= 10, code
        assert len(languages["es"]) >= 6, code
        for phrases in languages.values():
            assert len(phrases) == len(set(phrases)), f"{code} has a phrase twice"


def test_phrases_keep_their_form() -> None:
    word = re.compile(r"[a-záéíóúüñ][a-záéíóúüñ'-]*\*?")
    for code, phrases in words.LEXICON.items():
        for phrase in phrases:
            parts = phrase.split(" ")
            assert all(word.fullmatch(part) for part in parts), f"{code}: {phrase!r}"
            assert all(len(part) >= 3 for part in parts if part.endswith("*")), (
                f"{code}: {phrase!r} is too wide"
            )


def test_no_phrase_means_two_needs() -> None:
    owner: dict[str, str] = {}
    for code, phrases in words.LEXICON.items():
        for phrase in phrases:
            assert owner.setdefault(phrase, code) == code, f"{phrase!r}: {owner[phrase]} and {code}"


IMPORT = """
import sys, dataclasses, difflib, functools, json, pathlib, tomllib, types, typing
before = set(sys.modules)
import lab.vocabulary
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_import_needs_nothing_else() -> None:
    root = Path(words.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT], cwd=root, capture_output=True, text=True, check=True
    )
    for module in json.loads(done.stdout):
        own = module == "lab" or module.startswith("lab.vocabulary")
        assert own or module.split(".")[0] in sys.stdlib_module_names, f"{module} is imported too"


def test_terms_of_a_kind_keep_their_class() -> None:
    assert isinstance(words.STAGES["organizing"], Stage)
    assert all(type(term) is Term for term in words.GATES.values())
