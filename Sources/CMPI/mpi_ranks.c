#include "mpi_ranks.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// As OpenMPI's mpi.h has them; handles are addresses of objects in the library.
typedef void *handle;
enum { thread_serialized = 2, longest_host = 256, longest_reason = 512, longest_version = 8192 };

static struct {
  int (*init_thread)(int *, char ***, int, int *);
  int (*comm_rank)(handle, int *);
  int (*comm_size)(handle, int *);
  int (*comm_set_errhandler)(handle, handle);
  int (*isend)(const void *, int, handle, int, int, handle, handle *);
  int (*irecv)(void *, int, handle, int, int, handle, handle *);
  int (*test)(handle *, int *, void *);
  int (*get_processor_name)(char *, int *);
  int (*error_string)(int, char *, int *);
  int (*get_library_version)(char *, int *);
  int (*finalize)(void);
  int (*abort)(handle, int);
  handle world, byte, errors_return;
  char version[longest_version];
} mpi;

static void *find(void *library, const char *name, const char **missing) {
  void *found = dlsym(library, name);
  if (found == NULL && *missing == NULL) *missing = name;
  return found;
}

int mvp_mpi_open(char *reason, size_t capacity) {
  if (mpi.world != NULL) return 0;
  // Its plug-ins look for its symbols among those of the program.
  void *library = dlopen("libmpi.so.40", RTLD_NOW | RTLD_GLOBAL);
  if (library == NULL) {
    const char *why = dlerror();
    snprintf(reason, capacity, "%s", why != NULL ? why : "libmpi.so.40 cannot be opened");
    return -1;
  }
  const char *missing = NULL;
#define FIND(member, name) *(void **)&mpi.member = find(library, name, &missing)
  FIND(init_thread, "MPI_Init_thread");
  FIND(comm_rank, "MPI_Comm_rank");
  FIND(comm_size, "MPI_Comm_size");
  FIND(comm_set_errhandler, "MPI_Comm_set_errhandler");
  FIND(isend, "MPI_Isend");
  FIND(irecv, "MPI_Irecv");
  FIND(test, "MPI_Test");
  FIND(get_processor_name, "MPI_Get_processor_name");
  FIND(error_string, "MPI_Error_string");
  FIND(get_library_version, "MPI_Get_library_version");
  FIND(finalize, "MPI_Finalize");
  FIND(abort, "MPI_Abort");
  FIND(byte, "ompi_mpi_byte");
  FIND(errors_return, "ompi_mpi_errors_return");
  handle world = find(library, "ompi_mpi_comm_world", &missing);
#undef FIND
  if (missing != NULL) {
    snprintf(reason, capacity, "libmpi.so.40 has no %s: it is not OpenMPI's", missing);
    dlclose(library);
    return -1;
  }
  mpi.world = world;
  int length = 0;
  // May be called before MPI is started.
  if (mpi.get_library_version(mpi.version, &length) != 0) mpi.version[0] = '\0';
  char *comma = strchr(mpi.version, ',');
  if (comma != NULL) *comma = '\0';
  return 0;
}

const char *mvp_mpi_version(void) { return mpi.version; }

int mvp_mpi_start(void) {
  int given = 0;
  int code = mpi.init_thread(NULL, NULL, thread_serialized, &given);
  if (code != 0) return code;
  return mpi.comm_set_errhandler(mpi.world, mpi.errors_return);
}

int mvp_mpi_rank(void) {
  int rank = 0;
  mpi.comm_rank(mpi.world, &rank);
  return rank;
}

int mvp_mpi_count(void) {
  int count = 1;
  mpi.comm_size(mpi.world, &count);
  return count;
}

void mvp_mpi_host(char *name, size_t capacity) {
  char own[longest_host] = "";
  int length = 0;
  mpi.get_processor_name(own, &length);
  snprintf(name, capacity, "%s", own);
}

void *mvp_mpi_send(const void *bytes, size_t count, int to, int tag, int *code) {
  handle request = NULL;
  *code = mpi.isend(bytes, (int)count, mpi.byte, to, tag, mpi.world, &request);
  return *code == 0 ? request : NULL;
}

void *mvp_mpi_receive(void *bytes, size_t count, int from, int tag, int *code) {
  handle request = NULL;
  *code = mpi.irecv(bytes, (int)count, mpi.byte, from, tag, mpi.world, &request);
  return *code == 0 ? request : NULL;
}

int mvp_mpi_test(void **request) {
  int done = 0;
  // No status is wanted: a null address says so.
  int code = mpi.test(request, &done, NULL);
  return code != 0 ? -code : done;
}

void mvp_mpi_reason(int code, char *text, size_t capacity) {
  char own[longest_reason] = "";
  int length = 0;
  mpi.error_string(code, own, &length);
  snprintf(text, capacity, "%s", own);
}

void mvp_mpi_finish(void) { mpi.finalize(); }

void mvp_mpi_abort(int status) { mpi.abort(mpi.world, status); }
