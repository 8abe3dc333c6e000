"""What clients send and get about people and sessions."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr

from scribe.accounts.models import Role

Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]


class SignIn(BaseModel):
    """An email address and its password."""

    email: EmailStr
    password: Password


class Unlock(BaseModel):
    """The password again, to lift an idle lock."""

    password: Password


class PasswordChange(BaseModel):
    """The password as it is and as it shall be."""

    current_password: Password
    new_password: Password


class UserRead(BaseModel):
    """A person of the clinic."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    full_name: str
    role: Role
    is_active: bool
    must_change_password: bool
    created_at: datetime


class UserCreate(BaseModel):
    """A new person; they must change the given password at first sign-in."""

    email: EmailStr
    full_name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    password: Password


class UserUpdate(BaseModel):
    """What an admin may change of a person."""

    full_name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    role: Role | None = None
    is_active: bool | None = None


class ClinicRead(BaseModel):
    """The clinic that one is signed in to."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    timezone: str
    default_language: str


class SessionRead(BaseModel):
    """Who is signed in, where, and for how long."""

    user: UserRead
    clinic: ClinicRead
    preferences: dict[str, Any]
    idle_seconds: int
    expires_at: datetime
    locked: bool


class Preferences(BaseModel):
    """A person's own screen settings; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")

    theme: Annotated[str, Field(pattern="^(system|light|dark)$")] = "system"
    text_size: Annotated[str, Field(pattern="^(small|medium|large)$")] = "medium"
    single_key_shortcuts: bool = True
    mark_risky_words: bool = True
    # Whether drafts are put into the wording that was learned from this doctor, and more is learned.
    learned_wordings: bool = True
    show_captions: bool = True
    # A screen reader that reads each line out talks over everything else.
    announce_captions: bool = False
