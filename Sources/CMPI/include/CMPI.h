#ifndef MVP_CMPI_H
#define MVP_CMPI_H

#include "mpi_ranks.h"
#include "rank_sums.h"

#endif
