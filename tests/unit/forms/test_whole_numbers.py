"""A field for a whole number says once, in its own words, what to type."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired, NumberRange

from lab.forms.base import LabForm, WholeNumber


class Staff(LabForm):
    """How many work there."""

    staff = WholeNumber(
        "Staff", [InputRequired("Type how many."), NumberRange(1, 999, "Type a whole number from 1.")]
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("forty", ["Type a whole number from 1."]),
        ("4.5", ["Type a whole number from 1."]),
        ("-4", ["Type a whole number from 1."]),
        ("", ["Type how many."]),
        ("40", []),
    ],
)
def test_what_is_no_number_is_said_once(typed: str, said: list[str]) -> None:
    form = Staff(MultiDict({"staff": typed}))
    assert form.validate() is (not said)
    assert list(form.staff.errors) == said
