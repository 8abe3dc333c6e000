import { fileURLToPath } from 'node:url'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// Where a CDN brings the hashed files from, without a slash at its end; empty: from where the page comes from.
const assetBase = process.env.ASSET_BASE_URL ?? ''

export default defineConfig({
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true, quoteStyle: 'single', semicolons: false }),
    react(),
  ],
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The server replaces this with a fresh nonce in every response that carries index.html.
  html: { cspNonce: '__CSP_NONCE__' },
  // `connect-src` and `img-src` allow no data: URLs beyond what the policy needs, so nothing is inlined.
  build: { target: 'es2023', assetsInlineLimit: 0, manifest: true },
  experimental: assetBase
    ? { renderBuiltUrl: (file, { type }) => (type === 'asset' ? `${assetBase}/${file}` : `/${file}`) }
    : {},
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': { target: process.env.SCRIBE_API ?? 'http://127.0.0.1:8000', changeOrigin: false } },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // Typing key by key is slow on a busy machine, and no test is about its speed.
    testTimeout: 30_000,
  },
})
