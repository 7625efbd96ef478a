"""What every answer tells browsers and caches: what may run, who may embed it, and that nobody keeps it."""

from __future__ import annotations

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import ContentSecurityPolicy

from lab.settings import Settings

POLICY = ContentSecurityPolicy(
    {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
)
# What no page of ours asks of a device.
UNUSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
    "hid", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
# A key of one's own is used on our own pages only.
OURS_ONLY = ("publickey-credentials-create", "publickey-credentials-get")
HEADERS = {
    "Content-Security-Policy": POLICY.to_header(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [*(f"{name}=()" for name in UNUSED), *(f"{name}=(self)" for name in OURS_ONLY)]
    ),
}
TWO_YEARS = 63_072_000
# What decides which shape of a page is sent, and in which language.
VARIES_BY = "HX-Request, HX-History-Restore-Request, Cookie, Accept-Language"


def init_app(app: Flask) -> None:
    """Put the headers on every answer, refusals included."""
    app.after_request(_say)


def _say(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code >= 400:  # a refusal is a page, wherever
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = VARIES_BY
    response.headers.extend(HEADERS)  # nobody else says any of these
    settings: Settings = current_app.config["SETTINGS"]
    if settings.secure_cookies:
        response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    return response
