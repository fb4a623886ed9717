// The library, the GPUs that its driver sees, and devices.
#pragma once

#include "device.hpp"

#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/headeronly/version.h>

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace mvp {

inline const char *version() { return TORCH_VERSION; }
inline bool has_cuda() { return at::globalContext().hasCUDA() || at::detail::getCUDAHooks().hasCUDART(); }

/// The few calls of NVIDIA's driver that name its GPUs and make no context on them.
struct Driver {
  int (*count)(int *) = nullptr;
  int (*get)(int *, int) = nullptr;
  int (*name)(char *, int, int) = nullptr;
  int (*bytes)(size_t *, int) = nullptr;
  std::string missing;

  Driver() {
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      missing = "there is no NVIDIA driver (libcuda.so.1)";
      return;
    }
    auto start = reinterpret_cast<int (*)(unsigned)>(dlsym(library, "cuInit"));
    count = reinterpret_cast<int (*)(int *)>(dlsym(library, "cuDeviceGetCount"));
    get = reinterpret_cast<int (*)(int *, int)>(dlsym(library, "cuDeviceGet"));
    name = reinterpret_cast<int (*)(char *, int, int)>(dlsym(library, "cuDeviceGetName"));
    bytes = reinterpret_cast<int (*)(size_t *, int)>(dlsym(library, "cuDeviceTotalMem_v2"));
    if (!start || !count || !get || !name || !bytes) {
      missing = "libcuda.so.1 is no NVIDIA driver";
      return;
    }
    int code = start(0);
    if (code != 0) missing = "the NVIDIA driver does not start (its code " + std::to_string(code) + ")";
  }

  static const Driver &shared() {
    static const Driver driver;
    return driver;
  }
};

inline int32_t gpu_count(char *reason, size_t capacity) {
  std::string why = Driver::shared().missing;
  if (why.empty() && !has_cuda()) why = "libtorch " TORCH_VERSION " was built without CUDA";
  int found = 0;
  if (why.empty() && Driver::shared().count(&found) != 0) why = "the NVIDIA driver does not count its GPUs";
  if (why.empty()) return found;
  std::snprintf(reason, capacity, "%s", why.c_str());
  return -1;
}

inline bool gpu(int32_t index, mvp_torch_gpu *about) {
  const Driver &driver = Driver::shared();
  int handle = 0;
  size_t bytes = 0;
  if (!driver.missing.empty() || driver.get(&handle, index) != 0) return false;
  if (driver.name(about->name, sizeof about->name, handle) != 0 || driver.bytes(&bytes, handle) != 0) return false;
  about->total_bytes = bytes;
  return true;
}

inline std::string in_words(const std::exception &error) {
  const auto *own = dynamic_cast<const c10::Error *>(&error);
  std::string text = own != nullptr ? own->what_without_backtrace() : error.what();
  return text.substr(0, text.find('\n'));
}

/// The same bits every time, and sums in float32.
inline void prefer_exact_results() {
  at::Context &context = at::globalContext();
  // What cuBLAS asks for where results are to be the same every time; read when it is first used.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
  context.setDeterministicAlgorithms(true, false);
  context.setDeterministicFillUninitializedMemory(false);
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
  context.setAllowBF16ReductionCuBLAS(false);
  context.setSDPUseCuDNN(false);
}

inline Device *open(int32_t gpu, int32_t threads, char *reason, size_t capacity) {
  try {
    prefer_exact_results();
    if (threads > 0) at::set_num_threads(threads);
    if (gpu < 0) return new Device(at::Device(at::kCPU));
    if (gpu_count(reason, capacity) < 0) return nullptr;
    at::globalContext().lazyInitDevice(at::kCUDA);
    auto device = std::make_unique<Device>(at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(gpu)));
    // The first memory of a GPU is where one that cannot be used shows it.
    at::empty({1}, device->options(at::kFloat));
    return device.release();
  } catch (const std::exception &error) {
    std::snprintf(reason, capacity, "%s", in_words(error).c_str());
  } catch (...) {
    std::snprintf(reason, capacity, "an error without words");
  }
  return nullptr;
}

inline void close(Device *device) { delete device; }

inline void synchronize(Device *device) {
  if (device->place.is_cpu()) return;
  attempt(device, [&] {
    c10::impl::VirtualGuardImpl guard(device->place.type());
    guard.getStream(device->place).synchronize();
  });
}

inline const char *failure(Device *device, bool *is_lost) {
  *is_lost = device->lost;
  return device->failed ? device->failure.c_str() : nullptr;
}

inline mvp_torch_memory memory(Device *device) {
  if (device->place.is_cpu()) return {device->in_use, device->in_use, device->peak, 0};
  mvp_torch_memory found = {0, 0, 0, 0};
  try {
    auto stats = c10::getDeviceAllocator(device->place.type())->getDeviceStats(device->place.index());
    found.reserved = stats.reserved_bytes[0].current;
    found.in_use = stats.allocated_bytes[0].current;
    found.peak = stats.allocated_bytes[0].peak;
    found.allocations = stats.num_device_alloc;
  } catch (...) {
  }
  return found;
}

inline std::string gigabytes(uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
  return text;
}

/// What a GPU without memory for a tensor says: how much it has, and how much of it this program holds.
inline std::string out_of_memory(Device *device) {
  std::string text = "the GPU is out of memory";
  mvp_torch_gpu about;
  if (!device->place.is_cpu() && gpu(device->place.index(), &about)) {
    mvp_torch_memory held = memory(device);
    text = std::string(about.name) + " (" + device->place.str() + ") is out of memory: of its " +
           gigabytes(about.total_bytes) + " this program's tensors take " +
           gigabytes(static_cast<uint64_t>(held.in_use)) + " and it keeps " +
           gigabytes(static_cast<uint64_t>(held.reserved));
  }
  return text + "; take a smaller batch or model, or engine.recompute";
}

inline void fail(Device *device, const std::exception &error) {
  if (device->failed) return;
  device->failed = true;
  bool is_memory = dynamic_cast<const c10::OutOfMemoryError *>(&error) != nullptr;
  // What a GPU says of its own is true of all that is asked of it later.
  bool is_of_gpu = dynamic_cast<const c10::AcceleratorError *>(&error) != nullptr;
  device->lost = is_of_gpu && !is_memory;
  device->failure = is_memory ? out_of_memory(device) : "libtorch on " + device->place.str() + ": " + in_words(error);
}

inline void add_library(mvp_torch_table &table) {
  table.version = version;
  table.has_cuda = has_cuda;
  table.gpu_count = gpu_count;
  table.gpu = gpu;
  table.open = open;
  table.close = close;
  table.synchronize = synchronize;
  table.failure = failure;
  table.memory = memory;
}

}  // namespace mvp
