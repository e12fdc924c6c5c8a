import { type AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import { STRONG, weakness } from '../../core/secrets/weak-secrets.ts'
import { KEY_NAME, type ReceiptKeys } from '../../core/traffic/receipts/receipt.ts'
import { readInside } from '../../services/files/files.ts'
import { listFolder } from '../../services/files/find-files.ts'

/**
 * The keys of a folder, a file each, as a Secret is mounted: its name is that of the key. With two of them the servers can change
 * from one to the other while receipts of both are good.
 *
 * @throws AssayError where the folder cannot be read
 */
export async function readKeys(folder: string): Promise<{ keys: ReceiptKeys } | { problems: Problem[] }> {
  const keys = new Map<string, string>()
  const problems: Problem[] = []
  for (const name of await listFolder(folder)) {
    if (name.startsWith('.')) continue
    const where = { file: name }
    const read = await readKey(folder, name)
    if (typeof read !== 'string') {
      problems.push(...read.problems)
      continue
    }
    const key = read.trim()
    const why = weakness(key)
    if (!KEY_NAME.test(name))
      problems.push({ what: `\`${name}\` is no name of a key`, where, fix: 'letters, digits, `_` and `-`' })
    else if (why !== undefined) problems.push({ what: `the key ${name} ${why}`, where, fix: STRONG })
    else keys.set(name, key)
  }
  if (keys.size + problems.length === 0)
    problems.push({ what: 'it holds no key', where: { file: folder }, fix: STRONG })
  return problems.length > 0 ? { problems } : { keys }
}

// --- internal ---

async function readKey(folder: string, name: string): Promise<string | AssayError> {
  try {
    const { bytes } = await readInside(folder, name, { maxBytes: 4096, input: 'key for receipts' })
    return Buffer.from(bytes).toString('utf8')
  } catch (error) {
    if (isAssayError(error)) return error
    throw error
  }
}
