import type { OptionSpec } from '../../src/commands/command/option-kinds.ts'
import { OUTPUTS } from '../../src/commands/result/output-names.ts'
import { STEPS } from '../../src/commands/table/index.ts'

/** The inputs of action.yml. */
export function actionInputs(): string {
  return [...ownInputs(), ...allOptions()]
    .map(([name, spec]) => {
      const fallback = spec.default === undefined ? '' : `    default: ${JSON.stringify(spec.default)}\n`
      return `  ${name}:\n    description: ${JSON.stringify(spec.help)}\n${fallback}`
    })
    .join('')
}

/** The outputs of action.yml. */
export function actionOutputs(): string {
  return Object.entries(OUTPUTS)
    .map(([name, help]) => `  ${name}:\n    description: ${JSON.stringify(help)}\n`)
    .join('')
}

/** The same for its page. */
export function inputTable(): string {
  const rows = [...ownInputs(), ...allOptions()].map(([name, spec]) => {
    const shown = spec.shown ?? (spec.default && `\`${spec.default}\``)
    return `| \`${name}\` | ${spec.help.replaceAll('|', '\\|')} | ${shown ?? ''} |`
  })
  return `| input | what it does | default |\n|---|---|---|\n${rows.join('\n')}\n`
}

/** The outputs for its page. */
export function outputTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, help]) => `| \`${name}\` | ${help} |`)
  return `| output | |\n|---|---|\n${rows.join('\n')}\n`
}

// --- internal ---

interface Input {
  help: string
  default?: string
  /** The default in words. */
  shown?: string
}

/** Inputs that only the action has: other faces have words and the environment for them. */
function ownInputs(): [string, Input][] {
  const names = Object.keys(STEPS).map(name => `\`${name}\``)
  const help = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`
  return [
    ['command', { help, default: 'run' }],
    [
      'token',
      {
        help: 'Token for comment and check. Needs `pull-requests: write` and `checks: write`.',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
        default: '${{ github.token }}',
        shown: 'the token of the workflow',
      },
    ],
    [
      'deploy-token',
      {
        help: 'Token for the deploy repository, where it is another one: that of a GitHub App with `contents: write`, `pull-requests: write` and `statuses: write` there.',
      },
    ],
    [
      'deploy-client-id',
      {
        help: 'Client id of a GitHub App that is installed on the deploy repository. With `deploy-private-key`, instead of `deploy-token`: a token lives for an hour, is made here after the training, and anew where the run takes longer.',
      },
    ],
    [
      'deploy-private-key',
      {
        help: 'A private key of that app. The token that is made reaches the deploy repository alone, and only reads in pull requests.',
      },
    ],
  ]
}

function allOptions(): [string, Input][] {
  const options = new Map<string, OptionSpec>()
  for (const command of Object.values(STEPS))
    for (const [name, spec] of Object.entries(command.options))
      if (!options.has(name)) options.set(name, spec)
  return [...options]
}
