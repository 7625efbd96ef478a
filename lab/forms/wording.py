"""What WTForms would say by itself, in the words of this house: the one place for all forms and rows of forms.

A field that has words of its own for a problem gives them as its message; these are for the others, and for what
only a forged or broken request can bring.
"""

from __future__ import annotations

from typing import Any

from lab.tongue import lazy_gettext as _l

NOT_OFFERED = _l("This is not one of the choices. Choose one from the list.")
NO_DAY = _l("Type a whole day that exists, with day, month and year.")
NO_NUMBER = _l("Type a number in digits.")
MISSING = _l("Please fill this in.")

# By what WTForms says. Most of these can only be seen by somebody who changed the page.
SAYINGS: dict[str, Any] = {
    "Not a valid choice.": NOT_OFFERED,
    "Invalid Choice: could not coerce.": NOT_OFFERED,
    "Choices cannot be None.": NOT_OFFERED,
    "'%(value)s' is not a valid choice for this field.": NOT_OFFERED,
    "Invalid choice(s): one or more data inputs could not be coerced.": NOT_OFFERED,
    "'%(value)s' are not valid choices for this field.": NOT_OFFERED,
    "Invalid value, must be one of: %(values)s.": NOT_OFFERED,
    "Not a valid date value.": NO_DAY,
    "Not a valid datetime value.": NO_DAY,
    "Not a valid integer value.": _l("Type a whole number in digits."),
    "Not a valid decimal value.": NO_NUMBER,
    "Not a valid float value.": NO_NUMBER,
    "This field is required.": MISSING,
    "Invalid email address.": _l("Type a whole address, like name@example.org."),
    "Invalid input.": _l("This cannot be read. Please type it again."),
    "Number must be at least %(min)s.": _l("Type at least %(min)s."),
    "Number must be at most %(max)s.": _l("Type at most %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Type a number from %(min)s to %(max)s."),
    "Field cannot be longer than %(max)d character.": _l("This is too long. Use at most %(max)d characters."),
    "Field cannot be longer than %(max)d characters.": _l("This is too long. Use at most %(max)d characters."),
}  # fmt: skip


class OurWords:
    """Answers WTForms as a catalogue of translations does; what it says is filled in by WTForms."""

    def gettext(self, text: str) -> str:
        """Our own sentence in the reader's language; a field without a label keeps its name."""
        return str(SAYINGS.get(text, text))

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The same, for one or several."""
        return self.gettext(singular if count == 1 else plural)


class OurMeta:
    """For a form or a row of a form: `Meta = OurMeta`."""

    def get_translations(self, form: Any) -> OurWords:
        """Where WTForms looks for its sentences."""
        return OurWords()
