"""Words that turn a sentence around by themselves: what is done with a medicine, and pairs like normal and abnormal.

They must be said as such, whatever else of a sentence was: no share of its words makes up for one of them.
"""

from scribe.notes import facts

# Each line is one meaning; words of one line may stand for each other as far as this check goes.
_ACTIONS = (
    "start starts started starting begin begins began begun beginning commence commenced initiate initiated",
    "stop stops stopped stopping discontinue discontinued discontinuing cease ceased quit",
    "avoid avoids avoided avoiding",
    "continue continues continued continuing",
    "increase increases increased increasing",
    "decrease decreases decreased decreasing reduce reduces reduced reducing",
    "hold holds held holding pause paused withhold withheld",
    "resume resumes resumed resuming restart restarts restarted restarting",
)
_OPPOSITES = (
    "normal", "abnormal", "better", "worse", "improve improves improved improving improvement",
    "worsen worsens worsened worsening", "high", "low", "higher", "lower", "raised", "positive", "negative", "stable",
    "unstable", "acute", "chronic", "mild", "moderate", "severe", "benign", "malignant", "regular", "irregular",
    "controlled well-controlled", "uncontrolled", "likely", "unlikely", "before", "after", "more", "less", "fewer",
    "up", "down", "with", "without", "safe", "unsafe", "healthy", "unhealthy", "present", "absent",
)  # fmt: skip
_ACTION_OF = {word: line.split()[0] for line in _ACTIONS for word in line.split()}
_MEANING_OF = _ACTION_OF | {word: line.split()[0] for line in _OPPOSITES for word in line.split()}


def action(word: str) -> str | None:
    """What a word has done with a medicine, if anything."""
    return _ACTION_OF.get(word)


def of(text: str) -> frozenset[str]:
    """The meanings in a text that have an opposite."""
    return frozenset(_MEANING_OF[word] for word in facts.tokens(text) if word in _MEANING_OF)
