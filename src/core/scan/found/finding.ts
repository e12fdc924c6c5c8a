/** What a file would do if it were loaded, and what is not done by any ordinary one. Names are text of the file. */
export type Finding =
  /** It brings in something that may do anything. */
  | { kind: 'import'; name: string; at: number }
  /** It calls that. */
  | { kind: 'call'; name: string; at: number }
  /** It changes what it has brought in, and so what others do with it. */
  | { kind: 'changed_import'; name: string; at: number }
  /** There are more of that kind than are kept, which may be anything. */
  | { kind: 'more'; name: Finding['kind'] }
  /** Something follows where its loader stops. */
  | { kind: 'after_end'; at: number }
  /** A layer that runs code when the model is loaded. */
  | { kind: 'code_layer'; name: string }
  /** A class of a module that is no part of the framework. */
  | { kind: 'foreign_class'; name: string }
  /** A file outside of the folder of the model. */
  | { kind: 'outside_file'; name: string }
  /** An entry of an archive, or where a link in it leads, which is outside of the folder that it is unpacked into. */
  | { kind: 'outside_entry'; name: string }
  /** A template that a server runs for every request. */
  | { kind: 'template'; name: string }
  /** Headers that contradict themselves. */
  | { kind: 'header'; name: string }
