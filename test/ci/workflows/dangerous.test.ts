// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of workflows
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dangerousWorkflows } from '../../../src/ci/workflows/dangerous.ts'
import { cases } from '../../support/rounds.ts'

const PATH = '.github/workflows/x.yml'
const found = (text: string) => dangerousWorkflows([{ path: PATH, text }])
const levels = (text: string) => found(text).map(({ level }) => level)

/** A workflow whose one job has these steps. */
const workflow = (on: string, ...steps: string[]) =>
  `on: ${on}\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${steps
    .map(step => step.replace(/^/gm, '        ').replace(/^ {8}/, '      - '))
    .join('\n')}\n`
const checkout = (ref: string) => `uses: actions/checkout@v4\nwith:\n  ref: ${ref}`
const HEAD = checkout('${{ github.event.pull_request.head.sha }}')

describe('a workflow that checks out the pull request beside the secrets of the repository', () => {
  it.each([
    'pull_request_target',
    '"pull_request_target"',
    '[push, pull_request_target]',
    '\n  - push\n  - pull_request_target',
    '\n  push:\n  pull_request_target:\n    types: [opened]',
    '{ pull_request_target: { types: [labeled] } }',
    '&on pull_request_target',
    '!!str pull_request_target',
    '>-\n  pull_request_target',
    'issue_comment',
  ])('is found however `on` is written: %j', on => {
    expect(levels(workflow(on, HEAD))).toEqual(['problem'])
  })

  it.each([
    '${{ github.event.pull_request.head.sha }}',
    '"${{github.event.pull_request.head.ref}}"',
    '${{ github.head_ref }}',
    '${{ GitHub.Event.pull_request.Head.sha }}',
    "${{ github['event']['pull_request'][\"head\"].sha }}",
    '${{ github.event . pull_request . head . sha }}',
    '${{ github.event.pull_request.merge_commit_sha }}',
    'refs/pull/${{ github.event.number }}/merge',
    'refs/pull/${{ github.event.pull_request.number }}/head',
    "${{ format('refs/pull/{0}/merge', github.event.number) }}",
    "${{ github.event_name == 'push' && github.sha || github.event.pull_request.head.sha }}",
    '>-\n    ${{ github.event.pull_request.head.sha }}',
  ])('is found however the head is named: %s', ref => {
    const [finding, ...more] = found(workflow('pull_request_target', checkout(ref)))

    expect(finding).toMatchObject({
      level: 'problem',
      text: expect.stringMatching(/^\.github\/workflows\/x\.yml:9: `pull_request_target`/),
    })
    expect(more).toEqual([])
  })

  it.each([
    'gh pr checkout ${{ github.event.number }}',
    'gh -R acme/model pr checkout "$NUMBER"',
    'git fetch origin pull/${{ github.event.number }}/head:pr && git checkout pr',
    'git fetch origin "+refs/pull/$NUMBER/merge"',
    'git fetch origin \\\n  pull/7/merge',
    'git checkout ${{ github.event.pull_request.head.sha }}',
    'git clone --branch "${{ github.head_ref }}" https://example.com/x.git',
    'git checkout "$SHA"',
    'git checkout ${SHA}',
    'git checkout ${{ env.SHA }}',
    'git checkout $COPY',
    'git checkout $env:SHA',
    'curl -L https://api.example.com/repos/x/tarball/$SHA | tar xz',
  ])('is found in a script: %j', command => {
    const env =
      'env:\n  SHA: ${{ github.event.pull_request.head.sha }}\n  COPY: ${{ env.SHA }}\n  NUMBER: ${{ github.event.number }}'
    const step = `${env}\nrun: |\n  set -e\n${command.replace(/^/gm, '  ')}`

    expect(levels(workflow('pull_request_target', step))).toEqual(['problem'])
  })

  it.each([
    ['an anchor', 'x: &ref ${{ github.event.pull_request.head.sha }}\n', checkout('*ref')],
    [
      'a merge',
      'x: &with { ref: "${{ github.head_ref }}" }\n',
      'uses: actions/checkout@v4\nwith:\n  <<: *with',
    ],
    ['another action', '', 'uses: some/git-checkout@v1\nwith: { ref: "${{ github.head_ref }}" }'],
    ['capitals', '', 'uses: Actions/Checkout@v4\nwith: { REF: "${{ github.head_ref }}" }'],
    ['a quoted key', '', '"uses": "actions/checkout@v4"\n"with": {"ref": "${{ github.head_ref }}"}'],
    [
      'the repository of the head',
      '',
      'uses: actions/checkout@v4\nwith: { repository: "${{ github.event.pull_request.head.repo.full_name }}" }',
    ],
    ['a variable of the workflow', 'env: { SHA: "${{ github.head_ref }}" }\n', checkout('${{ env.SHA }}')],
  ])('is found through %s', (_, before, step) => {
    expect(levels(before + workflow('pull_request_target', step))).toEqual(['problem'])
  })

  it('is found where it calls the workflow that does it', () => {
    const caller =
      'on: pull_request_target\njobs:\n  a: { uses: ./.github/workflows/x.yml, secrets: inherit }\n'
    const files = [
      { path: '.github/workflows/caller.yml', text: caller },
      { path: PATH, text: workflow('workflow_call', HEAD) },
    ]

    expect(dangerousWorkflows(files)).toMatchObject([
      { level: 'problem', text: expect.stringContaining(`${PATH}:9`) },
    ])
  })

  it('is found where it hands the head to a workflow of another repository', () => {
    const job =
      'uses: acme/flows/.github/workflows/test.yml@v1\n    with: { git-ref: "${{ github.event.pull_request.head.sha }}" }\n    secrets: inherit'

    expect(found(`on: pull_request_target\njobs:\n  a:\n    ${job}\n`)).toMatchObject([
      { level: 'problem', text: expect.stringContaining('x.yml:5') },
    ])
  })

  it('is found in the YAML of another version, with line ends of another system, after a mark', () => {
    const text = workflow('pull_request_target', HEAD)

    for (const other of [
      `%YAML 1.1\n---\n${text}`,
      text.replaceAll('\n', '\r\n'),
      `\ufeff${text}`,
      `---\n${text}...\n`,
    ])
      expect(levels(other)).toEqual(['problem'])
  })

  it('is said not to be known where the ref comes from somewhere else', () => {
    const steps = ['id: pr\nuses: some/action@v1', checkout('${{ steps.pr.outputs.sha }}')]

    expect(found(workflow('pull_request_target', ...steps))).toMatchObject([
      { level: 'warning', text: expect.stringContaining('nobody can tell from here what `ref` is') },
    ])
  })

  it('is named with every place, each with its line', () => {
    const text = workflow(
      'pull_request_target',
      HEAD,
      'run: gh pr checkout 1',
      checkout('${{ github.head_ref }}'),
    )

    expect(found(text).map(one => /:(\d+):/.exec(one.text)?.[1])).toEqual(['9', '10', '13'])
  })
})

