import type { Schema } from '~/api/client'

type Role = Schema<'Role'>

export const LABEL: Record<Role, string> = { doctor: 'Doctor', admin: 'Admin' }

export const ROLES: { value: Role; label: string }[] = [
  { value: 'doctor', label: LABEL.doctor },
  { value: 'admin', label: LABEL.admin },
]

/** True for a role that the server knows. */
export function isRole(value: string | null): value is Role {
  return ROLES.some((role) => role.value === value)
}
