"""What goes over the wire: text compressed with a length nobody can compare, everything else as it is."""

import gzip
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from accounts.compressing import CompressingMiddleware
from projects.models import Plan
from tests.cast import Cast

GZIP = {"accept-encoding": "gzip"}
WORDS = "责任台账" * 400


def asked(answer: Callable[[], HttpResponseBase], *, encodings: str = "gzip") -> HttpResponseBase:
    def view(request: HttpRequest) -> HttpResponseBase:
        return answer()

    response = CompressingMiddleware(view)(RequestFactory().get("/", headers={"accept-encoding": encodings}))
    assert isinstance(response, HttpResponseBase)
    return response


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/css", "application/json"])
def test_text_is_compressed_and_reads_the_same(kind: str) -> None:
    answer = asked(lambda: HttpResponse(WORDS, content_type=kind))
    assert isinstance(answer, HttpResponse)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(WORDS.encode()) / 10
    assert gzip.decompress(answer.content).decode() == WORDS


def test_a_browser_that_reads_no_gzip_gets_plain_text() -> None:
    answer = asked(lambda: HttpResponse(WORDS), encodings="identity")
    assert isinstance(answer, HttpResponse)
    assert answer.content.decode() == WORDS
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_workbook_keeps_its_bytes_and_length() -> None:
    answer = asked(
        lambda: HttpResponse(WORDS, content_type="application/vnd.ms-excel", headers={"Content-Length": "9"})
    )
    assert not answer.has_header("Content-Encoding")
    assert answer.headers["Content-Length"] == "9"


def test_a_part_of_a_file_is_sent_as_it_is() -> None:
    assert not asked(lambda: HttpResponse(WORDS, status=206)).has_header("Content-Encoding")


def test_the_version_of_a_row_is_named_as_it_was_given() -> None:
    """If-Match compares it sign by sign."""
    answer = asked(lambda: HttpResponse(WORDS, content_type="application/json", headers={"ETag": '"7"'}))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["ETag"] == '"7"'


def test_the_same_page_has_no_length_to_be_compared() -> None:
    lengths = {int(asked(lambda: HttpResponse(WORDS)).headers["Content-Length"]) for _ in range(40)}
    assert len(lengths) > 1


@pytest.mark.django_db
def test_a_page_goes_out_compressed_and_its_tokens_masked_anew(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.leader)
    pages = [gzip.decompress(client.get("/board/", headers=GZIP).content).decode() for _ in range(2)]
    tokens = [page.partition('csrfmiddlewaretoken" value="')[2][:64] for page in pages]
    assert tokens[0]
    assert tokens[0] != tokens[1]


def test_a_stylesheet_goes_out_compressed_and_isnt_sent_again_unchanged(client: Client) -> None:
    first = client.get("/static/duban/duban.css", headers=GZIP)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/static/duban/duban.css", headers=GZIP | {"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
