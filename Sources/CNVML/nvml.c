#include "CNVML.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As nvml.h has them.
typedef void *device;
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
enum { success = 0, driver_not_loaded = 9, core_of_gpu = 0 };
static const unsigned long long not_available = ~0ULL;
/// Room for processes that are asked for; more than that are counted and not told.
enum { most_processes = 256 };

struct mvp_nvml {
  void *library;
  int (*init)(void);
  int (*shutdown)(void);
  const char *(*error_string)(int);
  int (*count)(unsigned *);
  int (*handle)(unsigned, device *);
  int (*name)(device, char *, unsigned);
  int (*utilisation)(device, utilisation *);
  int (*memory)(device, memory *);
  int (*power)(device, unsigned *);
  int (*power_limit)(device, unsigned *);
  int (*temperature)(device, int, unsigned *);
  int (*compute_processes)(device, unsigned *, process *);
  int (*graphics_processes)(device, unsigned *, process *);
};

static const char *words(mvp_nvml *nvml, int code) {
  const char *text = nvml->error_string != NULL ? nvml->error_string(code) : NULL;
  return text != NULL ? text : "an error without words";
}

mvp_nvml *mvp_nvml_open(const char *path, int *state, char *reason, size_t capacity) {
  reason[0] = '\0';
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    const char *why = dlerror();
    snprintf(reason, capacity, "%s", why != NULL ? why : path);
    *state = mvp_nvml_absent;
    return NULL;
  }
  mvp_nvml *nvml = calloc(1, sizeof *nvml);
  if (nvml == NULL) {
    dlclose(library);
    *state = mvp_nvml_failed;
    return NULL;
  }
  nvml->library = library;
#define FIND(member, symbol) *(void **)&nvml->member = dlsym(library, symbol)
  FIND(init, "nvmlInit_v2");
  FIND(shutdown, "nvmlShutdown");
  FIND(error_string, "nvmlErrorString");
  FIND(count, "nvmlDeviceGetCount_v2");
  FIND(handle, "nvmlDeviceGetHandleByIndex_v2");
  FIND(name, "nvmlDeviceGetName");
  FIND(utilisation, "nvmlDeviceGetUtilizationRates");
  FIND(memory, "nvmlDeviceGetMemoryInfo");
  FIND(power, "nvmlDeviceGetPowerUsage");
  FIND(power_limit, "nvmlDeviceGetEnforcedPowerLimit");
  FIND(temperature, "nvmlDeviceGetTemperature");
  // Both have the records that are declared above; libraries before CUDA 11 have neither.
  FIND(compute_processes, "nvmlDeviceGetComputeRunningProcesses_v3");
  if (nvml->compute_processes == NULL) FIND(compute_processes, "nvmlDeviceGetComputeRunningProcesses_v2");
  FIND(graphics_processes, "nvmlDeviceGetGraphicsRunningProcesses_v3");
  if (nvml->graphics_processes == NULL) FIND(graphics_processes, "nvmlDeviceGetGraphicsRunningProcesses_v2");
#undef FIND
  if (nvml->init == NULL || nvml->count == NULL || nvml->handle == NULL) {
    snprintf(reason, capacity, "%s is not NVIDIA's management library", path);
    *state = mvp_nvml_failed;
  } else {
    int code = nvml->init();
    if (code == success) {
      *state = mvp_nvml_opened;
      return nvml;
    }
    snprintf(reason, capacity, "%s", words(nvml, code));
    *state = code == driver_not_loaded ? mvp_nvml_absent : mvp_nvml_failed;
  }
  free(nvml);
  dlclose(library);
  return NULL;
}

int mvp_nvml_count(mvp_nvml *nvml, char *reason, size_t capacity) {
  unsigned count = 0;
  int code = nvml->count(&count);
  if (code == success) return (int)count;
  snprintf(reason, capacity, "%s", words(nvml, code));
  return -1;
}

/// Adds the processes that a question brings; false where it has no answer.
static int add_processes(mvp_gpu *gpu, int (*ask)(device, unsigned *, process *), device handle) {
  if (ask == NULL) return 0;
  process found[most_processes];
  unsigned count = most_processes;
  if (ask(handle, &count, found) != success) return 0;
  for (unsigned at = 0; at < count && at < most_processes; at++) {
    int known = 0;
    for (int other = 0; other < gpu->process_count; other++) known |= gpu->processes[other].process == found[at].process;
    if (known || gpu->process_count == mvp_gpu_processes) continue;
    gpu->processes[gpu->process_count++] = (mvp_gpu_process){
      .process = found[at].process, .bytes = found[at].bytes == not_available ? -1 : (long long)found[at].bytes};
  }
  return 1;
}

void mvp_nvml_read(mvp_nvml *nvml, unsigned index, mvp_gpu *gpu) {
  memset(gpu, 0, sizeof *gpu);
  gpu->utilisation = gpu->memory_bytes = gpu->memory_used = gpu->milliwatts = gpu->milliwatts_limit = gpu->celsius = -1;
  gpu->process_count = -1;
  device handle = NULL;
  if (nvml->handle(index, &handle) != success) return;
  if (nvml->name != NULL && nvml->name(handle, gpu->name, sizeof gpu->name) != success) gpu->name[0] = '\0';
  gpu->name[sizeof gpu->name - 1] = '\0';
  utilisation busy;
  if (nvml->utilisation != NULL && nvml->utilisation(handle, &busy) == success && busy.gpu <= 100) {
    gpu->utilisation = busy.gpu;
  }
  memory bytes;
  if (nvml->memory != NULL && nvml->memory(handle, &bytes) == success && bytes.used <= bytes.total) {
    gpu->memory_bytes = (long long)bytes.total;
    gpu->memory_used = (long long)bytes.used;
  }
  unsigned value = 0;
  if (nvml->power != NULL && nvml->power(handle, &value) == success) gpu->milliwatts = value;
  if (nvml->power_limit != NULL && nvml->power_limit(handle, &value) == success) gpu->milliwatts_limit = value;
  if (nvml->temperature != NULL && nvml->temperature(handle, core_of_gpu, &value) == success) gpu->celsius = value;
  gpu->process_count = 0;
  int computes = add_processes(gpu, nvml->compute_processes, handle);
  // A device without graphics has none of them: what computes is what matters.
  if (computes) {
    add_processes(gpu, nvml->graphics_processes, handle);
  } else {
    gpu->process_count = -1;
  }
}

void mvp_nvml_close(mvp_nvml *nvml) {
  if (nvml->shutdown != NULL) nvml->shutdown();
  dlclose(nvml->library);
  free(nvml);
}
