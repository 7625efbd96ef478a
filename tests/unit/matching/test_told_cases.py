"""Told cases: an asker, some consultants, and what a director would expect."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lab.answers import Member, Skill
from lab.matching import Recommendation, recommend
from lab.matching.lexicon import hear
from lab.matching.sharing import counts_as_sharing
from tests.unit.matching.worlds import standing, supports, told, told_match, told_people


def refs(found: Recommendation) -> list[str]:
    return [one.ref for one in found.consultants]


def gate(found: Recommendation, ref: str) -> str:
    return next(one.gate for one in found.excluded if one.ref == ref)


def test_a_demand_four_days_ago_brings_the_recognition_coach_first_and_no_network():
    found = told_match("E01")

    assert refs(found)[:2] == ["TEEL", "RUIZ"]
    assert standing(found, "individualized") == "recommended"
    assert standing(found, "regional") == "not_now"
    assert standing(found, "recognition-101") == "recommended"
    assert found.tasks[0].code == "lawyer"
    assert not found.tasks[0].condition


def test_sessions_in_spanish_close_the_gate_for_those_who_do_not_speak_it():
    found = told_match("E02")

    assert refs(found) == ["RUIZ", "VEGA"]
    assert gate(found, "TEEL") == "language"


def test_one_of_two_languages_missing_is_a_look():
    found = told_match("E02", session_languages=["en", "es"])

    assert "Look: does not work in Spanish" in found.candidate("TEEL").gaps[0]


def test_depth_in_race_and_power_comes_first_where_it_is_a_must():
    found = told_match("E03")

    assert refs(found)[:2] == ["VEGA", "RUIZ"]
    assert found.candidate("VEGA").points["depth"] > 0
    assert any("is a must they do not cover" in gap for gap in found.candidate("RUIZ").gaps)


def test_points_for_other_things_do_not_make_up_for_a_must_at_zero():
    vega = next(one for one in told_people() if one.ref == "VEGA")
    others = ("bargaining_team_coaching", "manager_supervisor_training", "relationship_repair")
    table = replace(vega, ref="TABLE", skills=tuple(Skill(need=need) for need in others))
    basics = replace(
        vega,
        sectors=("climate",),
        states=("HI",),
        skills=(Skill(need="race_power_polarization", level=1), Skill(need="bargaining_team_coaching")),
    )
    needs = [{"need": "race_power_polarization", "weight": "must"}, *others]
    found = recommend(told("E03", needs=needs), consultants=[basics, table], supports=supports())
    first, second = found.candidate("VEGA"), found.candidate("TABLE")

    assert refs(found) == ["VEGA", "TABLE"]
    assert 55 <= first.score < second.score
    assert "Covers every must, which comes before more points with a must left open." in first.reasons
    assert any(gap.startswith("Listed after those who cover every must") for gap in second.gaps)
    assert first.group < second.group


def test_where_nobody_covers_every_must_the_points_decide():
    needs = [{"need": "shadowing", "weight": "nice"}, {"need": "remote_distributed_teams", "weight": "must"}]
    found = told_match("E03", needs=[*needs, "bargaining_team_coaching"])
    scores = [one.score for one in found.consultants]

    assert scores == sorted(scores, reverse=True)
    assert not any("Listed after" in gap for one in found.consultants for gap in one.gaps)


def test_a_contract_three_weeks_old_brings_implementation_help_and_its_network():
    found = told_match("E04")

    assert refs(found)[0] == "SHAH"
    assert standing(found, "implementation") == "recommended"
    assert gate(found, "VEGA") == "competence"


def test_the_best_fit_without_hours_is_kept_out_and_told_what_would_open_the_gate():
    found = told_match("E05")
    osei = next(one for one in found.excluded if one.ref == "OSEI")

    assert osei.gate == "capacity"
    assert osei.counterfactual[0].startswith("Would be first if 17 hours a month were free")
    assert standing(found, "successor") == "recommended"


def test_six_people_who_only_want_to_learn_get_universal_support_and_no_hours():
    found = told_match("E06")

    assert standing(found, "universal") == "recommended"
    assert standing(found, "individualized") == "not_now"
    assert found.hours.high == 0


LEARNING = {"needs": ["peer_learning", "resource_templates"], "description": "We want to learn."}


@pytest.mark.parametrize(
    "said", [{"urgency": "exploring"}, {"hours_budget": "under_10"}, {"hours_budget": "none"}]
)
def test_learning_alone_brings_no_hours_where_hardly_any_are_asked_for(said):
    found = told_match("E04", **LEARNING, **said)

    assert standing(found, "individualized") == "not_now"
    assert standing(found, "implementation") == "recommended"


def test_learning_alone_with_hours_at_a_pressing_stage_is_asked_about():
    found = told_match("E01", **LEARNING)

    assert standing(found, "individualized") == "optional"
    assert found.hours.high > 0
    assert refs(found)[0] == "TEEL"
    assert "what the hours are for" in next(one.reason for one in found.tiers if one.tier == "individualized")


def test_learning_alone_under_a_contract_in_force_is_learning():
    units = [{"label": "Staff", "union": "AFSCME Council 5", "size": 19, "stage": "established"}]
    assert (
        standing(told_match("E04", **LEARNING, bargaining_units=units, dates={}), "individualized")
        == "not_now"
    )


def test_a_refusal_to_share_is_talked_through_first():
    found = told_match("E07")

    assert found.decision == "hold_conversation"
    assert found.hours.high == 0
    assert standing(found, "universal") == "recommended"
    assert standing(found, "regional") == "not_now"
    assert any("learning may be shared" in sentence for sentence in found.what_would_change)


def test_sharing_under_embargo_counts_as_yes():
    note = "We would share materials after an embargo, once the contract is ratified."
    assert told_match("E07", foundation={"note": note}).decision == "accept"


def test_nothing_to_be_shared_ever_stays_a_no():
    note = "We will never share anything; materials stay confidential after the contract."
    assert told_match("E07", foundation={"note": note}).decision == "hold_conversation"


@pytest.mark.parametrize(
    "note",
    [
        "We will not share our material, with or without names.",
        "We shared once and it went badly.",
        "Our board reviewed the question of sharing and said no.",
        "We do not publish anything, not after review either.",
        "No compartimos, ni siquiera sin nombres.",
        "Maybe later we could share something.",
        "We could share a room, but the materials stay with us even after a review? No.",
        "Would anybody gain if it were anonymized?",
        "The archive was redacted years ago.",
    ],
)
def test_a_note_that_refuses_or_doubts_sharing_leaves_a_no_to_be_talked_through(note):
    assert (
        told_match("E07", foundation={"share_learning": "no", "note": note}).decision == "hold_conversation"
    )


@pytest.mark.parametrize(
    "note",
    [
        "Only anonymized.",
        "Under a one-year embargo.",
        "After review.",
        "After the contract is signed, with names removed, we could share.",
        "We never give out raw files. We are happy to share them without names.",
        "Not now, but we would share once our board has reviewed it.",
        "Podemos compartir sin nombres.",
    ],
)
def test_sharing_later_reviewed_or_without_names_counts_as_yes(note):
    for answer in ("no", "unsure"):
        assert told_match("E07", foundation={"share_learning": answer, "note": note}).decision == "accept"
        assert counts_as_sharing(answer, note)


def test_not_sure_about_being_pro_union_is_talked_through_even_without_a_lawyer():
    answers = {"pro_union": "unsure", "aligned_lawyer": "no"}
    assert told_match("E01", foundation=answers).decision == "hold_conversation"


def test_two_noes_are_referred_kindly():
    found = told_match("E07", foundation={"aligned_lawyer": "no"})

    assert found.decision == "decline_refer"
    assert {one.gate for one in found.excluded} == {"line", "foundation"}
    assert standing(found, "regional") == standing(found, "individualized") == "excluded"
    assert standing(found, "universal") == "optional"


def test_without_a_lawyer_hours_wait_and_the_referral_goes_out_today():
    found = told_match("E01", foundation={"aligned_lawyer": "no"})

    assert found.decision == "accept_with_conditions"
    assert standing(found, "individualized") == "conditional"
    assert found.tasks[0].condition
    assert found.tasks[0].due_on == found.as_of
    assert any("5 bridge hours" in reason for reason in found.decision_reasons)


def test_a_superintendent_alone_is_accepted_on_condition_that_the_seats_join():
    found = told_match("E08")

    assert found.decision == "accept_with_conditions"
    assert standing(found, "individualized") == "not_now"
    assert standing(found, "ca-region-7") == "conditional"
    assert standing(found, "universal") == "recommended"
    assert found.out_of_scope == ("bargaining_team_coaching",)


def test_one_person_who_only_explores_is_accepted_for_what_individuals_may_use():
    found = told_match("E08", needs=["peer_learning"], hours_budget="none", urgency="exploring")

    assert found.decision == "accept"
    assert standing(found, "partnership-webinar") == "recommended"
    assert standing(found, "new-teams-online") == "conditional"


def test_a_full_team_with_two_convenings_gets_its_region_and_coaching_with_a_look():
    found = told_match("E09")

    assert standing(found, "ca-region-4") == "recommended"
    assert standing(found, "individualized") == "recommended"
    assert standing(found, "universal") == "not_now"
    assert any(look.gate == "conflict" for look in found.candidate("WU").looks)
    assert found.candidate("WU").gaps[0].startswith("Look:")


def test_a_county_office_in_a_region_without_a_hub_becomes_its_hub():
    found = told_match("E10")

    assert standing(found, "ca-region-6") == "recommended"
    assert found.needs[0].need == "convening_facilitation"
    assert standing(found, "new-teams-online") == "not_now"


def test_a_district_in_a_region_without_a_hub_waits_for_it():
    place = {"type": "school_district", "county": "Fresno"}
    assert standing(told_match("E09", organization=place), "ca-region-7") == "conditional"


def test_two_clients_who_face_one_local_are_for_the_director_to_see():
    from lab.matching import Commitment

    busy = {"RUIZ": [Commitment(organization="Climate Policy West", unions=("IFPTE Local 70",), state="CA")]}
    found = recommend(told("E11"), consultants=told_people(), supports=supports(), commitments=busy)

    assert any("same local" in look.sentence for look in found.candidate("RUIZ").looks)


def test_a_vote_to_end_representation_is_the_directors_first_and_the_network_waits():
    found = told_match("E12")

    assert found.looks[0].sentence.startswith("Look: the director speaks with them first")
    assert found.looks[0].sentence in found.consultants[0].gaps
    assert standing(found, "implementation") == "conditional"


def test_a_charter_outside_california_is_on_the_nonprofit_line():
    found = told_match("E13")

    assert (found.line, found.decision) == ("nonprofit", "accept")
    assert gate(found, "WU") == "line"
    assert found.notes


def test_a_public_school_elsewhere_is_referred():
    found = told_match("E14")

    assert found.decision == "decline_refer"
    assert "Texas" in found.decision_reasons[0]


def test_the_same_short_name_is_another_union_in_another_state():
    tie = {
        "party": "California School Employees Association",
        "party_kind": "union",
        "relationship": "employment",
    }
    people = [_with_tie(tie)]
    in_new_york = recommend(told("E15"), consultants=people, supports=supports())
    in_california = recommend(
        told("E15", organization={"state": "CA"}), consultants=people, supports=supports()
    )

    assert not any(look.gate == "conflict" for look in in_new_york.consultants[0].looks)
    assert any(look.gate == "conflict" for look in in_california.consultants[0].looks)


def _with_tie(tie: dict[str, str]):
    from lab import exchange

    shah = next(one for one in told_people() if one.ref == "SHAH")
    return exchange.consultant_from({**exchange.consultant_to(shah), "conflicts": [tie]})


def test_a_spanish_text_tells_the_same_needs():
    found = {need.need: need for need in told_match("E16").needs}

    for need in ("manager_supervisor_training", "costing_budget", "peer_learning"):
        assert found[need].source == "text"
        assert found[need].words


def test_a_petition_withdrawn_for_recognition_is_a_recognition():
    found = told_match("E17")

    assert found.stage == "preparing_to_bargain"
    assert "recogniz" in found.stage_reason


def test_a_recognition_from_before_the_petition_is_another_unit_s():
    dates = {"petition_filed": "2026-08-20", "recognized_voluntarily": "2019-05-01"}
    found = told_match("E17", dates={**dates, "petition_withdrawn_recognized": None})

    assert found.stage == "petition_filed"


def test_after_the_first_session_preparing_is_bargaining():
    assert told_match("E13", dates={"first_session": "2026-09-30"}).stage == "first_contract_bargaining"
    assert told_match("E13", dates={"first_session": "2026-10-30"}).stage == "preparing_to_bargain"


@pytest.mark.parametrize(
    ("ref", "stage", "dates", "expected"),
    [
        ("E05", "successor_preparation", {"first_session": -5}, "successor_bargaining"),
        ("E05", "successor_preparation", {"notice_received": -5}, "successor_bargaining"),
        ("E05", "successor_preparation", {"first_session": 5}, "successor_preparation"),
        ("E05", "successor_preparation", {"first_session": -900}, "successor_preparation"),
        ("E05", "successor_preparation", {"first_session": -60, "effective": -30}, "successor_preparation"),
        ("E05", "successor_preparation", {"contract_expires": -5}, "successor_preparation"),
        ("E04", "tentative_agreement", {"contract_ratified": -20}, "contract_implementation"),
        ("E04", "tentative_agreement", {"effective": -1}, "contract_implementation"),
        ("E04", "tentative_agreement", {"contract_ratified": 6}, "tentative_agreement"),
        ("E04", "tentative_agreement", {"contract_ratified": -1100}, "tentative_agreement"),
    ],
)
def test_a_day_that_has_passed_moves_a_unit_on(ref, stage, dates, expected):
    asked = told(ref)
    days = {kind: (asked.submitted_on + timedelta(days=away)).isoformat() for kind, away in dates.items()}
    units = [{"label": "Staff", "union": "AFSCME Council 5", "size": 19, "stage": stage, "dates": days}]
    assert told_match(ref, bargaining_units=units, dates=None).stage == expected


def test_the_nearest_dated_event_decides_between_two_units():
    units = [
        {"label": "Clinic", "stage": "first_contract_bargaining"},
        {"label": "Office", "stage": "successor_preparation"},
    ]
    near = told_match("E03", bargaining_units=units, dates={"contract_expires": "2026-11-20"})
    far = told_match("E03", bargaining_units=units, dates={"contract_expires": "2027-03-20"})

    assert near.stage == "successor_preparation"
    assert far.stage == "first_contract_bargaining"


def test_an_older_agreement_of_another_unit_does_not_decide():
    units = [{"label": "Guards", "stage": "established"}, {"label": "Desk", "stage": "petition_filed"}]
    found = told_match("E03", bargaining_units=units)

    assert found.stage == "petition_filed"
    assert standing(found, "implementation") == "not_now"


def _with_network(**changes: object):
    networks = tuple(
        replace(one, **changes) if one.network == "implementation" else one
        for one in supports().peer_networks
    )
    return replace(supports(), peer_networks=networks)


def _in_network(**changes: object) -> str:
    found = recommend(told("E18"), consultants=told_people(), supports=_with_network(**changes))
    return standing(found, "implementation")


def test_a_full_network_has_a_waiting_list():
    assert _in_network(members=15) == "conditional"
    assert _in_network(members=14) == "recommended"


def test_a_paused_network_is_not_now_and_a_closed_one_is_out():
    assert _in_network(status="paused") == "not_now"
    assert _in_network(status="closed") == "excluded"
    assert _in_network(status="forming") == "conditional"


def test_no_counterpart_sits_in_the_same_network():
    local = Member(name="SEIU Local 73")
    faces = Member(name="Loop Shelter", unions=("Service Employees International Union Local 73",))

    assert _in_network(member_organizations=(local,)) == "excluded"
    assert _in_network(member_organizations=(faces,)) == "conditional"
    assert _in_network(member_organizations=(Member(name="Night Shelter Cooperative, Inc."),)) == "optional"


def test_a_past_convening_is_never_offered_even_to_those_it_was_for():
    found = told_match("E06")

    assert standing(found, "btb-2017") == "excluded"


def test_a_coming_convening_for_worker_centers_is_offered_to_them_alone():
    event = replace(
        next(one for one in supports().convenings if one.convening == "btb-2017"),
        starts_on=date(2027, 2, 1),
        ends_on=date(2027, 2, 2),
    )
    offered = replace(supports(), convenings=(event,))
    center = told("E06", organization={"name": "Casa de Obreros, a worker center"})

    for application, expected in ((center, "recommended"), (told("E15"), "excluded")):
        found = recommend(application, consultants=told_people(), supports=offered)
        assert standing(found, "btb-2017") == expected


def test_free_a_little_later_counts_less_and_later_than_that_closes_the_gate():
    teel = next(one for one in told_people() if one.ref == "TEEL")

    def at(day: date) -> Recommendation:
        people = [replace(teel, available_from=day)]
        return recommend(told("E01"), consultants=people, supports=supports())

    in_time, late, too_late = at(date(2026, 10, 5)), at(date(2026, 10, 19)), at(date(2026, 10, 20))
    assert in_time.consultants[0].points["availability"] > late.consultants[0].points["availability"] > 0
    assert "19 October 2026" in " ".join(f.sentence for f in late.consultants[0].findings)
    assert too_late.excluded[0].gate == "capacity"
    assert too_late.excluded[0].opens_on == date(2026, 10, 20)


def test_somebody_who_works_by_video_elsewhere_is_kept_out_of_sessions_in_person():
    found = told_match("E03", session_format="in_person", organization={"state": "WA"})

    assert gate(found, "VEGA") == "in_person"
    assert found.candidate("RUIZ") is not None


def test_a_steward_who_asks_in_an_employer_case_is_referred():
    found = told_match("E04", contact={"role": "Shop steward"})

    assert found.decision == "decline_refer"
    assert "union side" in found.decision_reasons[0]


def test_a_labor_organization_may_apply_as_an_employer_but_not_against_one():
    staff_union = {
        "organization": {"name": "SEIU Local 73", "type": "labor_org", "sector": "labor_organization"}
    }
    staff = [{"label": "Staff", "union": "OPEIU Local 39", "stage": "first_contract_bargaining"}]
    own = [{"label": "Nurses", "union": "SEIU Local 73", "stage": "first_contract_bargaining"}]

    assert told_match("E11", **staff_union, bargaining_units=staff).decision == "accept"
    assert told_match("E11", **staff_union, bargaining_units=own).decision == "decline_refer"


def test_a_contract_in_force_with_nothing_pressing_makes_hours_an_option():
    units = [{"label": "Staff", "union": "SEIU Local 73", "stage": "established"}]

    assert standing(told_match("E18", bargaining_units=units), "individualized") == "optional"
    pressed = told_match("E18", bargaining_units=units, conditions=["live_dispute"])
    assert standing(pressed, "individualized") == "recommended"


def test_before_a_union_a_leadership_need_makes_a_few_hours_possible():
    asked = told_match("E06", needs=["senior_team_coaching"])

    assert standing(asked, "individualized") == "optional"
    assert (asked.hours.low, asked.hours.high) == (4, 10)
    assert standing(
        told_match("E06", needs=["senior_team_coaching"], hours_budget="none"), "individualized"
    ) == ("not_now")


def test_a_sentence_may_be_about_a_need_without_using_a_known_phrase():
    text = "Each supervisor feels it, and so does every manager above them."
    found = {need.need: need for need in told_match("E04", description=text).needs}

    assert found["manager_supervisor_training"].weight == "nice"
    assert found["manager_supervisor_training"].words == "supervisor ... manager"


@pytest.mark.parametrize(
    ("need", "line", "text"),
    [
        ("manager_supervisor_training", "nonprofit", "Our shift supervisors freeze when staff bring it up."),
        ("manager_supervisor_training", "nonprofit", "Los jefes de turno no tienen idea de qué contestar."),
        ("board_education", "nonprofit", "Two trustees want to meet the union and do not see their limits."),
        ("board_education", "nonprofit", "My trustees plan a dinner for staff. Someone has to tell them no."),
        ("manager_supervisor_training", "nonprofit", "We want training for our twelve supervisors."),
        ("board_education", "nonprofit", "La junta está preocupada y quiere intervenir."),
        ("legal_counsel_referral", "nonprofit", "Our law firm does union avoidance, and we need a new one."),
        ("costing_budget", "nonprofit", "We have no idea what a four percent raise would do."),
        ("bargaining_team_coaching", "nonprofit", "Our side has no experience at the bargaining table."),
        ("grievance_process", "nonprofit", "We keep missing the deadline to answer complaints."),
        ("workgroup_facilitation", "nonprofit", "The safety committee has no chair."),
        ("relationship_repair", "nonprofit", "Nobody trusts anybody since the strike."),
        ("remote_distributed_teams", "nonprofit", "Our staff is spread across nine states."),
        ("unit_definition", "nonprofit", "We do not know which positions should be in the unit."),
        ("convening_facilitation", "schools", "We would gladly host a day for neighboring districts."),
        ("site_team_coaching", "schools", "Every campus should have a team of its own."),
    ],
)
def test_a_subject_and_a_trouble_tell_a_need_in_any_words(need, line, text):
    assert need in hear(text, line)


@pytest.mark.parametrize(
    "text",
    [
        "Our managers are wonderful and the staff like them.",
        "Our managers do not know each other's names, because we grew fast.",
        "We file with the Labor Board next week.",
        "Our attorney helped a family find a home.",
        "Last time we laid off two people.",
        "Our tenants bring complaints to the city after the deadline.",
        "We run a hotline for callers in six time zones.",
        "The trustees of the land trust were worried about the flood.",
        "Our first contract with the state pays for the clinic.",
    ],
)
def test_a_subject_alone_what_is_well_what_is_over_and_other_people_are_no_need(text):
    assert hear(text, "nonprofit") == {}


def test_what_lies_behind_is_part_of_the_story_and_not_a_need():
    text = "Two years ago they asked us to recognize the union, and our first contract took long."
    needs = [need.need for need in told_match("E04", description=text).needs]

    assert "recognition_process" not in needs
    assert "first_contract_prep" not in needs


def test_what_is_refused_in_the_text_is_not_a_need():
    text = "We do not need someone to price each proposal, and we are not looking for a mediator."
    needs = [need.need for need in told_match("E04", description=text).needs]

    assert "costing_budget" not in needs
    assert "dispute_mediation" not in needs


def test_an_answer_is_never_lowered_by_the_text_and_may_be_raised():
    text = "What we lack is arithmetic: someone to price each proposal."
    found = {need.need: need for need in told_match("E05", description=text, needs=["costing_budget"]).needs}

    assert found["costing_budget"].weight == "must"
    assert found["costing_budget"].source == "stated"


def test_a_conflict_of_the_lead_is_said_beside_the_network():
    from tests.unit.matching.worlds import matched

    reason = next(one.reason for one in matched("O03").networks if one.network == "successor")
    assert reason.endswith("Its lead has a conflict with this case: the director asks first.")


def test_a_webinar_about_the_first_weeks_is_not_pressed_on_those_with_a_contract():
    assert standing(told_match("E18", hours_budget="none"), "recognition-101") == "optional"
