"""The machine form of a reply: the command line's public contract. Additions are fine, renames are not."""

from __future__ import annotations

from typing import Any

from bot.reply import Assessment, Citation, Finding, Guidance, Reply, Suppressed


def triage_json(triage: Assessment) -> dict[str, Any]:
    """What triage found; offsets count code points of the message in its turn."""
    return {
        "level": triage.level.value,
        "now": triage.now.value,
        "layers": list(triage.layers),
        "findings": [_finding(finding) for finding in triage.findings],
        "suppressed": [_suppressed(held) for held in triage.suppressed],
        "in_hospital": triage.in_hospital,
        "failed": triage.failed,
    }


def reply_json(reply: Reply, request_id: str | None = None) -> dict[str, Any]:
    """One reply, whole."""
    return {
        "id": request_id,
        "status": reply.status.value,
        "region": reply.region.value if reply.region else None,
        "made_by": reply.made_by,
        "index_version": reply.index_version,
        "triage": triage_json(reply.triage),
        "guidance": _guidance(reply.guidance) if reply.guidance else None,
        "opening": reply.opening or None,
        "answer": reply.answer,
        "parts": [
            {
                "question": part.question,
                "status": part.status.value,
                "sentences": list(part.sentences),
                "text": part.text or None,
            }
            for part in reply.parts
        ],
        "sentences": [
            {"text": sentence.text, "citations": list(sentence.citations), "kind": sentence.kind}
            for sentence in reply.sentences
        ],
        "citations": [_citation(citation) for citation in reply.citations],
        "related": [
            {"document": item.document, "title": item.title, "section": item.section}
            for item in reply.related
        ],
        "timings_ms": {name: round(value, 3) for name, value in reply.timings_ms.items()},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "text": finding.text,
        "start": finding.start,
        "end": finding.end,
        "turn": finding.turn,
        "layer": finding.layer,
        "level": finding.level.value,
        "title": finding.title,
    }


def _suppressed(held: Suppressed) -> dict[str, Any]:
    return {
        "rule": held.rule,
        "text": held.text,
        "start": held.start,
        "end": held.end,
        "turn": held.turn,
        "why": held.why,
    }


def _guidance(guidance: Guidance) -> dict[str, Any]:
    return {
        "card": guidance.card,
        "level": guidance.level.value,
        "region": guidance.region,
        "text": guidance.text,
        "numbers": [
            {"label": number.label, "dial": number.dial, "use": number.use, "region": number.region}
            for number in guidance.numbers
        ],
        "reminder": guidance.reminder,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": citation.document,
        "version": citation.version,
        "title": citation.title,
        "section": citation.section,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }
