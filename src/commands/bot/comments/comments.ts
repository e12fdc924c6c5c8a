import { readComment, type Said } from '../../../core/chatops/grammar.ts'
import { isRefusedAnyway, roomFor, type Standing, whyNotNow } from '../../../core/chatops/limits.ts'
import { type Answer, parseReply, renderReply, replyKey } from '../../../core/chatops/replies.ts'
import { type AssayError, isAssayError, positionWords } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { sayOnce } from '../../../forges/ensure/say-once.ts'
import type { People, Sign } from '../../../forges/people.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedForge } from '../../deploy/read/masked-access.ts'
import type { CommentKey } from '../keys.ts'
import type { LookResult, Priority } from '../look.ts'
import type { BotWorld, Rights } from '../world.ts'
import type { Asked, Commanded, Later } from './commanded.ts'
import { carryOutCommand } from './commands.ts'
import { standingOf } from './standing.ts'

export const COMMENT_RIGHTS: Rights = {
  needs: { contents: 'read', pull_requests: 'write' },
  uses: { issues: 'write' },
}

/**
 * Answers what a comment asks for: once, whoever looks how often. What is no command, a bot's, or not in a pull request is let
 * be. What is asked for is done first, by functions that write nothing a second time; then the sign, then the answer, whose key
 * says that it is done. Whoever may write nowhere is answered after all else that there is to do, and seldom.
 */
export async function lookAtComment(
  world: BotWorld,
  key: CommentKey,
  priority: Priority,
): Promise<LookResult> {
  const { strangers } = world
  const access = await world.open(key.repository, COMMENT_RIGHTS)
  try {
    const { people } = access
    if (!people) return { did: [] }
    const written = await people.written(key.writtenAs, key.pullRequest, key.id)
    const said: Said = written?.author.isPerson ? readComment(written.body) : { kind: 'nothing' }
    if (!written || said.kind === 'nothing') return { did: [] }
    const { author, created } = written
    const isStranger = strangers?.knows(key, author)
    if (isStranger && !strangers!.hasRoom(key, created)) return SILENCE
    if (isStranger && priority === 'reply') return AFTER_ALL_ELSE
    const pull = await people.pullRequest(key.pullRequest)
    if (!pull) return { did: [] }
    const answers = await answersIn(access, key.pullRequest)
    const [own, ...twice] = answers.filter(
      ({ writtenAs, comment }) => writtenAs === key.writtenAs && comment === key.id,
    )
    // Another bot has answered in the same moment, and one of the two was stopped before it looked.
    for (const { id } of twice) await access.forge.deleteComment(id)
    if (own) return { did: [] }
    if (isRefusedAnyway(answers, { author, created })) return SILENCE
    // What was not understood names no model, as one who asks for help does.
    const command = said.kind === 'command' ? said.command : ({ name: 'help' } as const)
    const asked: Commanded = { key, access, written, pull, command }
    const standing = await standingOf(world, asked)
    if (strangers && standing === 'other') {
      strangers.found(key, author)
      if (!strangers.hasRoom(key, created)) return SILENCE
      if (priority === 'reply') return AFTER_ALL_ELSE
    }
    const room = roomFor(answers, { author, created, standing })
    if (room.kind === 'silence') return SILENCE
    if (standing === 'other') strangers?.take(key, created)
    const answer = room.kind === 'spent' ? room : await answerOf(world, asked, said)
    if (answer.kind === 'later') return { did: [], again: [{ key, at: answer.at }] }
    return await reply(world, { ...asked, people, standing }, answer)
  } finally {
    await access.close()
  }
}

// --- internal ---

const MOST_PROBLEMS = 5
const AFTER_ALL_ELSE: LookResult = { did: [], yields: 'rest' }
const SILENCE: LookResult = { did: [], why: 'as much was answered there within an hour as is answered' }

const SIGNS: Record<Answer['kind'], Sign> = {
  help: 'done',
  done: 'done',
  refused: 'refused',
  spent: 'refused',
}

async function answersIn({ forge }: RepositoryConnection, pullRequest: number) {
  const own = (await forge.whoAmI()) ?? forge.usualAuthor
  const comments = await forge.listComments(pullRequest)
  return comments.flatMap(({ id, author, body }) => {
    const reply = author === own ? parseReply(body) : undefined
    return reply ? [{ ...reply, id }] : []
  })
}

async function answerOf(world: BotWorld, commanded: Commanded, said: Said): Promise<Answer | Later> {
  if (said.kind === 'mistake') return { kind: 'help', mistake: said.what }
  const { created, edited } = commanded.written
  const { name } = commanded.command
  const why = whyNotNow({ created, edited, now: world.now() })
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
  { key, access, people, written, standing }: Asked & { people: People; standing: Standing },
  answer: Answer,
): Promise<LookResult> {
  const sign: Sign =
    answer.kind === 'help' && answer.mistake !== undefined ? 'not_understood' : SIGNS[answer.kind]
  await people.react(key.writtenAs, key.pullRequest, key.id, sign)
  const { id: to, login } = written.author
  const name = replyKey({ writtenAs: key.writtenAs, comment: key.id, to, at: written.created })
  const forge = maskedForge(access.forge, maskFor(world))
  const said = await sayOnce(forge, key.pullRequest, name, renderReply(login, answer, standing))
  return { did: said ? [`answered a comment in pull request ${key.pullRequest}`] : [] }
}
