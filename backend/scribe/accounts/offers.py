"""What this server offers to its clinics, in words that say where audio and transcripts would go."""

from decimal import Decimal

from scribe.accounts.clinic_schemas import InForce, Offers, Prices, RegionOffer
from scribe.accounts.clinic_settings import stays_here
from scribe.core.errors import Conflict
from scribe.core.settings import Region, Settings
from scribe.core.settings.vendors import GATEWAY, REGIONS, is_this_machine

_NAMES: dict[Region, str] = {"us": "the United States", "eu": "the European Union"}


class NotOffered(Conflict):
    """The server has no key or no address for what was chosen."""

    code, message = "not_offered", "This server does not offer that."


def of_server(settings: Settings) -> Offers:
    """All that a clinic can choose from, and why not the rest."""
    vendor, model = settings.vendor, settings.language_model
    return Offers(
        defaults=InForce(engine=settings.default_engine, region=vendor.default_region, drafter=model.drafter),
        regions=[_region(settings, region) for region in REGIONS],
        no_assemblyai=None if vendor.is_configured else "No AssemblyAI key is set on this server.",
        no_language_model=None if model.is_configured else "No language model is set on this server.",
        language_model=model.llm_model or None,
        prices=_prices(settings),
    )


def require(settings: Settings, *, engine: str, region: str, drafter: str) -> None:
    """Refuse choices that the server has no key or address for."""
    offers, ours = of_server(settings), "default"
    server = offers.defaults
    where = next(each for each in offers.regions if each.region == (server.region if region == ours else region))
    if (server.engine if engine == ours else engine) == "assemblyai" and where.no_audio:
        raise NotOffered(where.no_audio)
    if stays_here(engine=engine, drafter=drafter):
        return
    if (server.drafter if drafter == ours else drafter) == "llm" and where.no_transcripts:
        raise NotOffered(where.no_transcripts)


def _region(settings: Settings, region: Region) -> RegionOffer:
    account, name = settings.vendor.account(region), _NAMES[region]
    no_key = None if settings.vendor.has_key(region) else f"No AssemblyAI key for {name} is set on this server."
    no_model = None if settings.language_model.is_configured else "No language model is set on this server."
    return RegionOffer(
        region=region,
        audio_goes=(
            f"Audio is sent to {account.host} on this machine, which stands in for AssemblyAI."
            if is_this_machine(account.base_url)
            else f"Audio is sent to AssemblyAI in {name} ({account.host})."
        ),
        no_audio=no_key,
        transcripts_go=_transcripts_go(settings, region),
        no_transcripts=no_model or (no_key if settings.language_model.llm_base_url == GATEWAY else None),
    )


def _transcripts_go(settings: Settings, region: Region) -> str | None:
    endpoint = settings.language_model.endpoint(settings.vendor, region)
    if endpoint is None:
        return None
    if is_this_machine(endpoint.base_url):
        return f"Transcripts are sent to {endpoint.host} on this machine."
    if settings.language_model.llm_base_url == GATEWAY:
        return f"Transcripts are sent to AssemblyAI's language models in {_NAMES[region]} ({endpoint.host})."
    return f"Transcripts are sent to {endpoint.host}."


def _prices(settings: Settings) -> Prices:
    vendor, model = settings.vendor, settings.language_model
    return Prices(
        universal_3_5_pro=float(vendor.assemblyai_price_universal_3_5_pro),
        universal_2=float(vendor.assemblyai_price_universal_2),
        medical=float(vendor.assemblyai_price_medical),
        key_terms=float(vendor.assemblyai_price_key_terms),
        speaker_labels=float(vendor.assemblyai_price_speaker_labels),
        streaming=float(vendor.assemblyai_price_streaming),
        streaming_speaker_labels=float(vendor.assemblyai_price_streaming_speaker_labels),
        llm_input=_or_none(model.llm_price_input),
        llm_output=_or_none(model.llm_price_output),
    )


def _or_none(price: Decimal | None) -> float | None:
    return None if price is None else float(price)
