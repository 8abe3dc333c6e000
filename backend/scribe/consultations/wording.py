"""What is read out to the patient before recording. A version is never changed; new words are a new version."""

from scribe.consultations.schemas import ConsentWording, Language

_ENGLISH = ConsentWording(
    version="2026-11.en",
    language="en",
    text=(
        "I would like to record our conversation, so that I can look at you instead of at a screen. A computer turns "
        "the recording into text and drafts my notes; I check and sign them myself. The recording is encrypted and "
        "only the people who treat you or run this clinic can reach it. You can say no, or ask me to stop at any "
        "time, and your care stays the same. Do you agree?"
    ),
)
_CURRENT = {
    "en": _ENGLISH,
    "de": ConsentWording(
        version="2026-11.de",
        language="de",
        text=(
            "Ich möchte unser Gespräch aufzeichnen, damit ich Sie ansehen kann statt eines Bildschirms. Ein Computer "
            "macht daraus Text und entwirft meine Notizen; ich prüfe und unterschreibe sie selbst. Die Aufnahme ist "
            "verschlüsselt, und nur wer Sie behandelt oder diese Praxis leitet, hat Zugang. Sie können ablehnen oder "
            "mich jederzeit bitten aufzuhören; Ihre Behandlung bleibt dieselbe. Sind Sie einverstanden?"
        ),
    ),
    "es": ConsentWording(
        version="2026-11.es",
        language="es",
        text=(
            "Me gustaría grabar nuestra conversación para poder mirarle a usted y no a una pantalla. Un ordenador "
            "convierte la grabación en texto y redacta un borrador de mis notas; yo mismo las reviso y las firmo. La "
            "grabación está cifrada y solo pueden acceder quienes le atienden o dirigen esta clínica. Puede decir que "
            "no, o pedirme que pare en cualquier momento, y su atención será la misma. ¿Está de acuerdo?"
        ),
    ),
    "fr": ConsentWording(
        version="2026-11.fr",
        language="fr",
        text=(
            "J'aimerais enregistrer notre conversation, afin de vous regarder plutôt qu'un écran. Un ordinateur "
            "transforme l'enregistrement en texte et prépare mes notes ; je les vérifie et les signe moi-même. "
            "L'enregistrement est chiffré et seules les personnes qui vous soignent ou dirigent ce cabinet y ont "
            "accès. Vous pouvez refuser, ou me demander d'arrêter à tout moment, et vos soins resteront les mêmes. "
            "Êtes-vous d'accord ?"
        ),
    ),
}
_NAMES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French"}
# Earlier versions are moved here when their words change: a browser may still hold one.
_EARLIER: tuple[ConsentWording, ...] = ()
_BY_VERSION = {wording.version: wording for wording in (*_CURRENT.values(), *_EARLIER)}


def current(language: str) -> ConsentWording:
    """The words in the language, or in English where we have none."""
    return _CURRENT.get(language, _ENGLISH)


def languages() -> list[Language]:
    """The languages that a consultation can be held in: a patient is asked in the words of that very language."""
    return [Language(code=code, name=_NAMES[code]) for code in _CURRENT]


def is_offered(language: str) -> bool:
    """Whether a consultation can be held in it."""
    return language in _CURRENT


def by_version(version: str) -> ConsentWording | None:
    """The words of a version."""
    return _BY_VERSION.get(version)
