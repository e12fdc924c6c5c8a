/** Why nobody can tell what is in a file. Each is a row of `UNSCANNABLE_WORDS`. */
export type WhyNot =
  | 'ends'
  | 'line'
  | 'opcode'
  | 'stack'
  | 'memo'
  | 'called'
  | 'deep'
  | 'protocol'
  | 'extension'
  | 'buffer'
  | 'persistent'
  | 'name'
  | 'array'
  | 'frame'
  | 'archive'
  | 'encrypted'
  | 'headers'
  | 'checksum'
  | 'bomb'
  | 'nested'
  | 'compressed'
  | 'two_formats'
  | 'version'
  | 'malformed'
  | 'long'
  | 'program'
  | 'old_torch'
  | 'unknown'
  | 'hdf5'
  | 'empty'
  | 'no_pickle'

/** What can be looked into, for people. */
export const KNOWN_FORMATS =
  'pickle, joblib, PyTorch, NumPy, Keras, HDF5, safetensors, ONNX, GGUF, XGBoost (JSON, UBJSON), LightGBM (text), zip, tar, gzip, zlib and text'

/** What is wrong, and what to do about it. */
export const UNSCANNABLE_WORDS: Readonly<Record<WhyNot, { what: string; fix: string }>> = {
  ends: { what: 'it ends in the middle', fix: 'save it again; it may not have been copied whole' },
  line: { what: 'it has a line that is longer than any name', fix: 'save it with `protocol=4` or newer' },
  opcode: { what: 'it has an instruction that no version of pickle knows', fix: 'save it again' },
  stack: { what: 'its instructions do not fit together', fix: 'save it again' },
  memo: { what: 'it asks for something that it never kept', fix: 'save it again' },
  called: {
    what: 'it calls something that it has made, and nobody follows here what that does',
    fix: 'save it again; no tool does so',
  },
  deep: {
    what: 'it is nested deeper than anything that tools save',
    fix: 'save it again, or its weights as safetensors',
  },
  protocol: { what: 'it is of a protocol that is not known here', fix: 'save it with `protocol=5` or older' },
  extension: {
    what: 'it names an import by a number that only its own Python knows',
    fix: 'save it without `copyreg.add_extension`',
  },
  buffer: { what: 'parts of it are kept elsewhere', fix: 'save it without `buffer_callback`' },
  persistent: {
    what: 'it names objects that its loader is to find elsewhere',
    fix: 'save it with `torch.save`, or without `persistent_id`',
  },
  name: {
    what: 'the name of an import is put together while it is loaded',
    fix: 'save it again; no tool does so',
  },
  array: {
    what: 'an array in it is not as joblib saves them',
    fix: 'save it again with joblib 1.1 or newer',
  },
  frame: { what: 'an array stands in the middle of a frame', fix: 'save it again with joblib' },
  archive: {
    what: 'it is an archive that cannot be read',
    fix: 'save it again; it may not have been copied whole',
  },
  encrypted: { what: 'it is encrypted', fix: 'decrypt it first' },
  headers: {
    what: 'its two lists of entries differ, so that two readers see two different files',
    fix: 'save it again',
  },
  checksum: { what: 'the checksum of an entry is not that of its bytes', fix: 'save it again' },
  bomb: { what: 'it unpacks to more than is unpacked here', fix: 'save it uncompressed' },
  nested: { what: 'archives stand in it deeper than three', fix: 'unpack it' },
  compressed: {
    what: 'it is compressed in a way that is not opened here',
    fix: 'save it uncompressed; with joblib `compress=("zlib", 3)` is opened, xz, lzma and bz2 are not',
  },
  two_formats: {
    what: 'it can be read as two formats, so that two loaders read two different files',
    fix: 'save it again; no tool does so',
  },
  version: {
    what: 'it is of a version of its format that is not known here',
    fix: 'convert it to version 2 or 3 of GGUF',
  },
  malformed: {
    what: 'it is not as its format says',
    fix: 'save it again; it may not have been copied whole',
  },
  long: { what: 'a text in it is longer than any that tools write', fix: 'save it again; no tool does so' },
  program: {
    what: 'it is a program of TorchScript or torch.export, and nobody follows here what that does',
    fix: 'save its `state_dict()`, or export it to ONNX; is it of your own job? Then allow the file: scan.allow',
  },
  old_torch: {
    what: 'it is as PyTorch saved before 0.2',
    fix: 'load it where it can do no harm, and save it with PyTorch 1.6 or newer',
  },
  unknown: {
    what: `it is of no format that Assay knows, which are ${KNOWN_FORMATS}`,
    fix: 'save it as one of them, or leave it out of `scan`; is it of your own job? Then allow the file: scan.allow',
  },
  hdf5: {
    what: 'it is HDF5 in a way that is not opened here (heaps of names or attributes, several files)',
    fix: 'save it with h5py as it does by itself, without `libver="latest"`, or as `.keras`',
  },
  empty: { what: 'it is empty', fix: 'save it again; it may not have been copied whole' },
  no_pickle: {
    what: 'it is called a pickle and is text, with lines in it that would bring something in',
    fix: 'save it again; is it text? Then give it a name of text',
  },
}

/** Ends the reading of a file; what was found until there stays. */
export class Unscannable extends Error {
  readonly why: WhyNot
  /** The byte where it stands. */
  readonly at: number

  constructor(why: WhyNot, at: number) {
    super(UNSCANNABLE_WORDS[why].what)
    this.name = 'Unscannable'
    this.why = why
    this.at = at
  }
}
