interface PatientName {
  given_name: string
  family_name: string
}

/** "Okafor, Ada": family name first, as lists are scanned. */
export function patientName(patient: PatientName): string {
  return `${patient.family_name}, ${patient.given_name}`
}

const TITLES = new Set(['dr', 'dr.', 'prof', 'prof.', 'mr', 'mrs', 'ms'])

/** At most two letters that stand for a person. */
export function initials(fullName: string): string {
  const words = fullName.split(/\s+/).filter((word) => word && !TITLES.has(word.toLowerCase()))
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words
  return picked.map((word) => word?.charAt(0).toUpperCase() ?? '').join('')
}
