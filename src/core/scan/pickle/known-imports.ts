import { SCIKIT_LEARN } from './scikit-learn.ts'
import { TORCH_MODULES } from './torch-modules.ts'

/**
 * Names that ordinary models bring in, each whole: a prefix would let in what stands beside them (`numpy.testing`, which runs text). Of all of
 * them it is known that making one with any arguments, and giving it any state, runs nothing else. `scipy.stats` is none of them: what makes its
 * distributions (`reciprocal_gen`) runs text out of its state, `_parse_arg_template`, when it is loaded.
 */
const KNOWN: Readonly<Record<string, string>> = {
  builtins: 'bool bytearray bytes complex dict float frozenset int list object range set slice str tuple',
  __builtin__:
    'bool bytearray bytes complex dict float frozenset int list long object set slice str tuple unicode xrange',
  _codecs: 'encode',
  collections: 'Counter OrderedDict defaultdict deque',
  copyreg: '_reconstructor',
  copy_reg: '_reconstructor',
  datetime: 'date datetime time timedelta timezone',
  decimal: 'Decimal',
  fractions: 'Fraction',
  pathlib: 'PosixPath PurePosixPath PureWindowsPath WindowsPath',
  uuid: 'UUID',
  numpy:
    'bool_ bool dtype float16 float32 float64 int16 int32 int64 int8 matrix ndarray poly1d record str_ uint16 uint32 uint64 uint8 abs absolute cbrt exp expm1 log log10 log1p log2 max mean median min sign sqrt square std sum',
  'numpy.core.multiarray': '_reconstruct scalar',
  'numpy._core.multiarray': '_reconstruct scalar',
  'numpy.core.numeric': '_frombuffer',
  'numpy._core.numeric': '_frombuffer',
  'numpy.ma.core': 'MaskedArray _mareconstruct',
  'numpy.ma': 'MaskedArray',
  // Arrays whose items are records; numbers of a polynomial; how text of any length is kept: numbers and text, of which none is run.
  'numpy.rec': 'recarray',
  'numpy._core._internal': '_convert_to_stringdtype_kwargs',
  'numpy.polynomial.chebyshev': 'Chebyshev',
  'numpy.polynomial.hermite': 'Hermite',
  'numpy.polynomial.hermite_e': 'HermiteE',
  'numpy.polynomial.laguerre': 'Laguerre',
  'numpy.polynomial.legendre': 'Legendre',
  'numpy.polynomial.polynomial': 'Polynomial',
  'numpy.random._pickle': '__bit_generator_ctor __generator_ctor __randomstate_ctor',
  'numpy.random.bit_generator': 'SeedSequence __pyx_unpickle_SeedSequence',
  'numpy.random._mt19937': 'MT19937',
  'numpy.random._pcg64': 'PCG64 PCG64DXSM',
  'numpy.random._philox': 'Philox',
  'numpy.random._sfc64': 'SFC64',
  'joblib.numpy_pickle': 'NumpyArrayWrapper',
  'scipy.sparse._csc': 'csc_array csc_matrix',
  'scipy.sparse._csr': 'csr_array csr_matrix',
  'scipy.sparse._coo': 'coo_array coo_matrix',
  'scipy.sparse.csc': 'csc_matrix',
  'scipy.sparse.csr': 'csr_matrix',
  'scipy._lib.array_api_compat.numpy._aliases': 'asarray',
  'scipy.interpolate._interpolate': 'interp1d',
  'scipy.interpolate._bsplines': 'BSpline',
  'xgboost.core': 'Booster',
  'xgboost.sklearn': 'XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor',
  'lightgbm.basic': 'Booster',
  'lightgbm.sklearn': 'LGBMClassifier LGBMModel LGBMRanker LGBMRegressor _LGBMLabelEncoder',
  torch:
    'BFloat16Storage BoolStorage ByteStorage CharStorage ComplexDoubleStorage ComplexFloatStorage DoubleStorage FloatStorage HalfStorage IntStorage LongStorage QInt32Storage QInt8Storage QUInt8Storage ShortStorage Size bfloat16 bool complex128 complex64 device float16 float32 float64 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz int16 int32 int64 int8 per_channel_affine per_tensor_affine qint32 qint8 quint8 uint16 uint32 uint64 uint8',
  'torch._C._nn': 'gelu',
  'torch.nn.functional': 'relu',
  'torch._utils':
    '_rebuild_parameter _rebuild_parameter_with_state _rebuild_meta_tensor_no_storage _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_qtensor _rebuild_sparse_tensor',
  'torch.serialization': '_get_layout',
  'torch.storage': 'TypedStorage UntypedStorage',
}

/** Whether it is known that bringing in and calling something of that full name does nothing but make a part of a model. */
export function isKnownImport(name: string): boolean {
  return NAMES.has(name)
}

// --- internal ---

const NAMES = new Set(
  [KNOWN, SCIKIT_LEARN, TORCH_MODULES].flatMap(table =>
    Object.entries(table).flatMap(([module, names]) => names.split(' ').map(name => `${module}.${name}`)),
  ),
)
