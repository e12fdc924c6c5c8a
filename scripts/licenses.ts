import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { compiledIn, holdsWebAssembly } from './compiled-in.ts'
import { noticesIn } from './notices.ts'

/**
 * Whose code a bundle holds, and under which terms: read from the modules that the bundler put in, not from a list that is kept
 * by hand. Only of what is compiled nobody can read it: scripts/compiled-in.ts has that, and a module without a line there is
 * a problem.
 */

/** Licences that ask for nothing but to be passed on with the code. Any other is for a person to decide on. */
export const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

/** A package of which a bundle holds something. */
export interface Bundled {
  name: string
  version: string
  /** As its package.json says; undefined where it says none, or not as an SPDX name. */
  license: string | undefined
  /** Its licences and notices by their path in the package: also those of code that it carries from others. */
  texts: Map<string, string>
  /** What its bundled modules say in comments of whose code they are, beyond those texts. */
  notices: string[]
}

/**
 * The packages that modules belong to, by name and version.
 *
 * @param root folder whose modules outside of `node_modules` are our own
 * @param modules their ids, as the bundler names them
 * @returns problems: every module of which nobody knows whose it is
 */
export function bundledPackages(
  root: string,
  modules: Iterable<string>,
): { packages: Bundled[]; problems: string[] } {
  const folders = new Map<string, Set<string>>()
  const problems: string[] = []
  for (const id of modules) {
    const folder = packageFolder(root, id)
    if (folder !== undefined) folders.set(folder, (folders.get(folder) ?? new Set()).add(id))
    else if (!isOwn(root, id)) problems.push(`${printable(id)} is bundled, and is of no package`)
  }
  const packages = new Map<string, Bundled>()
  for (const [folder, ids] of folders) {
    const bundled = readPackage(folder)
    const beside = Object.hasOwn(TEXT_OF, bundled.name) ? TEXT_OF[bundled.name] : undefined
    if (beside !== undefined && bundled.texts.size === 0)
      bundled.texts = readPackage(join(folder, '../..', beside)).texts
    const texts = [...bundled.texts.values()].join('\n')
    const sources = [...ids]
      .filter(id => !id.startsWith('\0'))
      .sort()
      .map(id => readFileSync(id, 'utf8'))
    if (sources.some(holdsWebAssembly)) {
      const others = compiledIn(bundled.name)
      if (!others)
        problems.push(`${bundled.name} holds WebAssembly: say in scripts/compiled-in.ts of whose code it is`)
      for (const [project, text] of others ?? []) bundled.texts.set(project, text)
    }
    const notices = new Set(sources.flatMap(noticesIn))
    bundled.notices = [...notices].filter(notice => !texts.includes(notice))
    packages.set(`${bundled.name}@${bundled.version}`, bundled)
  }
  return { packages: [...packages].sort(byKey).map(([, bundled]) => bundled), problems: problems.sort() }
}

/** Why packages must not be shipped: all reasons, each with what to do. */
export function licenseProblems(packages: Bundled[]): string[] {
  return packages.flatMap(({ name, version, license, texts }) => {
    const named = `${name}@${version} is bundled`
    const wrong: string[] = []
    if (license === undefined) wrong.push(`${named}, and its package.json names no licence by an SPDX name`)
    else if (!ALLOWED.includes(license))
      wrong.push(`${named} under ${license}, which is none of ${ALLOWED.join(', ')} (scripts/licenses.ts)`)
    if (![...texts].some(([path, text]) => LICENSE.test(path) && text.trim() !== ''))
      wrong.push(`${named}, and has no file with the text of its licence: it cannot be passed on`)
    return wrong
  })
}

/** What stands beside a bundle: our own licence and notice, then those of every package in it. */
export function licensesText(own: Bundled, packages: Bundled[]): string {
  const sections = [own, ...packages].map(({ name, version, license, texts, notices }) => {
    const within: [string, string][] = notices.length > 0 ? [['in its modules', notices.join('\n\n')]] : []
    const files = [...texts, ...within].map(
      ([path, text]) => `[${path}]\n\n${text.replaceAll('\r\n', '\n').trim()}\n`,
    )
    return `${LINE}\n${name} ${version} (${license ?? 'licence not named'})\n${LINE}\n\n${files.join('\n')}`
  })
  return `${own.name} and what is bundled with it: ${packages.length} packages, each with its licence. Made by npm run build.\n\n${sections.join('\n')}`
}

/** A package as its folder has it, with these texts. */
export function readPackage(folder: string, texts = legalFiles(folder)): Bundled {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  return {
    name: String(name),
    version: String(version),
    license: typeof license === 'string' ? license : undefined,
    texts: new Map(texts.map(path => [path, readFileSync(join(folder, path), 'utf8')])),
    notices: [],
  }
}

// --- internal ---

const LINE = '-'.repeat(80)
const LICENSE = /(?:^|\/)(?:licen[sc]es?|copying)\b[^/]*$/i
const LEGAL = /^(?:licen[sc]es?|copying|notice|third[-_]?party[-_]?\w+)\b[^/]*$/i
const CODE = /\.(?:[cm]?[jt]s|json|map)$/i

/** Packages that leave the licence of their repository out, and one of the same repository that has it. */
const TEXT_OF: Readonly<Record<string, string>> = {
  // https://github.com/sigstore/sigstore-js has one LICENSE, of which each package but this one has a copy.
  '@sigstore/verify': '@sigstore/bundle',
}

/** The bundler's own helpers have no folder: they are its code. */
const RUNTIME: [RegExp, string][] = [
  [/^\0rolldown\//, 'rolldown'],
  [/^\0@oxc-project\+runtime@/, 'rolldown'],
]

function packageFolder(root: string, id: string): string | undefined {
  const runtime = RUNTIME.find(([pattern]) => pattern.test(id))
  if (runtime) return join(root, 'node_modules', runtime[1])
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(posix(id))?.[1]
}

function isOwn(root: string, id: string): boolean {
  const path = posix(relative(root, id))
  return !id.startsWith('\0') && !path.startsWith('../') && !path.startsWith('/')
}

function legalFiles(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap(entry => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory())
        return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : legalFiles(folder, path)
      return LEGAL.test(entry.name) && !CODE.test(entry.name) ? [path] : []
    })
    .sort()
}

function posix(path: string): string {
  return path.split(sep).join('/')
}

function printable(id: string): string {
  return JSON.stringify(id).slice(1, -1)
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : Number(a > b)
}
