/** The nonce of this page's content security policy, or nothing where the page has none (dev server, tests). */
export function styleNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined
}
