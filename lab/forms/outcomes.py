"""The short form about how work went: three questions, no free text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from lab import vocabulary as words
from lab.forms.base import LabForm, choices_of, hints_of
from lab.tongue import lazy_gettext as _l


class OutcomeForm(LabForm):
    """How the work went, for one side, at one moment."""

    moment = HiddenField()
    goal = RadioField(
        _l("Has the work reached what it was for?"), [InputRequired(_l("Choose how far the work has come."))]
    )
    trust = RadioField(
        _l("And trust between management and staff?"), [InputRequired(_l("Choose how trust has changed."))]
    )
    recommend = RadioField(
        _l("Would you recommend this kind of support?"), [InputRequired(_l("Choose whether you would."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goal.choices = choices_of(words.OUTCOME_GOALS)
        self.trust.choices = choices_of(words.OUTCOME_TRUST)
        self.recommend.choices = choices_of(words.OUTCOME_RECOMMEND)

    @property
    def hints(self) -> Mapping[str, Mapping[str, str]]:
        """What each choice means, by question."""
        return {
            "goal": hints_of(words.OUTCOME_GOALS),
            "trust": hints_of(words.OUTCOME_TRUST),
            "recommend": hints_of(words.OUTCOME_RECOMMEND),
        }
