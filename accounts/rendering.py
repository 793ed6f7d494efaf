"""The templates of the pages, by Django's own engine; what a page was written from goes as soon as it is written."""

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates, Template, reraise
from django.template.context import make_context
from django.utils.safestring import SafeString


class PageTemplates(DjangoTemplates):
    """Django's engine, whose contexts hold themselves: each layer of one knows the context it lies in.

    So all that a board was written from stays until the collector of garbage comes by, and every twentieth reader
    waits for it.
    """

    def from_string(self, template_code: str) -> "PageTemplate":
        return PageTemplate(super().from_string(template_code).template, self)

    def get_template(self, template_name: str) -> "PageTemplate":
        return PageTemplate(super().get_template(template_name).template, self)


class PageTemplate(Template):
    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> SafeString:
        made = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(made)
        except TemplateDoesNotExist as missing:
            reraise(missing, self.backend)
        finally:
            made.dicts.clear()
