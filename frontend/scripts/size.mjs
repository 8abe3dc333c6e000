// Prints what the first screen costs, gzipped, and fails over the budget of docs: JS 235 kB, CSS 25 kB.
// The first screen is the worklist: the entry, the frame and the list's route, each with all that it imports.
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = { js: 235, css: 25 }
const FIRST_SCREEN = ['index.html', 'src/routes/_app.tsx', 'src/routes/_app/index.tsx']
const dist = resolve(import.meta.dirname, '../dist')
const kb = (path) => gzipSync(readFileSync(resolve(dist, path)), { level: 9 }).length / 1000

const manifest = JSON.parse(readFileSync(resolve(dist, '.vite/manifest.json'), 'utf8'))
const first = new Set()
for (const root of FIRST_SCREEN) {
  const chunks = Object.keys(manifest).filter((name) => name.split('?')[0] === root)
  if (chunks.length === 0) throw new Error(`the manifest holds no ${root}`)
  for (const chunk of chunks) take(chunk)
}
const total = { js: 0, css: 0 }
for (const path of first) total[path.endsWith('.css') ? 'css' : 'js'] += kb(path)
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

function take(chunk) {
  const { file, css = [], imports = [] } = manifest[chunk]
  if (first.has(file)) return
  for (const path of [file, ...css]) first.add(path)
  for (const each of imports) take(each)
}
