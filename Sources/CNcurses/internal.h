#ifndef CNCURSES_INTERNAL_H
#define CNCURSES_INTERNAL_H

#define NCURSES_WIDECHAR 1
#include <curses.h>

// Unknown to curses, ignored by terminals that lack them. Bracketed paste; and, with the mode of before saved, the
// wheel as up and down keys in the alternate screen: no mouse mode, so the terminal's own selection goes on working.
#define CN_MODES_ON "\033[?2004h\033[?1007s\033[?1007h"
#define CN_MODES_OFF "\033[?2004l\033[?1007r"
// Buttons, wheel and drags (1002), told in decimal numbers (1006), where a person asked for them: selecting then wants
// shift held.
#define CN_MOUSE_ON "\033[?1002h\033[?1006h"
#define CN_MOUSE_OFF "\033[?1006l\033[?1002l"

// A pad to read keys from: reading from the screen's own window would refresh it half drawn.
extern WINDOW *cn_keys;

/// Prepares `cn_restore` for the terminal on `fd`; `settings` are its line settings before curses, and `mouse` tells
/// whether it was ever asked for the mouse.
struct termios;
void cn_arm_restore(int fd, const struct termios *settings, int mouse);
void cn_disarm_restore(void);

/// From now on the kernel does not stop the process where this thread uses a terminal that another process group has:
/// reading fails, and what is set or written is done. The caller asks `cn_in_foreground` first.
void cn_hold_background_stops(void);

/// Keeps what curses writes to `curses` for `cn_flush`, between `cn_output_to_memory` and `cn_output_to_terminal`.
/// Returns a descriptor of the terminal on which writes do not wait, where there is one.
int cn_output_begin(int curses, int terminal);
void cn_output_end(void);
void cn_output_to_memory(void);
/// Returns 1 if the bytes move lines or erase the screen.
int cn_output_to_terminal(void);

#endif
