"""The request's one transaction."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from scribe.db.replica import Reader


def get_session(request: Request) -> Iterator[Session]:
    """Commits when the endpoint returns, rolls back when it raises."""
    with request.app.state.session_factory.begin() as session:
        yield session


# scope="function": the commit precedes the response, so a failing commit is never answered with a 200.
SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def get_reader(request: Request, session: SessionDep) -> Reader:
    """The way to lists and searches: the replica where it has all that the primary had when the request came."""
    return Reader(request.app.state.replica, session)


ReaderDep = Annotated[Reader, Depends(get_reader, scope="function")]
