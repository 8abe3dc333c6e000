"""A clinic's past, straight in the database: patients and their consultations over the last two years.

Rows only: no audio, transcripts or notes, which no list reads.
"""

from tests.journey.product import Product

_CONSULTATIONS_OF_A_PATIENT = 8


def fill(product: Product, total: int) -> None:
    """Make the clinic have so many consultations, its two doctors in turn."""
    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT clinic_id, array_agg(id::text ORDER BY full_name) FROM users WHERE role = 'doctor' GROUP BY 1"
        )
        clinic, doctors = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM consultations WHERE clinic_id = %s", (clinic,))
        missing = total - cursor.fetchone()[0]
        patients = max(1, missing // _CONSULTATIONS_OF_A_PATIENT)
        values = {"clinic": clinic, "doctors": doctors, "missing": missing, "patients": patients}
        for statement in (_UUID7, _PATIENTS, _CONSULTATIONS, _PIPELINES, _RECORDINGS):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE patients, consultations, pipelines, recordings")


# As the service makes its ids: 48 bits of milliseconds, the version, and chance.
_UUID7 = """
CREATE OR REPLACE FUNCTION pg_temp.uuid7(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_byte(bytes, 6, get_byte(bytes, 6) & 15 | 112), 'hex')::uuid
    FROM (SELECT overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6) AS bytes) AS made
$$
"""

_PATIENTS = """
INSERT INTO patients (id, clinic_id, given_name, family_name, birth_date, gender, identifier)
SELECT pg_temp.uuid7(now() - interval '2 years' + n * interval '1 second'), %(clinic)s,
       (ARRAY['Ann', 'Ben', 'Clara', 'David', 'Elif', 'Femi', 'Grace', 'Hugo', 'Ines', 'Jonas'])[1 + n %% 10],
       (ARRAY['Adler', 'Bell', 'Carter', 'Diaz', 'Evans', 'Fischer', 'Green', 'Haddad', 'Ito', 'Jansen', 'Kaya',
              'Lopez', 'Meyer', 'Nowak', 'Okoro', 'Patel', 'Quinn'])[1 + n %% 17],
       date '1935-01-01' + (n * 7919 %% 29000), (ARRAY['female', 'male', 'other', 'unknown'])[1 + n %% 4],
       'B' || (SELECT count(*) FROM patients) + n
FROM generate_series(1, %(patients)s) AS n
"""

# Of fifty consultations one failed, one was cancelled, four wait for their doctor, and all others are signed; one in
# twenty-five has no patient (yet). None is under way: the worker would look for its job.
_CONSULTATIONS = """
WITH pool AS (SELECT array_agg(id) AS ids FROM patients WHERE clinic_id = %(clinic)s),
past AS (
    SELECT n, now() - n * interval '2 years' / %(missing)s AS at,
           interval '1 second' * (180 + n * 37 %% 1500) AS lasted,
           CASE WHEN n %% 50 = 0 THEN 'failed' WHEN n %% 50 = 1 THEN 'cancelled'
                WHEN n %% 50 IN (2, 13, 24, 35) THEN 'ready' ELSE 'signed' END AS status
    FROM generate_series(1, %(missing)s) AS n
)
INSERT INTO consultations (id, clinic_id, doctor_id, patient_id, template_key, language, status, idempotency_key,
                           started_at, ended_at, duration_ms, signed_at, wrapped_key, recording_id)
SELECT pg_temp.uuid7(at), %(clinic)s, (%(doctors)s::uuid[])[1 + n %% 2],
       CASE WHEN n %% 25 <> 3 THEN pool.ids[1 + n * 7919 %% cardinality(pool.ids)] END,
       (ARRAY['soap', 'soap', 'soap', 'follow_up'])[1 + n %% 4], 'en', status, gen_random_uuid(),
       at, at + lasted, extract(epoch FROM lasted) * 1000, CASE WHEN status = 'signed' THEN at + interval '1 hour' END,
       decode(repeat('00', 60), 'hex'), pg_temp.uuid7(at)
FROM past, pool ORDER BY at
"""

_PIPELINES = """
INSERT INTO pipelines (id, clinic_id, consultation_id, stage, state, attempt_no, tries, progress, error_code,
                       error_message, stage_started_at, updated_at)
SELECT pg_temp.uuid7(ended_at), clinic_id, id, CASE status WHEN 'failed' THEN 'transcribe' ELSE 'draft' END,
       CASE status WHEN 'failed' THEN 'failed' ELSE 'done' END, 4, 1, CASE status WHEN 'failed' THEN 0 ELSE 1 END,
       CASE status WHEN 'failed' THEN 'no_speech' END,
       CASE status WHEN 'failed' THEN 'No speech was found in this recording.' END, ended_at, ended_at
FROM consultations c WHERE clinic_id = %(clinic)s AND status IN ('failed', 'ready', 'signed')
     AND NOT EXISTS (SELECT FROM pipelines p WHERE p.consultation_id = c.id) ORDER BY id
"""

_RECORDINGS = """
INSERT INTO recordings (id, clinic_id, consultation_id, source, state, started_at, last_chunk_at, sealed_at, sealed_by,
                        stored_bytes, duration_ms)
SELECT recording_id, clinic_id, id, 'capture', CASE status WHEN 'cancelled' THEN 'sealed' ELSE 'assembled' END,
       started_at, ended_at, ended_at, 'client', duration_ms * 4, duration_ms
FROM consultations c WHERE clinic_id = %(clinic)s
     AND NOT EXISTS (SELECT FROM recordings r WHERE r.consultation_id = c.id) ORDER BY id
"""
