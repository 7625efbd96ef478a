"""The form of a what-if, with everybody who can be chosen and the weights in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab import vocabulary as words
from lab.forms import what_if as forms
from lab.matching.policy import Policy
from lab.matching.result import Recommendation as Result
from lab.queries import what_if
from lab.showing import label


def what_if_form(
    result: Result, names: Mapping[str, str], policy: Policy, *, sent: Any = None
) -> forms.WhatIfForm:
    """An empty form for this recommendation, or the one that was sent."""
    form = forms.WhatIfForm(
        sent,
        people=what_if.everybody(result, names),
        today=result.as_of,
        weights=what_if.weights_of(result, policy),
    )
    for field, _was in form.weights():
        field.label.text = label(words.CRITERIA, field.name.removeprefix(forms.WEIGHT))
    return form
