"""Cut a long consultation into pieces that a language model can read at once."""

from collections.abc import Sequence

from scribe.notes.drafting.base import Turn

# Counted low: a piece must fit whatever the model's own way of counting.
_CHARACTERS_A_TOKEN = 3
# What a turn's number and speaker take.
_AROUND_A_TURN = 20
# A question at the end of a piece is asked again at the beginning of the next.
_REPEATED_TURNS = 4


def windows(turns: Sequence[Turn], tokens: int) -> list[list[Turn]]:
    """The turns in pieces of at most so many tokens, each beginning with the last turns of the one before."""
    found: list[list[Turn]] = []
    piece: list[Turn] = []
    for turn in turns:
        if piece and sum(map(_tokens, piece)) + _tokens(turn) > tokens:
            found.append(piece)
            piece = _tail(piece, tokens - _tokens(turn))
        piece.append(turn)
    return [*found, piece] if piece else found


def _tail(piece: Sequence[Turn], tokens: int) -> list[Turn]:
    """The last turns, as far as they fit into half of a new piece."""
    tail = list(piece[-_REPEATED_TURNS:])
    while tail and sum(map(_tokens, tail)) > tokens // 2:
        tail.pop(0)
    return tail


def _tokens(turn: Turn) -> int:
    return len(turn.text) // _CHARACTERS_A_TOKEN + _AROUND_A_TURN
