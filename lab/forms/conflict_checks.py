"""The forms of the conflict check: the promise to keep the names, and four questions about them."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l

CONFLICT_CHOICES = [
    SelectChoice("none", _l("No")),
    SelectChoice("possible", _l("Possibly")),
    SelectChoice("yes", _l("Yes")),
]
LONGEST_NOTE = 2000


class PromiseForm(LabForm):
    """What a consultant promises before names are shown."""

    promise = BooleanField(
        _l("I keep this confidential: I use the names for this check only and tell them to nobody."),
        [InputRequired(_l("Tick that you keep this confidential. Then we show you the names."))],
    )


def _question(label: Any, hint: Any, missing: Any) -> Any:
    return RadioField(
        label,
        [AnyOf(("none", "possible", "yes"), message=missing)],
        choices=CONFLICT_CHOICES,
        description=hint,
        validate_choice=False,
    )


class ConflictForm(LabForm):
    """Four plain questions about ties to the names on the page."""

    worked_for = _question(
        _l("Have you worked for one of them, or served on a board?"),
        _l("Also as a volunteer, at any time."),
        _l("Say whether you have worked for one of them."),
    )
    family = _question(
        _l("Does somebody close to you work there?"),
        _l("Family, a partner, a close friend."),
        _l("Say whether somebody close to you works there."),
    )
    money = _question(
        _l("Is there money between you and one of them?"),
        _l("A contract, a grant, a debt, a share, a bid."),
        _l("Say whether there is money between you and one of them."),
    )
    other_side = _question(
        _l("Do you work for the other side, or have you in the last three years?"),
        _l("The union or local, its parent body, the employer, a law firm in the case."),
        _l("Say whether you work, or worked lately, for the other side."),
    )
    note = TextAreaField(
        _l("Anything the director should know"),
        [Optional(), Length(max=LONGEST_NOTE)],
        description=_l("Only the director reads this."),
    )

    def answers(self) -> dict[str, str]:
        """The four answers by question."""
        return {name: str(self[name].data) for name in ("worked_for", "family", "money", "other_side")}
