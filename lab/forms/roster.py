"""What the roster of consultants can be filtered by."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField

from lab import vocabulary as words
from lab.forms.base import LabForm, pairs_of
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l


class RosterForm(LabForm):
    """What the roster shows; it lives in the address."""

    text = StringField(_l("Name"))
    line = SelectField(_l("Program"), validate_choice=False)
    need = SelectField(_l("Help with"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line.choices = [("", _("Both")), *pairs_of(words.LINES)]
        self.need.choices = [("", _("Anything")), *pairs_of(words.CONSULTANT_SKILLS)]
        self.language.choices = [("", _("Any")), *pairs_of(words.LANGUAGES)]
