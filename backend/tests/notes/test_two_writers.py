"""Two saves of the same version at once: one wins, the other is told."""

import threading
from uuid import UUID

from scribe.audit.service import Actor, act_as
from scribe.consultations import queries as consultations
from scribe.db.session import clinic_session
from scribe.notes import queries, versions
from scribe.notes.errors import StaleNote
from tests.notes.builders import Desk, a_draft


def save(desk: Desk, consultation_id: UUID, text: str, ready: threading.Barrier, results: list[str]) -> None:
    with clinic_session(desk.factory, desk.clinic.id) as session:
        act_as(session, Actor("user", desk.doctor.id))
        ready.wait(timeout=30)
        try:
            consultation = consultations.get(session, desk.doctor, consultation_id, for_update=True)
            note = queries.get_note(session, consultation_id, for_update=True)
            versions.write_section(
                session, consultation=consultation, note=note, doctor=desk.doctor, version=1, key="plan", text=text
            )
            results.append("saved")
        except StaleNote:
            results.append("stale")


def test_of_two_saves_at_once_one_wins(live_desk: Desk) -> None:
    desk = live_desk
    consultation = a_draft(desk)
    ready, results = threading.Barrier(2), list[str]()

    writers = [
        threading.Thread(target=save, args=(desk, consultation.id, text, ready, results))
        for text in ("Rest.", "Plenty of fluids.")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)

    assert sorted(results) == ["saved", "stale"]
    with desk.session() as session:
        note = queries.get_note(session, consultation.id)
        assert [version.version for version in queries.versions(session, note)] == [2, 1]
