"""The form of a what-if, with everybody who can be chosen and the weights in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab import vocabulary as words
from lab.forms.what_if import WEIGHT, WhatIfForm
from lab.matching.policy import Policy
from lab.matching.result import Recommendation as Result
from lab.queries.what_if import everybody, weights_of
from lab.showing import label


def what_if_form(result: Result, names: Mapping[str, str], policy: Policy, *, sent: Any = None) -> WhatIfForm:
    """An empty form for this recommendation, or the one that was sent."""
    form = WhatIfForm(
        sent, people=everybody(result, names), today=result.as_of, weights=weights_of(result, policy)
    )
    for field, _was in form.weights():
        field.label.text = label(words.CRITERIA, field.name.removeprefix(WEIGHT))
    return form
