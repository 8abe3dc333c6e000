"""What AssemblyAI is asked about an upload."""

from assemblyai import types

from scribe.transcription.engines.remote import RemoteRequest

MEDICAL = "medical-v1"
# What the vendor is to tell apart, and who that is here.
DOCTOR, PATIENT = "doctor", "patient"
_MOST_VOICES = 6


def transcript_request(upload_url: str, asked: RemoteRequest) -> types.TranscriptRequest:
    """The request: a pinned language, Medical Mode, voices with their roles, key terms, a webhook."""
    config = types.RawTranscriptionConfig(
        # Detection ends in an error where nobody speaks.
        language_code=language_code(asked.language),
        speech_models=list(asked.speech_models),
        domain=MEDICAL,
        speaker_labels=True,
        # From one: a doctor who dictates is not to be split in two.
        speaker_options=types.SpeakerOptions(min_speakers_expected=1, max_speakers_expected=_MOST_VOICES),
        keyterms_prompt=list(asked.key_terms) or None,
        speech_understanding=types.SpeechUnderstandingRequest(
            request=types.SpeechUnderstandingFeatureRequests(
                speaker_identification=types.SpeakerIdentificationRequest(
                    speaker_type=types.SpeakerType.role, known_values=[DOCTOR, PATIENT]
                )
            )
        ),
        webhook_url=asked.webhook.url if asked.webhook else None,
        webhook_auth_header_name=asked.webhook.header if asked.webhook else None,
        webhook_auth_header_value=asked.webhook.secret if asked.webhook else None,
    )
    return types.TranscriptRequest(audio_url=upload_url, **config.model_dump(exclude_none=True))


def language_code(language: str) -> str:
    """A consultation's language as the vendor names it."""
    return "en_us" if language == "en" else language
