import { minuteWords } from '../../src/core/text/instant-words.ts'
import type { HookState } from '../../src/forges/hooks.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import type { WrongSetting } from './app-settings.ts'

/** What of the hooks of repositories keeps the bot from hearing of events, and of which nobody can tell. */
export function hookSettings(forge: ForgeName, states: readonly HookState[]): WrongSetting[] {
  return states.flatMap(state => {
    const said = wordsOf(state, forge)
    return said ? [{ ...said, repository: { forge, name: state.repository } }] : []
  })
}

// --- internal ---

const UNTIL_THEN = 'until then what happens is found minutes later'

function wordsOf(state: HookState, forge: ForgeName): Omit<WrongSetting, 'repository'> | undefined {
  switch (state.kind) {
    case 'tells':
      return undefined
    case 'unknown':
      return {
        what: `the hooks of ${state.repository} cannot be looked at`,
        fix: 'give the token a role that may see them',
        isUnknown: true,
      }
    case 'none':
      return {
        what: `no hook tells of ${state.repository}`,
        fix: `add one that calls /hooks/${forge} to the project or to its group, with pushes, comments, merge requests and pipelines; ${UNTIL_THEN}`,
      }
    case 'off': {
      const until = state.until === undefined ? '' : ` until ${minuteWords(state.until)}`
      return {
        what: `the hook of ${state.of} is switched off${until}, since it got no good answer`,
        fix: `send a test from its settings: one that is answered switches it on again; ${UNTIL_THEN}`,
      }
    }
    case 'deaf':
      return {
        what: `the hook of ${state.of} does not tell of ${state.to.join(', ')}`,
        fix: `tick them in its settings; ${UNTIL_THEN}`,
      }
  }
}
