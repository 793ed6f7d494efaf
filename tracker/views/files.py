"""Tables to be opened in a spreadsheet, in which no cell becomes a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from django.http import StreamingHttpResponse

from tracker.publishing.neutral import neutral

# A byte order mark, without which Excel takes UTF-8 for the system's own encoding.
MARK = "\ufeff"


class _Line:
    """Hands each line back to who writes it, as a file would keep it."""

    def write(self, text: str) -> str:
        return text


def csv_file(name: str, lines: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_written(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _written(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield MARK
    for line in lines:
        yield writer.writerow([neutral(cell) for cell in line])