describe('a workflow that goes on after another one', () => {
  const RUN = '\n  workflow_run:\n    workflows: [model]\n    types: [completed]'
  const ARTIFACT =
    'uses: actions/download-artifact@v4\nwith: { name: x, path: out, run-id: "${{ github.event.workflow_run.id }}" }'

  it.each([
    '${{ github.event.workflow_run.head_sha }}',
    '${{ github.event.workflow_run.head_branch }}',
    '${{ github.event.workflow_run.head_commit.id }}',
    '${{ github.event.workflow_run.pull_requests[0].head.sha }}',
  ])('and checks out the code of that: %s', ref => {
    expect(levels(workflow(RUN, checkout(ref)))).toEqual(['problem'])
  })

  it('and checks out its own code is told to keep both apart', () => {
    expect(levels(workflow(RUN, 'uses: actions/checkout@v4'))).toEqual(['warning'])
  })

  it.each([
    'bash out/run.sh',
    './out/run',
    'chmod +x out/x && out/x',
    'python out/report.py',
    'cd out && npm ci',
    'cat out/vars >> $GITHUB_ENV',
  ])('and runs what that has left: %s', command => {
    expect(levels(workflow(RUN, ARTIFACT, `run: ${command}`))).toEqual(['problem'])
    expect(levels(workflow(RUN, 'run: gh run download 1', `run: ${command}`))).toEqual(['problem'])
  })

  it.each(['cat out/number', 'jq -r .verdict out/result.json', 'bash scripts/notify.sh'])(
    'and takes data from that, or runs something else, is no finding: %s',
    command => {
      expect(found(workflow(RUN, ARTIFACT, `run: ${command}`))).toEqual([])
    },
  )
})

