"""What can go wrong with backups, in words for an operator."""


class BackupFailed(Exception):
    """It could not be done; the text says why, and what to do."""


class Tampered(BackupFailed):
    """What is kept is not what was put there, or was sealed with another key."""
