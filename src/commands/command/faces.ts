import type { AssayError } from '../../core/errors/errors.ts'

/** What people call an option where they set it. All messages name it as a flag; this is where a face's own word comes from. */
export interface Face {
  /** A flag, an input or a parameter, with its name there. */
  option(name: string): string
  /** An option as it is set there. */
  given(name: string, text: string): string
  /** All that was set, where some of it is wrong. */
  all: string
}

/** The GitLab component and the Jenkins library call the CLI, which hears from their environment whose words to use. */
export const FACES = {
  cli: { option: name => `--${name}`, given: (name, text) => `--${name} ${text}`, all: 'command line' },
  action: inputs(),
  gitlab: inputs(),
  jenkins: {
    option: name => `the parameter \`${parameterOf(name)}\``,
    given: (name, text) => `${parameterOf(name)}: ${text}`,
    all: 'parameters',
  },
} satisfies Record<string, Face>

/** Whose words a run of the CLI speaks. */
export function faceOf(env: Readonly<Record<string, string | undefined>>): Face {
  if (env.ASSAY_STEP_FOLDER) return FACES.jenkins
  return env.ASSAY_INPUT_COMMAND === undefined ? FACES.cli : FACES.gitlab
}

/** The name of an option in Jenkins: `dry-run` → `dryRun`. */
export function parameterOf(option: string): string {
  return option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** An error whose advice names options as a face does. Whole command lines, and what else stands in backticks, stay. */
export function inWordsOf(face: Face | undefined, error: AssayError): AssayError {
  if (!face || face === FACES.cli) return error
  const problems = error.problems.map(problem => ({
    ...problem,
    ...(problem.fix !== undefined && { fix: adviceIn(face, problem.fix) }),
  }))
  return error.with({ problems })
}

// --- internal ---

function inputs(): Face {
  return { option: name => `the input \`${name}\``, given: (name, text) => `${name}: ${text}`, all: 'inputs' }
}

function adviceIn(face: Face, fix: string): string {
  const own = (_: string, name: string) => face.option(name)
  // Every second part is code.
  return fix
    .replace(/`--([a-z-]+)`/g, '--$1')
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/(?<![\w-])--([a-z][a-z-]*)/g, own)))
    .join('`')
}
