"""Every reason for which a file is not read has its sentence in the language of the page."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from projects.importing.refusals import refusal_sentence
from projects.reading.refusals import SENTENCES, ReadingRefused

ROOT = Path(__file__).resolve().parents[3] / "projects"
SAMPLE: dict[str, str | int] = {
    "reason": "原因",
    "suffix": ".doc",
    "target": ".docx",
    "limit": 100,
    "level": "机密",
    "sheet": 2,
    "row": 3,
    "column": 4,
    "line": 5,
    "count": 3,
}


def raised_codes() -> set[str]:
    """Return every code that the reader raises or an import gives a batch that was not read, from their sources."""
    found = set()
    for path in sorted((ROOT / "reading").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ReadingRefused":
                found |= {each.value for each in node.args[:1] if isinstance(each, ast.Constant)}
    tree = ast.parse((ROOT / "importing" / "receiving.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_refuse":
            found |= {str(each.value) for each in node.args if isinstance(each, ast.Constant)}
    return {str(code) for code in found}


CODES = sorted(raised_codes() | {*SENTENCES})


def sample(code: str) -> dict[str, str | int]:
    """Return the parameters a code's sentence asks for, and no others."""
    names = set(re.findall(r"\{(\w+)\}", SENTENCES.get(code, "{count}")))
    return {name: SAMPLE[name] for name in names}


def test_the_reader_refuses_for_many_reasons() -> None:
    assert len(CODES) > 30


@pytest.mark.parametrize("code", CODES)
def test_a_refusal_has_a_sentence_of_the_page(code: str) -> None:
    assert refusal_sentence(code, sample(code))


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_in_chinese_page_and_reader_say_the_same(code: str) -> None:
    with translation.override("zh-hans"):
        assert refusal_sentence(code, sample(code)) == ReadingRefused(code, **sample(code)).message
