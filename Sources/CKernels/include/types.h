#ifndef MVP_TYPES_H
#define MVP_TYPES_H

// An array of float32 or bfloat16 elements; `data` may be NULL where a kernel says so.
typedef enum { MVP_FLOAT32 = 0, MVP_BFLOAT16 = 1 } mvp_type;
typedef struct {
  void *data;
  mvp_type type;
} mvp_array;

#endif
