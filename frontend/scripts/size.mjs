// Prints what each route's first load costs, gzipped: the page, its layouts, and all that they import at once.
// Exits with 1 if the worklist, where a day begins, is over the budget of JS 235 kB and CSS 25 kB.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = { js: 235, css: 25 }
const WORKLIST = '_app/index'
const dist = resolve(import.meta.dirname, '../dist')
const manifest = JSON.parse(readFileSync(resolve(dist, '.vite/manifest.json'), 'utf8'))
const keyOf = (route) => `src/routes/${route}.tsx?tsr-split=component`

const sizes = new Map()
function kb(path) {
  if (!sizes.has(path))
    sizes.set(path, gzipSync(readFileSync(resolve(dist, path)), { level: 9 }).length / 1000)
  return sizes.get(path)
}

/** The files of a chunk and of all that it imports statically. */
function collect(key, files, seen) {
  if (seen.has(key)) return
  seen.add(key)
  const chunk = manifest[key]
  for (const path of [chunk.file, ...(chunk.css ?? [])]) files.add(path)
  for (const imported of chunk.imports ?? []) collect(imported, files, seen)
}

/** A route's layouts, from the outermost: `_app` of `_app/people`. */
function layoutsOf(route) {
  const folders = route.split('/').slice(0, -1)
  return folders
    .map((_, index) => folders.slice(0, index + 1).join('/'))
    .filter((name) => keyOf(name) in manifest)
}

function firstLoad(routes) {
  const files = new Set()
  const seen = new Set()
  for (const key of ['index.html', ...routes.map(keyOf)]) collect(key, files, seen)
  const total = { js: 0, css: 0 }
  for (const path of files) {
    const kind = path.split('.').at(-1)
    if (kind in total) total[kind] += kb(path)
  }
  return total
}

function line(name, total) {
  return `first load  ${name.padEnd(34)} js ${total.js.toFixed(1).padStart(6)} kB gz  css ${total.css.toFixed(1).padStart(5)}`
}

const routes = Object.keys(manifest)
  .map((key) => /^src\/routes\/(.+)\.tsx\?tsr-split=component$/.exec(key)?.[1])
  .filter(Boolean)
const layouts = new Set(routes.flatMap(layoutsOf))
console.log(line('index.html alone', firstLoad([])))
for (const route of routes.filter((name) => !layouts.has(name)).sort())
  console.log(line(route, firstLoad([...layoutsOf(route), route])))

const worklist = firstLoad([...layoutsOf(WORKLIST), WORKLIST])
const over = Object.keys(BUDGET_KB).filter((kind) => worklist[kind] > BUDGET_KB[kind])
const verdict = over.length ? `OVER in ${over.join(' and ')}` : 'kept'
console.log(`budget of the worklist: js ${BUDGET_KB.js} kB gz, css ${BUDGET_KB.css}: ${verdict}`)
process.exit(over.length ? 1 : 0)
