// The library made of libtorch: one table of functions, found by its one symbol. Each header has one idea, and all are
// compiled as one, since libtorch's own headers take most of the time.
#define AT_PER_OPERATOR_HEADERS

#include "arrays.hpp"
#include "attention.hpp"
#include "elements.hpp"
#include "library.hpp"
#include "losses.hpp"
#include "maps.hpp"
#include "norms.hpp"
#include "optimizer.hpp"
#include "products.hpp"
#include "tokens.hpp"

extern "C" __attribute__((visibility("default"))) const mvp_torch_table *mvp_torch_functions(void) {
  static const mvp_torch_table functions = [] {
    mvp_torch_table table = {};
    table.interface = MVP_TORCH_INTERFACE;
    table.size = sizeof(mvp_torch_table);
    mvp::add_library(table);
    mvp::add_arrays(table);
    mvp::add_products(table);
    mvp::add_attention(table);
    mvp::add_elements(table);
    mvp::add_norms(table);
    mvp::add_tokens(table);
    mvp::add_maps(table);
    mvp::add_losses(table);
    mvp::add_optimizer(table);
    return table;
  }();
  return &functions;
}
