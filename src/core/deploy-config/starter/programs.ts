/** Ways to deploy that no target edits as they stand, and what to do there. */

interface Program {
  name: string
  isThere: (seen: Seen) => boolean
  /** What to keep where a target can write it, or which target can. */
  way: string
}

/** What is known of a repository: paths, and texts of files that are YAML or JSON. */
interface Seen {
  files: readonly string[]
  texts: ReadonlyMap<string, string>
}

/** A line for each program that is met. */
export function programWays(seen: Seen): string[] {
  return PROGRAMS.filter(one => one.isThere(seen)).map(({ name, way }) => `${name}: ${way}`)
}

// --- internal ---

const BY_YAML = 'and name that file with the target `yaml`: docs/targets/yaml.md.'

const PROGRAMS: readonly Program[] = [
  {
    name: 'Terraform',
    isThere: called(/\.(tf|tf\.json|tfvars)$/),
    way: `keep the image in \`models.auto.tfvars.json\`, or in a YAML file that a module reads with \`yamldecode(file(…))\`, ${BY_YAML}`,
  },
  {
    name: 'Terragrunt',
    isThere: called(/(^|\/)(terragrunt|root)(\.\w+)?\.hcl$/),
    way: `keep the image in a YAML file of each environment that \`terragrunt.hcl\` reads with \`yamldecode(file(…))\` into \`inputs\`, ${BY_YAML}`,
  },
  {
    name: 'Nomad',
    isThere: called(/\.nomad$|(?<!(^|\/)(terragrunt|root)(\.\w+)?|\.pkr|\.terraform\.lock)\.hcl$/),
    way: `keep the image in a JSON file that the job reads with \`jsondecode(file("release.json"))\`, ${BY_YAML}`,
  },
  {
    name: 'Pulumi',
    isThere: called(/(^|\/)Pulumi(\.[\w-]+)?\.ya?ml$/),
    way: "keep the image in the configuration of each stack, and name its key with the target `yaml`: `file: Pulumi.{environment}.yaml`, `set: [{ path: [config, '{model}:image'], value: '{image}' }]`.",
  },
  {
    name: 'Jsonnet',
    isThere: called(/\.(jsonnet|libsonnet)$/),
    way: `keep the image in a JSON file that it imports, \`import 'release.json'\` (also with Tanka, one in each folder of \`environments/\`), ${BY_YAML}`,
  },
  {
    name: 'CUE',
    isThere: called(/\.cue$/),
    way: `keep the image in a JSON or YAML file of the package, by \`@embed(file=release.json)\` (also in a bundle of Timoni), ${BY_YAML}`,
  },
  {
    name: 'KCL',
    isThere: called(/(^|\/)kcl\.mod$|\.k$/),
    way: `keep the image in a YAML file that it reads with \`yaml.decode(file.read(…))\`, ${BY_YAML}`,
  },
  {
    name: 'Ansible',
    isThere: called(
      /(^|\/)(ansible\.cfg|playbooks?\/.*\.ya?ml|(site|playbook)\.ya?ml|(group|host)_vars\/.*)$/,
    ),
    way: "keep the image in a variable of each environment, and name it with the target `yaml`: `file: group_vars/{environment}.yml`, `set: [{ path: '{model}_image', value: '{image}' }]`.",
  },
  {
    name: 'kpt',
    isThere: called(/(^|\/)Kptfile$/),
    way: `a function in the pipeline of \`Kptfile\` writes the image anew with each render: keep it in the file that its \`configPath\` names, ${BY_YAML}`,
  },
  {
    name: 'Skaffold',
    isThere: called(/(^|\/)skaffold(\.[\w-]+)?\.ya?ml$/),
    way: 'it builds what it deploys. Let what serves come from the kustomization or the values of a chart that its `manifests` name, and name those.',
  },
  {
    name: 'CloudFormation (also SageMaker, SAM, ECS)',
    isThere: says(/^\s*"?Type"?: *["']?AWS::|"containerDefinitions"/m),
    way: `take the image as a parameter from a JSON file of each environment, ${BY_YAML} The way into it is \`path: [{ ParameterKey: Image }, ParameterValue]\`.`,
  },
  {
    name: 'Files of variables',
    isThere: called(/(^|\/)[\w.-]*\.env$/),
    way: 'let a kustomization make its ConfigMap of `literals`, and name the key with the target `kustomize`: docs/targets/kustomize.md.',
  },
  {
    name: 'Pipelines of Kubeflow and Vertex AI',
    isThere: says(/^# PIPELINE DEFINITION|^(deploymentSpec|pipelineInfo):/m),
    way: `the compiled file is its compiler's. Give the model as a parameter from a YAML or JSON file that the run is started with, ${BY_YAML}`,
  },
]

function called(pattern: RegExp): Program['isThere'] {
  return ({ files }) => files.some(file => pattern.test(file))
}

function says(pattern: RegExp): Program['isThere'] {
  return ({ texts }) => [...texts.values()].some(text => pattern.test(text))
}
