"""Secrets that open something to whoever holds them: drawn here, shown once, and kept only as a digest."""

import secrets
from hashlib import sha256


def new_key(prefix: str = "") -> str:
    return prefix + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """Return what is kept of a key; with 256 random bits it needs no salt and no slow hash."""
    return sha256(key.encode()).hexdigest()
