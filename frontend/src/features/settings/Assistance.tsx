import { Switch } from '@mantine/core'
import { useSavePreferences } from '~/api/save-preferences'
import { usePreferences } from '~/api/session'
import { FormError } from '~/ui/FormError'

/** What helps some people and bothers others. */
export function Assistance() {
  const preferences = usePreferences()
  const { mutate, error } = useSavePreferences()
  return (
    <>
      <FormError error={error} />
      <Switch
        label="Single-key shortcuts"
        description="Keys such as R, J or K work outside of text. Shortcuts with Ctrl, ⌘ or Alt always work."
        checked={preferences.single_key_shortcuts}
        onChange={(event) => mutate({ ...preferences, single_key_shortcuts: event.currentTarget.checked })}
      />
      <Switch
        label="Underline doubtful words"
        description="Drugs, doses, numbers, negations and sides that the transcription is not sure of."
        checked={preferences.mark_risky_words}
        onChange={(event) => mutate({ ...preferences, mark_risky_words: event.currentTarget.checked })}
      />
      <Switch
        label="Live captions while recording"
        description="Where your clinic has them: what is being said, until the transcript replaces it."
        checked={preferences.show_captions}
        onChange={(event) => mutate({ ...preferences, show_captions: event.currentTarget.checked })}
      />
      <Switch
        label="Have a screen reader read captions out"
        description="Each line as it comes. It talks over whatever else is read to you."
        checked={preferences.announce_captions}
        onChange={(event) => mutate({ ...preferences, announce_captions: event.currentTarget.checked })}
      />
    </>
  )
}
