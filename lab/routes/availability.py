"""A consultant's own time: hours of the next twelve weeks, a pause, and "still right"."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, g, render_template, request, url_for
from flask_babel import gettext as _

from lab.actions import availability as action
from lab.clock import program_day
from lab.database import now
from lab.errors import BadInput
from lab.forms import availability as forms
from lab.hx import page, see, wants_fragment
from lab.matching.weeks import hours_of_week, share_of_month
from lab.models import Consultant
from lab.queries import capacity
from lab.routes.doors import CONSULTANT, form_key, opens_for
from lab.routes.profile import own_profile, profile


@dataclass(frozen=True)
class Shown:
    """One row of the table."""

    number: int
    week: capacity.Week
    form: forms.WeekRow


@profile.get("/availability")
@opens_for(CONSULTANT)
def availability() -> Response:
    """Twelve weeks with the hours of each, what is promised in it, and a pause to fill in."""
    row = own_profile()
    return _page(row, _as_it_is(row), _no_pause())


@profile.post("/availability")
@opens_for(CONSULTANT)
def say_weeks() -> Response:
    """Keep all weeks; or, where a row of the table asked by itself, that week alone."""
    row = own_profile()
    form = forms.WeeksForm(request.form)
    one = form.row_of(request.form.get("do", ""))
    if wants_fragment() and one is not None:
        return _save_one(row, form, *one)
    if not form.validate():
        return _page(row, form, _no_pause(), status=422)
    try:
        action.say_weeks(row.id, form.changes(), by=g.person)
    except (BadInput, ValueError) as wrong:
        fresh = _as_it_is(row)
        fresh.form_errors = [
            wrong.message if isinstance(wrong, BadInput) else _("These weeks could not be read.")
        ]
        return _page(row, fresh, _no_pause(), status=422)
    return see(url_for(".availability"), saying=_("Your hours are saved."))


@profile.post("/availability/pause")
@opens_for(CONSULTANT)
def pause() -> Response:
    """Take the hours out of the weeks of a pause."""
    row = own_profile()
    form = forms.PauseForm(request.form)
    if form.validate() and form.first.data and form.last.data:
        try:
            action.take_pause(
                row.id, first=form.first.data, last=form.last.data, key=str(form.key.data or ""), by=g.person
            )
        except BadInput as wrong:
            form.form_errors = [wrong.message]
        else:
            return see(url_for(".availability"), saying=_("Your pause is in the table."))
    return _page(row, _as_it_is(row), form, status=422)


@profile.post("/still-right")
@opens_for(CONSULTANT)
def still_right() -> Response:
    """Everything is as it was."""
    action.still_right(own_profile().id, by=g.person)
    return see(url_for("offers.index"), saying=_("Thank you. Your availability counts as new."))


def _save_one(row: Consultant, form: forms.WeeksForm, number: int, said: forms.WeekRow) -> Response:
    """One row of the table, saved, or with what is wrong in it."""
    if not said.validate():
        return _row(row, number, said, status=422)
    only = forms.WeeksForm(data={"weeks": [said.data]})
    try:
        action.say_weeks(row.id, only.changes(), by=g.person)
    except ValueError:
        abort(400)
    row = own_profile()
    return _row(row, number, _as_it_is(row).rows()[number], saved=True)


def _row(
    row: Consultant, number: int, form: forms.WeekRow, *, saved: bool = False, status: int = 200
) -> Response:
    weeks = _weeks(row)
    if number >= len(weeks):
        abort(400)
    html = render_template(
        "profile/_week.html", one=Shown(number, weeks[number], form), saved=saved, focus=not saved
    )
    return Response(html, status=status, mimetype="text/html")


def _as_it_is(row: Consultant) -> forms.WeeksForm:
    hours = [
        (week.starts_on, hours_of_week(row.capacity_hours_month, row.week_hours, week.starts_on))
        for week in _weeks(row)
    ]
    return forms.filled(hours, key=form_key())


def _weeks(row: Consultant) -> list[capacity.Week]:
    return capacity.weeks_of(row, today=program_day(now()))


def _no_pause() -> forms.PauseForm:
    return forms.PauseForm(data={"key": form_key()})


def _page(
    row: Consultant, form: forms.WeeksForm, pause_form: forms.PauseForm, *, status: int = 200
) -> Response:
    weeks = _weeks(row)
    if [one.monday.data for one in form.rows()] != [week.starts_on.isoformat() for week in weeks]:
        form = _as_it_is(row)
    pause_form.key.data = pause_form.key.data or form_key()
    problems = [(error, one.hours.id) for one in form.rows() for error in one.hours.errors]
    return page(
        "profile/availability.html", status=status, row=row, form=form, pause=pause_form, problems=problems,
        shown=[Shown(number, week, one) for number, (week, one) in enumerate(zip(weeks, form.rows(), strict=True))],
        a_week=round(share_of_month(row.capacity_hours_month), 1),
        wrong=bool(problems or form.form_errors or pause_form.errors or pause_form.form_errors),
    )  # fmt: skip
