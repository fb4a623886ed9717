#include "include/CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

// Linux keeps room for the tiles' 8 KB only for processes that ask ("Using XSTATE features in user space applications",
// Documentation/arch/x86/xstate.rst): once, for all threads.
enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };

static bool ask(void) {
  return mvp_cpu_taken_for() == MVP_CPU_OWN && __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
         mvp_has_bf16() && syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

bool mvp_has_amx(void) {
  enum { UNKNOWN, NO, YES };
  static int known;
  int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (answer == UNKNOWN) __atomic_store_n(&known, answer = ask() ? YES : NO, __ATOMIC_RELAXED);
  return answer == YES;
}
#else
bool mvp_has_amx(void) { return false; }
#endif
