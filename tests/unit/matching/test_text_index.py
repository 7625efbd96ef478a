"""The index of texts: likeness over separate texts, without names, the same however it is kept."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.text_ranking import Usual, agree, asked, made_up
from lab.answers import Skill
from lab.matching.text_index import Document, Index, build, document_of, of_consultants
from lab.matching.texts import as_one, language_of, terms_of
from tests.unit.matching.worlds import applications, consultants

TEXT = "We want to prepare our team for bargaining and to listen to the members before the first session."


def everybody(index):
    return {
        (ref, one.ref): index.likeness(application.description, one.ref)
        for ref, application in applications().items()
        for one in consultants()
    }


def test_the_index_read_back_says_the_same():
    index = of_consultants(consultants())
    again = Index.from_bytes(index.to_bytes())

    assert everybody(again) == everybody(index)
    assert again.rank(TEXT) == index.rank(TEXT)
    assert again.refs == tuple(sorted(one.ref for one in consultants()))


@pytest.mark.parametrize("content", [b"", b"\x04\0\0\0\0\0\0\0{}{}", b"\x80\x04N."])
def test_anything_else_is_refused_in_a_sentence(content):
    with pytest.raises(ValueError, match="This is not a text index of this version"):
        Index.from_bytes(content)


def test_ranking_reads_neither_scikit_learn_nor_numpy(tmp_path):
    (tmp_path / "index").write_bytes(of_consultants(consultants()).to_bytes())
    script = (
        "import sys; from pathlib import Path; from lab.matching.text_index import Index\n"
        f"found = Index.from_bytes(Path({str(tmp_path / 'index')!r}).read_bytes()).rank({TEXT!r})\n"
        "print(len(found), *sorted({'sklearn', 'scipy', 'numpy'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(len(consultants()))]


def test_the_order_of_people_makes_no_difference():
    documents = [document_of(one) for one in consultants()]
    assert build(reversed(documents)).to_bytes() == build(documents).to_bytes()


def test_likeness_is_the_mean_of_the_best_three_texts():
    good, other = "We bargain a first contract with the union.", "Gardens and rivers."
    index = build(
        [
            Document("A", (good, good, good, other, other)),
            Document("B", (good, other, other)),
            Document("C", (other, other, other)),
        ]
    )
    far = (
        "Mediation, facilitation, grievance, recognition, petition, discipline, coaching, training, contract."
    )
    found = dict(index.rank(far))
    assert found["A"] > found["B"] > found["C"] == 0


def test_a_changed_profile_is_compared_as_if_it_were_in_the_index():
    index = of_consultants(consultants())
    for one in consultants():
        more = replace(one, skills=(*one.skills, Skill(need="mediation", level=3)))
        changed = of_consultants(more if other.ref == one.ref else other for other in consultants())
        assert index.compare(TEXT, as_one(more)) == pytest.approx(changed.likeness(TEXT, one.ref), abs=1e-5)


def test_names_and_pronouns_are_no_words():
    plain = "The director met the union in the spring. It was a hard year."
    named = "The director met Rosa Delgado in the spring. She had a hard year with her union."
    assert "delgado" not in terms_of(named, "en")
    assert "rosa" not in terms_of(named, "en")
    assert sorted(set(terms_of(plain, "en"))) == sorted(set(terms_of(named, "en")))


def test_a_name_that_begins_a_sentence_counts_for_nobody():
    index = build([Document("A", ("Rosa. We bargain well.",)), Document("B", ("We bargain well.",))])
    found = dict(index.rank("Rosa asks how to bargain."))
    assert found["A"] == found["B"] > 0


def test_words_meet_by_their_stems_in_either_language():
    assert terms_of("negotiated agreements", "en") == terms_of("negotiates agreement", "en")
    assert terms_of("las negociaciones colectivas", "es") == terms_of("negociación colectiva", "es")
    assert [language_of(text) for text in ("Negociación", "We need help", "No sabemos qué hacer")] == [
        "es", "en", "es",
    ]  # fmt: skip


def test_a_text_in_spanish_finds_those_whose_needs_it_speaks_of():
    index = of_consultants(consultants())
    spanish = "Queremos preparar a nuestro equipo de negociación para el primer contrato con el sindicato."
    found = dict(index.rank(spanish))
    assert len(found) == len(consultants())
    assert max(found.values()) > 0


def test_nothing_to_compare_is_not_known():
    index = of_consultants(consultants())
    assert index.likeness("   ", "C01") is None
    assert index.likeness(TEXT, "nobody") is None
    assert build([Document("A", ())]).likeness(TEXT, "A") is None


@pytest.mark.parametrize("count", [6, 1000])
def test_the_order_is_that_of_cosines_over_the_same_weights(count):
    documents = made_up(count)
    index = Index.from_bytes(build(documents).to_bytes())
    agree(index, Usual(documents), documents, asked(10))


def test_with_many_texts_arrays_and_lists_give_the_same():
    texts = [one.written[0] for one in made_up(900)]
    index = build([Document(f"P{at:03}", tuple(texts[at * 5 : at * 5 + 5])) for at in range(180)])
    text = asked(1)[0]
    ranked = index.rank(text)
    assert ranked[:7] == index.rank(text, 7)
    for ref, likeness in ranked:
        assert likeness == pytest.approx(index.likeness(text, ref), abs=2e-6)
