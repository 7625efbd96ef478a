"""Types for htmx-flask 0.1.0, which ships none."""

from typing import Any, Literal

from flask import Flask, Request, Response

class HtmxHeaders:
    def __bool__(self) -> bool: ...
    @property
    def boosted(self) -> bool: ...
    @property
    def current_url(self) -> str | None: ...
    @property
    def history_restore_request(self) -> bool: ...
    @property
    def prompt(self) -> str | None: ...
    @property
    def target(self) -> str | None: ...
    @property
    def trigger(self) -> str | None: ...
    @property
    def trigger_name(self) -> str | None: ...

class HtmxAwareRequest(Request):
    htmx: HtmxHeaders

class Htmx:
    def __init__(self, app: Flask | None = ...) -> None: ...
    def init_app(self, app: Flask) -> None: ...

request: HtmxAwareRequest

def make_response(
    *args: Any,
    location: str | dict[str, Any] | None = ...,
    push_url: str | Literal[False] | None = ...,
    redirect: str | None = ...,
    refresh: bool = ...,
    replace_url: str | Literal[False] | None = ...,
    reswap: Literal["innerHTML", "outerHTML", "beforeend", "afterend", "delete", "none"] | None = ...,
    retarget: str | None = ...,
    trigger: str | dict[str, Any] | None = ...,
    trigger_after_settle: str | dict[str, Any] | None = ...,
    trigger_after_swap: str | dict[str, Any] | None = ...,
) -> Response: ...
