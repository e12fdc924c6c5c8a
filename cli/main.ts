#!/usr/bin/env node
import { VERSION } from '../src/version.ts'

// The two questions that need nothing loaded are answered before anything is.
const [only] = process.argv.slice(2)
if (process.argv.length === 3 && (only === '--version' || only === '-v')) process.stdout.write(`${VERSION}\n`)
else void import('./start.ts').then(({ start }) => start(process.argv.slice(2)))
