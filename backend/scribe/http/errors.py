"""The one place where an error becomes an answer."""

from typing import Any
from uuid import UUID

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request

from scribe.audit import service as audit
from scribe.core.errors import Forbidden, Invalid, NotFound, ScribeError, Unavailable
from scribe.core.request_context import request_id

# More mistakes than a person reads are not named.
_MOST_FIELDS = 50

log = structlog.get_logger(__name__)


class MethodNotAllowed(ScribeError):
    """The address exists, the verb does not."""

    status, code, message = 405, "method_not_allowed", "This address does not take that kind of request."


class BadRequest(ScribeError):
    """The request is broken below the level of fields."""

    status, code, message = 400, "bad_request", "The request could not be read."


class DatabaseUnavailable(Unavailable):
    """PostgreSQL is gone, or took too long."""

    code = "database_unavailable"


def install(app: FastAPI) -> None:
    """Let every error of the app be rendered here. Unforeseen ones are caught by the outermost middleware."""
    app.add_exception_handler(ScribeError, _scribe_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _framework_error)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(kind, _database_unavailable)


def render(error: ScribeError, headers: dict[str, str] | None = None) -> JSONResponse:
    """Code, words, and the request's id; the same for every error. Details may say when to come back."""
    if "retry_after" in error.details:
        headers = {"Retry-After": str(error.details["retry_after"])} | (headers or {})
    body = {"code": error.code, "message": error.text, "request_id": request_id.get(), "details": error.details}
    return JSONResponse(body, error.status, headers=headers)


def _scribe_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ScribeError):
        raise error
    if isinstance(error, (NotFound, Forbidden)):
        _put_refusal_on_record(request, error)
    return render(error)


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    # Where and what kind only: the values, and what pydantic says of them, may be a patient's.
    fields = [{"field": _location(problem), "problem": problem["type"]} for problem in problems[:_MOST_FIELDS]]
    return render(Invalid(fields=fields))


def _database_unavailable(request: Request, error: Exception) -> JSONResponse:
    cause = error.orig if isinstance(error, DBAPIError) else None
    log.warning(
        "database_unavailable",
        error=type(error).__name__,
        cause=type(cause).__name__ if cause else None,
        route=route_template(request.scope),
    )
    return render(DatabaseUnavailable(), {"Retry-After": "2"})


def _location(problem: dict[str, Any]) -> str:
    # The name of an unknown key is the sender's own words.
    parts = problem["loc"][:-1] if problem["type"] == "extra_forbidden" else problem["loc"]
    return ".".join(str(part) for part in parts)


def _framework_error(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return render(NotFound())
    return render(MethodNotAllowed() if status == 405 else BadRequest() if status < 500 else ScribeError())


def _put_refusal_on_record(request: Request, error: ScribeError) -> None:
    """A refused look leaves an event of its own, in the looker's clinic: their request was rolled back."""
    viewer = getattr(request.state, "viewer", None)
    if viewer is None:
        return
    entity_type, entity_id = _entity(request)
    # Without an id only a role's refusal is a look at something: a wrong password has its own event.
    if entity_id is None and type(error) is not Forbidden:
        return
    try:
        audit.record_alone(
            request.app.state.session_factory,
            viewer.clinic_id,
            audit.Actor("user", viewer.user_id),
            "access.refused",
            entity_type=entity_type,
            entity_id=entity_id,
            route=route_template(request.scope),
            method=request.method,
            code=error.code,
        )
    except SQLAlchemyError as failure:
        # Nothing was shown; the refusal itself must still be answered.
        log.error("refusal_not_recorded", error=type(failure).__name__)  # noqa: TRY400 - the text may hold values


def route_template(scope: Any) -> str:
    """The route as declared (`/api/users/{user_id}`): the only form of an address that may be logged."""
    return str(getattr(scope.get("route"), "path", "-"))


def _entity(request: Request) -> tuple[str, UUID | None]:
    for name, value in request.path_params.items():
        try:
            return name.removesuffix("_id")[:32], UUID(str(value))
        except ValueError:
            continue
    return "route", None