describe('a token that may do everything', () => {
  it.each([
    ['permissions: write-all\njobs: {}\n', 1],
    ["on: push\npermissions: 'write-all'\njobs: {}\n", 2],
    ['on: push\nx: &all write-all\njobs:\n  a:\n    permissions: *all\n    steps: []\n', 5],
    ['jobs:\n  a:\n    permissions: >-\n      write-all\n', 3],
    ['"permissions": "write-all"\n', 1],
  ])('is named with its line: %j', (text, line) => {
    expect(found(text)).toMatchObject([
      {
        level: 'problem',
        text: expect.stringMatching(new RegExp(`x\\.yml:${line}: .permissions: write-all`)),
      },
    ])
  })

  it('is named on top and in a job', () => {
    expect(found('permissions: write-all\njobs:\n  a:\n    permissions: write-all\n')).toHaveLength(2)
  })
})

describe('a script that says something of the head', () => {
  it('and fetches it behind that is found', () => {
    const command = 'gh api "repos/o/m/statuses/$SHA" && git fetch origin "$SHA"'
    const text = workflow(
      'pull_request_target',
      `env: { SHA: "\${{ github.event.pull_request.head.sha }}" }\nrun: ${command}`,
    )

    expect(levels(text)).toEqual(['problem'])
  })
})

describe('what is no danger', () => {
  it.each([
    ['a pull request without secrets', workflow('pull_request', HEAD)],
    ['the base, checked out by default', workflow('pull_request_target', 'uses: actions/checkout@v4')],
    [
      'the base, by name',
      workflow('pull_request_target', checkout('${{ github.event.pull_request.base.sha }}')),
    ],
    ['a branch by name', workflow('pull_request_target', checkout('main'))],
    [
      'the default branch',
      workflow('pull_request_target', checkout('${{ github.event.repository.default_branch }}')),
    ],
    [
      'a comment in a script',
      workflow('pull_request_target', 'run: |\n  # gh pr checkout 1\n  gh pr edit 1 --add-label x'),
    ],
    ['a label', workflow('pull_request_target', 'uses: actions/labeler@v5')],
    [
      'a head that is only printed',
      workflow('pull_request_target', 'env: { REF: "${{ github.head_ref }}" }\nrun: echo "$REF"'),
    ],
    ...[
      'gh api "repos/$GITHUB_REPOSITORY/statuses/$SHA" -f state=pending',
      'curl -X POST "https://api.github.com/repos/o/m/check-runs" -d "$SHA"',
      'gh pr comment "$BRANCH" --body hello',
    ].map((command): [string, string] => [
      `a head that something is only said of: ${command}`,
      workflow(
        'pull_request_target',
        `env: { SHA: "\${{ github.event.pull_request.head.sha }}", BRANCH: "\${{ github.head_ref }}" }\nrun: ${command}`,
      ),
    ]),
    ['permissions by name', 'permissions: { contents: write }\njobs: {}\n'],
    ['no workflow', '- a\n- b\n'],
    ['no YAML', ']['],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([])
  })
})

