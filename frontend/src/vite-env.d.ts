/// <reference types="vite/client" />
declare module '@fontsource-variable/atkinson-hyperlegible-next'

// Read by get-nonce (inside react-remove-scroll), which stamps it on the styles it injects.
interface Window {
  __webpack_nonce__?: string
}
