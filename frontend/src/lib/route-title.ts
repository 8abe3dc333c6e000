/** The document title of a route; patient data never stands in it. */
export function documentTitle(title: string | undefined): string {
  return title ? `${title} · Scribe` : 'Scribe'
}
