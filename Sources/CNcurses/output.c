#define _GNU_SOURCE  // memfd_create

#include "internal.h"
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Curses writes a frame at once and waits for a terminal that is slow or stuck, and with it the thread that hears keys
// and stops. So while curses draws, its file descriptor leads into memory; the bytes are then sent as the terminal
// takes them. Between frames the descriptor is the terminal's, as curses sets line modes on it.

static int curses_fd = -1;  // where curses writes
static int terminal_fd = -1;
static int memory_fd = -1;
static int sending_fd = -1;  // the terminal, opened once more so that only these writes do not wait
static char *waiting;
static size_t waiting_length, waiting_start, waiting_capacity;

int cn_output_begin(int curses, int terminal) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", terminal);
  terminal_fd = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
  sending_fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  memory_fd = memfd_create("frame", MFD_CLOEXEC);
  curses_fd = curses;
  waiting_length = waiting_start = 0;
  if (terminal_fd >= 0 && sending_fd >= 0 && memory_fd >= 0) return sending_fd;
  // Without them curses writes to the terminal itself.
  if (sending_fd >= 0) close(sending_fd);
  if (memory_fd >= 0) close(memory_fd);
  sending_fd = memory_fd = -1;
  return curses;
}

void cn_output_end(void) {
  if (terminal_fd >= 0) close(terminal_fd);
  if (sending_fd >= 0) close(sending_fd);
  if (memory_fd >= 0) close(memory_fd);
  terminal_fd = sending_fd = memory_fd = curses_fd = -1;
  free(waiting);
  waiting = NULL;
  waiting_length = waiting_start = waiting_capacity = 0;
}

void cn_output_to_memory(void) {
  if (memory_fd >= 0) dup2(memory_fd, curses_fd);
}

static char *room(size_t count) {
  if (waiting_start > 0) {
    memmove(waiting, waiting + waiting_start, waiting_length - waiting_start);
    waiting_length -= waiting_start;
    waiting_start = 0;
  }
  if (waiting_length + count > waiting_capacity) {
    size_t capacity = (waiting_length + count) * 2;
    char *larger = realloc(waiting, capacity);
    if (!larger) return NULL;
    waiting = larger;
    waiting_capacity = capacity;
  }
  return waiting + waiting_length;
}

/// Whether bytes hold a control that scrolls, inserts or deletes lines, narrows the part that scrolls, or erases the
/// screen (ECMA-48: IND, RI, SU, SD, IL, DL, ED; DECSTBM).
/// Curses scrolls wherever it saves bytes, and cannot be told not to.
static int moves_lines(const char *bytes, size_t count) {
  for (size_t i = 0; i + 1 < count; i++) {
    if (bytes[i] != '\033') continue;
    if (bytes[i + 1] == 'D' || bytes[i + 1] == 'M') return 1;
    if (bytes[i + 1] != '[') continue;
    size_t end = i + 2;
    while (end < count && (unsigned char)bytes[end] < 0x40) end++;
    if (end < count && memchr("STLMJr", bytes[end], 6)) return 1;
    i = end;
  }
  return 0;
}

int cn_output_to_terminal(void) {
  if (memory_fd < 0) return 1;  // nobody saw them
  dup2(terminal_fd, curses_fd);
  off_t size = lseek(memory_fd, 0, SEEK_CUR);
  char *place = size > 0 ? room((size_t)size) : NULL;
  ssize_t count = place ? pread(memory_fd, place, (size_t)size, 0) : 0;
  if (count > 0) waiting_length += (size_t)count;
  lseek(memory_fd, 0, SEEK_SET);
  int ignored = ftruncate(memory_fd, 0);
  (void)ignored;
  return count > 0 && moves_lines(place, (size_t)count);
}

void cn_send(const void *bytes, size_t count) {
  if (memory_fd < 0) {
    ssize_t ignored = write(curses_fd, bytes, count);
    (void)ignored;
    return;
  }
  char *place = room(count);
  if (!place) return;
  memcpy(place, bytes, count);
  waiting_length += count;
  cn_flush(0);
}

int cn_flush(int milliseconds) {
  while (waiting_start < waiting_length) {
    ssize_t n = write(sending_fd, waiting + waiting_start, waiting_length - waiting_start);
    if (n > 0) {
      waiting_start += (size_t)n;
    } else if (n < 0 && errno == EAGAIN) {
      struct pollfd entry = {.fd = sending_fd, .events = POLLOUT};
      if (milliseconds <= 0 || poll(&entry, 1, milliseconds) != 1) return 0;
    } else if (n < 0 && errno != EINTR) {
      waiting_start = waiting_length;  // the terminal is gone, which its other end tells
    }
  }
  return 1;
}
