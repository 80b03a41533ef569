import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // The client is that of this checkout. As a dependency (file:../..) npm would install the whole gateway with it, and
  // refuse this folder's lock file each time that the gateway's dependencies change.
  resolve: {
    alias: {
      'snapshot-gateway/client': fileURLToPath(new URL('../../dist/client/index.js', import.meta.url)),
    },
  },
  // The origin that CORS_ORIGINS of the gateway names.
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  preview: { host: '127.0.0.1', port: 5173, strictPort: true },
})
