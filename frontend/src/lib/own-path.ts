/** True for a path on this server: what comes from the address bar must not lead anywhere else. */
export function isOwnPath(value: unknown): value is string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value)
}
