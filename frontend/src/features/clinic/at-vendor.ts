import type { Schema } from '~/api/client'

type Vendor = Schema<'VendorRead'>

/** "2 recordings are at AssemblyAI now. 1 recording is done, and being deleted there."; null where there is none. */
export function atVendor({ under_way, undeleted }: Pick<Vendor, 'under_way' | 'undeleted'>): string | null {
  const parts: string[] = []
  if (under_way > 0) parts.push(`${recordings(under_way)} at AssemblyAI now.`)
  if (undeleted > 0) parts.push(`${recordings(undeleted)} done, and being deleted there.`)
  return parts.length > 0 ? parts.join(' ') : null
}

function recordings(count: number): string {
  return count === 1 ? '1 recording is' : `${count} recordings are`
}
