import type { Answer } from '../../../core/chatops/replies.ts'
import { mayWaive, type WaiverFacts } from '../../../core/chatops/rights.ts'
import { parseConfig } from '../../../core/config/read-config.ts'
import { withWaiver } from '../../../core/config/written/add-waiver.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import { inline, sentence } from '../../../core/report/words/escape.ts'
import { dayOf } from '../../../core/text/instant-words.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import { ownMarker, ownPart, withOwnPart } from '../../../core/text/own-part.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { ensurePullRequest } from '../../../forges/ensure/pull-request.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedAccess } from '../../deploy/read/masked-access.ts'
import type { BotWorld, Rights } from '../world.ts'
import type { Commanded } from './commanded.ts'
import { ownerFacts } from './rights.ts'
import { chosen } from './scope.ts'

/**
 * Proposes to let a gate fail until a day: the pull request that adds the waiver to `assay.yml`. Somebody merges it; it counts
 * from then on.
 *
 * @throws AssayError `WAIVER_IMPOSSIBLE`, `MODEL_UNKNOWN`, `CONFIG_INVALID`; those of `world.open`
 */
export async function waive(world: BotWorld, commanded: Commanded<'waive'>): Promise<Answer> {
  const { key, written, command } = commanded
  const opened = await world.open(key.repository, WAIVE_RIGHTS)
  const access = { ...opened, ...maskedAccess(opened, maskFor(world)) }
  try {
    const branch = await access.defaultBranch()
    const found = await access.repository.readHead(branch, CONFIG_FILE)
    if (found?.text === undefined) throw impossible(`there is no ${CONFIG_FILE} on the branch \`${branch}\``)
    const permission = mayWaive(await factsOf(access, commanded, found.head.commit))
    if (!permission.may) return { kind: 'refused', command: 'waive', why: permission.why }
    const { gate, until, reason } = command
    if (!(until >= dayOf(world.now()))) throw impossible(`${until} is over`)
    const model = chosen(commanded, Object.keys(parseConfig(found.text, CONFIG_FILE).config.models))
    const waiver = { model, gate, until, reason: maskFor(world).text(reason), author: written.author.login }
    const { pullRequests } = access.repository
    if (!pullRequests) throw impossible('there are no pull requests')
    const title = `Waive ${gate} of ${model} until ${until}`
    const marker = `<!-- assay:waive v1 comment=${key.id} model=${model} -->`
    const ensured = await ensurePullRequest(
      { repository: access.repository, pullRequests },
      {
        // One for each comment: what is asked for again is asked for anew.
        branch: `assay/waive/${model.replace(/\.(?=\.)/g, '%2E')}-${key.id}`,
        base: branch,
        async edit({ commit }) {
          const texts = await access.repository.readFiles(commit, [CONFIG_FILE])
          const before = texts.get(CONFIG_FILE) ?? ''
          const after = withWaiver(before, CONFIG_FILE, waiver)
          const files = after === before ? [] : [{ path: CONFIG_FILE, content: after }]
          return { files, message: `${title}\n\nAssay-Model: ${model}` }
        },
        replaces: () => true,
        render: (_, there) => ({
          title: there && ownMarker(there.body) === marker ? there.title : title,
          body: withOwnPart(
            there?.body,
            ownPart(
              `${marker}\n${inline(waiver.author)} asks in #${key.pullRequest} that the gate ${inline(gate)} of ${model} may fail until ${until}: ${sentence(waiver.reason, 500)}\n\nIt counts once it is merged: gates and waivers are read from the base of a pull request.`,
            ),
          ),
        }),
        proposed: () => false,
      },
    )
    const words =
      ensured.action === 'nothing_to_do'
        ? `${gate} may fail until ${until} already`
        : (ensured.reason ?? `${gate} may fail until ${until} once this is merged`)
    const { pullRequest } = ensured
    return {
      kind: 'done',
      command: 'waive',
      about: model,
      lines: [{ words, ...(pullRequest && { url: pullRequest.url }) }],
    }
  } finally {
    await access.close()
  }
}

// --- internal ---

export const WAIVE_RIGHTS: Rights = {
  needs: { contents: 'write', pull_requests: 'write' },
  uses: { members: 'read' },
}

async function factsOf(
  access: RepositoryConnection,
  commanded: Commanded<'waive'>,
  commit: string,
): Promise<WaiverFacts> {
  if (!access.people) throw impossible('nobody can tell who may do what here')
  const owners = await ownerFacts(access, commanded, commit)
  return { ...owners, makers: await access.people.makersOf(commanded.key.pullRequest) }
}

function impossible(what: string): AssayError {
  return new AssayError({ code: 'WAIVER_IMPOSSIBLE', title: 'It cannot be waived', problems: [{ what }] })
}
