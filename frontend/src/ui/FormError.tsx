import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { toProblem } from '~/api/errors'

/** Why a form was not accepted, in the server's words; read out once. Nothing without an error. */
export function FormError({ error }: { error: unknown }) {
  if (!error) return null
  return (
    <Alert
      role="alert"
      variant="default"
      icon={<IconAlertTriangle size={18} color="var(--danger)" aria-hidden />}
      styles={{ message: { color: 'var(--text)' } }}
    >
      {toProblem(error).message}
    </Alert>
  )
}
