"""Drafts whose parts are filled in without pressing through every page."""

from __future__ import annotations

import sqlalchemy as sa

from lab import row_security
from lab.actions import intake
from lab.database import db
from lab.forms.intake.base import as_form
from lab.forms.intake.topics import form_of
from lab.models import Case, Person
from lab.queries import intake as queries
from lab.routes.intake_topics import asked_of
from tests.browser.conftest import Live
from tests.filled import NONPROFIT, SCHOOLS


def fill_what_is_open(live: Live, email: str) -> str:
    """Fill every open shared part of this person's one draft as that person would. Gives its reference."""
    with live.app.test_request_context("/"), row_security.as_the_program():
        person = db.session.scalars(sa.select(Person).where(Person.email == email)).one()
        case = db.session.scalars(sa.select(Case).where(Case.owner_id == person.id)).one()
        told = SCHOOLS if case.line == "schools" else NONPROFIT
        for topic, typed in told.items():
            section = queries.section_of(case, topic)
            if section is None or section.state == "done":
                continue
            rows = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
            asked = asked_of(case)
            form = form_of(topic, asked)(as_form(rows), asked=asked)
            assert form.validate(), (topic, form.errors)
            intake.save(
                section.id, typed=rows, answers=form.fragment(), read_version=section.version, by=person,
                finished=True,
            )  # fmt: skip
        return case.ref
