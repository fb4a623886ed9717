/// Device memory for `count` float32 elements. What stands behind it is the device's affair; nothing above `Tensors` sees a pointer.
/// When the last reference goes, the memory returns to its device's pool.
public class Storage {
  public let count: Int

  init(count: Int) { self.count = count }
}
