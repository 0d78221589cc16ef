"""Short signed tokens for QR codes: readable by anyone, made only by us."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote, unquote

from voluncity.kernel.refusals import BadInput

_MAC_BYTES = 16  # 128 bits: 22 characters
_SHORTEST_KEY = 16


def sign(payload: str, *, key: bytes, purpose: str) -> str:
    """Return a URL-safe token that carries the payload; it holds for this purpose only."""
    text = quote(payload, safe=":,")
    return f"{text}.{_mac(text, key, purpose)}"


def verify(token: str, *, key: bytes, purpose: str) -> str:
    """Return the payload of a token.

    :raises BadInput: when the token is not exactly what `sign` made with this key and purpose.
    """
    text, _, mac = token.rpartition(".")
    expected = _mac(text, key, purpose)
    if not hmac.compare_digest(mac.encode(errors="surrogatepass"), expected.encode()):
        raise BadInput("这个码无效或不完整，请重新扫码。", code="bad_input.token")
    return unquote(text)


def _mac(text: str, key: bytes, purpose: str) -> str:
    if len(key) < _SHORTEST_KEY:
        raise ValueError("The key is too short.")
    # The purpose comes first and ends with NUL, which no quoted text contains.
    message = f"{purpose}\0{text}".encode(errors="surrogatepass")
    digest = hmac.new(key, message, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
