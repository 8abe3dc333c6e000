import { Switch } from '@mantine/core'
import classes from './Clinic.module.css'
import {
  audioGoes,
  type Choices,
  centsAnHour,
  inForce,
  type Offers,
  regionOffer,
  usesRegion,
} from './choices'
import { KeyTerms } from './KeyTerms'
import { CHOICE_NAMES } from './merge'
import { type Option, RadioChoice } from './RadioChoice'
import { SpeechModels } from './SpeechModels'

interface Props {
  choices: Choices
  offers: Offers
  change: (part: Partial<Choices>) => void
  termsError: string | null
}

/** Who turns the clinic's audio into words, and where that happens. */
export function Transcription({ choices, offers, change, termsError }: Props) {
  const now = inForce(choices, offers)
  const isVendor = now.engine === 'assemblyai'
  return (
    <>
      <RadioChoice
        label="Who transcribes"
        options={engines(offers)}
        value={choices.engine}
        onChange={(engine) => change({ engine })}
        comesTo={audioGoes(choices, offers)}
      />
      {usesRegion(choices, offers) && (
        <RadioChoice
          label="Region of AssemblyAI"
          options={regions(offers)}
          value={choices.region}
          onChange={(region) => change({ region })}
        />
      )}
      <Switch
        label="Live captions"
        description="Words appear while the doctor records. The transcript is made from the recording all the same."
        checked={choices.live_captions}
        onChange={(event) => change({ live_captions: event.currentTarget.checked })}
      />
      {isVendor && (
        <>
          <p className={classes.hint}>{priceHint(choices, offers)}</p>
          <KeyTerms choices={choices} error={termsError} change={change} />
          <details className={classes.details}>
            <summary>Advanced</summary>
            <SpeechModels choices={choices} change={change} />
          </details>
        </>
      )}
    </>
  )
}

function engines(offers: Offers): Option<Choices['engine']>[] {
  const names = CHOICE_NAMES.engine
  return [
    { value: 'default', label: names.default, text: `Now: ${names[offers.defaults.engine]}.` },
    { value: 'local', label: names.local, text: 'Audio is sent nowhere, whatever else is set.' },
    {
      value: 'assemblyai',
      label: names.assemblyai,
      text: 'Audio leaves your server, encrypted on its way.',
      whyNot: offers.no_assemblyai,
    },
  ]
}

function regions(offers: Offers): Option<Choices['region']>[] {
  const names = CHOICE_NAMES.region
  const place = (region: 'us' | 'eu') => regionOffer(offers, region)
  return [
    { value: 'default', label: names.default, text: `Now: ${names[offers.defaults.region]}.` },
    { value: 'us', label: names.us, whyNot: place('us')?.no_audio },
    { value: 'eu', label: names.eu, whyNot: place('eu')?.no_audio },
  ]
}

function priceHint(choices: Choices, offers: Offers): string {
  const { transcript, captions } = centsAnHour(choices, offers)
  const hour = (cents: number) => `$${(cents / 100).toFixed(2)}`
  return (
    `An hour of audio is estimated at ${hour(transcript)}` +
    (choices.live_captions ? `, and its live captions at ${hour(captions)}.` : '.')
  )
}
