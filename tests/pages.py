"""Reading a page as a browser does: its forms with what they would send, its links, its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = dict[str, list[str]]


@dataclass
class Form:
    """One form: where it goes, how, and what it sends if nobody touches it."""

    action: str
    method: str
    fields: Fields = field(default_factory=dict)
    offers: Fields = field(default_factory=dict)  # what can be chosen or pressed, by name
    kinds: dict[str, str] = field(default_factory=dict)  # what is typed, by name


class Page(HTMLParser):
    """The forms and links of one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.asks: list[tuple[str, str]] = []  # what htmx asks for by itself: how, and where
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    def form(self, action: str) -> Form:
        """The form that goes to `action`. Raises LookupError, naming the forms there are."""
        for form in self.forms:
            if form.action.partition("?")[0] == action.partition("?")[0]:
                return form
        raise LookupError(
            f"No form goes to {action}; there are: {', '.join(f.action for f in self.forms) or 'none'}."
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        present = {name for name, _ in attrs}
        self.asks += [(how, values[f"hx-{how}"]) for how in ("get", "post") if f"hx-{how}" in present]
        match tag:
            case "a" if "href" in present:
                self.links.append(values["href"])
            case "form":
                self._form = Form(values.get("action", ""), values.get("method", "get").lower())
                self.forms.append(self._form)
                if "id" in values:
                    self._by_id[values["id"]] = self._form
            case "input":
                self._input(values, present)
            case "textarea" if "name" in present and "disabled" not in present:
                self._area = values["name"]
                self._typed(values["name"], "textarea", values)
                self._add(values["name"], "", values)
            case "select" if "name" in present:
                self._select = values["name"]
            case "option" if self._select is not None:
                self._offer(self._select, values.get("value", ""), {})
                if "selected" in present:
                    self._add(self._select, values.get("value", ""), {})
            case "button" if "name" in present:
                self._offer(values["name"], values.get("value", ""), values)

    def _input(self, values: dict[str, str], present: set[str]) -> None:
        kind = values.get("type", "text")
        unsent = kind in ("submit", "button", "image", "file", "reset") or "disabled" in present
        if "name" in present and kind in ("checkbox", "radio"):
            self._offer(values["name"], values.get("value", "on"), values)
        elif "name" in present and not unsent:
            self._typed(values["name"], kind, values)
        unticked = kind in ("checkbox", "radio") and "checked" not in present
        if "name" in present and not unsent and not unticked:
            on = "on" if kind in ("checkbox", "radio") else ""
            self._add(values["name"], values.get("value", on), values)

    def _offer(self, name: str, value: str, values: dict[str, str]) -> None:
        form = self._by_id.get(values.get("form", "")) or self._form
        if form is not None:
            form.offers.setdefault(name, []).append(value)

    def _typed(self, name: str, kind: str, values: dict[str, str]) -> None:
        form = self._by_id.get(values.get("form", "")) or self._form
        if form is not None:
            form.kinds[name] = kind

    def _add(self, name: str, value: str, values: dict[str, str]) -> None:
        form = self._by_id.get(values.get("form", "")) or self._form
        if form is not None:
            form.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            # A browser drops the line break that directly follows the opening tag.
            self._form.fields[self._area][-1] += data.removeprefix("\n")
