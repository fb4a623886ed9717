#define _GNU_SOURCE  // pthread_sigmask, SIGSYS
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int pipe_ends[2] = {-1, -1};

static void note(int signal) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal;
  ssize_t ignored = write(pipe_ends[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

int cn_set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static void catch_one(int signal) {
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART}, old;
  sigemptyset(&action.sa_mask);
  // A shell without job control, or nohup, asked for these to be ignored.
  int ignored = sigaction(signal, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
  if (ignored && (signal == SIGHUP || signal == SIGTSTP)) return;
  sigaction(signal, &action, NULL);
}

static int open_pipe(void) {
  if (pipe_ends[0] >= 0) return 0;
  if (pipe(pipe_ends) != 0) return -1;
  fcntl(pipe_ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(pipe_ends[1], F_SETFD, FD_CLOEXEC);
  cn_set_nonblocking(pipe_ends[1]);
  return 0;
}

void cn_catch_hangup(void) {
  if (open_pipe() == 0) catch_one(SIGHUP);
}

int cn_catch_signals(int with_screen) {
  // Nobody sends these by losing a terminal, but each would end the process by default.
  static const int idle[] = {SIGUSR1, SIGUSR2, SIGALRM};
  if (open_pipe() != 0) return -1;
  catch_one(SIGINT);
  catch_one(SIGTERM);
  catch_one(SIGHUP);
  for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) catch_one(idle[i]);
  if (with_screen) {
    catch_one(SIGWINCH);
    catch_one(SIGTSTP);
    catch_one(SIGCONT);
  }
  signal(SIGPIPE, SIG_IGN);
  return pipe_ends[0];
}

void cn_release_screen_signals(void) {
  static const int caught[] = {SIGWINCH, SIGTSTP, SIGCONT};
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
    struct sigaction old;
    if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler == note) signal(caught[i], SIG_DFL);
  }
}

void cn_hold_background_stops(void) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTTIN);
  sigaddset(&stops, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &stops, NULL);
}

int cn_in_foreground(int fd) {
  pid_t group = tcgetpgrp(fd);
  return group < 0 || group == getpgrp();
}

void cn_stop_self(void) {
  struct sigaction ignore = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL}, old;
  sigset_t only, before;
  sigemptyset(&ignore.sa_mask);
  sigemptyset(&standard.sa_mask);
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  // First the others of this process group (a pipe's other programs, a shell script), then this process.
  sigaction(SIGTSTP, &ignore, &old);
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &standard, NULL);
  pthread_sigmask(SIG_UNBLOCK, &only, &before);
  raise(SIGTSTP);  // discarded by the kernel where no shell could wake this process again
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  sigaction(SIGTSTP, &old, NULL);
}

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT};
#define CRASHES (sizeof crashes / sizeof *crashes)
static struct sigaction former[CRASHES];
static int strays_fd = -1, output_fd = -1, errors_fd = -1;

static void crash(int signal) {
  cn_restore();
  if (strays_fd >= 0 && errors_fd >= 0) {
    char buffer[4096];
    ssize_t n;
    // The pipe was set not to block: this ends when it is empty.
    while ((n = read(strays_fd, buffer, sizeof buffer)) > 0) {
      ssize_t ignored = write(errors_fd, buffer, (size_t)n);
      (void)ignored;
    }
    dup2(errors_fd, STDERR_FILENO);
    if (output_fd >= 0) dup2(output_fd, STDOUT_FILENO);
  }
  for (size_t i = 0; i < CRASHES; i++)
    if (crashes[i] == signal) sigaction(signal, &former[i], NULL);
  raise(signal);  // blocked until this handler returns; then the former action takes its course
}

void cn_catch_crashes(int strays, int output, int errors) {
  static atomic_int installed;
  strays_fd = strays;
  output_fd = output;
  errors_fd = errors;
  if (atomic_exchange(&installed, 1)) return;
  // A stack of its own, so that an overflow of the main thread's stack is reported too.
  static char alternate[64 * 1024];
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < CRASHES; i++) sigaction(crashes[i], &action, &former[i]);
  atexit(cn_restore);
}
