"""AssemblyAI and the language model: who they are, where they are, and what they cost."""

import ipaddress
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from scribe.core.settings.group import Group

Region: TypeAlias = Literal["us", "eu"]
REGIONS: tuple[Region, ...] = ("us", "eu")
# The word in LLM_BASE_URL for AssemblyAI's own gateway, in the region of each clinic.
GATEWAY = "assemblyai"
Cents: TypeAlias = Annotated[Decimal, Field(ge=0)]


def address_of(url: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in a URL; None where it has a name, or nothing."""
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return None


def is_this_machine(url: str) -> bool:
    """Whether what is sent there stays here."""
    address = address_of(url)
    return urlsplit(url).hostname == "localhost" or (address is not None and address.is_loopback)


@dataclass(frozen=True)
class VendorAccount:
    """AssemblyAI in one region. Without a key nothing may be sent there."""

    region: Region
    key: SecretStr
    base_url: str
    streaming_url: str
    gateway_url: str

    @property
    def host(self) -> str:
        """Where audio is sent, for people to read."""
        return urlsplit(self.base_url).hostname or ""


class VendorSettings(Group):
    """AssemblyAI: a key for each region that may be used. Without any, no clinic can choose it."""

    assemblyai_api_key: SecretStr = SecretStr("")
    assemblyai_api_key_eu: SecretStr = SecretStr("")
    # The region of clinics that chose none; must be said where both have a key.
    assemblyai_region: Region | None = None
    # The vendor's own hosts, or a server on this machine that plays its part; nothing else is accepted.
    assemblyai_base_url: str = "https://api.assemblyai.com"
    assemblyai_base_url_eu: str = "https://api.eu.assemblyai.com"
    assemblyai_streaming_url: str = "wss://streaming.us.assemblyai.com"
    assemblyai_streaming_url_eu: str = "wss://streaming.eu.assemblyai.com"
    assemblyai_gateway_url: str = "https://llm-gateway.assemblyai.com"
    assemblyai_gateway_url_eu: str = "https://llm-gateway.eu.assemblyai.com"
    # auto: the vendor tells us when a transcript is done, where it can reach PUBLIC_URL. off: we only ask.
    assemblyai_webhooks: Literal["auto", "off"] = "auto"
    # Whether nobody else uses the project of the keys: then what is found there and is not ours is deleted too.
    assemblyai_exclusive_project: bool = False
    # Prices in US cents for an hour of audio: the models, and what is added for each extra that a job really used.
    assemblyai_price_universal_3_5_pro: Cents = Decimal(21)
    assemblyai_price_universal_2: Cents = Decimal(15)
    assemblyai_price_medical: Cents = Decimal(15)
    assemblyai_price_key_terms: Cents = Decimal(5)
    assemblyai_price_speaker_labels: Cents = Decimal(2)
    # Live captions, billed by the time that the line is open.
    assemblyai_price_streaming: Cents = Decimal(45)
    assemblyai_price_streaming_speaker_labels: Cents = Decimal(12)

    def account(self, region: Region) -> VendorAccount:
        """The key and the hosts of a region."""
        end = "" if region == "us" else f"_{region}"
        return VendorAccount(
            region=region,
            key=getattr(self, f"assemblyai_api_key{end}"),
            base_url=getattr(self, f"assemblyai_base_url{end}").rstrip("/"),
            streaming_url=getattr(self, f"assemblyai_streaming_url{end}").rstrip("/"),
            gateway_url=getattr(self, f"assemblyai_gateway_url{end}").rstrip("/"),
        )

    def has_key(self, region: Region) -> bool:
        """Whether clinics may choose this region."""
        return bool(self.account(region).key.get_secret_value())

    @property
    def is_configured(self) -> bool:
        """Whether there is a key at all."""
        return any(self.has_key(region) for region in REGIONS)

    @property
    def default_region(self) -> Region:
        """The region of a clinic that chose none."""
        if self.assemblyai_region:
            return self.assemblyai_region
        return "eu" if self.has_key("eu") and not self.has_key("us") else "us"


@dataclass(frozen=True)
class LanguageModelEndpoint:
    """An OpenAI-compatible server: transcripts of a clinic may be sent there, and nowhere else."""

    base_url: str
    key: SecretStr
    auth: Literal["bearer", "raw"]

    @property
    def host(self) -> str:
        """Where transcripts are sent, for people to read."""
        return urlsplit(self.base_url).hostname or ""


class LanguageModelSettings(Group):
    """The language model that drafts notes, on any OpenAI-compatible server. Without an address there is none."""

    # An address (https://host/v1), or the word "assemblyai": the vendor's gateway in each clinic's region.
    llm_base_url: str = ""
    # Not used with "assemblyai", which takes the region's key.
    llm_api_key: SecretStr = SecretStr("")
    llm_model: str = ""
    # How the key is sent: "Authorization: Bearer KEY", or the key alone.
    llm_auth: Literal["bearer", "raw"] = "bearer"
    llm_timeout_seconds: float = Field(default=60, gt=0)
    # For a whole note: what is not asked for by then is drafted without the model.
    llm_draft_seconds: float = Field(default=240, gt=0)
    llm_max_output_tokens: int = Field(default=2000, ge=1)
    # What the model can read and write at once; longer consultations are drafted in pieces.
    llm_context_tokens: int = Field(default=32_000, ge=4000)
    # Prices in US cents for a million tokens. Not set means: the use is counted, its cost is not.
    llm_price_input: Cents | None = None
    llm_price_output: Cents | None = None
    # What drafts where a clinic chose nothing.
    drafter: Literal["extractive", "llm"] = "extractive"

    @property
    def is_configured(self) -> bool:
        """Whether clinics may choose it."""
        return bool(self.llm_base_url)

    def endpoint(self, vendor: VendorSettings, region: Region) -> LanguageModelEndpoint | None:
        """Where a clinic of this region has its notes drafted; None where no server is set for it."""
        if self.llm_base_url == GATEWAY:
            account = vendor.account(region)
            has_key = vendor.has_key(region)
            return LanguageModelEndpoint(f"{account.gateway_url}/v1", account.key, "raw") if has_key else None
        if not self.llm_base_url:
            return None
        return LanguageModelEndpoint(self.llm_base_url.rstrip("/"), self.llm_api_key, self.llm_auth)
