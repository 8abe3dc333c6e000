import type { Schema } from '~/api/client'

type Role = Schema<'Role'>

export const ROLES: { value: Role; label: string }[] = [
  { value: 'doctor', label: 'Doctor' },
  { value: 'admin', label: 'Admin' },
]

/** True for a role that the server knows. */
export function isRole(value: string | null): value is Role {
  return ROLES.some((role) => role.value === value)
}
