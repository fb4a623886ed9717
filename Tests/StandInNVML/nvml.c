// A library that stands in for NVIDIA's in tests: two devices, the second of which does not tell its power. Compiled by
// the tests; what is defined then makes another of it.
//   HANGS       reading a device's temperature takes for ever
//   TIRES       so does reading it once more
//   NO_DRIVER   starts as where no driver is loaded
//   BROKEN      starts as where library and driver are of different versions
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  unsigned gpu, memory;
} utilisation;
typedef struct {
  unsigned long long total, free, used;
} memory;
typedef struct {
  unsigned process;
  unsigned long long bytes;
  unsigned gpu_instance, compute_instance;
} process;

enum { success = 0, not_supported = 3, insufficient_size = 7, driver_not_loaded = 9, mismatch = 18 };

static int devices[2];
static int number(void *device) { return (int *)device == &devices[1]; }

int nvmlInit_v2(void) {
#if defined(NO_DRIVER)
  return driver_not_loaded;
#elif defined(BROKEN)
  return mismatch;
#else
  return success;
#endif
}

int nvmlShutdown(void) { return success; }

const char *nvmlErrorString(int code) {
  return code == mismatch ? "Driver/library version mismatch" : "Driver Not Loaded";
}

int nvmlDeviceGetCount_v2(unsigned *count) {
  *count = 2;
  return success;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
  *device = &devices[index];
  return success;
}

int nvmlDeviceGetName(void *device, char *name, unsigned length) {
  snprintf(name, length, "Stand-in %d", number(device));
  return success;
}

int nvmlDeviceGetUtilizationRates(void *device, utilisation *rates) {
  *rates = number(device) == 0 ? (utilisation){87, 40} : (utilisation){0, 0};
  return success;
}

int nvmlDeviceGetMemoryInfo(void *device, memory *info) {
  unsigned long long whole = 80000000000ULL, used = number(device) == 0 ? 61000000000ULL : 500000000ULL;
  *info = (memory){whole, whole - used, used};
  return success;
}

int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts) {
  // What is left there must not be taken for an answer.
  *milliwatts = number(device) == 0 ? 412300 : 999999;
  return number(device) == 0 ? success : not_supported;
}

int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned *milliwatts) {
  *milliwatts = 700000;
  return success;
}

int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *celsius) {
#if defined(HANGS)
  pause();
#elif defined(TIRES)
  static int questions;
  if (questions++ >= 2) pause();
#endif
  *celsius = sensor == 0 ? 63 - 30 * number(device) : 0;
  return success;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void *device, unsigned *count, process *processes) {
  unsigned room = *count;
  *count = number(device) == 0 ? 2 : 0;
  if (room < *count) return insufficient_size;
  if (*count == 0) return success;
  processes[0] = (process){4711, 60000000000ULL, ~0U, ~0U};
  // Memory of another user's process may not be told.
  processes[1] = (process){4712, ~0ULL, ~0U, ~0U};
  return success;
}
