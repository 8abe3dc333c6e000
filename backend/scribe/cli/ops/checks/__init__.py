"""What `scribe ops preflight` looks at. Each check gives findings; none changes anything."""
