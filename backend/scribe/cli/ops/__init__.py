"""`scribe ops`: what the people do who run a Scribe server."""
