"""What an outlet must keep to itself, sealed with a key that doesn't stand in the database."""

import base64
import json
from collections.abc import Iterator, Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"duban outlet settings"


class SealBrokenError(Exception):
    """The key isn't the one this was sealed with, or somebody changed it."""


def seal(said: Mapping[str, str]) -> str:
    text = json.dumps(dict(said), ensure_ascii=False, sort_keys=True)
    return _keys().encrypt(text.encode()).decode()


def opened(sealed: str) -> dict[str, str]:
    """Return what was sealed; raise SealBrokenError when no key opens it."""
    try:
        text = _keys().decrypt(sealed.encode())
    except InvalidToken as error:
        raise SealBrokenError from error
    return {str(name): str(value) for name, value in json.loads(text).items()}


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _derived()])


def _derived() -> Iterator[bytes]:
    """Yield a key for each word of SEAL_KEY, the first of which seals; without one the key follows from SECRET_KEY."""
    for secret in settings.SEAL_KEY.split() or [settings.SECRET_KEY]:
        derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
        yield base64.urlsafe_b64encode(derived)
