#ifndef CNCURSES_INTERNAL_H
#define CNCURSES_INTERNAL_H

#define NCURSES_WIDECHAR 1
#include <curses.h>

// A pad to read keys from: reading from the screen's own window would refresh it half drawn.
extern WINDOW *cn_keys;

/// Prepares `cn_restore` for the terminal on `fd`; `settings` are its line settings before curses.
struct termios;
void cn_arm_restore(int fd, const struct termios *settings);
void cn_disarm_restore(void);

#endif
