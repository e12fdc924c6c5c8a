import { type Command, command } from '../command/command.ts'
import {
  CHECK_OPTIONS,
  DEMO_OPTIONS,
  DRIFT_OPTIONS,
  EVALUATE_OPTIONS,
  INIT_OPTIONS,
  INVENTORY_OPTIONS,
  PROMOTE_OPTIONS,
  RELEASE_OPTIONS,
  REPORT_OPTIONS,
  RETIRE_OPTIONS,
  RETRAIN_OPTIONS,
  ROLLBACK_OPTIONS,
  RUN_OPTIONS,
  TRAIN_OPTIONS,
  VERIFY_OPTIONS,
} from '../command/options.ts'
import { PACKAGE_OPTIONS } from '../command/package-options.ts'
import { SCAN_OPTIONS } from '../command/scan-options.ts'
import { REPRODUCE_OPTIONS } from '../deploy/reproduce/options.ts'
import { SERVICES } from './services.ts'

/** Every command, in the order of the help. */
export const COMMANDS: Record<string, Command> = {
  run: command({
    summary: 'train, evaluate, weigh and report (the default)',
    description:
      'Trains and evaluates the candidate, weighs it against the champion and the base, writes the verdict into the pull request.\nExit code 0: every gate passed. 1: a gate failed. 2: something must be fixed first.',
    examples: ['assay run', 'assay run --model churn --dry-run', 'assay run --baseline results/champion'],
    options: RUN_OPTIONS,
    deploy: 'writes',
    load: async () => (await import('../run.ts')).run,
  }),
  train: command({
    summary: 'run the train command and measure it',
    description:
      'Runs the train command of the configuration, samples the GPUs and keeps time, energy and cost for the report.',
    examples: ['assay train', 'assay train --model churn'],
    options: TRAIN_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../train.ts')).run,
  }),
  evaluate: command({
    summary: 'run the evaluate command, weigh, write the result',
    description:
      'Runs the evaluate command, weighs the candidate and writes result.json, report.md and report.html. Posts nothing.',
    examples: ['assay evaluate', 'assay evaluate --baseline "python evaluate.py --model champion.pkl"'],
    options: EVALUATE_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../evaluate.ts')).run,
  }),
  report: command({
    summary: 'post a result that exists',
    description: 'Reads result.json from the output folder and writes comment, check and job summary.',
    examples: ['assay report', 'assay report --dry-run'],
    options: REPORT_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../report.ts')).run,
  }),
  package: command({
    summary: 'make an image of the model and push it',
    description:
      'Puts the files of the model into an image as `package` in the configuration says, pushes it and prints its digest. Needs no Docker. The same files and the same commit give the same digest; what the registry has is not sent again.\n`assay release`, and `assay run` on the default branch, do this by themselves.',
    examples: ['assay package', 'assay package churn', 'assay package --dry-run'],
    argument: 'model',
    options: PACKAGE_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../package.ts')).run,
  }),
  release: command({
    summary: 'make the release record and propose it',
    description:
      'Makes the release record of a judged model: commit, data, parameters, metrics, verdict, image. Proposes it in the first environments of the deploy repository.\nOn the default branch `assay run` does this by itself where `deploy` and `package` are configured.',
    examples: [
      'assay release',
      'assay release --image ghcr.io/acme/churn:latest',
      'assay release --uri s3://models/churn/42 --dry-run',
    ],
    options: RELEASE_OPTIONS,
    deploy: 'writes',
    load: async () => (await import('../release.ts')).run,
  }),
  promote: command({
    summary: 'bring promotions up to date',
    description:
      'Looks at every model in every environment of the deploy repository: proposes what may enter, updates what is older, closes what is there already, merges what nobody has to approve. Running it twice changes nothing.',
    examples: [
      'assay promote',
      'assay promote churn --environment production',
      'assay promote churn --environment production --hold --reason "the holiday sale"',
      'assay promote churn --environment production --release-hold',
    ],
    argument: 'model',
    options: PROMOTE_OPTIONS,
    deploy: 'writes',
    load: async () => (await import('../promote.ts')).run,
  }),
  verify: command({
    summary: 'ask Argo CD whether the release is live',
    description:
      'Waits until what serves by the deploy repository is what the cluster has, and healthy, and reports that where people look: status, deployment, a comment on the promotion and on the pull request of the model.\nWithout a model it asks about all that serves.\nExit code 0: live. 1: not live in time, or ill.',
    examples: [
      'assay verify churn',
      'assay verify churn --environment production --timeout 30m',
      'assay verify --no-wait',
    ],
    argument: 'model',
    options: VERIFY_OPTIONS,
    deploy: 'writes',
    load: async () => (await import('../verify.ts')).run,
  }),
  rollback: command({
    summary: 'propose to return to the last healthy release',
    description:
      'Opens the pull request that restores what served before, byte for byte, and holds automatic promotion in that environment until the hold is released.',
    examples: [
      'assay rollback churn --environment production',
      'assay rollback churn --environment production --to 2026-05-09-e5c87ee --reason "wrong prices"',
    ],
    argument: 'model',
    options: ROLLBACK_OPTIONS,
    deploy: 'writes',
    load: async () => (await import('../rollback.ts')).run,
  }),
  retire: command({
    summary: 'propose to take a model out of the deploy repository',
    description:
      'Opens one pull request that removes what Assay keeps of a model: records, holds, profiles, rules, dashboards, its entry in assay-deploy.yml. Manifests are not touched: the text lists what still serves. Once it is merged, the same command closes what is open of the model and removes its branches.',
    examples: [
      'assay retire churn',
      'assay retire churn --reason "no longer sold"',
      'assay retire churn --dry-run',
    ],
    argument: 'model',
    options: RETIRE_OPTIONS,
    deploy: 'writes',
    load: async () => (await import('../retire.ts')).run,
  }),
  retrain: command({
    summary: 'have a model trained anew, once',
    description:
      'Makes the branch of the retraining, which is the claim, and then the pull request with the data that `retrain` in assay.yml names, or starts its workflow. Running it twice changes nothing.\nThe run that is started calls it with --claim, which does the rest where `retrain` has an `update`; else once to have the attempt, and when it has pushed, to open the pull request.',
    examples: [
      'assay retrain churn --reason "new prices since Monday"',
      'assay retrain churn --environment production --dry-run',
      'assay retrain --claim "$CLAIM"',
    ],
    argument: 'model',
    options: RETRAIN_OPTIONS,
    deploy: 'tells',
    load: async () => (await import('../retrain.ts')).run,
  }),
  drift: command({
    summary: 'hold live traffic against what the model was accepted on',
    description:
      'Takes a file of recent rows, or what a collector or Prometheus has counted, in the bins of the profile of the release, says which features have shifted or are broken, and writes drift.html, drift.md and drift.json.\nExit code 0: steady, or a change too small to matter. 1: critical. 2: something must be fixed first. 3: it cannot be told.',
    examples: [
      'assay drift --rows recent.parquet',
      'assay drift --rows recent.jsonl --profile environments/production/churn/model-profile.yaml --json',
      'assay drift --rows recent.parquet --environment production --issue --retrain',
      'assay drift churn --environment production --prometheus http://prometheus.monitoring:9090',
    ],
    argument: 'model',
    options: DRIFT_OPTIONS,
    deploy: 'tells',
    load: async () => (await import('../drift.ts')).run,
  }),
  inventory: command({
    summary: 'list what serves where',
    description:
      'Lists every model in every environment of the deploy repository: version, age, verdict, owner and what waits. In a clone of it on a laptop it reads the files as they lie there, without a network.',
    examples: [
      'assay inventory',
      'assay inventory churn',
      'assay inventory --environment production --format csv',
    ],
    argument: 'model',
    options: INVENTORY_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../inventory.ts')).run,
  }),
  reproduce: command({
    summary: 'say what served when, and build it again',
    description:
      'Finds the release that served at a time, from the history of its record, and prints what it was made from and the commands that make it again. With --run it does them in a fresh folder and compares the numbers with the record.\nExit code 0: every gated metric is the same or within its interval. 1: one is not.',
    examples: [
      'assay reproduce churn --environment production --at 2026-05-20',
      'assay reproduce churn --environment production --at 2026-05-20T14:00:00Z --run',
    ],
    argument: 'model',
    options: REPRODUCE_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../reproduce.ts')).run,
  }),
  ...SERVICES,
  scan: command({
    summary: 'say whether a model is safe to load, without loading it',
    description:
      'Looks into the files of a model (pickle, joblib, PyTorch, NumPy, Keras, safetensors, ONNX, GGUF, archives of them) and says what would be run if they were loaded. Loads nothing.\nExit code 0: nothing but what loads them. 1: something else would be run, or nobody can tell.',
    examples: ['assay scan model.joblib', 'assay scan artifacts --json', 'assay scan'],
    argument: 'file',
    options: SCAN_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../scan.ts')).run,
  }),
  init: command({
    summary: 'write a working assay.yml and CI file',
    description:
      'Looks at the repository, writes `assay.yml` and the file of the CI it finds. Never overwrites without --force.',
    examples: ['assay init', 'assay init --ci gitlab --dry-run', 'assay init --drift', 'assay init --deploy'],
    options: INIT_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../init.ts')).run,
  }),
  check: command({
    summary: 'validate the configuration, say what will happen',
    description:
      'Validates configuration, paths, token and permissions and says in one screen what the next pull request will do.',
    examples: ['assay check'],
    options: CHECK_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../check.ts')).run,
  }),
  demo: command({
    summary: 'weigh a made-up model and show the report',
    description:
      'Makes two models on made-up data, weighs them and shows what a pull request would show. No account, no network.',
    examples: ['assay demo'],
    options: DEMO_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../demo.ts')).run,
  }),
}

/** The commands that are steps of a run in CI, and not services that stay. */
export const STEPS: Record<string, Command> = Object.fromEntries(
  Object.entries(COMMANDS).filter(([, { serves }]) => serves !== true),
)
