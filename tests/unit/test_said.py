"""Sentences that remember what they are made of: English now, Spanish when asked, and the same after they were kept."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import exchange
from lab import vocabulary as words
from lab.matching import Recommendation, recommend
from lab.said import (
    AND,
    Said,
    begun,
    joined,
    kept,
    language_name,
    listed,
    reworded,
    said_from,
    say,
    say_many,
    small,
    spoken,
    word,
)

CASES = Path(__file__).parent.parent / "cases"
TRANSLATED = {
    "Covers %(count)s of %(total)s needs: %(needs)s.": "Cubre %(count)s de %(total)s necesidades: %(needs)s.",
    "Works for %(who)s.": "Trabaja para %(who)s.",
}


class Spanish:
    code = "es"

    def sentence(self, template: str) -> str:
        return TRANSLATED.get(template, template)

    def counted(self, one: str, many: str, number: int) -> str:
        template = one if number == 1 else many
        return {"%(num)s day": "%(num)s día", "%(num)s days": "%(num)s días"}.get(template, template)

    def day(self, day: date) -> str:
        return f"el {day.isoformat()}"


def of_the_cases() -> Iterator[Recommendation]:
    def read(name: str) -> str:
        return (CASES / f"{name}.json").read_text(encoding="utf-8")

    consultants = exchange.read_consultants(read("consultants")).items
    supports = exchange.read_supports(read("supports")).items[0]
    for application in exchange.read_applications(read("applications")).items:
        yield recommend(application, consultants=consultants, supports=supports, likeness=False)


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts_in(getattr(value, name))


def test_a_sentence_is_an_english_text_and_can_be_told_in_spanish() -> None:
    need = small(words.NEEDS["first_contract_prep"].label)
    said = say("Covers %(count)s of %(total)s needs: %(needs)s.", count=1, total=3, needs=listed([need]))
    english = words.NEEDS["first_contract_prep"].label.en.lower()
    assert said == f"Covers 1 of 3 needs: {english}."
    assert json.dumps([said]) == json.dumps([f"Covers 1 of 3 needs: {english}."])
    spanish = words.NEEDS["first_contract_prep"].label.es.lower()
    assert said.told(Spanish()) == f"Cubre 1 de 3 necesidades: {spanish}."


def test_days_numbers_labels_and_lists_are_told_in_their_language() -> None:
    assert spoken(date(2026, 10, 9)) == "9 October 2026"
    assert spoken(date(2026, 10, 9)).told(Spanish()) == "el 2026-10-09"
    assert [say_many("%(num)s day", "%(num)s days", n).told(Spanish()) for n in (1, 2)] == ["1 día", "2 días"]
    both = listed([language_name(words.LANGUAGES[code].label) for code in ("es", "en")], AND)
    assert both == "Spanish and English"
    assert both.told(Spanish()) == "español e inglés"
    state = word(words.STATES["NY"].label)
    assert state.told(Spanish()) == words.STATES["NY"].label.in_("es")
    assert begun(say("works for %(who)s", who="us")) == "Works for us"


def test_what_somebody_wrote_is_never_read_as_a_template() -> None:
    written = "100 %(who)s %s {x} <b>"
    said = say("Works for %(who)s.", who=written)
    assert said == f"Works for {written}."
    assert said_from(json.loads(json.dumps(kept(said)))).told(Spanish()) == f"Trabaja para {written}."


def test_a_plain_text_is_kept_and_read_as_it_is() -> None:
    assert kept("As it was.") == "As it was." == said_from("As it was.")


@given(st.recursive(st.text(), lambda inner: st.lists(inner, max_size=3).map(lambda parts: listed(parts))))
def test_whatever_is_kept_comes_back(text: str) -> None:
    for said in (text, say("Works for %(who)s.", who=text), begun(text), joined(text, "and more")):
        again = said_from(json.loads(json.dumps(kept(said))))
        assert again == said and kept(again) == kept(said)


def test_a_sentence_can_be_copied_and_pickled() -> None:
    said = joined(say("Works for %(who)s.", who="us"), spoken(date(2026, 1, 2)))
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert again == said and kept(again) == kept(said)


def test_a_sentence_can_be_put_to_another_listener_or_left_out() -> None:
    said = joined(say("Works for %(who)s.", who="them"), say("Ask first."))
    other = {"Works for %(who)s.": "Works for you.", "Ask first.": ""}
    assert reworded(said, other) == "Works for you."


def test_every_sentence_of_a_match_can_be_told_in_both_languages() -> None:
    for made in of_the_cases():
        for text in texts_in(made):
            plain = " " not in text or not text.rstrip().endswith(".")
            assert isinstance(text, Said) or plain or text in quoted(made), text
            if isinstance(text, Said):
                assert text.told(Spanish())


def quoted(made: Recommendation) -> set[str]:
    """Words of the applicant and names, which stay as they were written."""
    return {need.words for need in made.needs} | {one.name for one in made.networks + made.convenings}


def test_a_recommendation_is_kept_with_what_its_sentences_are_made_of() -> None:
    for made in of_the_cases():
        record = json.loads(json.dumps(made.to_record()))
        again = Recommendation.from_record(record)
        assert again == made
        assert [kept(text) for text in texts_in(again)] == [kept(text) for text in texts_in(made)]


def test_a_record_that_holds_plain_texts_still_loads() -> None:
    made = next(of_the_cases())
    record = json.loads(json.dumps(made.to_record()))
    record["stage_reason"], record["decision_reasons"] = "As it was.", ["So it was."]
    again = Recommendation.from_record(record)
    assert again.stage_reason == "As it was." and again.decision_reasons == ("So it was.",)


@pytest.mark.parametrize("between", ["; ", ", ", " "])
def test_one_alone_is_itself(between: str) -> None:
    assert listed(["one"], between) == "one" == joined("", "one", "")
