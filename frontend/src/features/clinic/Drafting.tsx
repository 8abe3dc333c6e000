import classes from './Clinic.module.css'
import { type Choices, inForce, type Offers, regionOffer, transcriptsGo } from './choices'
import { CHOICE_NAMES } from './merge'
import { type Option, RadioChoice } from './RadioChoice'

interface Props {
  choices: Choices
  offers: Offers
  change: (part: Partial<Choices>) => void
}

/** Who writes the first draft of notes, and where that happens. */
export function Drafting({ choices, offers, change }: Props) {
  const isUnpriced = offers.prices.llm_input === null || offers.prices.llm_output === null
  return (
    <>
      <RadioChoice
        label="Who drafts"
        options={drafters(choices, offers)}
        value={choices.drafter}
        onChange={(drafter) => change({ drafter })}
        comesTo={transcriptsGo(choices, offers)}
      />
      {inForce(choices, offers).drafter === 'llm' && isUnpriced && (
        <p className={classes.hint}>
          No price is set for the language model on this server, so its tokens are counted and their cost is
          not.
        </p>
      )}
    </>
  )
}

function drafters(choices: Choices, offers: Offers): Option<Choices['drafter']>[] {
  const names = CHOICE_NAMES.drafter
  const ofServer = inForce({ ...choices, drafter: 'default' }, offers)
  const there = regionOffer(offers, ofServer.region)
  return [
    { value: 'default', label: names.default, text: `Now: ${names[ofServer.drafter]}.` },
    { value: 'extractive', label: names.extractive, text: 'Notes quote the transcript’s own words.' },
    {
      value: 'llm',
      label: names.llm,
      text: `${offers.language_model ?? 'It'} writes in its own words; each sentence is checked against the transcript.`,
      whyNot: offers.no_language_model ?? there?.no_transcripts,
    },
  ]
}
