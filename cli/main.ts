#!/usr/bin/env node
import { VERSION } from '../src/version.ts'
import { keepHeapSmall } from './heap.ts'

// The action brings its own Node; here it is the agent's.
const major = Number(process.versions.node.split('.')[0])
// The two questions that need nothing loaded are answered before anything is.
const [only] = process.argv.slice(2)
if (process.argv.length === 3 && (only === '--version' || only === '-v')) process.stdout.write(`${VERSION}\n`)
else if (major < 22) {
  process.stderr.write(
    `Assay needs Node 22 or newer; this is ${process.version}. Every maintained CI image has one.\n`,
  )
  process.exitCode = 2
} else {
  keepHeapSmall()
  void import('./start.ts').then(({ start }) => start(process.argv.slice(2)))
}
