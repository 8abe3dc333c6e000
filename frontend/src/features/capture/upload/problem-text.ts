import type { UploadProblem } from './uploader'

/** What stands between the audio and the server, in words. */
export function problemText(problem: UploadProblem): string {
  switch (problem.kind) {
    case 'offline':
      return 'No connection. The audio is kept on this device and sent when the connection is back.'
    case 'server_busy':
      return 'The server is not answering. The audio is kept on this device and sent when it is back.'
    case 'signed_out':
      return 'Sign in again to send the audio. Until then it is kept on this device.'
    case 'cancelled':
      return 'This consultation was cancelled in another tab or on another device. Its recording is kept on this device: when it has ended, bring it back or delete it.'
    case 'refused':
    case 'damaged':
      return problem.message
  }
}
