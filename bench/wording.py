"""How well the wording checks agree with the labelled set: precision and recall on both halves.

    PYTHONPATH=src python bench/wording.py [--errors | --tuning]

`--errors` lists the errors of the tuning half only, `--tuning` prints only its figures and keeps nothing: the other
half is held out, and stays so.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from machine import machine

from tongzhou.engine.wording import CommitmentText, ObjectiveText, Span, check_commitment, check_objective

HERE = Path(__file__).parent
ROUNDS = {"first": "", "second": "_second", "third": "_third"}
TODAY = date(2026, 5, 6)
Case = dict[str, Any]
Pair = tuple[bool, bool]


def half(text: str) -> str:
    """Which half a sentence belongs to, decided by its hash alone."""
    return "held_out" if hashlib.sha256(text.encode()).digest()[0] % 2 else "tuning"


def cases(name: str, rounds: Iterable[str] = ROUNDS) -> Iterator[Case]:
    """The labelled sentences of one kind."""
    for written in rounds:
        file = HERE / "data" / "wording" / f"{name}{ROUNDS[written]}.jsonl"
        if not file.exists():
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def figures(pairs: Iterable[Pair]) -> dict[str, float | int]:
    """Precision and recall of (said by the rules, true by the label)."""
    listed = list(pairs)
    hits = sum(said and true for said, true in listed)
    said, true = sum(said for said, _ in listed), sum(true for _, true in listed)
    return {
        "precision": round(hits / said, 3) if said else 1.0,
        "recall": round(hits / true, 3) if true else 1.0,
        "accuracy": round(sum(said == true for said, true in listed) / len(listed), 3) if listed else 1.0,
        "cases": len(listed),
    }


def labelled(case: Case) -> list[Span]:
    """Where the words stand that a reader underlined."""
    text = case["text"]
    return [Span(text.index(word), text.index(word) + len(word)) for word in case["vague"]]


def marks(case: Case, *, phrases: bool = True) -> list[Span]:
    """Where the check marks something; without `phrases` only words of the lexicon, not what misses its date."""
    findings = check_commitment(CommitmentText(case["text"]), TODAY).findings
    return [f.span for f in findings if f.span and f.blocking and (phrases or f.code.startswith("vague"))]


def word_pairs(case: Case) -> list[Pair]:
    """Each vague word, said or labelled: it is found when the two share a character."""
    true, said = labelled(case), marks(case, phrases=False)
    pairs = [(any(span.overlaps(word) for span in said), True) for word in true]
    return pairs + [(True, False) for span in said if not any(span.overlaps(word) for word in true)]


def letter_pairs(case: Case) -> list[Pair]:
    """Each letter of a sentence in which a reader underlined something: is it marked, was it underlined?"""
    said, true = ({at for span in spans for at in range(*span)} for spans in (marks(case), labelled(case)))
    return [(at in said, at in true) for at, letter in enumerate(case["text"]) if letter.isalnum()] if true else []


def measure(written: str, which: str, language: str | None) -> dict[str, Any]:
    """All figures of one half of one round, of one language or both."""

    def chosen(name: str) -> list[Case]:
        return [c for c in cases(name, [written]) if half(c["text"]) == which and language in (None, c["lang"])]

    commitments, objectives = chosen("commitments"), chosen("objectives")
    vague = [(not check_commitment(CommitmentText(c["text"]), TODAY).concrete, not c["concrete"]) for c in commitments]
    measured = {
        "commitment is vague": figures(vague),
        "vague words marked": figures(pair for case in commitments for pair in word_pairs(case)),
        "letters underlined": figures(pair for case in commitments for pair in letter_pairs(case)),
        "vague shows where": figures((bool(marks(case)), not case["concrete"]) for case in commitments),
    }
    for letter in "SMT" if objectives else "":
        measured[f"objective {letter} met"] = figures(
            (check_objective(ObjectiveText(c["text"]), TODAY).letter(letter).met, c[letter]) for c in objectives
        )
    return measured


def errors() -> None:
    """Prints where rules and labels differ in the tuning half."""
    for case in cases("commitments"):
        if half(case["text"]) == "tuning":
            result = check_commitment(CommitmentText(case["text"]), TODAY)
            wrong_words = [pair for pair in word_pairs(case) if pair[0] != pair[1]]
            if result.concrete != case["concrete"] or wrong_words:
                said = [finding.params.get("word", finding.code) for finding in result.findings if finding.blocking]
                print("concrete" if case["concrete"] else "vague   ", case["text"], case["vague"], "said:", said)
    for case in cases("objectives"):
        if half(case["text"]) == "tuning":
            smart = check_objective(ObjectiveText(case["text"]), TODAY)
            wrong = [
                f"{x} is {case[x]}, said {smart.letter(x).reason_code}" for x in "SMT" if smart.letter(x).met != case[x]
            ]
            if wrong:
                print(case["text"], wrong)


def speed() -> dict[str, float]:
    """Milliseconds of processor time (others may use the machine) for one commitment, and for a megabyte of text."""
    texts = [case["text"] for case in cases("commitments")]
    begin = time.process_time()
    for text in texts:
        check_commitment(CommitmentText(text), TODAY)
    short = (time.process_time() - begin) / len(texts)
    megabyte = "".join(texts) * (1_000_000 // len("".join(texts)) + 1)
    begin = time.process_time()
    check_commitment(CommitmentText(megabyte), TODAY)
    return {
        "one commitment, ms": round(short * 1000, 2),
        "a text of 1,000,000 characters (the first 20,000 are read), ms": round((time.process_time() - begin) * 1000),
    }


def main() -> None:
    """Measures, prints and keeps the result with the machine it was taken on."""
    if "--errors" in sys.argv:
        errors()
        return
    halves = ("tuning",) if "--tuning" in sys.argv else ("tuning", "held_out")
    result: dict[str, Any] = {
        "machine": machine(),
        "load": round(os.getloadavg()[0], 1),
        "today": TODAY.isoformat(),
        "speed": speed(),
    }
    for written in ROUNDS:
        for which in halves:
            part = f"{written} round, {which}"
            result[part] = {language or "all": measure(written, which, language) for language in (None, "zh", "en")}
            for language, measured in result[part].items():
                for name, numbers in measured.items():
                    print(
                        f"{part:22} {language:4} {name:20} precision {numbers['precision']:.3f}  recall "
                        f"{numbers['recall']:.3f}  right {numbers['accuracy']:.3f}  of {numbers['cases']}"
                    )
    print(result["speed"])
    if "held_out" not in halves:
        return
    out = HERE / "results" / "wording.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
