"""Addresses whose builders are made when a page first links to them.

Werkzeug compiles two Python functions for each rule while it is added, a third of what building the application takes;
a worker that has just started links to none of them yet.
"""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that matches at once and learns to build its address when it is first asked to."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        # Werkzeug binds what this gives to the rule, as it does with what it compiles itself.
        def build(rule: LateRule, /, **values: object) -> tuple[str, str]:
            made: Builder = Rule._compile_builder(rule, append_unknown).__get__(rule, None)
            if append_unknown:
                rule._build_unknown = made
            else:
                rule._build = made
            return made(**values)

        return build
