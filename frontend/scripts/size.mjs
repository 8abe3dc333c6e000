// Prints what the first load costs, gzipped, and fails over the budget of docs: JS 235 kB, CSS 25 kB.
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = { js: 235, css: 25 }
const dist = resolve(import.meta.dirname, '../dist')
const html = readFileSync(resolve(dist, 'index.html'), 'utf8')
const kb = (path) => gzipSync(readFileSync(resolve(dist, path)), { level: 9 }).length / 1000

const manifest = JSON.parse(readFileSync(resolve(dist, '.vite/manifest.json'), 'utf8'))
const first = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path))
const total = { js: 0, css: 0 }
for (const path of first) {
  const kind = path.endsWith('.css') ? 'css' : path.endsWith('.js') ? 'js' : null
  if (kind) total[kind] += kb(path)
}
console.log(
  `first load  js ${total.js.toFixed(1)} kB gz of ${BUDGET_KB.js}, css ${total.css.toFixed(1)} of ${BUDGET_KB.css}`,
)

const later = readdirSync(resolve(dist, 'assets')).filter(
  (name) => /\.(js|css)$/.test(name) && !first.has(`assets/${name}`),
)
const named = new Map(Object.values(manifest).map((chunk) => [chunk.file, chunk.name ?? chunk.src ?? '']))
for (const name of later.sort((a, b) => kb(`assets/${b}`) - kb(`assets/${a}`)).slice(0, 20)) {
  const path = `assets/${name}`
  console.log(`  later     ${kb(path).toFixed(1).padStart(6)} kB  ${name}  ${named.get(path) ?? ''}`)
}
process.exit(total.js > BUDGET_KB.js || total.css > BUDGET_KB.css ? 1 : 0)
