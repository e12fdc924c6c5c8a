import type { Watch } from '../../core/deploy-config/watch.ts'
import { binNames } from '../../core/traffic/profile/bins.ts'
import {
  MOST_PLAIN_BYTES,
  type ModelProfile,
  PACKED_PROFILE_FILE,
  PROFILE_FILE,
  RELEASE_NAME_FILE,
  trafficFeatures,
} from '../../core/traffic/profile/profile.ts'
import { isPrintable, renderObjects } from '../../core/yaml/objects.ts'
import type { ServedRelease } from './alert.ts'
import { alertmanagerConfig, type KubernetesObject } from './alertmanager-config.ts'
import { dashboardOf } from './dashboard.ts'
import { eventsAddress, objectName } from './names.ts'
import { podRelabelings, requestsOf } from './requests.ts'
import { ruleGroups } from './rules.ts'
import { verdictGroups } from './verdict-rules.ts'

/** What is known of a release where it is watched. */
export interface Watched {
  model: string
  version: string
  environment: string
  /** Absent: it has none, or none that a ConfigMap carries. */
  profile?: {
    value: ModelProfile
    text: string
    /** Packed by gzip, in base64: of a text that a ConfigMap does not carry as it is. */
    packed?: string
  }
  /** The file of what is tried, while another release is. */
  canary?: { file: string; text: string }
  /** The release of the pods that stand for one that is tried. Absent: there are no such pods. */
  challenger?: string
  /** Of KServe: `metadata.name` of its InferenceServices, those that could be read. Absent: there are none. */
  services?: readonly string[]
}

/** Whether a ConfigMap carries a profile as it is: more is packed, and so is what YAML does not take. */
export function isCarriedPlain(text: string): boolean {
  return Buffer.byteLength(text) <= MOST_PLAIN_BYTES && isPrintable(text)
}

/**
 * Text of `model-watch.yaml`: the objects that `watch` asks for, by what they are called, in the order in which they are applied;
 * undefined where there are none. The same release gives the same bytes.
 */
export function watchFile(watched: Watched, watch: Watch): { text: string; parts: string[] } | undefined {
  const made = Object.entries(PARTS).flatMap(([part, make]) => {
    const object = make(watched, watch)
    return object ? [{ part, object }] : []
  })
  if (made.length === 0) return undefined
  const labelled = made.map(({ object: { apiVersion, kind, metadata, ...rest } }) => {
    const labels = { 'app.kubernetes.io/managed-by': 'assay', ...watch.labels, ...metadata.labels }
    return { apiVersion, kind, metadata: { name: metadata.name, labels }, ...rest }
  })
  return { text: `${HEADER}${renderObjects(labelled)}`, parts: made.map(({ part }) => part) }
}

// --- internal ---

const HEADER =
  '# Written by Assay: what watches the release that serves here, as `watch` in assay-deploy.yml asks for. Do not edit.\n'

type Part = (watched: Watched, watch: Watch) => KubernetesObject | undefined

/** By what people call them. */
const PARTS: Record<string, Part> = {
  'its profile': profileObject,
  'where its events go': (watched, watch) => serverObject(watched, watch),
  'where those of a release that is tried go': challengerObject,
  'who may send them': networkPolicy,
  'its own metrics': podMonitor,
  'rules for Prometheus': prometheusRule,
  'where its alerts go': alertmanagerConfig,
  'a dashboard': dashboard,
}

/**
 * Files as the collector finds them in the folder where it is mounted: the profile, the release that it is of, and the canary in
 * progress.
 */
function profileObject(
  { model, version, profile, canary }: Watched,
  watch: Watch,
): KubernetesObject | undefined {
  if (!watch.profile || !profile) return undefined
  const { text, packed } = profile
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: objectName(model, 'profile') },
    data: {
      [RELEASE_NAME_FILE]: version,
      ...(packed === undefined && { [PROFILE_FILE]: text }),
      ...(canary !== undefined && { [canary.file]: canary.text }),
    },
    ...(packed !== undefined && { binaryData: { [PACKED_PROFILE_FILE]: packed } }),
  }
}

