"""The project's sample as a reference for the emulator."""

from typing import Any

ROLES = {"A": "doctor", "B": "patient"}


def words_of(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sample's turns as a reference for the emulator: their words evenly over their time."""
    words = []
    for number, turn in enumerate(turns):
        said = turn["text"].split()
        step = (turn["end_ms"] - turn["start_ms"]) / len(said)
        for at, word in enumerate(said):
            start, end = (round(turn["start_ms"] + step * place) for place in (at, at + 1))
            speaker = "A" if turn["role"] == turns[0]["role"] else "B"
            words.append({"text": word, "start": start, "end": end, "speaker": speaker, "turn": number})
    return words
