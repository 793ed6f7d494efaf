"""A chat message fits, keeps its code, and says where the rest stands; nothing of it calls people or leads elsewhere."""

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from pytest_django import Settings

from tests.tracker.reminding.channels.messages import CODE, message
from tracker.reminding.channels.texts import chat_text, short_code, size

LONG = "\n".join(
    f"{number}. 第 {number} 项“道路改造”逾期 3 天\n   http://127.0.0.1:8000/items/{number}/" for number in range(900)
)


def test_the_code_is_of_the_message_and_not_of_the_try() -> None:
    assert short_code("<1@example.org>") == short_code("<1@example.org>") == CODE
    assert short_code("<2@example.org>") != CODE


def test_a_short_message_is_told_whole() -> None:
    assert chat_text(message(), most=2048, link="/mine/") == f"6月24日 提醒\n\n第 1 项逾期 3 天\n{CODE}"


@pytest.mark.parametrize("most", [300, 2048, 18_000])
def test_a_long_message_is_shortened_with_a_sentence_and_the_link_and_keeps_its_code(
    most: int, settings: Settings
) -> None:
    text = chat_text(message(text=LONG), most=most, link="/mine/")
    assert size(text) <= most
    assert text.startswith("6月24日 提醒\n\n0. ")
    assert text.split("\n")[-2:] == [f"内容较长，其余请打开查看：{settings.BASE_URL}/mine/", CODE]


@settings_of(max_examples=60)
@given(
    subject=st.text(st.characters(codec="utf-8"), max_size=200),
    body=st.text(st.characters(codec="utf-8"), max_size=1500),
    most=st.integers(200, 4000),
)
def test_any_message_fits_and_keeps_its_code(subject: str, body: str, most: int) -> None:
    text = chat_text(message(subject=subject, text=body), most=most, link="/mine/")
    assert size(text) <= most
    assert text.endswith(f"\n{CODE}")


def test_a_title_calls_nobody_and_leads_nowhere() -> None:
    body = '<at user_id="all"></at> [点我](https://example.org) <a href="https://example.org">看</a>'
    text = chat_text(message(subject=body, text=body), most=2048, link="/mine/")
    assert "<" not in text
    assert "](" not in text
