// Writes each hashed file once more, compressed as far as it goes, beside it: nginx hands these out as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const assets = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../dist'), 'assets')

for (const name of readdirSync(assets).filter((each) => /\.(js|css)$/.test(each))) {
  const path = resolve(assets, name)
  const plain = readFileSync(path)
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
  const made = { br: brotliCompressSync(plain, { params }), gz: gzipSync(plain, { level: 9 }) }
  for (const [kind, bytes] of Object.entries(made))
    if (bytes.length < plain.length) writeFileSync(`${path}.${kind}`, bytes)
}
