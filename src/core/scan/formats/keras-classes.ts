/** What a configuration of Keras may name: classes that hold numbers and no code, and where each of them is. */
interface Row {
  /** Below `keras`, `keras.src` or their like of Keras 2. */
  module: RegExp
  names: ReadonlySet<string>
}

/**
 * Whether that is a class of Keras itself that runs nothing of the file's own. The lists are what the modules of Keras 3.15.1 and tf_keras
 * 2.21.0 export, without those that carry code (`Lambda`), load a file (`TFSMLayer`) or call what they are given (`Map`).
 *
 * @param module as it is written; undefined as in Keras 2, where the name is enough
 */
export function isKerasClass(module: string | undefined, name: string): boolean {
  if (module === undefined) return ROWS.some(({ names }) => names.has(name)) || VALUES.has(name)
  // The short names of some stand in `keras` itself.
  if (module === 'keras') return TOP.has(name)
  if (module === 'builtins') return VALUES.has(name)
  const below = /^(?:tf_)?keras\.(?:src\.)?(.+)$/.exec(module)?.[1]
  return below !== undefined && ROWS.some(row => row.module.test(below) && row.names.has(name))
}

// --- internal ---

/** Values that JSON has no word for. */
const VALUES = setOf(
  '__tensor__ __keras_tensor__ __numpy__ __bytes__ __ellipsis__ __slice__ __tuple__ TensorShape',
)
const TOP = setOf('DTypePolicy FloatDTypePolicy Functional Model Sequential Variable')

