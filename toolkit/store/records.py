"""What was read from a submitted file, as canonical JSON: archived by digest and named by the act that received it.

With these records a verdict can be repeated word for word for ever, whatever changes later in forms or rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from toolkit.findings import Finding, Level
from toolkit.model import Draft, Filled, Value


def _plain_json(value: Value) -> object:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def _from_json(value: object) -> Value:
    if isinstance(value, dict):
        return Decimal(value["decimal"]) if "decimal" in value else date.fromisoformat(value["date"])
    assert value is None or isinstance(value, str | int)
    return value


def values_to_json(values: Mapping[str, Value]) -> dict[str, object]:
    return {k: _plain_json(v) for k, v in values.items()}


def values_from_json(values: Mapping[str, object]) -> dict[str, Value]:
    return {k: _from_json(v) for k, v in values.items()}


def _filled_json(cells: dict[str, Filled]) -> dict[str, list[object]]:
    values = values_to_json({k: f.value for k, f in cells.items()})
    return {k: [values[k], f.sheet, f.cell] for k, f in cells.items()}


def _filled(body: dict[str, list[Any]]) -> dict[str, Filled]:
    values = values_from_json({k: v[0] for k, v in body.items()})
    return {k: Filled(values[k], v[1], v[2]) for k, v in body.items()}


def finding_json(f: Finding) -> dict[str, Any]:
    """The contract's shape (empty keys are left out only in records, see `finding_record`)."""
    body = asdict(f)
    body["level"] = str(f.level)
    return body


def _finding_record(f: Finding) -> dict[str, Any]:
    return {k: v for k, v in finding_json(f).items() if v not in ("", None)}


def _finding(body: dict[str, Any]) -> Finding:
    return Finding(**{**body, "level": Level(body["level"])})


def encode(findings: tuple[Finding, ...], draft: Draft | None) -> bytes:
    body: dict[str, Any] = {"findings": [_finding_record(replace(f, file="")) for f in findings]}
    if draft is not None:
        body["draft"] = {
            "form": draft.form,
            "cells": _filled_json(dict(draft.cells)),
            "lists": {name: [_filled_json(dict(row)) for row in rows] for name, rows in draft.lists.items()},
        }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(data: bytes) -> tuple[tuple[Finding, ...], Draft | None]:
    body = json.loads(data)
    findings = tuple(_finding(f) for f in body["findings"])
    if "draft" not in body:
        return findings, None
    d = body["draft"]
    lists = {name: tuple(_filled(row) for row in rows) for name, rows in d["lists"].items()}
    return findings, Draft(d["form"], _filled(d["cells"]), lists)
