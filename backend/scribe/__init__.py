"""Scribe: recorded consultations become draft notes whose every sentence names its source."""

__version__ = "0.1.0"
