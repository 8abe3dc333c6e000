"""What all groups of settings have in common."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Group(BaseSettings):
    """A few settings that belong together, read from the environment and never changed."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)
