"""What people type into the parts of an application, for both lines, as their forms send it."""

from __future__ import annotations

from typing import Any

NONPROFIT: dict[str, dict[str, Any]] = {
    "organization": {
        "name": "Harbor Light Services", "type": "nonprofit", "mission": "yes", "sector": "human_services",
        "city": "Queens", "county": "Queens", "state": "NY", "staff": "143", "supervisors": "19",
        "budget": "5m_15m", "role": "Executive director",
    },
    "people": {
        "any_group": "yes",
        "units-0-label": "Case managers", "units-0-stage": "petition_filed", "units-0-union": "CWA Local 1180",
        "units-0-size": "60", "conditions": ["polarization"],
    },
    "dates": {"days-0-kind": "vote_scheduled", "days-0-when": "December 17, 2026"},
    "needs": {
        "need_recognition_process": "must", "need_manager_supervisor_training": "important",
        "description": "Ballots are counted before the holidays, and our supervisors do not know what to say.",
    },
    "foundation": {
        "pro_union": "yes", "aligned_lawyer": "unsure", "share_learning": "yes",
        "share_learning_note": "After the vote.", "aligned_lawyer_possible": "A referral.",
        "counsel": "Stone and Partners",
    },
    "time": {
        "urgency": "now", "start_from": "12/1/2026", "timeframe": "Before the vote", "hours": "30_50",
        "languages": ["en", "es"], "meeting": "remote", "before": "",
    },
    "conflicts": {"has_parents": "yes", "parents": "National Light\nCity Fund", "wishes": "Nobody who used to work here."},
}  # fmt: skip

SCHOOLS: dict[str, dict[str, Any]] = {
    **NONPROFIT,
    "organization": {
        "name": "Feather Ridge Unified", "type": "school_district", "sector": "k12_education",
        "city": "Paradise", "county": "Butte", "staff": "340", "supervisors": "22", "budget": "50m_plus",
        "role": "Superintendent",
    },
    "people": {
        "any_group": "yes", "level": "team_forming",
        "units-0-label": "Certificated", "units-0-stage": "established", "units-0-union": "CTA affiliate",
        "units-0-size": "150",
    },
    "dates": {"days-0-kind": "certificated_contract_expires", "days-0-when": "2027-06-30"},
    "needs": {"need_labor_management_partnership": "must", "need_joint_training": "nice", "description": ""},
    "foundation": {"pro_union": "yes", "share_learning": "yes"},
    "time": {"urgency": "quarter", "hours": "none", "languages": ["en"], "meeting": "in_person"},
    "conflicts": {"has_parents": "no"},
    "team": {
        "superintendent": "yes", "certificated_president": "yes", "classified_president": "unsure",
        "board_member": "not_applicable",
    },
}  # fmt: skip
