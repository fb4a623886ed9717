#ifndef MVP_TYPES_H
#define MVP_TYPES_H

// An array of float32 or bfloat16 elements; `data` may be NULL if a kernel says so.
typedef enum { MVP_FLOAT32 = 0, MVP_BFLOAT16 = 1 } mvp_type;
typedef struct {
  void *data;
  mvp_type type;
} mvp_array;

// A matrix whose columns lie in stripes: element (r, c) at r * row + c / 32 * stripe + c % 32. Rows that lie one behind
// the other have a `stripe` of 32; the panels of the products' right side are stripes of their own, one behind the
// other.
enum { MVP_STRIPE = 32 };
typedef struct {
  void *data;
  mvp_type type;
  long row, stripe;  // in elements
} mvp_stripes;

#endif
