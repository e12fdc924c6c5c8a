/** Where DVC gets data from, as `.dvc/config` and `.dvc/config.local` say. */
export interface DvcRemote {
  name: string
  /** Fit to be shown: without login, and without what stands after `?`. Absent where the files do not know the name. */
  address?: string
  /** It is a folder of this machine: absolute, or from `.dvc`. */
  folder?: string
}

/**
 * The remote that is pulled from; undefined where none is configured. Later files come before earlier ones.
 *
 * @param asked by name; default: the one that the files call the default
 */
export function remoteIn(configs: readonly string[], asked?: string): DvcRemote | undefined {
  const addresses = new Map<string, string>()
  let usual: string | undefined
  for (const config of configs) {
    let section = ''
    for (const line of config.split(/\r?\n/)) {
      section = /^\s*\[\s*(.+?)\s*\]\s*$/.exec(line)?.[1] ?? section
      const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
      const remote = /^'?remote "(.+?)"'?$/.exec(section)?.[1]
      if (section === 'core' && key === 'remote') usual = value
      if (remote !== undefined && key === 'url') addresses.set(remote, value!)
    }
  }
  const name = asked ?? usual
  if (name === undefined) return undefined
  const address = addresses.get(name)
  if (address === undefined) return { name }
  const isAddress = /^[a-z][a-z0-9+.-]+:\/\//i.test(address)
  return {
    name,
    address: address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1').replace(/\?.*$/, ''),
    ...(!isAddress && !/^[\w.-]+@[\w.-]+:/.test(address) && { folder: address }),
  }
}

/**
 * The sections of remotes alone, for a repository of DVC that lies elsewhere: paths that are from the folder of this file are whole.
 *
 * @param folder absolute, of the file
 */
export function remotesFor(config: string, folder: string): string {
  const kept: string[] = []
  let isOfRemote = false
  for (const line of config.split(/\r?\n/)) {
    if (/^\s*\[/.test(line)) isOfRemote = /^\s*\[\s*'?remote "/.test(line)
    if (isOfRemote) kept.push(fromElsewhere(line, folder))
  }
  return kept.map(line => `${line}\n`).join('')
}

// --- internal ---

/** The keys whose values DVC reads as paths from the folder of its file. */
const PATH =
  /^(\s*(?:url|credentialpath|configpath|keyfile|cert_path|key_path|gdrive_\w+_file(?:_path)?)\s*=\s*)(["']?)(.*?)\2\s*$/

function fromElsewhere(line: string, folder: string): string {
  const [, start, , value] = PATH.exec(line) ?? []
  if (!value || /^(?:\w+:\/\/|[/\\~]|[a-z]:[/\\])/i.test(value)) return line
  const path = `${folder}/${value}`
  return path.includes('"') ? `${start}'${path}'` : `${start}"${path}"`
}
