#ifndef MVP_MPI_RANKS_H
#define MVP_MPI_RANKS_H

#include <stddef.h>

/// The few calls of MPI that ranks need, found in OpenMPI's library when a run asks for them: a program that runs
/// alone links with no MPI and starts none. Declared as in the public header of OpenMPI 4 and 5, mpi.h, whose library
/// has kept one binary interface over both (libmpi.so.40).

/// Opens the library. Returns 0, or -1 with the reason in `reason`.
int mvp_mpi_open(char *reason, size_t capacity);

/// The library's own words about its version, after mvp_mpi_open; empty before.
const char *mvp_mpi_version(void);

/// MPI_Init_thread for calls from one thread at a time, and errors that return. 0, or MPI's code.
int mvp_mpi_start(void);
int mvp_mpi_rank(void);
int mvp_mpi_count(void);

/// Name of this host, as MPI says it.
void mvp_mpi_host(char *name, size_t capacity);

/// Begins to send or to receive `count` bytes, less than 2^31. The memory stays as it is until mvp_mpi_test says that
/// it is done. nil, with MPI's code in `code`, where that cannot be.
void *mvp_mpi_send(const void *bytes, size_t count, int to, int tag, int *code);
void *mvp_mpi_receive(void *bytes, size_t count, int from, int tag, int *code);

/// 1: done, and the request is gone; 0: under way; negative: MPI's code, negated.
int mvp_mpi_test(void **request);

/// What a code of MPI means.
void mvp_mpi_reason(int code, char *text, size_t capacity);

/// Waits for the other ranks, and ends MPI.
void mvp_mpi_finish(void);

/// Ends all ranks at once with a status.
void mvp_mpi_abort(int status);

#endif
