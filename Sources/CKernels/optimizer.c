#include "clones.h"

CLONES void mvp_adamw(float *w, const float *g, float *m, float *v, long n, float lr, float beta1, float beta2,
                      float epsilon, float decay, float correction1, float correction2_sqrt) {
  float keep = 1.0f - lr * decay;
  float step = lr / correction1;
  float inverse = 1.0f / correction2_sqrt;
  for (long i = 0; i < n; i++) {
    float gradient = g[i];
    float first = m[i] + (1.0f - beta1) * (gradient - m[i]);
    float second = beta2 * v[i] + (1.0f - beta2) * gradient * gradient;
    m[i] = first;
    v[i] = second;
    w[i] = keep * w[i] - step * first / (__builtin_elementwise_sqrt(second) * inverse + epsilon);
  }
}
