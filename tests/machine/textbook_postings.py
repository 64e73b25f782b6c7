"""Who pays whom in models SIM, SIMEX and BMW: rows and columns of Godley and Lavoie (2007), tables 3.2 and 7.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIM: Mapping[str, Any] = {
    "sectors": [
        {"id": "households", "money": "Hh"},
        {"id": "production", "money": "0"},
        {"id": "government", "money": "Hs", "issues": True},
    ],
    "kinds": [
        {"id": "consumption", "payer": "households", "payee": "production"},
        {"id": "public_spending", "payer": "government", "payee": "production"},
        {"id": "wages", "payer": "production", "payee": "households"},
        {"id": "tax", "payer": "households", "payee": "government"},
    ],
    "postings": [
        {"kind": "consumption", "payer": "households", "payee": "production", "expression": "Cd"},
        {"kind": "public_spending", "payer": "government", "payee": "production", "expression": "Gs"},
        {"kind": "wages", "payer": "production", "payee": "households", "expression": "W*Ns"},
        {"kind": "tax", "payer": "households", "payee": "government", "expression": "Ts"},
    ],
}

# Firms have two columns: what they earn and spend, and what they build with borrowed money.
BMW: Mapping[str, Any] = {
    "sectors": [
        {"id": "households", "money": "Mh"},
        {"id": "firms", "money": "0"},
        {"id": "firms_capital", "money": "0"},
        {"id": "banks", "money": "Ms", "issues": True},
    ],
    "kinds": [
        {"id": "consumption", "payer": "households", "payee": "firms"},
        {"id": "investment", "payer": "firms_capital", "payee": "firms"},
        {"id": "wages", "payer": "firms", "payee": "households"},
        {"id": "amortisation", "payer": "firms", "payee": "firms_capital"},
        {"id": "interest", "payer": ["firms", "banks"], "payee": ["banks", "households"]},
        {"id": "loan", "payer": "banks", "payee": "firms_capital"},
        {"id": "repayment", "payer": "firms_capital", "payee": "banks"},
    ],
    "postings": [
        {"kind": "consumption", "payer": "households", "payee": "firms", "expression": "Cd"},
        {"kind": "investment", "payer": "firms_capital", "payee": "firms", "expression": "Id"},
        {"kind": "wages", "payer": "firms", "payee": "households", "expression": "WBs"},
        {"kind": "amortisation", "payer": "firms", "payee": "firms_capital", "expression": "AF"},
        {"kind": "interest", "payer": "firms", "payee": "banks", "expression": "Rl[-1]*Ld[-1]"},
        {"kind": "interest", "payer": "banks", "payee": "households", "expression": "Rm[-1]*Mh[-1]"},
        {"kind": "loan", "payer": "banks", "payee": "firms_capital", "expression": "max(Ls - Ls[-1], 0)"},
        {"kind": "repayment", "payer": "firms_capital", "payee": "banks", "expression": "max(Ls[-1] - Ls, 0)"},
    ],
}


def postings_for(variables: frozenset[str]) -> Mapping[str, Any]:
    """The postings that speak of the variables of a system; none if we know none."""
    if variables >= {"Hh", "Hs", "Cd", "Gs", "Ns", "Ts"}:
        return SIM
    if variables >= {"Mh", "Ms", "Cd", "Id", "WBs", "AF", "Ld", "Ls"}:
        return BMW
    return {}
