import type { Problem } from '../../core/errors/errors.ts'
import { STRONG, weakness } from '../../core/secrets/weak-secrets.ts'
import { KEY_NAME, type ReceiptKeys } from '../../core/traffic/receipts/receipt.ts'
import { listInside, readInside } from '../../services/files/files.ts'

/**
 * The keys of a folder, a file each, as a Secret is mounted: its name is that of the key. With two of them the servers can change
 * from one to the other while receipts of both are good.
 *
 * @throws AssayError where a file cannot be read
 */
export async function readKeys(folder: string): Promise<{ keys: ReceiptKeys } | { problems: Problem[] }> {
  const keys = new Map<string, string>()
  const problems: Problem[] = []
  for (const { name } of await listInside(folder, '.', 'folder of keys')) {
    if (name.startsWith('.')) continue
    const where = { file: name }
    const { bytes } = await readInside(folder, name, { maxBytes: 4096, input: 'key for receipts' })
    const key = Buffer.from(bytes).toString('utf8').trim()
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
