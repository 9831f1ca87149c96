"""Signs of damaged or untidy text: what encoding mistakes, spreadsheets and forms leave behind."""

from __future__ import annotations

import re

NULL_WORD = (
    r"(?i:null|<null>|\(null\)|n/?a|n\.a\.|nan|none|nil|\\n|"
    r"#(n/a|n/d|ref!|value!|div/0!|name\?|null!|num!|¡valor!|¡ref!|¡div/0!|¿nombre\?))"
)
INVISIBLE = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]"
SPACES = r"^[\s\u00a0]|[\s\u00a0]$|[ \u00a0]{2}|\u00a0"
FORMULA = r"^[=@]|^[+\-][^\d\s.,+\-]"
SCIENTIFIC = r"^\d([.,]\d+)?[eE]\+\d+$"
DAMAGE = "\ufffd├┬ÃÂâÔ?"
"""Letters at least one of which stands in every text that an encoding mistake has damaged."""

_LOST = re.compile(r"\ufffd|\?{2,}(?=[^\W\d_])|(?<=[^\W\d_])\?+(?=[^\W\d_])")
_MISREAD = re.compile(r"Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\xa0-\xbf]|â€|├[^\s]|┬[^\s]|ÔÇ")
_ADDRESS = re.compile(r"\w+://\S+|\S+@\S+")
_CODE_PAGES = ("cp1252", "latin-1", "cp850", "mac-roman")


def is_damaged(text: str) -> bool:
    """Whether the text shows an encoding mistake; question marks of an address are not one.

    >>> [is_damaged(t) for t in ("Sal??ón", "CaÃ±ón", "Pol├¡tica", "¿Qué?", "http://a/b?c=d")]
    [True, True, True, False, False]
    """
    return bool(_MISREAD.search(text) or _LOST.search(_ADDRESS.sub("", text)))


def redecoded(text: str) -> str | None:
    """The text as it was before it was read in a wrong code page, up to three times over.

    None when the damage is in the letters themselves, so that no reading brings them back.

    >>> redecoded("Pol├¡tica"), redecoded("Sal??ón")
    ('Política', None)
    """
    best = text
    for _ in range(3):
        if not is_damaged(best):
            break
        best = _once(best) or best
    return None if is_damaged(best) or best == text else best


def _once(text: str) -> str | None:
    for page in _CODE_PAGES:
        try:
            candidate = text.encode(page).decode("utf-8")
        except UnicodeError:
            continue
        if candidate != text:
            return candidate
    return None
