// The rules of this folder that Biome cannot say: the import law, colours only in the theme, small files.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const src = resolve(import.meta.dirname, '../src')
const GENERATED = new Set(['routeTree.gen.ts', join('api', 'schema.d.ts')])
const MAX_LINES = 300
const LAYER = { lib: 0, theme: 0, api: 0, ui: 0, test: 0, features: 1, routes: 2 }

const problems = []
for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(tsx?|css)$/.test(entry.name)) continue
  const path = join(entry.parentPath, entry.name)
  const name = relative(src, path)
  if (!GENERATED.has(name)) check(name, path, readFileSync(path, 'utf8'))
}
for (const problem of problems) console.error(problem)
process.exit(problems.length ? 1 : 0)

function check(name, path, text) {
  const lines = text.split('\n').length - 1
  if (lines > MAX_LINES) problems.push(`${name}: ${lines} lines; split it (at most ${MAX_LINES})`)
  if (!name.startsWith('theme/')) checkColours(name, text)
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g))
    checkImport(name, path, specifier)
}

function checkColours(name, text) {
  for (const [colour] of text.matchAll(/(?<![\w&/'"-])['"]?#(?:[\da-f]{8}|[\da-f]{6}|[\da-f]{3})\b/gi))
    problems.push(`${name}: colour ${colour} outside theme/; use a token`)
}

function checkImport(name, path, specifier) {
  const target = specifier.startsWith('~/')
    ? specifier.slice(2)
    : specifier.startsWith('.')
      ? relative(src, resolve(dirname(path), specifier))
      : null
  if (target === null) return
  const [fromLayer, fromFeature] = name.split('/')
  const [toLayer, toFeature] = target.split('/')
  if (LAYER[fromLayer] === undefined || LAYER[toLayer] === undefined) return
  if (LAYER[toLayer] > LAYER[fromLayer]) problems.push(`${name}: ${fromLayer} must not import ${target}`)
  if (fromLayer === 'features' && toLayer === 'features' && fromFeature !== toFeature)
    problems.push(`${name}: features do not import each other (${target}); compose them in routes/`)
}
