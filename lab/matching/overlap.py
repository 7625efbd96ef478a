"""Needs that a sentence is about though it uses no known phrase: by words that tell needs apart."""

import math
import re
from collections import Counter
from functools import cache, lru_cache

from lab import vocabulary as words
from lab.matching.lexicon import SENTENCE, hear, plain, tokens_of
from lab.matching.silence import is_silent

# Two words that tell a need apart reach this; one, or two common ones, do not.
ENOUGH = 7.0
AT_MOST = 2
SHARED_BY = 8
_EVERYDAY = frozenset(
    re.findall(
        r"\S+",
        "have has had not no one two someone somebody anyone other others who whom how what why when "
        "where which can cannot could would should will do does did don't done with out over under up "
        "down much many people person come comes look looking want wants wanted ask asks asked asking say "
        "says said saying need needs needed help helps like likes there then because both another between "
        "time times get gets take takes make makes part parts work works working sit sits side sides tell "
        "tells told know knows think thinks talk talks year years month months week weeks day days new "
        "first last next only even still also too about from into through before after while if than "
        "though them myself ourselves itself something anything everything nothing thing things way ways "
        "lot good better best well right wrong back again never always often keep keeps kept give gives "
        "given put puts go goes going went see sees seen let lets find finds call calls leave leaves off "
        "away around here yet once rather quite own same such lead leads plan plans start starts set sets "
        "run runs hold holds move moves place places end ends long short large small big little able hard "
        "easy own office offices staff "
        "hay como cuando quien quienes donde hacer hace hecho tener tiene tenemos todo toda todos todas "
        "mas muy ya no si sin sobre entre hasta desde pero porque otro otra otros otras tambien ahora "
        "antes despues cada vez nadie nada algo alguien mismo misma ser estar estamos esta estan era fue "
        "han hemos haber puede pueden podemos debe deben quiere quieren quiero queremos saber sabe "
        "sabemos decir dice trabajo trabajar gente persona personas ano anos mes meses dia dias nuevo "
        "nueva primer primera propio propia oficina oficinas personal ",
    )
)


@lru_cache(maxsize=4096)
def about(text: str, line: str) -> dict[str, str]:
    """At most two needs of the line that a sentence is about, with the words that led to each."""
    found: dict[str, tuple[float, str]] = {}
    for match in SENTENCE.finditer(plain(text)):
        sentence = match.group()
        # Common words alone prove little where the sentence is already understood.
        if is_silent(sentence) or hear(sentence, line):
            continue
        said = {token.stem: sentence[token.start : token.end] for token in tokens_of(sentence)}
        sums: dict[str, float] = {}
        hits: dict[str, list[str]] = {}
        for stem, word in said.items():
            for need, weight in _telling().get(stem, ()):
                sums[need] = sums.get(need, 0.0) + weight
                hits.setdefault(need, []).append(word)
        for need, value in sums.items():
            fits = len(hits[need]) >= 2 and value >= ENOUGH and line in words.NEEDS[need].lines
            if fits and value > found.get(need, (0.0, ""))[0]:
                found[need] = value, " ... ".join(hits[need])
    best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:AT_MOST]
    return {need: led_to_it for need, (_, led_to_it) in best}


@cache
def _telling() -> dict[str, list[tuple[str, float]]]:
    """For each word the needs that it tells apart and how well, from labels, hints and phrases."""
    counted = {code: _words_of(code) for code in words.NEEDS}
    needs_with = Counter(stem for count in counted.values() for stem in count)
    everyday = {token.stem for token in tokens_of(" ".join(sorted(_EVERYDAY)))}
    index: dict[str, list[tuple[str, float]]] = {}
    for code, count in counted.items():
        for stem, times in count.items():
            if times >= 2 and needs_with[stem] <= SHARED_BY and len(stem) > 2 and stem not in everyday:
                weight = math.log(len(counted) / needs_with[stem]) * min(2.0, math.log2(1 + times))
                index.setdefault(stem, []).append((code, weight))
    return index


def _words_of(code: str) -> Counter[str]:
    need = words.NEEDS[code]
    texts = [text.in_(language) for text in (need.label, need.hint) for language in ("en", "es")]
    texts += [phrase.replace("*", "") for phrase in words.LEXICON.get(code, ())]
    return Counter(token.stem for text in texts for token in tokens_of(plain(text)))