const ROWS: readonly Row[] = [
  {
    module: /^(?:layers(?:\.\w+)*)$/,
    names: setOf(`
      AbstractRNNCell Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
      AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AdditiveAttention AlphaDropout Attention AugMix AutoContrast
      Average AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D BatchNormalization Bidirectional
      CategoryEncoding CenterCrop Concatenate ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D
      Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Convolution1D Convolution1DTranspose Convolution2D
      Convolution2DTranspose Convolution3D Convolution3DTranspose Cropping1D Cropping2D Cropping3D CuDNNGRU CuDNNLSTM CutMix Dense
      DenseFeatures DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout ELU EinsumDense Embedding Equalization Flatten GRU
      GRUCell GRUV1 GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalAvgPool1D
      GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D GlobalMaxPooling1D GlobalMaxPooling2D
      GlobalMaxPooling3D GroupNormalization GroupQueryAttention HashedCrossing Hashing Identity InputLayer IntegerLookup LSTM LSTMCell
      LSTMV1 LayerNormalization LeakyReLU LocallyConnected1D LocallyConnected2D Masking MaxNumBoundingBoxes MaxPool1D MaxPool2D
      MaxPool3D MaxPooling1D MaxPooling2D MaxPooling3D Maximum MelSpectrogram Minimum MixUp MultiHeadAttention Multiply Normalization
      PReLU Permute Pipeline RMSNormalization RNN RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter
      RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHeight
      RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear
      RandomTranslation RandomWidth RandomZoom ReLU RepeatVector Rescaling Reshape Resizing ReversibleEmbedding STFTSpectrogram
      SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D SimpleRNN SimpleRNNCell Softmax Solarization
      SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization StackedRNNCells StringLookup Subtract TextVectorization
      ThresholdedReLU TimeDistributed UnitNormalization UpSampling1D UpSampling2D UpSampling3D Wrapper ZeroPadding1D ZeroPadding2D
      ZeroPadding3D`),
  },
  {
    module: /^(?:models(?:\.\w+)*|engine\.\w+)$/,
    names: setOf('Functional Model Sequential'),
  },
  {
    module: /^(?:optimizers(?:\.\w+)*|backend\.\w+\.optimizers(?:\.\w+)*|mixed_precision(?:\.\w+)*)$/,
    names: setOf(`
      Adadelta Adafactor Adagrad Adam AdamW Adamax CosineDecay CosineDecayRestarts ExponentialDecay Ftrl InverseTimeDecay Lamb
      LearningRateSchedule Lion LossScaleOptimizer MultiOptimizer Muon Nadam OptimizerMap PiecewiseConstantDecay PolynomialDecay
      RMSprop SGD ScheduleFreeAdamW`),
  },
  {
    module: /^(?:losses(?:\.\w+)*)$/,
    names: setOf(`
      BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy CategoricalFocalCrossentropy
      CategoricalGeneralizedCrossEntropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber KLD KLDivergence LogCosh MAE MAPE
      MSE MSLE MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
      SparseCategoricalCrossentropy SquaredHinge Tversky`),
  },
  {
    module: /^(?:metrics(?:\.\w+)*)$/,
    names: setOf(`
      AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy CategoricalCrossentropy CategoricalHinge
      ConcordanceCorrelation CosineSimilarity F1Score FBetaScore FalseNegatives FalsePositives Hinge IoU KLD KLDivergence LogCoshError
      MAE MAPE MSE MSLE Mean MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanMetricWrapper MeanRelativeError
      MeanSquaredError MeanSquaredLogarithmicError MeanTensor OneHotIoU OneHotMeanIoU PearsonCorrelation Poisson Precision
      PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError SensitivityAtSpecificity SparseCategoricalAccuracy
      SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SpecificityAtSensitivity SquaredHinge Sum TopKCategoricalAccuracy
      TrueNegatives TruePositives`),
  },
  {
    module: /^(?:initializers(?:\.\w+)*)$/,
    names: setOf(`
      Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer LecunNormal LecunUniform Ones Orthogonal
      OrthogonalInitializer RandomNormal RandomUniform STFT STFTInitializer TruncatedNormal VarianceScaling Zeros`),
  },
  {
    module: /^(?:regularizers(?:\.\w+)*)$/,
    names: setOf('L1 L1L2 L2 OrthogonalRegularizer'),
  },
  {
    module: /^(?:constraints(?:\.\w+)*)$/,
    names: setOf('MaxNorm MinMaxNorm NonNeg RadialConstraint UnitNorm'),
  },
  {
    module: /^(?:dtype_policies(?:\.\w+)*|quantizers(?:\.\w+)*|mixed_precision(?:\.\w+)*)$/,
    names: setOf(`
      AWQConfig AWQDTypePolicy AbsMaxQuantizer DTypePolicy DTypePolicyMap Float8QuantizationConfig FloatDTypePolicy GPTQConfig
      GPTQDTypePolicy Int4DTypePolicy Int4QuantizationConfig Int8QuantizationConfig Policy QuantizationConfig QuantizedDTypePolicy
      QuantizedFloat8DTypePolicy`),
  },
  {
    module: /^(?:random(?:\.\w+)*|utils\.random)$/,
    names: setOf('SeedGenerator'),
  },
  {
    module: /^(?:ops\.(?:core|einops|image|linalg|math|nn|numpy))$/,
    names: setOf(`
      Abs Absolute AdaptiveAveragePool AdaptiveMaxPool Add AffineTransform All AllClose Amax Amin Angle Any Append Arange Arccos
      Arccosh Arcsin Arcsinh Arctan Arctan2 Arctanh Argmax Argmin Argpartition Argsort Array ArraySplit Average AveragePool BatchNorm
      BinaryCrossentropy Bincount BitwiseAnd BitwiseInvert BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor
      BroadcastTo CDist CTCDecode CTCLoss Cast CategoricalCrossentropy Cbrt Ceil Celu Cholesky CholeskyInverse Clip Concatenate Conj
      Conjugate Conv ConvTranspose ConvertToTensor Copy Corrcoef Correlate Cos Cosh CountNonzero CropImages Cross Cumprod Cumsum
      Deg2rad DepthToSpace DepthwiseConv Det Diag Diagflat Diagonal Diff Digitize Divide DivideNoNan Dot DotProductAttention Dsplit
      Dstack Eig Eigh Einsum ElasticTransform Elu EmptyLike Equal Erf Erfc Erfinv Exp Exp2 ExpandDims Expm1 ExtractPatches
      ExtractSequences FFT FFT2 Fabs Flip Fliplr Flipud Floor FloorDivide Fmax Fmin Fmod Fold Full FullLike GaussianBlur Gcd Gelu
      Geomspace GetItem Glu Greater GreaterEqual HSVToRGB HardShrink HardSigmoid HardSilu HardTanh Heaviside Histogram Hsplit Hstack
      Hypot I0 IFFT2 IRFFT ISTFT Imag InTopK Inner Inv IsIn Isclose Isfinite Isinf Isnan Isneginf Isposinf Isreal Kron LayerNorm Lcm
      Ldexp LeakyRelu LeftShift Less LessEqual Linspace Log Log10 Log1p Log2 LogSigmoid LogSoftmax Logaddexp Logaddexp2 Logdet
      LogicalAnd LogicalNot LogicalOr LogicalXor Logspace Logsumexp Lstsq LuFactor MapCoordinates Matmul MatrixRank Max MaxPool
      Maximum Mean Median Meshgrid Min Minimum Mod Moments Moveaxis MultiHot Multiply NanToNum Nanargmax Nanargmin Nancumprod
      Nancumsum Nanmax Nanmean Nanmedian Nanmin Nanpercentile Nanprod Nanquantile Nanstd Nansum Nanvar Ndim Negative Nextafter Nonzero
      Norm Normalize NotEqual OneHot OnesLike Outer PSNR Pad PadImages Percentile PerspectiveTransform Pinv Polar Power Prod Ptp Qr
      Quantile RFFT RGBToGrayscale RGBToHSV RMSNorm Rad2deg Ravel Real Rearrange Reciprocal Relu Relu6 Repeat Reshape Resize
      RightShift Roll Rot90 Round Rsqrt SSIM STFT SVD SaturateCast ScaleAndTranslate Scatter ScatterUpdate SearchSorted SegmentMax
      SegmentMin SegmentProd SegmentReduction SegmentSum Select Selu SeparableConv Sigmoid Sign Signbit Silu Sin Sinc Sinh Size Slice
      SliceUpdate Slogdet SobelEdges SoftShrink Softmax Softplus Softsign Solve SolveTriangular Sort SpaceToDepth
      SparseCategoricalCrossentropy SparsePlus SparseSigmoid Sparsemax Split Sqrt Square Squareplus Squeeze Stack Std StopGradient
      Subtract Sum Swapaxes Take TakeAlongAxis Tan Tanh TanhShrink Tensordot Threshold Tile TopK Trace Transpose Trapezoid Tril Triu
      TrueDivide Trunc Unfold Unique UnravelIndex Unstack Vander Var Vdot View ViewAsComplex ViewAsReal Vsplit Vstack Where ZerosLike`),
  },
]

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}
