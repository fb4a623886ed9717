// What ThreadSanitizer does not see of Swift on Linux, told to it: the slow path of `Mutex`, and work that is handed
// over by libdispatch, as neither library is compiled for it. Loaded before the tests' program (LD_PRELOAD).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static void (*acquire)(void *), (*release)(void *);
void *real_lock_slow, *real_unlock_slow, *real_release, *real_is_unique;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

// Other libraries' constructors may run first.
__attribute__((constructor)) void find(void) {
  if (real_release) return;
  acquire = dlsym(RTLD_DEFAULT, "__tsan_acquire");
  release = dlsym(RTLD_DEFAULT, "__tsan_release");
  real_lock_slow = next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
  real_unlock_slow = next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
  real_is_unique = next("swift_isUniquelyReferenced_nonNull_native");
  real_release = next("swift_release");
}

// What was done before a `give` of a place is done for who takes it later.
static void take(void *place) {
  find();
  if (acquire) acquire(place);
}
static void give(void *place) {
  find();
  if (release) release(place);
}

void tell_taken(void *place) { take(place); }
void tell_given(void *place) { give(place); }

// `Mutex` in its slow path: self is in r13, the thread's number in edi.
__attribute__((naked)) void lock_slow(void) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
__attribute__((naked)) void lock_slow(void) {
  __asm__("push %r13\n"
          "push %rdi\n"
          "sub $8, %rsp\n"
          "call find@PLT\n"
          "add $8, %rsp\n"
          "pop %rdi\n"
          "mov real_lock_slow@GOTPCREL(%rip), %rax\n"
          "call *(%rax)\n"
          "mov (%rsp), %rdi\n"
          "call tell_taken@PLT\n"
          "pop %r13\n"
          "ret\n");
}

__attribute__((naked)) void unlock_slow(void) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
__attribute__((naked)) void unlock_slow(void) {
  __asm__("push %r13\n"
          "mov %r13, %rdi\n"
          "call tell_given@PLT\n"
          "pop %r13\n"
          "mov real_unlock_slow@GOTPCREL(%rip), %rax\n"
          "jmp *(%rax)\n");
}

// An array that was read elsewhere is changed in place once that reference is gone: the counts are atomic, in the
// runtime. Registers are kept, as some compilers think that a release keeps them.
__attribute__((naked)) void swift_release(void *object);
__attribute__((naked)) void swift_release(void *object) {
  __asm__("test %rdi, %rdi\n"
          "jz 1f\n"
          "push %rax\n push %rcx\n push %rdx\n push %rsi\n push %rdi\n push %r8\n push %r9\n push %r10\n push %r11\n"
          "call tell_given@PLT\n"
          "pop %r11\n pop %r10\n pop %r9\n pop %r8\n pop %rdi\n pop %rsi\n pop %rdx\n pop %rcx\n pop %rax\n"
          "mov real_release@GOTPCREL(%rip), %r11\n"
          "jmp *(%r11)\n"
          "1: ret\n");
}
_Bool swift_isUniquelyReferenced_nonNull_native(const void *object) {
  find();
  const _Bool is_unique = ((_Bool(*)(const void *))real_is_unique)(object);
  if (is_unique) take((void *)object);
  return is_unique;
}

// Work on a queue comes after what its giver did, and on a serial queue after the work before it. Of a concurrent
// queue the latter is not true: races between its parts are missed.
typedef struct { void *queue; void *work; void (*function)(void *); } handed;
struct block { void *isa; int flags, reserved; void (*invoke)(void *); };
extern void *_Block_copy(const void *);
extern void _Block_release(const void *);

static void done(void *data) {
  handed *h = data;
  take(h);
  take(h->queue);
  if (h->function) {
    h->function(h->work);
  } else {
    ((struct block *)h->work)->invoke(h->work);
    _Block_release(h->work);
  }
  give(h->queue);
  free(h);
}

static handed *hand(void *queue, void *work, void (*function)(void *)) {
  handed *h = malloc(sizeof *h);
  *h = (handed){queue, function ? work : _Block_copy(work), function};
  give(h);
  return h;
}

typedef void (*async_f)(void *, void *, void (*)(void *));
void dispatch_async(void *queue, void *block) {
  give(queue);
  ((async_f)next("dispatch_async_f"))(queue, hand(queue, block, NULL), done);
}
void dispatch_async_f(void *queue, void *context, void (*function)(void *)) {
  give(queue);
  ((async_f)next("dispatch_async_f"))(queue, hand(queue, context, function), done);
}
void dispatch_after(uint64_t when, void *queue, void *block) {
  give(queue);
  ((void (*)(uint64_t, void *, void *, void (*)(void *)))next("dispatch_after_f"))(when, queue, hand(queue, block, NULL), done);
}
static void inside(void *data) {
  handed *h = data;
  take(h->queue);
  ((struct block *)h->work)->invoke(h->work);
  give(h->queue);
}
void dispatch_sync(void *queue, void *block) {
  handed h = {queue, block, NULL};
  give(queue);
  ((async_f)next("dispatch_sync_f"))(queue, &h, inside);
  take(queue);
}
void dispatch_group_leave(void *group) {
  give(group);
  ((void (*)(void *))next("dispatch_group_leave"))(group);
}
long dispatch_group_wait(void *group, uint64_t until) {
  long result = ((long (*)(void *, uint64_t))next("dispatch_group_wait"))(group, until);
  take(group);
  return result;
}
long dispatch_semaphore_signal(void *semaphore) {
  give(semaphore);
  return ((long (*)(void *))next("dispatch_semaphore_signal"))(semaphore);
}
long dispatch_semaphore_wait(void *semaphore, uint64_t until) {
  long result = ((long (*)(void *, uint64_t))next("dispatch_semaphore_wait"))(semaphore, until);
  take(semaphore);
  return result;
}
