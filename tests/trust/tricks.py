"""Addresses that pretend to lead into the house and lead out of it."""

from __future__ import annotations

from urllib.parse import quote

OUT = "evil.example"
STARTS = (
    "//", "///", "////", "/\\", "\\/", "\\\\", "\\", "/\\/", "//\\", "/\t/", "/\n/", "/\r/", "/\r\n/", "\t//", " //",
    "\n//", "/\x00/", "\x00//", "/\x0b/", "/\x1f/", "/%09/", "/%0a/", "/%0d%0a/", "/%2f", "/%5c", "%2f%2f", "%5c%5c",
    "/%2f%2f", "/%252f", "/./", "/.//", "/..//", "/;/", "/;//", "/?//", "/#//", "/.\\", "//;@", "/ /", "//%0a", "//%00",
    "/\u2028/", "/\u3002/", "\uff0f\uff0f", "/\u2215", "//\u200b", "/\ufeff/", "//[::1]@",
)  # fmt: skip
SCHEMES = (
    "http://", "https://", "HTTPS://", "http:", "https:", "http:/", "https:/", "https:\\\\", "https:\\", "ftp://", "ws://",
    "wss://", "file://", "javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", " javascript:", "\x01javascript:",
    "javascript://", "javascript:/*", "vbscript:", "data:text/html,", "data:text/html;base64,", "blob:", "filesystem:",
    "view-source:", "intent://", "about:", "mailto:", "tel:", "urn:", "chrome://", "h\tttps://", "ht\ntp://", "://", ":",
)  # fmt: skip
SHAPES = (
    "{0}@{1}", "localhost@{1}", "//localhost@{1}", "//localhost:80@{1}", "//user:pass@{1}", "https://localhost@{1}",
    "https://localhost:x@{1}", "//localhost.{1}", "https://localhost.{1}", "//{1}#@localhost", "//{1}?localhost",
    "//{1}\\@localhost", "https://{1}#localhost", "https://{1}?localhost", "https://{1}/localhost", "//{1}:80", "//{1}.",
    "//{1}%2f..", "//{1}%23@localhost", "//%65vil.example", "//evil%E3%80%82example", "//evil\u3002example",
    "///{1}/%2f..", "////{1}/%2e%2e", "https:///{1}", "https:{1}", "https;//{1}", "//https://{1}", "/https://{1}",
    "//0x7f.1", "//2130706433", "//127.1", "//[::ffff:7f00:1]", "//google.com%E2%80%AE", "/..;//{1}", "/login/..//{1}",
    "/reviews/../..//{1}", "/.{1}", ".{1}", "{1}", "{1}/path", "@{1}", "?next=//{1}", "#//{1}", "",
)  # fmt: skip


def tricks() -> list[str]:
    """More than two hundred of them, each once."""
    found = [start + OUT for start in STARTS]
    found += [start + OUT + "/%2f.." for start in STARTS[:12]]
    found += [scheme + OUT for scheme in SCHEMES]
    found += [scheme + "alert(1)" for scheme in SCHEMES[13:22]]
    found += [shape.format("localhost", OUT) for shape in SHAPES]
    # What was encoded once more on its way.
    found += [quote(start, safe="") + OUT for start in STARTS[:20]]
    found += [quote(scheme, safe="") + OUT for scheme in SCHEMES[:12]]
    found += ["/" + scheme + OUT for scheme in SCHEMES]
    return list(dict.fromkeys(found))
