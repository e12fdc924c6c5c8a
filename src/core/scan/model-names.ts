/** As tools call what they pickle, packed or not. */
export function isNamedPickle(name: string): boolean {
  return PICKLE_NAME.test(name)
}

/** As tools call any model: such a file is not empty. */
export function isNamedModel(name: string): boolean {
  return PICKLE_NAME.test(name) || MODEL_NAME.test(name)
}

// --- internal ---

const PICKLE_NAME = /\.(?:pkl|pickle|pck|pcl|pk|p|joblib|dill|sav|pt|pth|ckpt|bin|model)(?:\.(?:gz|z))?$/i
const MODEL_NAME = /\.(?:npy|npz|h5|hdf5|keras|safetensors|onnx|gguf|ubj|nemo|tar|zip|tgz|gz|z)$/i
