import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Mutant, mutated } from './mutants.ts'

/** A copy of the product in which the compiler is asked about one mutant after the other. */
export interface Compiler {
  /** Whether the types allow the mutant. What the compiler refuses could never have been committed. */
  compiles(mutant: Mutant): Promise<boolean>
  close(): void
}

export function openCompiler(): Compiler {
  const folder = mkdtempSync(join(tmpdir(), 'assay-mutants-'))
  for (const name of ['src', 'cli', 'action', 'package.json'])
    cpSync(name, join(folder, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
  const include = ['src', 'cli', 'action']
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }))
  let queue: Promise<unknown> = Promise.resolve()
  const check = async (mutant: Mutant) => {
    const text = readFileSync(mutant.file, 'utf8')
    writeFileSync(join(folder, mutant.file), mutated(text, mutant))
    try {
      await promisify(execFile)(resolve('node_modules/.bin/tsc'), [], { cwd: folder })
      return true
    } catch {
      return false
    } finally {
      writeFileSync(join(folder, mutant.file), text)
    }
  }
  return {
    compiles(mutant) {
      const answer = queue.then(() => check(mutant))
      queue = answer.catch(() => {})
      return answer
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
