import { Radio, Stack } from '@mantine/core'
import { api } from '~/api/client'
import { ErrorState } from '~/ui/ErrorState'
import classes from './ConsentControl.module.css'

export type ConsentChoice = 'verbal' | 'written' | 'declined'

/** The words to read out, and how the patient answered. Without a yes there is no recording. */
export function ConsentControl(props: {
  language: string | null
  value: ConsentChoice | null
  onChange: (choice: ConsentChoice) => void
}) {
  const wording = useConsentWording(props.language)
  return (
    <section className={classes.consent} aria-labelledby="consent-title">
      <h2 id="consent-title" className={classes.title}>
        Consent
      </h2>
      {wording.error && <ErrorState error={wording.error} onRetry={() => void wording.refetch()} />}
      {wording.data && (
        <blockquote className={classes.wording} lang={wording.data.language}>
          {wording.data.text}
        </blockquote>
      )}
      <Radio.Group
        label="The patient"
        value={props.value}
        onChange={(value) => {
          if (value === 'verbal' || value === 'written' || value === 'declined') props.onChange(value)
        }}
      >
        <Stack gap={4} mt={6}>
          <Radio className={classes.choice} value="verbal" label="agreed, in spoken words" />
          <Radio className={classes.choice} value="written" label="agreed, in writing" />
          <Radio className={classes.choice} value="declined" label="does not agree" />
        </Stack>
      </Radio.Group>
    </section>
  )
}

/** The clinic's wording in a language, once that is known; its version is kept with the consent. */
export function useConsentWording(language: string | null) {
  return api.useQuery(
    'get',
    '/api/consent-wording',
    { params: { query: { language: language ?? undefined } } },
    { staleTime: 3_600_000, enabled: language !== null },
  )
}
