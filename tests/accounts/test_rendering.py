"""Pages leave nothing behind: what they were written from goes with them, without the collector of garbage."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from django.template import TemplateDoesNotExist, engines
from django.template.loader import render_to_string
from django.test import RequestFactory

WRITTEN = "{{ facts.word }}"


class Facts:
    word = "责任台账"


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_what_a_page_was_written_from_goes_as_soon_as_it_is_written() -> None:
    facts = Facts()
    kept = weakref.ref(facts)
    assert engines["django"].from_string(WRITTEN).render({"facts": facts}, RequestFactory().get("/")) == Facts.word
    del facts
    assert kept() is None


def test_a_page_that_is_missing_is_named() -> None:
    with pytest.raises(TemplateDoesNotExist, match="there/is/no"):
        render_to_string("there/is/no.html")
