"""The English catalogue knows every text of the source, leaves none empty or fuzzy, and its compiled form is the same."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
ROOTS = ("accounts", "config", "projects", "seeds", "tracker")

Key = tuple[str | None, str, str]


def keys(entries: Iterable[polib.POEntry]) -> set[Key]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in entries if not entry.obsolete}


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """Extract the texts of the source once more, in a copy so that the committed catalogue stays as it is."""
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed (Debian: apt install gettext)")
    copy = tmp_path_factory.mktemp("source")
    for root in ROOTS:
        shutil.copytree(ROOT / root, copy / root, ignore=shutil.ignore_patterns("__pycache__", "static"))
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location"],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        check=True,
        capture_output=True,
    )
    return polib.pofile(str(copy / CATALOGUE.relative_to(ROOT)))


def test_every_text_of_the_source_is_in_the_catalogue(catalogue: polib.POFile, extracted: polib.POFile) -> None:
    assert keys(extracted) - keys(catalogue) == set()


def test_the_catalogue_holds_no_text_that_the_source_lost(catalogue: polib.POFile, extracted: polib.POFile) -> None:
    assert keys(catalogue) - keys(extracted) == set()


def test_no_text_is_left_untranslated_or_fuzzy(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()] == []


def test_the_compiled_catalogue_says_the_same(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def said(entries: Iterable[polib.POEntry]) -> dict[tuple[str | None, str], tuple[str, dict[int, str]]]:
        return {(entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in entries}

    assert said(compiled) == said(catalogue.translated_entries())


def test_apostrophes_are_straight(catalogue: polib.POFile) -> None:
    """In the fonts of Chinese pages the curly one is as wide as a sign: can’ t."""
    said = ((entry.msgid, text) for entry in catalogue for text in (entry.msgstr, *entry.msgstr_plural.values()))
    assert [msgid for msgid, text in said if "’" in text] == []
