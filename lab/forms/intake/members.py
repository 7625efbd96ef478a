"""Inviting somebody to a case, and joining it."""

from __future__ import annotations

from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional

from lab import vocabulary as words
from lab.forms.base import LabForm, choices_of
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l


class InviteForm(LabForm):
    """A colleague of one's own side."""

    email = EmailField(
        _l("Their mail address"),
        [
            InputRequired(_l("Type the mail address of the person.")),
            Length(max=254),
            Email(_l("Type a whole address, like name@example.org.")),
        ],
        description=_l("An address that only they read. The mail names neither you nor the subject."),
    )
    name = StringField(_l("Their name"), [Optional(), Length(max=200)])
    say_so = BooleanField(
        _l("Yes, write to this person now"),
        [InputRequired(_l("Tick the box to say that we may write to this person."))],
    )  # fmt: skip


class JointInviteForm(InviteForm):
    """In a joint case: on which side, and for which seat."""

    side = RadioField(
        _l("On which side are they?"),
        [InputRequired(_l("Choose the side of the person."))],
        choices=[
            SelectChoice("management", _l("Management side")),
            SelectChoice("union", _l("Union side")),
        ],
        description=_l("They confirm it themselves before they see anything. It cannot be changed later."),
    )
    seat = SelectField(
        _l("Which seat do they take?"), [Optional()],
        choices=lambda: [
            SelectChoice("", _("None of the four, a member of the team")), *choices_of(words.TEAM_SEATS),
        ],
    )  # fmt: skip

    def validate(self, extra_validators: object = None) -> bool:
        """A seat belongs to one side."""
        fine = bool(super().validate(extra_validators))
        seat = words.TEAM_SEATS.get(self.seat.data or "")
        if seat is not None and self.side.data and seat.side != self.side.data:
            self.seat.errors = (_("This seat belongs to the other side. Change the seat or the side."),)
            return False
        return fine


class JoinForm(LabForm):
    """The invitee's own word on their side."""

    name = StringField(
        _l("Your name"),
        [InputRequired(_l("Type your name, as the others should see it.")), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )
    side = BooleanField(_l("This is my side"), [InputRequired(_l("Tick the box if this is your side. If it is not, say no below."))])  # fmt: skip
