"""Is an answer what was asked for? A page of words where a table was due must never be read as one."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from perpetuum.connectors.connector import Document, Form, Remark
from perpetuum.core.errors import CollectError
from perpetuum.core.text import Text, both

# Words in an address whose value is a secret.
_SECRETS = {"api_key", "apikey", "key", "token", "access_token"}
_CLOSING = {"{": "}", "[": "]"}


class NoAnswer(CollectError):
    """An answer that did not come, or is not one; ``code`` is a word for programs.

    Codes: `blocked`, `busy`, `cut`, `empty`, `not_found`, `not_in_cache`, `not_in_folder`,
    `not_what_was_asked`, `redirected`, `refused`, `too_large`, `unavailable`.
    """

    def __init__(self, code: str, what: Text, repair: Text | None = None) -> None:
        self.code = code
        super().__init__(what, repair)

    def remark(self, about: str) -> Remark:
        """The same as a remark about an address."""
        return Remark(code=self.code, about=about, says=self.says)


def public(url: str) -> str:
    """An address without its secrets, as it may be shown and kept.

    Examples
    --------
    >>> public("https://api.example.org/series?id=GDP&api_key=abc")
    'https://api.example.org/series?id=GDP'
    """
    parts = urlsplit(url)
    if not (parts.query or parts.username or parts.password):
        return url
    shown = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
             if name.lower() not in _SECRETS]  # fmt: skip
    query = parts.query if len(shown) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(shown)
    return parts._replace(query=query, netloc=parts.netloc.rpartition("@")[2]).geturl()


def check(document: Document) -> None:
    """Refuse an answer that is empty, cut off, or of another form than was asked for.

    Raises
    ------
    NoAnswer
        With the first words of the answer, its host and its hash.
    """
    address, content = document.address, document.content
    bare = content.removeprefix(b"\xef\xbb\xbf").strip()
    name = public(address.url) or address.file
    if not bare:
        raise NoAnswer("empty", both(f"{name}: the answer is empty.", f"{name}：回應是空的。"), _LATER)
    if address.form == "json" and chr(bare[0]) in _CLOSING and chr(bare[-1]) != _CLOSING[chr(bare[0])]:
        raise NoAnswer(
            "cut",
            both(
                f"{name}: the answer breaks off after {len(content):,} bytes (SHA-256 {document.hash}).",
                f"{name}：回應在 {len(content):,} 位元組後中斷（SHA-256 {document.hash}）。",
            ),
            _LATER,
        )
    if not _has_form(address.form, bare):
        raise NoAnswer("not_what_was_asked", _other_form(document, name, bare), _LOOK)


def _has_form(form: Form, bare: bytes) -> bool:
    first = bare[:1]
    if form == "json":
        return first in (b"{", b"[")
    if form == "csv":
        # A quota notice is one line of words; a table has a second column or a second line.
        return first != b"<" and (b"," in bare[:4096] or b";" in bare[:4096] or b"\t" in bare[:4096])
    if form == "xml":
        return first == b"<" and b"<html" not in bare[:512].lower()
    if form == "xls":
        return bare[:4] in (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
    return first == b"<"


def _other_form(document: Document, name: str, bare: bytes) -> Text:
    words = " ".join(bare[:400].decode("utf-8", "replace").split())[:80]
    form = document.address.form.upper()
    return both(
        f"{name}: {form} was asked for, the answer begins with: {words}\n  It is kept as SHA-256 {document.hash}.",
        f"{name}：要的是 {form}，回應的開頭卻是：{words}\n  已以 SHA-256 {document.hash} 保存。",
    )


_LATER = both("Nothing was read from it. Try again later.", "沒有從中讀取任何資料。請稍後再試。")
_LOOK = both(
    "Often a daily quota is spent, or the address has changed. Nothing was read from it; try again tomorrow.",
    "通常是當日額度已用完，或網址已變更。沒有從中讀取任何資料；請明天再試。",
)
