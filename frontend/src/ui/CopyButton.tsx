import { Button, type ButtonProps } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

/** What goes to the clipboard: plain text always, rich text where the target takes it. */
export interface Copied {
  text: string
  html?: string
}

type Outcome = 'idle' | 'copied' | 'failed'
const LABEL: Record<Exclude<Outcome, 'idle'>, string> = { copied: 'Copied', failed: 'Not copied' }

/** Writes to the clipboard as plain text, and as HTML too when there is some. */
async function copy({ text, html }: Copied): Promise<void> {
  if (!html) return navigator.clipboard.writeText(text)
  const blob = (type: string, part: string) => new Blob([part], { type })
  const item = new ClipboardItem({
    'text/plain': blob('text/plain', text),
    'text/html': blob('text/html', html),
  })
  return navigator.clipboard.write([item])
}

/** A button that copies and says so. */
export function CopyButton(props: { content: () => Copied; label: string } & ButtonProps) {
  const { content, label, ...rest } = props
  const [outcome, setOutcome] = useState<Outcome>('idle')

  useEffect(() => {
    if (outcome === 'idle') return undefined
    const timer = setTimeout(() => setOutcome('idle'), 2000)
    return () => clearTimeout(timer)
  }, [outcome])

  const click = () =>
    copy(content()).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    )
  const Icon = outcome === 'copied' ? IconCheck : IconCopy
  return (
    <Button variant="default" leftSection={<Icon size={16} aria-hidden />} {...rest} onClick={click}>
      <span aria-live="polite">{outcome === 'idle' ? label : LABEL[outcome]}</span>
    </Button>
  )
}
