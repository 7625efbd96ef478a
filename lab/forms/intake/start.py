"""The one page that begins an application: which line, which side, and who is writing."""

from __future__ import annotations

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lab import vocabulary as words
from lab.forms.base import LabForm, choices_of
from lab.tongue import lazy_gettext as _l


class StartForm(LabForm):
    """A nonprofit applies as an employer, a school team jointly."""

    line = RadioField(
        _l("What are you applying for?"),
        [InputRequired(_l("Choose what you are applying for."))],
        choices=lambda: choices_of(words.LINES),
    )
    side = RadioField(
        _l("For school teams: which side are you on?"),
        [Optional()],
        choices=[
            SelectChoice("management", _l("Management: district, county office, charter, board")),
            SelectChoice("union", _l("Union: certificated or classified")),
        ],
        description=_l("Each side keeps notes that the other never sees. Nonprofits leave this empty."),
    )
    name = StringField(
        _l("Your name"), [InputRequired(_l("Type your name, as we should address you.")), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )  # fmt: skip

    def validate(self, extra_validators: object = None) -> bool:
        """A school team needs to know the side of who begins."""
        fine = bool(super().validate(extra_validators))
        if self.line.data == "schools" and not self.side.data:
            self.side.errors = (_l("Choose which side you are on."),)
            return False
        return fine
