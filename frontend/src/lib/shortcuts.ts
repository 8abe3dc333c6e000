/**
 * Shortcuts are written by `event.code`, the key's place and not its letter: "KeyJ", "Mod+KeyK", "Alt+KeyL", or two
 * steps, "KeyG KeyC". Mod is Cmd on Apple machines and Ctrl elsewhere. The signs "/" and "?" stand for themselves,
 * as each keyboard has them elsewhere.
 */
export interface Shortcut {
  keys: string
  label: string
  group: string
  run: (event: KeyboardEvent) => void
}

interface KeyPress {
  code: string
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** True on machines whose command key is Cmd. */
function isApple(platform: string = navigator.platform): boolean {
  return /mac|iphone|ipad/i.test(platform)
}

/** True when the press is exactly this step, its modifiers included. */
export function matchesStep(step: string, press: KeyPress, apple: boolean = isApple()): boolean {
  if (isSign(step)) return press.key === step && !press.ctrlKey && !press.metaKey && !press.altKey
  const parts = step.split('+')
  const mod = apple ? press.metaKey : press.ctrlKey
  const otherMod = apple ? press.ctrlKey : press.metaKey
  return (
    parts.at(-1) === press.code &&
    parts.includes('Mod') === mod &&
    parts.includes('Alt') === press.altKey &&
    parts.includes('Shift') === press.shiftKey &&
    !otherMod
  )
}

function isSign(step: string): boolean {
  return step.length === 1
}

/** True when plain typing would set it off; such shortcuts can be turned off (WCAG 2.1.4). */
export function isSingleKey(keys: string): boolean {
  return keys.split(' ').every((step) => !step.includes('Mod+') && !step.includes('Alt+'))
}

/** True where keys are text: inputs, text areas, selects, editable content. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true
  const takesText = !['checkbox', 'radio', 'range', 'button', 'submit'].includes(
    target instanceof HTMLInputElement ? target.type : 'button',
  )
  return target instanceof HTMLInputElement && takesText
}

const NAMES: Record<string, string> = {
  Comma: ',',
  Period: '.',
  BracketLeft: '[',
  BracketRight: ']',
  Escape: 'Esc',
  Shift: '⇧',
}

/** The keys to print, step by step: `[["Ctrl", "K"]]`, `[["G"], ["C"]]`. */
export function keyLabels(keys: string, apple: boolean = isApple()): string[][] {
  return keys.split(' ').map((step) => {
    return step.split('+').map((key) => {
      if (key === 'Mod') return apple ? '⌘' : 'Ctrl'
      if (key === 'Alt') return apple ? '⌥' : 'Alt'
      return NAMES[key] ?? key.replace(/^(Key|Digit)/, '')
    })
  })
}