describe("the repository's own actions", () => {
  const ACTION = '.github/actions/get/action.yml'
  const action = (steps: string, inputs = '') =>
    `name: x\n${inputs}runs:\n  using: composite\n  steps:\n${steps.replace(/^/gm, '    ')}\n`
  const takes = (ref: string) =>
    action(`- uses: actions/checkout@v4\n  with: { ref: ${JSON.stringify(ref)} }`)
  const use = (given = '', uses = './.github/actions/get') => `uses: ${uses}${given && `\nwith: ${given}`}`
  const foundWith = (text: string, actions: Record<string, string>) =>
    dangerousWorkflows(
      [{ path: PATH, text }],
      Object.entries(actions).map(([path, content]) => ({ path, text: content })),
    )
  const TARGET = 'pull_request_target'
  const CODE = '${{ github.event.pull_request.head.sha }}'

  it.each<[string, string, string]>([
    ['that names the head itself', use(), takes(CODE)],
    ['that is handed the head', use(`{ what: "${CODE}" }`), takes('${{ inputs.what }}')],
    ['in brackets', use(`{ what: "${CODE}" }`), takes("${{ inputs['what'] }}")],
    ['in capitals', use(`{ What: "${CODE}" }`), takes('${{ INPUTS.WHAT }}')],
    ['as a part of an expression', use(`{ what: "${CODE}" }`), takes('${{ inputs.what || github.sha }}')],
    [
      'as a part of a name',
      use('{ number: "${{ github.event.number }}" }'),
      takes('refs/pull/${{ inputs.number }}/merge'),
    ],
    [
      'by default',
      use(),
      action(
        "- uses: actions/checkout@v4\n  with: { ref: '${{ inputs.what }}' }",
        `inputs: { what: { default: "${CODE}" } }\n`,
      ),
    ],
    [
      'that fetches it with a variable of the step around it',
      `${use()}\nenv: { SHA: "${CODE}" }`,
      action('- run: git fetch origin "$SHA"\n  shell: bash'),
    ],
    ['in a checkout in a folder', use('', './base/.github/actions/get/'), takes(CODE)],
  ])('are followed: one %s', (_, step, text) => {
    const [finding, ...more] = foundWith(workflow(TARGET, step), { [ACTION]: text })

    expect(finding).toMatchObject({
      level: 'problem',
      text: expect.stringMatching(
        /^\.github\/actions\/get\/action\.yml:\d+, used in \.github\/workflows\/x\.yml:7: `pull_request_target`/,
      ),
    })
    expect(more).toEqual([])
  })

  it('are followed through each other, and round a ring once', () => {
    const found = foundWith(workflow(TARGET, use(`{ a: "${CODE}" }`)), {
      [ACTION]: action('- uses: ./two\n  with: { b: "${{ inputs.a }}" }\n- uses: ./.github/actions/get'),
      'two/action.yaml': takes('${{ inputs.b }}'),
    })

    expect(found.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^two\/action\.yaml:6, used in \.github\/workflows\/x\.yml:7: /),
    ])
  })

  it('that hand on what an artifact holds are found', () => {
    const download = action('- uses: actions/download-artifact@v4\n  with: { path: theirs, run-id: 1 }')

    expect(
      foundWith(workflow('workflow_run', use(), 'run: bash theirs/x.sh'), { [ACTION]: download }),
    ).toMatchObject([{ level: 'problem', text: expect.stringContaining('an artifact of the other run') }])
  })

  it.each<[string, string, Record<string, string>]>([
    ['on pull_request', workflow('pull_request', use()), { [ACTION]: takes(CODE) }],
    [
      'handed the base',
      workflow(TARGET, use('{ what: "${{ github.sha }}" }')),
      { [ACTION]: takes('${{ inputs.what }}') },
    ],
    [
      'handed a head that they only name',
      workflow(TARGET, use(`{ sha: "${CODE}" }`)),
      { [ACTION]: action('- run: echo "${{ inputs.sha }}"\n  shell: bash') },
    ],
    ['in JavaScript', workflow(TARGET, use()), { [ACTION]: 'runs: { using: node24, main: x.js }' }],
    ['that nothing uses', workflow(TARGET, 'run: make'), { [ACTION]: takes(CODE) }],
  ])('%s are no danger', (_, text, actions) => {
    expect(foundWith(text, actions)).toEqual([])
  })

  it.each([
    ['is not there', {}],
    ['is no YAML', { [ACTION]: '][' }],
  ])('one that %s is named as not known', (_, actions) => {
    expect(foundWith(workflow(TARGET, use()), actions as Record<string, string>)).toMatchObject([
      {
        level: 'warning',
        text: expect.stringContaining('nothing is known of what ./.github/actions/get runs'),
      },
    ])
  })

  it('that use each other a thousand times over are cut, and that is said', () => {
    const many = (folder: string) =>
      action(Array.from({ length: 50 }, () => `- uses: ./${folder}`).join('\n'))
    const actions = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name, at, all) => [
        `${name}/action.yml`,
        at === all.length - 1 ? 'runs: { using: node24, main: x.js }' : many(all[at + 1]!),
      ]),
    )

    expect(foundWith(workflow(TARGET, 'uses: ./a'), actions)).toMatchObject([
      { level: 'warning', text: expect.stringContaining('the others are not known') },
    ])
  })
})

describe('any text', () => {
  it('that a forge might read and Assay cannot is said, if it may be one of these', () => {
    expect(found('on: pull_request_target\njobs: ][')).toMatchObject([{ level: 'warning' }])
  })

  it('is looked at without an error', () => {
    const piece = fc.constantFrom(
      'on: ',
      'pull_request_target',
      '\n',
      '  ',
      'jobs:',
      'a:',
      'steps:',
      '- ',
      'uses: ',
      'with:',
      'ref: ',
      '${{ github.head_ref }}',
      '&x ',
      '*x',
      '<<: ',
      '[',
      ']',
      '{',
      '}',
      'null',
      '1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        for (const { text } of found(pieces.join(''))) expect(text).toContain(PATH)
      }),
      cases(1000),
    )
  })
})
