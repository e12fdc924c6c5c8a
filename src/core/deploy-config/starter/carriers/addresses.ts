import { fieldsOf, itemsOf, type Json, textOf } from './carrier.ts'

/** Addresses of models: what serves them loads them from there. */

/** The address of a model, and how a release is written in its place. */
export interface Address {
  path: Json[]
  /** With what stands around it: `--model-repository={uri}`. */
  value: string
  says: string
}

/** Whether a key or a variable is called like the address of a model, in any spelling: storage URI, model path, `--model-repository`. */
export function isAddressKey(key: string): boolean {
  return KEY.test(key)
}

/** Whether an image is that of a server everybody has, and of no model: it loads one from an address. */
export function isPublicServer(image: string): boolean {
  return SERVER.test(image)
}

/** The addresses in variables and arguments of a container. */
export function addressesOf(container: unknown, way: Json[]): Address[] {
  const { env, args, command } = fieldsOf(container)
  const ofVariables = itemsOf(env).flatMap((one): Address[] => {
    const { name, value } = fieldsOf(one)
    const [key, text] = [textOf(name), textOf(value)]
    if (key === undefined || text === undefined || !isAddressKey(key) || !isStorage(text)) return []
    return [{ path: [...way, 'env', { name: key }, 'value'], value: '{uri}', says: text }]
  })
  return [
    ...ofVariables,
    ...argumentsIn(args, [...way, 'args']),
    ...argumentsIn(command, [...way, 'command']),
  ]
}

/** What containers fetch before a server begins: the addresses among their arguments and in their variables. */
export function fetchedAddresses(containers: unknown, way: Json[]): Address[] {
  return itemsOf(containers).flatMap((one, at): Address[] => {
    const { args, command } = fieldsOf(one)
    const given = ([key, value]: [string, unknown]) =>
      itemsOf(value).flatMap((text, index): Address[] =>
        isStorage(textOf(text) ?? '')
          ? [{ path: [...way, at, key, index], value: '{uri}', says: textOf(text)! }]
          : [],
      )
    const plain = [given(['args', args]), given(['command', command])].flat()
    return plain.length > 0 ? plain : addressesOf(one, [...way, at])
  })
}

/** The keys of a map that are addresses of models. */
export function addressKeys(map: unknown): string[] {
  return Object.entries(fieldsOf(map)).flatMap(([key, value]) => {
    const text = textOf(value)
    return text !== undefined && isAddressKey(key) && isStorage(text) ? [key] : []
  })
}

/** The addresses in lines such as `MODEL_URI=s3://models/churn/1`. */
export function assignedAddresses(lines: unknown): { key: string; says: string }[] {
  return itemsOf(lines).flatMap(line => {
    const [, key = '', says = ''] = /^([\w-]+)=(.*)$/s.exec(textOf(line) ?? '') ?? []
    return isAddressKey(key) && isStorage(says) ? [{ key, says }] : []
  })
}

// --- internal ---

/** A store or a folder of anything but models is where a server or a training writes. */
const KEY =
  /^(?:[a-z]+[_-])*(?:(?:model|storage|artifacts?|weights|checkpoint|adapter)[_-]?(?:ur[il]|path|repository(?:[_-]?path)?|repo|base[_-]path)|model[_-]?(?:store|dir|location))$|^uri$/i

const SERVER =
  /(^|\/)(nvidia\/(tritonserver|ai-dynamo)|nim\/|vllm\/|lmcache\/|llm-d\/|tensorflow\/serving|pytorch\/torchserve|seldonio\/|huggingface\/text-|lmsysorg\/|ollama\/|kserve\/|openvino\/|rayproject\/|mlflow\/mlflow)/

/** An address in a storage: one of the web is that of a service. */
function isStorage(text: string): boolean {
  return /^(?!https?:)[a-z][\w+.-]*:\/\/\S+$/.test(text)
}

function argumentsIn(value: unknown, way: Json[]): Address[] {
  const all = itemsOf(value).map(one => textOf(one) ?? '')
  return all.flatMap((text, at): Address[] => {
    const [, flag = '', own] = /^(--?[\w-]+)=(.*)$/s.exec(text) ?? []
    if (own !== undefined)
      return isFlag(flag) && isStorage(own) ? [{ path: [...way, at], value: `${flag}={uri}`, says: own }] : []
    return isFlag(all[at - 1] ?? '') && isStorage(text)
      ? [{ path: [...way, at], value: '{uri}', says: text }]
      : []
  })
}

function isFlag(text: string): boolean {
  const [, name = ''] = /^--?([\w-]+)$/.exec(text) ?? []
  return name === 'model' || isAddressKey(name)
}
