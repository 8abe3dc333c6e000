/** Presses the copy button of the section that has the focus, which says itself that it is done; false in no section. */
export function copyFocusedSection(): boolean {
  const section = document.activeElement?.closest('[data-note-section]')
  const button = section?.querySelector<HTMLElement>('[data-copy-section]')
  button?.click()
  return Boolean(button)
}
