import type { MicrophoneTrouble } from '../recorder/microphone'
import classes from './PermissionSteps.module.css'

type Browser = 'safari_ios' | 'safari' | 'firefox' | 'chromium'

const STEPS: Record<Browser, string[]> = {
  chromium: [
    'Click the icon at the left end of the address bar.',
    'Set Microphone to Allow.',
    'Reload this page.',
  ],
  firefox: [
    'Click the crossed-out microphone in the address bar.',
    'Remove "Blocked" beside Use the microphone.',
    'Press Try again and allow.',
  ],
  safari: ['Open Safari, Settings for this website.', 'Set Microphone to Allow.', 'Reload this page.'],
  safari_ios: [
    'Tap the icon in the address bar, then Website settings.',
    'Set Microphone to Allow.',
    'Reload this page.',
  ],
}

/** Why there is no microphone, and what to do in this very browser. */
export function PermissionSteps({ trouble }: { trouble: MicrophoneTrouble }) {
  return (
    <div className={classes.box} role="alert">
      <p>{WORDS[trouble]}</p>
      {trouble === 'denied' && (
        <ol>
          {STEPS[browserOf(navigator.userAgent)].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
    </div>
  )
}

const WORDS: Record<MicrophoneTrouble, string> = {
  denied: 'This browser does not let Scribe use the microphone.',
  missing: 'No microphone was found. Plug one in, or check that it is not switched off.',
  busy: 'The microphone cannot be opened. Another program may be using it; close that and try again.',
  insecure:
    'Browsers give a microphone only to pages with https (or on this machine itself). Open Scribe by its https address.',
}

/** Which browser's steps to print. */
export function browserOf(userAgent: string): Browser {
  if (/firefox|fxios/i.test(userAgent)) return 'firefox'
  if (/chrom|crios|edg/i.test(userAgent)) return 'chromium'
  return /iphone|ipad/i.test(userAgent) ? 'safari_ios' : 'safari'
}
