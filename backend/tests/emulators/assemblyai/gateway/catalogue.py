"""GET /v1/models."""

from typing import Any

from aiohttp import web

# Model and maker, as of March 2026.
MODELS = {
    "claude-opus-4-6": "Anthropic",
    "claude-sonnet-4-6": "Anthropic",
    "claude-sonnet-4-5-20250929": "Anthropic",
    "claude-haiku-4-5-20251001": "Anthropic",
    "claude-sonnet-5": "Anthropic",
    "gemini-2.5-pro": "Google",
    "gemini-2.5-flash": "Google",
    "gemini-3-pro-preview": "Google",
    "gpt-5.1": "OpenAI",
}


async def models(_: web.Request) -> web.Response:
    """No key is asked for."""
    return web.json_response({"data": [_entry(name, maker) for name, maker in MODELS.items()]})


def _entry(name: str, maker: str) -> dict[str, Any]:
    provider = {"id": maker.lower(), "name": maker}
    price = {"prompt": 0.000003, "completions": 0.000015}
    return {
        "id": name,
        "name": name,
        "description": f"{name} of {maker}, played by the emulator",
        "default_parameters": {"temperature": 1.0, "top_p": None, "frequency_penalty": None},
        "supported_parameters": ["max_tokens", "temperature", "response_format", "tools", "tool_choice"],
        "top_provider": {"is_moderated": False, "context_length": 200_000, "max_completion_tokens": 64_000},
        "context_length": 200_000,
        "pricing": {"us": None, "eu": None, "global": price, "regional_increase_percent": None},
        "creator": maker,
        "retirement_date": 0,
        "available_regions": ["us"] if maker == "OpenAI" else ["us", "eu"],
        "providers": [provider],
        "default_provider": provider,
    }
