#!/usr/bin/env node
import { rowsJob } from '../src/services/files/rows-job.ts'
import { oldNode, VERSION } from '../src/version.ts'

// The action brings its own Node; here it is the agent's.
const old = oldNode(process.versions.node)
// A thread of this program begins in this file too.
const job = rowsJob()
// The two questions that need nothing loaded are answered before anything is.
const [only] = process.argv.slice(2)
if (job) void import('../src/services/files/rows-thread.ts').then(({ answerRows }) => answerRows(job))
else if (process.argv.length === 3 && (only === '--version' || only === '-v'))
  process.stdout.write(`${VERSION}\n`)
else if (old !== undefined) {
  process.stderr.write(`${old}\n`)
  process.exitCode = 2
} else {
  void import('./start.ts').then(({ start }) => start(process.argv.slice(2), import.meta.filename))
}
