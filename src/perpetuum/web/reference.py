"""The API told to programs as OpenAPI, and to people as one plain page without a script."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

import perpetuum
from perpetuum.core.text import Language
from perpetuum.report.words import say

_TEXT = {"type": "object", "required": ["en", "zh"],
         "properties": {"en": {"type": "string"}, "zh": {"type": "string"}}}  # fmt: skip
_SCHEMAS: dict[str, Any] = {
    "Text": _TEXT,
    "Answer": {
        "type": "object",
        "required": ["schema", "origin", "result", "problems"],
        "properties": {
            "schema": {"type": "string", "pattern": "^perpetuum/[a-z/]+/[0-9]+$"},
            "origin": {"type": ["object", "null"]},
            "result": {},
            "problems": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["type", "status", "title"],
        "properties": {
            "type": {"type": "string"},
            "status": {"type": "integer"},
            "title": {"$ref": "#/components/schemas/Text"},
            "where": {"type": "string"},
            "repair": {"$ref": "#/components/schemas/Text"},
            "nearest": {"type": "string"},
            "problems": {"type": "array", "items": {"type": "object"}},
        },
    },
}
_REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503)
_VIEW = [
    {"name": "X-View", "in": "header", "required": False,
     "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}},
    {"name": "X-Seq", "in": "header", "required": False, "schema": {"type": "integer", "minimum": 0,
                                                                    "maximum": 999_999_999_999_999}},
]  # fmt: skip
_VERBS = ("/api/ledger", "/api/ledger/file", "/api/loops", "/api/simulate", "/api/stress", "/api/gauges",
          "/api/verdict", "/api/hindcast", "/api/report", "/api/report/file")  # fmt: skip


def described(app: FastAPI) -> dict[str, Any]:
    """The whole API: every option with its bounds, every answer, every refusal."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    made = get_openapi(title="perpetuum", version=perpetuum.__version__, description=say("help.app").en,
                       routes=app.routes)  # fmt: skip
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(_SCHEMAS)
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    answer = {"schema": {"$ref": "#/components/schemas/Answer"}}
    for path, methods in made["paths"].items():
        for operation in methods.values():
            given = operation["responses"]
            for status in _REFUSALS:
                given[str(status)] = {"description": say(f"web.status.{status}").en,
                                      "content": {"application/problem+json": problem}}  # fmt: skip
            for good in ("200", "201", "202"):
                content = given.get(good, {}).get("content", {})
                if good in given and not {
                    "text/event-stream",
                    "text/html",
                    "application/zip",
                    "text/csv; charset=utf-8",
                } & set(content):
                    given[good]["content"] = {"application/json": answer}
            if path in _VERBS:
                given["304"] = {"description": say("web.status.304").en}
                operation.setdefault("parameters", []).extend(_VIEW)
    app.openapi_schema = made
    return made


def page(app: FastAPI, language: Language) -> str:
    """The reference page: routes, options, and how to ask."""
    sections = []
    for path, methods in described(app)["paths"].items():
        for method, operation in methods.items():
            rows = "".join(_row(each) for each in operation.get("parameters", []))
            table = f"<table>{rows}</table>" if rows else ""
            sections.append(f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
                            f"<p>{escape(operation.get('summary', ''))}</p>{table}")  # fmt: skip
    lang = "zh-Hant-TW" if language == "zh" else "en"
    title, lead = (escape(say(key).in_language(language)) for key in ("web.reference", "web.reference.lead"))
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>{title}</h1>'
        f'<p>{lead}</p><p><a href="api/openapi.json">openapi.json</a></p>{"".join(sections)}</main></body></html>\n'
    )


def _row(option: dict[str, Any]) -> str:
    schema = option["schema"]
    kinds = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    said = "; ".join(filter(None, (_kind(each) for each in kinds)))
    default = f" = {escape(str(schema['default']))}" if schema.get("default") not in (None, [], "") else ""
    about = escape(option.get("description") or schema.get("description") or "")
    return f"<tr><td><code>{escape(option['name'])}{default}</code></td><td>{escape(said)}</td><td>{about}</td></tr>"


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))} ..."
    bounds = [f"{sign} {schema[key]}" for key, sign in (("minimum", "≥"), ("maximum", "≤")) if key in schema]
    return " ".join([str(schema.get("type", "")), *bounds])
