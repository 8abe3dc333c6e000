// The unmodified Node SDK's chain: upload, transcribe, exports, list, delete, streaming, and a few refusals.
// Its streaming wants TLS: NODE_EXTRA_CA_CERTS names the emulator's certificate.
// Reads {url, wss_url, key, audio, pcm} from its first argument; prints what it saw as one line of JSON.
import { readFile } from 'node:fs/promises'
import { AssemblyAI } from 'assemblyai'

const given = JSON.parse(process.argv[2])
const clientOf = (apiKey) => new AssemblyAI({ apiKey, baseUrl: given.url, streamingBaseUrl: given.url })
const client = clientOf(given.key)

const refusal = async (call) => {
  try {
    await call()
    return null
  } catch (error) {
    return error.message
  }
}

const prerecorded = async () => {
  const uploadUrl = await client.files.upload(given.audio)
  const transcript = await client.transcripts.transcribe(
    {
      audio: uploadUrl,
      speech_models: ['universal-3-5-pro', 'universal-2'],
      speaker_labels: true,
      speech_understanding: {
        request: { speaker_identification: { speaker_type: 'role', known_values: ['doctor', 'patient'] } },
      },
    },
    { pollingInterval: 50 },
  )
  const { sentences } = await client.transcripts.sentences(transcript.id)
  const srt = await client.transcripts.subtitles(transcript.id, 'srt')
  const found = await client.transcripts.wordSearch(transcript.id, ['lisinopril'])
  const deleted = await client.transcripts.delete(transcript.id)
  const listed = await client.transcripts.list({ limit: 5 })
  return {
    uploadUrl,
    status: transcript.status,
    text: transcript.text,
    speakers: transcript.utterances.map((turn) => turn.speaker),
    sentences: sentences.length,
    srt,
    found: found.total_count,
    deleted: deleted.text,
    listed: listed.transcripts.map((item) => item.audio_url),
  }
}

const streaming = async (credential) => {
  const transcriber = client.streaming.transcriber({
    ...credential,
    websocketBaseUrl: `${given.wss_url}/v3/ws`,
    sampleRate: 16_000,
    speechModel: 'universal-3-5-pro',
    formatTurns: true,
    speakerLabels: true,
    minTurnSilence: 400,
    keyterms: ['lisinopril'],
    connectTimeout: 10_000,
  })
  const turns = []
  transcriber.on('turn', (turn) => turn.end_of_turn && turns.push([turn.speaker_label, turn.transcript]))
  const begun = await transcriber.connect()
  const pcm = await readFile(given.pcm)
  for (let at = 0; at < pcm.length; at += 6400) {
    const part = Buffer.alloc(6400)
    pcm.copy(part, 0, at, at + 6400)
    transcriber.sendAudio(part)
  }
  await transcriber.close()
  return { begun: begun.type, turns }
}

const refused = async () => {
  const transcriber = client.streaming.transcriber({
    apiKey: 'not-a-key',
    websocketBaseUrl: `${given.wss_url}/v3/ws`,
    sampleRate: 16_000,
    speechModel: 'universal-3-5-pro',
    maxConnectionRetries: 0,
    connectTimeout: 10_000,
  })
  return {
    rest: await refusal(() => clientOf('not-a-key').transcripts.list()),
    unknown: await refusal(() => client.transcripts.get('unknown')),
    stream: await refusal(() => transcriber.connect()),
  }
}

const token = await client.streaming.createTemporaryToken({ expires_in_seconds: 60 })
console.log(
  JSON.stringify({
    prerecorded: await prerecorded(),
    byKey: await streaming({ apiKey: given.key }),
    byToken: await streaming({ token }),
    refused: await refused(),
  }),
)
