"""What a text tells without the program's words, and what it does not tell though the words are there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.matching.classes import may_stand_in, pattern, rules
from lab.matching.hearing import by_classes
from lab.matching.lexicon import hear
from lab.matching.silence import silent
from tests.soak import times

SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789 '’,$%-"

TOLD = [
    ("bargaining_team_coaching", "None of the four of us has done this before. Who speaks, who takes notes?"),
    ("bargaining_team_coaching", "Our side of the table interrupts each other."),
    ("bargaining_team_coaching", "Los tres que estamos en la mesa somos nuevos en esto."),
    ("recognition_process", "We received a letter saying a majority signed cards. What do we answer?"),
    ("recognition_process", "I do not know whether we may still just recognize them without the vote."),
    ("recognition_process", "Nos pidió que lo reconozcamos con conteo de tarjetas."),
    ("unit_definition", "It is unclear whether the coordinators are supervisors and belong in the group."),
    ("unit_definition", "No sabemos si las líderes de turno van dentro o fuera."),
    ("senior_team_coaching", "My executive team argues every week."),
    ("senior_team_coaching", "El equipo directivo no se pone de acuerdo: cada quien jala por su lado."),
    ("grievance_process", "Three step-one answers went out late."),
    ("grievance_process", "Las delegadas metieron quejas y las contestamos fuera de plazo."),
    ("contract_implementation", "I want a one-page calendar of what is due when."),
    ("contract_implementation", "Ya firmamos y nadie sabe quién tiene que hacer qué."),
    ("manager_supervisor_training", "Our front-line managers were never told what changed."),
    ("manager_supervisor_training", "Los coordinadores les preguntan a la gente por quién va a votar."),
    ("relationship_repair", "Desde el paro no nos saludamos."),
    ("relationship_repair", "The shop steward and my deputy no longer speak."),
    ("dispute_mediation", "Llevamos seis sesiones y no avanzamos."),
    ("dispute_mediation", "Nine sessions in and we are circling around just cause."),
    ("hr_policy_alignment", "Seguimos con el reglamento viejo."),
    ("hr_policy_alignment", "Nobody in HR has rewritten the leave policy."),
    ("legal_counsel_referral", "La abogada nos dice que peleemos; queremos otra."),
    ("board_education", "La mesa directiva está asustada."),
    ("joint_training", "Queremos un taller junto con las delegadas."),
    ("race_power_polarization", "Black staff told us that promotions go to white colleagues."),
    ("restructuring_layoffs", "We lose the state contract on June 30 and a third of the positions with it."),
    ("remote_distributed_teams", "Staff are in six states."),
    ("successor_bargaining", "El contrato caduca en abril."),
    ("costing_budget", "What does a 5% raise do to a budget made of restricted grants?"),
    ("individual_coaching", "I lie awake and have nobody here to say my doubts to."),
    ("peer_coaching", "A call with a director who survived a renewal would help."),
]


@pytest.mark.parametrize(("need", "text"), TOLD)
def test_a_need_is_heard_in_plain_words_of_one_sentence_or_of_two(need, text):
    assert need in hear(text, "nonprofit")


SILENT = [
    "There are no layoffs planned.",
    "No hay despidos previstos ni problemas de raza.",
    "We won't need mediation.",
    "Please no template or guide, we have plenty.",
    "No hay quejas ni agravios.",
    "Nobody asked for training, our supervisors know the contract well.",
    "Remote staff are not a concern; we all sit in one building.",
    "Relations are good, and the implementation of the contract is complete.",
    "We run a shelter for people who face layoffs.",
    "We teach race and power workshops for schools.",
    "Our own office staff like the new building.",
    "The handbook has been rewritten and payroll is correct.",
    "Talks are friendly and we do not want a mediator.",
    "La junta directiva entiende bien su papel.",
    "Damos talleres de mediación a familias del barrio.",
    "Ya tenemos abogada y estamos contentas.",
    "No necesitamos capacitar a las supervisoras.",
    "We have no grievances and no complaints.",
]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_denied_refused_well_over_or_done_for_others_is_no_need(text):
    assert hear(text, "nonprofit") == {}


@pytest.mark.parametrize(
    ("text", "heard", "unheard"),
    [
        (
            "We do not want a mediator, but our supervisors are afraid.",
            "manager_supervisor_training",
            "dispute_mediation",
        ),
        (
            "The handbook has been rewritten, but our trustees are nervous.",
            "board_education",
            "hr_policy_alignment",
        ),
        (
            "No queremos mediación, pero las supervisoras no saben qué decir.",
            "manager_supervisor_training",
            "dispute_mediation",
        ),
    ],
)
def test_a_refusal_ends_where_the_sentence_turns(text, heard, unheard):
    found = hear(text, "nonprofit")

    assert heard in found
    assert unheard not in found


def test_a_trouble_that_the_next_sentence_explains_itself_is_not_the_subject_of_the_one_before():
    assert set(hear("Our board meets on Mondays. Our managers are nervous.", "nonprofit")) == {
        "manager_supervisor_training"
    }


def test_a_general_trouble_belongs_to_the_subject_that_explains_it_best():
    text = "it is unclear whether the coordinators are supervisors and belong in the group"

    assert [need for need, _, _ in by_classes(text)] == ["unit_definition"]


def test_a_trouble_far_from_its_subject_is_another_thought():
    text = f"our trustees came to lunch {'and we walked around the garden ' * 6}and somebody was nervous"

    assert not list(by_classes(text))
    assert not silent(text)


@pytest.mark.parametrize(
    ("need", "text"),
    [
        ("manager_supervisor_training", "Shift leads keep denying breaks."),
        ("legal_counsel_referral", "Our lawyer wants us to contest everything and I would rather not."),
        ("hr_policy_alignment", "HR forms still list the old vacation accrual."),
        ("workgroup_facilitation", "The workload committee ends in shouting."),
        ("senior_team_coaching", "Entre los directivos hay bandos."),
    ],
)
def test_a_subject_that_stands_for_itself_with_something_amiss_is_heard_softly(need, text):
    assert hear(text, "nonprofit").keys() == {need}
    assert not hear(text, "nonprofit")[need].asks


def test_nothing_is_guessed_from_a_sentence_that_says_all_is_well():
    assert hear("Supervisors and stewards get along and meet when they need to.", "nonprofit") == {}


CLASSES = sorted(
    {name for kind in ("rules", "soft") for every in rules(kind).values() for rule in every for name in rule}
)


@pytest.mark.parametrize("name", CLASSES)
@settings(max_examples=times(10, soak=2000), deadline=None)
@given(st.data())
def test_a_class_is_looked_for_wherever_its_words_may_stand(name, data):
    words = data.draw(st.from_regex(pattern(name), fullmatch=True, alphabet=SIGNS))
    before = data.draw(st.sampled_from(("", "we know, ", "so-")))

    assert name in may_stand_in(before + words)


def test_most_classes_are_not_looked_for_in_a_sentence():
    assert len(may_stand_in("the shop steward and my deputy no longer speak")) < len(CLASSES) / 2
