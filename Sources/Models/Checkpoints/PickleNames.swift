/// Names of classes and functions in pickles of torch, and what is made of them. Any other is refused.
enum PickleName {
  case dictionary
  case tuple
  case rebuildTensor
  case rebuildTypedTensor
  case rebuildParameter
  case storage(ElementType?)
  case dtype(ElementType?)
  /// A module of TorchScript, of which attributes are read.
  case module
  /// What may stand beside weights: its content is not read.
  case inert

  init?(_ name: String) {
    switch name {
    case "collections.OrderedDict", "builtins.dict": self = .dictionary
    case "torch.Size": self = .tuple
    case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor": self = .rebuildTensor
    case "torch._utils._rebuild_tensor_v3": self = .rebuildTypedTensor
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state": self = .rebuildParameter
    case _ where name.hasPrefix("__torch__."): self = .module
    case _ where name.hasPrefix("torch.") && name.hasSuffix("Storage"):
      let stem = name.split(separator: ".").last?.dropLast("Storage".count) ?? ""
      self = .storage(Self.storages[String(stem)])
    case _ where Self.inertNames.contains(name) || name.hasPrefix("numpy.dtypes."): self = .inert
    case _ where name.hasPrefix("torch.jit._pickle."): self = .inert
    case _ where name.hasPrefix("torch.") && Self.dtypes.contains(String(name.dropFirst("torch.".count))):
      self = .dtype(Self.types[String(name.dropFirst("torch.".count))])
    default: return nil
    }
  }

  private static let storages: [String: ElementType] = [
    "Float": .float32, "Double": .float64, "Half": .float16, "BFloat16": .bfloat16, "Long": .int64, "Int": .int32,
    "Short": .int16, "Char": .int8, "Byte": .uint8, "Bool": .boolean,
  ]

  private static let types: [String: ElementType] = [
    "float32": .float32, "float": .float32, "float64": .float64, "double": .float64, "float16": .float16,
    "half": .float16, "bfloat16": .bfloat16, "int64": .int64, "int32": .int32, "int16": .int16, "int8": .int8,
    "uint8": .uint8, "uint16": .uint16, "uint32": .uint32, "uint64": .uint64, "bool": .boolean,
  ]

  private static let dtypes = Set(types.keys).union([
    "complex32", "complex64", "complex128", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
    "quint8", "qint8", "qint32", "strided", "preserve_format", "contiguous_format",
  ])

  private static let inertNames: Set = [
    "argparse.Namespace", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
    "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", "numpy.dtype", "numpy.ndarray",
    "_codecs.encode", "copyreg._reconstructor", "torch.device", "torch.serialization._get_layout",
    "builtins.object", "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple", "builtins.int",
    "builtins.float", "builtins.str", "builtins.bool", "builtins.bytes", "builtins.bytearray", "builtins.complex",
    "builtins.slice", "builtins.range", "collections.defaultdict", "collections.Counter", "collections.deque",
    "datetime.datetime", "datetime.date", "datetime.timedelta", "pathlib.Path", "pathlib.PosixPath",
    "pathlib.PurePosixPath", "pathlib.WindowsPath", "pathlib._local.PosixPath",
  ]
}
