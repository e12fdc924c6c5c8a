import type { Environment } from '../core/config/starter/installs.ts'

/** What a repository's commands need, installed in the first CI file: in place of the line that says where. */

type Installed = (text: string, environments: readonly Environment[]) => string

export const installedOnGithub: Installed = (text, environments) => {
  const place = /^ {6}# Install here what.*\n/m
  if (environments.length === 0) return text
  const [{ python }] = environments as [Environment]
  const setUps = [...new Set(environments.flatMap(({ setUp }) => setUp))].map(tool => SET_UPS[tool](python))
  const steps = environments.flatMap(({ tool, install }) =>
    tool === 'conda' ? install.map(ofConda) : install,
  )
  // What nobody has locked is still to be installed.
  const isOpen = environments.some(({ install }) => install.length === 0)
  return text.replace(
    place,
    line => `${setUps.join('')}${isOpen ? line : ''}${steps.map(run => `      - run: ${run}\n`).join('')}`,
  )
}

export const installedOnGitlab: Installed = (text, environments) => {
  const place = /\n# Install here what[\s\S]*$/
  if (environments.length === 0) return text
  const tools = environments.flatMap(({ tool }) => tool)
  if (
    environments.some(
      ({ setUp, tool }) => tool === 'conda' || setUp.some(one => one === 'pixi' || one === 'r'),
    )
  )
    return text.replace(
      place,
      () =>
        `\n# The image of the job has what ${allOf(environments)} brings, beside git and Node: name yours above.\n`,
    )
  const isNode = environments.every(({ setUp }) => setUp.every(one => one === 'node' || one === 'task'))
  const lines = [
    ...(isNode
      ? []
      : [
          'apt-get update -qq && apt-get install -y -qq python3-venv',
          'python3 -m venv /tmp/venv && . /tmp/venv/bin/activate',
        ]),
    ...(tools.includes('uv') ? ['pip install -q uv'] : []),
    ...(environments.some(({ setUp }) => setUp.includes('task')) ? ['npm install -g @go-task/cli'] : []),
    ...environments.flatMap(({ install }) => install),
  ]
  return text.replace(
    place,
    () => `\nassay:\n  before_script:\n${lines.map(line => `    - ${line}\n`).join('')}`,
  )
}

/** An agent brings its own. */
export const installedOnJenkins: Installed = (text, environments) =>
  environments.length === 0
    ? text
    : text.replace(
        /^assayPipeline\(/m,
        () => `// The agent has what the commands need, such as by: ${allOf(environments)}\nassayPipeline(`,
      )

// --- internal ---

const SET_UPS: Record<Environment['setUp'][number], (python: string) => string> = {
  python: version => `      - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
        with:
          python-version: '${version}'
`,
  uv: () => `      - uses: astral-sh/setup-uv@d0cc045d04ccac9d8b7881df0226f9e82c39688e # v6.8.0
`,
  node: () => `      - uses: actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38 # v6.5.0
        with:
          node-version: 24
`,
  pixi: () => `      - uses: prefix-dev/setup-pixi@5185adfbffb4bd703da3010310260805d89ebb11 # v0.9.6
        with:
          run-install: false
`,
  r: () => `      - uses: r-lib/actions/setup-r@e6be4b3706e0f39bc7a4cf4496a5f2c4cb840040 # v2.10.1
        with:
          use-public-rspm: true
`,
  task: () => `      - uses: go-task/setup-task@3be4020d41929789a01026e0e427a4321ce0ad44 # v2.0.0
        with:
          version: 3.x
`,
}

/** The runners of GitHub have conda, and what is put on the path there is found by the steps that follow. */
function ofConda(install: string): string {
  return `'"$CONDA/bin/${install.replace('conda env update --name base', 'conda" env create --prefix "$RUNNER_TEMP/env"')} && echo "$RUNNER_TEMP/env/bin" >> "$GITHUB_PATH"'`
}

function allOf(environments: readonly Environment[]): string {
  return environments.flatMap(({ setUp, install }) => (install.length > 0 ? install : setUp)).join('; ')
}
