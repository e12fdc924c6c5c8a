import { readFileSync } from 'node:fs'

/**
 * Code of others that a package carries as WebAssembly. Its terms ask to be passed on as well, and no module of the package says
 * whose it is: the texts stand in scripts/compiled-in/, each as its project has it.
 */

/** By the package, the projects that it was compiled from. */
const COMPILED_IN: Readonly<Record<string, readonly string[]>> = {
  // https://github.com/hyparam/hysnappy: from https://github.com/andikleen/snappy-c, a port of https://github.com/google/snappy.
  hysnappy: ['snappy-c'],
  // https://github.com/nodejs/llhttp
  undici: ['llhttp'],
}

/** Whether a source holds a WebAssembly module as base64: `\0asm` and the version. */
export function holdsWebAssembly(source: string): boolean {
  return source.includes('AGFzbQEA')
}

/** The texts of what was compiled into a package, by their projects; undefined where nobody has said what it is. */
export function compiledIn(name: string): Map<string, string> | undefined {
  const projects = Object.hasOwn(COMPILED_IN, name) ? COMPILED_IN[name] : undefined
  return projects && new Map(projects.map(project => [`compiled in: ${project}`, textOf(project)]))
}

// --- internal ---

function textOf(project: string): string {
  return readFileSync(new URL(`compiled-in/${project}.txt`, import.meta.url), 'utf8')
}
