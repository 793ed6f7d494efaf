"""How a test goes about the import's pages without a script: it follows links and posts forms."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from projects.importing.page.parts import ImportPage
from projects.models import ImportBatch, Plan
from tests.cast import Cast

HEADER = "序号\t工作内容\t完成时限\t责任单位"
HTMX = {"HX-Request": "true"}


@dataclass(slots=True)
class Office:
    client: Client
    cast: Cast

    def paste(self, *rows: str, plan: Plan | None = None, header: str = HEADER) -> ImportBatch:
        sent = {"pasted": "\n".join([header, *rows]) + "\n", "year": 2026, "plan": plan.pk if plan else ""}
        answer = self.client.post("/imports/", sent)
        assert answer.status_code == 302, answer.content.decode()
        return ImportBatch.objects.get(pk=int(answer.headers["Location"].strip("/").rpartition("/")[2]))

    def page(self, batch: ImportBatch, query: str = "") -> ImportPage:
        page: ImportPage = self.client.get(f"/imports/{batch.pk}/{query}").context["page"]
        return page

    def text(self, batch: ImportBatch, query: str = "") -> str:
        return self.client.get(f"/imports/{batch.pk}/{query}").content.decode()

    def post(self, batch: ImportBatch, act: str, sent: dict[str, object] | None = None, *, htmx: bool = False) -> Any:
        """Post as the page would: with the state it carries."""
        form = {"version": ImportBatch.objects.get(pk=batch.pk).version, **(sent or {})}
        return self.client.post(f"/imports/{batch.pk}/{act}/", form, headers=HTMX if htmx else {})

    def decide(self, batch: ImportBatch, answers: dict[str, str]) -> None:
        assert self.post(batch, "decide", dict(answers)).status_code == 302

    def apply(self, batch: ImportBatch) -> Plan:
        """Keep what is still open as it was read, and write."""
        kept = {asked.name: asked.options[-1].value for asked in self.page(batch).questions if asked.undecided}
        self.decide(batch, kept)
        answer = self.post(batch, "apply", {"fingerprint": self.page(batch).fingerprint})
        assert answer.status_code == 302, answer.content.decode()
        return Plan.objects.get(batches=batch)
