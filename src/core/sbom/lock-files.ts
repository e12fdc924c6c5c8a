/** A package at a version, as a lock file names it. */
export interface LockedPackage {
  kind: 'pypi' | 'conda'
  name: string
  version: string
}

export interface Locked {
  packages: LockedPackage[]
  /** Lines that name a package without its version: which one is there, nobody can tell. */
  unpinned: string[]
}

/** Files that say which packages an environment is made of, by their names; each is a reader of its text. */
export const LOCK_FILES: Readonly<Record<string, (text: string) => Locked>> = {
  'uv.lock': fromToml,
  'poetry.lock': fromToml,
  'pdm.lock': fromToml,
  'conda-lock.yml': fromConda,
  'requirements.txt': fromRequirements,
}

/** PEP 503: names that differ in case and in `-`, `_` and `.` alone are one. */
export function pypi(name: string, version: string): LockedPackage {
  return { kind: 'pypi', name: name.toLowerCase().replace(/[-_.]+/g, '-'), version }
}

// --- internal ---

/** Of an address nothing is shown: it may hold a password. */
const PLAIN_NAME = /^[A-Za-z0-9][\w.-]*(?=[\s;<>=~!@[]|$)/

/** As uv, Poetry and PDM write it: a table for each package, a line for each key. */
function fromToml(text: string): Locked {
  const packages: LockedPackage[] = []
  const unpinned: string[] = []
  for (const block of text.split(/^\[\[package\]\]\s*$/m).slice(1)) {
    const [head = ''] = block.split(/^\[/m)
    const name = /^name = "([^"\n]+)"/m.exec(head)?.[1]
    const version = /^version = "([^"\n]+)"/m.exec(head)?.[1]
    if (name === undefined) continue
    // The project itself: it stands in its own folder.
    if (/^source = \{ (?:virtual|editable) = /m.test(head)) continue
    if (version === undefined) unpinned.push(name)
    else packages.push(pypi(name, version))
  }
  return { packages, unpinned }
}

/** As `pip freeze`, `pip-compile` and `uv export` write it: `numpy==2.4.6 ; python_version >= "3.11" \` and lines of hashes. */
function fromRequirements(text: string): Locked {
  const packages: LockedPackage[] = []
  const unpinned: string[] = []
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)
  for (const line of lines) {
    const asked = line.replace(/(?:^|\s)#.*$/, '').trim()
    if (asked === '' || asked.startsWith('-')) continue
    const [, name, version] =
      /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([\w.!+-]+)\s*(?:;.*|--hash.*)?$/.exec(asked) ?? []
    if (name === undefined || version === undefined)
      unpinned.push(PLAIN_NAME.exec(asked)?.[0] ?? 'an address or a path')
    else packages.push(pypi(name, version))
  }
  return { packages, unpinned }
}

/** As conda-lock writes it: an item for each package and platform, a line for each key. */
function fromConda(text: string): Locked {
  const packages: LockedPackage[] = []
  const unpinned: string[] = []
  for (const block of text.split(/^- (?=name: )/m).slice(1)) {
    const textAt = (key: string) => new RegExp(`^(?:  )?${key}: ['"]?([^'"\\n]+)['"]?$`, 'm').exec(block)?.[1]
    const [name, version] = [textAt('name'), textAt('version')]
    if (name === undefined) continue
    if (version === undefined) unpinned.push(name)
    else if (textAt('manager') === 'pip') packages.push(pypi(name, version))
    else packages.push({ kind: 'conda', name, version })
  }
  return { packages, unpinned }
}
