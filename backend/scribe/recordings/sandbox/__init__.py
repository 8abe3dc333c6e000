"""Hostile audio is opened in a process that can reach nothing but one socket to its parent.

`parent` starts it and serves its reads; `child` is its program; `confinement` takes its rights away.
"""
