#ifndef MVP_CNVML_H
#define MVP_CNVML_H

#include <stddef.h>

/// The few questions that are asked of NVIDIA's management library, NVML, which is opened when a program asks for it:
/// where there is none, nothing of it is needed. Declared as in the public header of CUDA, nvml.h.

enum {
  mvp_gpu_text = 96,
  /// So many processes of a device are told.
  mvp_gpu_processes = 32,
};

typedef struct {
  unsigned process;
  /// Bytes of the device's memory; -1: not told.
  long long bytes;
} mvp_gpu_process;

/// What a device does now. A number that it does not tell is -1.
typedef struct {
  char name[mvp_gpu_text];
  /// Percent of the time since a moment ago in which some kernel ran.
  long long utilisation;
  long long memory_bytes;
  long long memory_used;
  long long milliwatts;
  /// What the device may draw at most.
  long long milliwatts_limit;
  /// Degrees Celsius.
  long long celsius;
  /// Processes that are told below; -1: not told.
  int process_count;
  mvp_gpu_process processes[mvp_gpu_processes];
} mvp_gpu;

typedef struct mvp_nvml mvp_nvml;

enum {
  mvp_nvml_opened = 0,
  /// There is no such library, or no driver under it.
  mvp_nvml_absent = 1,
  mvp_nvml_failed = 2,
};

/// Opens the library and starts it. What became of it is written to `state`, and why to `reason`; NULL where there is
/// none to ask.
mvp_nvml *mvp_nvml_open(const char *path, int *state, char *reason, size_t capacity);

/// Devices that there are; -1, with the reason, where the library does not tell.
int mvp_nvml_count(mvp_nvml *nvml, char *reason, size_t capacity);

/// What one of them does. Each question that it does not answer leaves its number at -1.
void mvp_nvml_read(mvp_nvml *nvml, unsigned index, mvp_gpu *gpu);

/// Ends the library and closes it.
void mvp_nvml_close(mvp_nvml *nvml);

#endif
