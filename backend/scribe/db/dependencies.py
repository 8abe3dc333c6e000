"""The request's one transaction."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session


def get_session(request: Request) -> Iterator[Session]:
    """Commits when the endpoint returns, rolls back when it raises."""
    with request.app.state.session_factory.begin() as session:
        yield session


# scope="function": the commit precedes the response, so a failing commit is never answered with a 200.
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
