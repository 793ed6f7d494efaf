"""The import page's words: every doubt and reason of the reader has one in English too."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from projects.importing.questions import Choice, Question
from projects.importing.wording import question_text, skipped_reason

READER = Path(__file__).resolve().parents[3] / "projects" / "reading"
SOURCES = "\n".join(path.read_text() for path in READER.rglob("*.py"))
CODES = sorted(set(re.findall(r'Question\(\s*"(\w+)"', SOURCES)))
HAN = re.compile(r"[\u4e00-\u9fff]")


def asked(code: str) -> Question:
    return Question(
        key="k", code=code, field="deadline", choices=(Choice("a", "a"),), fallback="a", message="“甲”没有日期"
    )


@pytest.mark.parametrize("code", CODES)
def test_what_the_reader_asks_is_asked_in_english_too(code: str) -> None:
    with translation.override("en"):
        assert not HAN.search(question_text(asked(code)))


@pytest.mark.parametrize("code", CODES)
def test_in_chinese_the_readers_own_sentence_stands(code: str) -> None:
    with translation.override("zh-hans"):
        assert question_text(asked(code)) == "“甲”没有日期"


def test_the_reader_asks_something() -> None:
    assert len(CODES) > 10


def test_a_reason_that_names_a_row_stands_as_the_reader_gave_it() -> None:
    assert skipped_reason("与第7行为同一事项") == "与第7行为同一事项"


def test_a_known_reason_is_translated() -> None:
    with translation.override("en"):
        assert skipped_reason("表尾说明") == "footer"