/** The same for the pods of a release that is tried, which say otherwise that they are the one that serves. */
function challengerObject(watched: Watched, watch: Watch): KubernetesObject | undefined {
  const { challenger: version } = watched
  return version === undefined ? undefined : serverObject({ ...watched, version }, watch, 'challenger')
}

/** Variables for a server that sends its events itself. */
function serverObject(watched: Watched, { events }: Watch, part?: string): KubernetesObject | undefined {
  if (events === undefined || watched.services !== undefined) return undefined
  const { model, version } = watched
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: objectName(model, part) },
    data: {
      ASSAY_EVENTS_URL: eventsAddress(events, watched),
      ASSAY_MODEL: model,
      ASSAY_RELEASE: version,
    },
  }
}

/** What KServe gives to all pods of a service. */
const SERVICE_LABEL = 'serving.kserve.io/inferenceservice'

/**
 * Pods by expressions: kustomize adds labels that all objects of a folder get to those that a policy selects by, and it would let
 * nobody in.
 */
function podsWith(labels: Readonly<Record<string, string | readonly string[]>>): object {
  return {
    matchExpressions: Object.entries(labels).map(([key, value]) => ({
      key,
      operator: 'In',
      values: [value].flat(),
    })),
  }
}

function networkPolicy({ model, services = [] }: Watched, watch: Watch): KubernetesObject | undefined {
  if (!watch.network_policy || services.length === 0) return undefined
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: objectName(model, 'events') },
    spec: {
      podSelector: podsWith({ 'app.kubernetes.io/name': 'assay-collector' }),
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: podsWith({ [SERVICE_LABEL]: services }) }],
          ports: [{ port: 'events' }],
        },
      ],
    },
  }
}

function podMonitor(
  { model, environment, services = [] }: Watched,
  { pods }: Watch,
): KubernetesObject | undefined {
  const labels = pods?.labels ?? (services.length === 0 ? undefined : { [SERVICE_LABEL]: services })
  if (!pods || !labels) return undefined
  const relabelings = podRelabelings({ model, environment })
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: objectName(model) },
    spec: {
      selector: podsWith(labels),
      podMetricsEndpoints: [{ portNumber: pods.port, path: pods.path, interval: '30s', relabelings }],
    },
  }
}

/** Nothing is known of a release without a profile: an alert on that would fire for as long as it serves. */
function prometheusRule(watched: Watched, watch: Watch): KubernetesObject | undefined {
  const { model, profile } = watched
  if (!watch.rules || !profile) return undefined
  const features = trafficFeatures(profile.value)
  const of = servedRelease(watched, watch)
  const requests = requestsOf(watch)
  const groups =
    watch.rules === 'verdicts'
      ? verdictGroups(of)
      : ruleGroups({
          ...of,
          features: features.length,
          bins: Math.max(2, ...features.map(feature => binNames(feature).length)),
          numbers: features.filter(({ type }) => type === 'number').map(({ name }) => name),
          ...(requests !== undefined && { requests }),
        })
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: objectName(model) },
    spec: { groups },
  }
}

function servedRelease({ model, version, environment }: Watched, { alerts }: Watch): ServedRelease {
  return { model, release: version, environment, ...(alerts && { namespace: alerts.namespace }) }
}

function dashboard(watched: Watched, watch: Watch): KubernetesObject | undefined {
  if (!watch.dashboard) return undefined
  const shown = dashboardOf(servedRelease(watched, watch), watch.rules)
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: objectName(watched.model, 'dashboard'), labels: { grafana_dashboard: '1' } },
    data: { [`assay-${watched.environment}-${watched.model}.json`]: `${JSON.stringify(shown, null, 1)}\n` },
  }
}
