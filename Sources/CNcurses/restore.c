#include "internal.h"
#include "CNcurses.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

// Prepared while all is well, because a signal handler may call next to nothing.
static char bytes[512];
static size_t length;
static char first[64];
static int fd = -1;
static struct termios settings;
static int had_mouse;
static atomic_int armed;

static void append(const char *capability) {
  if (!capability || capability == (const char *)-1) return;
  // Padding ($<5>) is for terminals of another age; it is cut out.
  for (const char *c = capability; *c && length < sizeof bytes - 1; c++) {
    if (c[0] == '$' && c[1] == '<') {
      const char *end = strchr(c, '>');
      if (end) {
        c = end;
        continue;
      }
    }
    bytes[length++] = *c;
  }
}

void cn_arm_restore(int terminal, const struct termios *original, int mouse) {
  atomic_store(&armed, 0);
  length = 0;
  had_mouse = mouse;
  append(first);
  if (mouse) append(CN_MOUSE_OFF);
  append(CN_MODES_OFF);
  append(tigetstr("sgr0"));
  append(tigetstr("op"));
  append(tigetstr("rmkx"));
  append(tigetstr("cnorm"));
  const char *leave = tigetstr("rmcup");
  if (leave && leave != (const char *)-1)
    append(leave);
  else
    append("\r\n");
  fd = terminal;
  settings = *original;
  atomic_store(&armed, 1);
}

void cn_restore_first(const char *text) {
  int was_armed = atomic_exchange(&armed, 0);
  snprintf(first, sizeof first, "%s", text);
  if (was_armed) cn_arm_restore(fd, &settings, had_mouse);
}

void cn_disarm_restore(void) { atomic_store(&armed, 0); }

void cn_restore(void) {
  if (!atomic_exchange(&armed, 0)) return;
  int saved = errno;
  size_t sent = 0;
  // A terminal that takes nothing (a link that hangs) must not keep the process from ending.
  while (sent < length) {
    struct pollfd entry = {.fd = fd, .events = POLLOUT};
    if (poll(&entry, 1, 500) != 1 || !(entry.revents & POLLOUT)) break;
    ssize_t n = write(fd, bytes + sent, length - sent);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) break;
    sent += (size_t)n;
  }
  tcsetattr(fd, TCSANOW, &settings);
  errno = saved;
}
