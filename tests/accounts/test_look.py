"""What the look promises: contrast, a shape and a word for every light, and nothing the content policy would refuse."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from accounts.templatetags import marks

ACCOUNTS = Path(__file__).resolve().parents[2] / "accounts"
CSS = (ACCOUNTS / "static/duban/duban.css").read_text(encoding="utf-8")
LIGHTS = (
    "overdue",
    "behind",
    "due_soon",
    "on_schedule",
    "ongoing",
    "closed",
    "not_started",
    "not_reported",
)
TEXT, SHAPE = 4.5, 3.0


def token(name: str) -> str:
    found = re.search(rf"--{name}: #([0-9a-f]+);", CSS)
    assert found, name
    value = found[1]
    return "".join(digit * 2 for digit in value) if len(value) == 3 else value


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(token(one)), luminance(token(other))))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["paper", "ground", "well", "act-tint"])
@pytest.mark.parametrize("text", ["ink", "ink-2", "act", "red", "amb-ink", "grn-ink"])
def test_text_can_be_read_on_every_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= TEXT


@pytest.mark.parametrize("shape", ["red", "amb-ink", "grn", "done", "none", "rule-2"])
def test_shapes_and_control_borders_stand_out_from_paper(shape: str) -> None:
    assert contrast(shape, "paper") >= SHAPE


@pytest.mark.parametrize(("text", "tint"), [("red", "red-tint"), ("amb-ink", "amb-tint"), ("paper", "act")])
def test_text_can_be_read_on_its_tint(text: str, tint: str) -> None:
    assert contrast(text, tint) >= TEXT


@pytest.mark.parametrize("key", LIGHTS)
def test_every_light_has_a_shape_and_a_word(key: str) -> None:
    light = marks.light(key=key)
    assert f'id="light-{key}"' in render_to_string("components/light_sprite.html")
    assert f'href="#light-{key}"' in light
    assert re.search(r'class="light-word">\s*\S+', light)


def test_a_light_whose_word_stands_elsewhere_still_says_it_to_readers() -> None:
    light = marks.light(key="overdue", size="mark-only")
    assert '<span class="unseen">逾期' in light


@pytest.mark.parametrize("path", sorted((ACCOUNTS / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_carries_what_the_content_policy_refuses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
