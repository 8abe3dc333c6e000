"""What a job in a cloud is estimated to cost, in microcents: a millionth of a US cent."""

from decimal import ROUND_CEILING, Decimal

from scribe.core.settings import LanguageModelSettings, VendorSettings

MICROCENTS = 1_000_000
_HOUR, _MILLION_TOKENS = 3600, 1_000_000


def transcription(
    prices: VendorSettings, *, seconds: int, model: str, medical: bool, key_terms: bool, speaker_labels: bool
) -> int:
    """A transcript of so many seconds, by the model and the extras that were really used."""
    models = {
        "universal-3-5-pro": prices.assemblyai_price_universal_3_5_pro,
        "universal-2": prices.assemblyai_price_universal_2,
    }
    # A model that came after this version: better estimated too high.
    hour = models.get(model, max(models.values()))
    hour += prices.assemblyai_price_speaker_labels if speaker_labels else 0
    return _pro_rated(hour + _extras(prices, medical=medical, key_terms=key_terms), seconds, _HOUR)


def captions(prices: VendorSettings, *, seconds: int, medical: bool, key_terms: bool, speaker_labels: bool) -> int:
    """Live captions; the vendor counts the seconds that the line was open, spoken or silent."""
    hour = prices.assemblyai_price_streaming
    hour += prices.assemblyai_price_streaming_speaker_labels if speaker_labels else 0
    return _pro_rated(hour + _extras(prices, medical=medical, key_terms=key_terms), seconds, _HOUR)


def language_model(prices: LanguageModelSettings, *, input_tokens: int, output_tokens: int) -> int:
    """An answer of the language model; nothing where no price is set."""
    asked = _pro_rated(prices.llm_price_input or Decimal(0), input_tokens, _MILLION_TOKENS)
    return asked + _pro_rated(prices.llm_price_output or Decimal(0), output_tokens, _MILLION_TOKENS)


def _extras(prices: VendorSettings, *, medical: bool, key_terms: bool) -> Decimal:
    return (prices.assemblyai_price_medical if medical else Decimal(0)) + (
        prices.assemblyai_price_key_terms if key_terms else Decimal(0)
    )


def _pro_rated(cents: Decimal, quantity: int, of: int) -> int:
    return int((cents * MICROCENTS * quantity / of).to_integral_value(ROUND_CEILING))
