import { readComment, type Said } from '../../../core/chatops/grammar.ts'
import { type Answer, parseReply, renderReply, replyKey } from '../../../core/chatops/replies.ts'
import { isFlood, whyNotNow } from '../../../core/chatops/rights.ts'
import { type AssayError, isAssayError, positionWords } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { sayOnce } from '../../../forges/ensure/say-once.ts'
import type { People, Sign } from '../../../forges/people.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedForge } from '../../deploy/read/masked-access.ts'
import type { CommentKey } from '../keys.ts'
import type { LookResult } from '../look.ts'
import type { BotWorld, Rights } from '../world.ts'
import type { Commanded, Later } from './commanded.ts'
import { carryOutCommand } from './commands.ts'

export const COMMENT_RIGHTS: Rights = {
  needs: { contents: 'read', pull_requests: 'write' },
  uses: { issues: 'write' },
}

/**
 * Answers what a comment asks for: once, whoever looks how often. What is no command, a bot's, or not in a pull request is let
 * be. What is asked for is done first, by functions that write nothing a second time; then the sign, then the answer, whose key
 * says that it is done.
 */
export async function lookAtComment(world: BotWorld, key: CommentKey): Promise<LookResult> {
  const access = await world.open(key.repository, COMMENT_RIGHTS)
  try {
    const { people } = access
    if (!people) return { did: [] }
    const written = await people.written(key.writtenAs, key.pullRequest, key.id)
    const said: Said = written?.author.isPerson ? readComment(written.body) : { kind: 'nothing' }
    if (!written || said.kind === 'nothing') return { did: [] }
    const pull = await people.pullRequest(key.pullRequest)
    if (!pull) return { did: [] }
    const answers = await answersIn(access, key.pullRequest)
    const [own, ...twice] = answers.filter(
      ({ writtenAs, comment }) => writtenAs === key.writtenAs && comment === key.id,
    )
    // Another bot has answered in the same moment, and one of the two was stopped before it looked.
    for (const { id } of twice) await access.forge.deleteComment(id)
    if (own) return { did: [] }
    const recent = answers.filter(({ at }) => world.now() - at < HOUR)
    if (isFlood(recent, written.author)) return { did: [] }
    const answer =
      said.kind === 'mistake'
        ? ({ kind: 'help', mistake: said.what } as const)
        : await answerOf(world, { key, access, written, pull, command: said.command }, recent)
    if (answer.kind === 'later') return { did: [], again: [{ key, at: answer.at }] }
    return await reply(world, { key, access, people, written }, answer)
  } finally {
    await access.close()
  }
}

// --- internal ---

const HOUR = 3_600_000
const MOST_PROBLEMS = 5

const SIGNS: Record<Answer['kind'], Sign> = { help: 'done', done: 'done', refused: 'refused' }

async function answersIn({ forge }: RepositoryConnection, pullRequest: number) {
  const own = (await forge.whoAmI()) ?? forge.usualAuthor
  const comments = await forge.listComments(pullRequest)
  return comments.flatMap(({ id, author, body }) => {
    const reply = author === own ? parseReply(body) : undefined
    return reply ? [{ ...reply, id }] : []
  })
}

async function answerOf(
  world: BotWorld,
  commanded: Commanded,
  answered: readonly { to: number }[],
): Promise<Answer | Later> {
  const { written, command } = commanded
  const { name } = command
  const why = whyNotNow({
    created: written.created,
    edited: written.edited,
    now: world.now(),
    answered,
    author: written.author,
  })
  if (why !== undefined) return { kind: 'refused', command: name, why }
  try {
    return await carryOutCommand(world, commanded)
  } catch (error) {
    // What may pass is tried again, until it has become too late for the command.
    if (!isAssayError(error) || isPassing(error)) throw error
    return { kind: 'refused', command: name, why: toldOf(error) }
  }
}

function toldOf({ message, problems }: AssayError): string {
  const told = problems.slice(0, MOST_PROBLEMS).map(({ what, where, fix }) => {
    const position = positionWords(where)
    return `${position ? `${position}: ` : ''}${what}${fix === undefined ? '' : ` (${fix})`}`
  })
  return [message, ...told].join('; ')
}

async function reply(
  world: BotWorld,
  { key, access, people, written }: Pick<Commanded, 'key' | 'access' | 'written'> & { people: People },
  answer: Answer,
): Promise<LookResult> {
  const sign: Sign =
    answer.kind === 'help' && answer.mistake !== undefined ? 'not_understood' : SIGNS[answer.kind]
  await people.react(key.writtenAs, key.pullRequest, key.id, sign)
  const { id: to, login } = written.author
  const name = replyKey({ writtenAs: key.writtenAs, comment: key.id, to, at: written.created })
  const forge = maskedForge(access.forge, maskFor(world))
  const said = await sayOnce(forge, key.pullRequest, name, renderReply(login, answer))
  return { did: said ? [`answered a comment in pull request ${key.pullRequest}`] : [] }
}
