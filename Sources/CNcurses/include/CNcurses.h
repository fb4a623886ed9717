#ifndef CNCURSES_H
#define CNCURSES_H

// The only door to curses: plain C functions over plain numbers, so that Swift sees no curses type, macro or global.
//
// One thread at a time may call these functions, except where "any thread" stands.

#include <stddef.h>
#include <stdint.h>

// ---- The screen (screen.c) ------------------------------------------------------------------------------------------

/// Takes over the terminal on `fd` (open for reading and writing) as terminal type `term`.
/// Returns 0, or one of the reasons below; the terminal is then untouched.
/// `escape_delay` is how many milliseconds may lie between ESC and the rest of a key sequence.
int cn_begin(const char *term, int fd, int escape_delay);
enum {
  CN_UNKNOWN_TYPE = 1,  // no such entry in terminfo
  CN_NO_CURSOR = 2,     // the type cannot place the cursor
  CN_NO_TERMINAL = 3,   // `fd` is no terminal, or memory or files ran out
};

/// Gives the terminal back. Does nothing where there is no screen.
void cn_end(void);

/// Leaves curses without a word to the terminal: for a terminal that is gone. Nothing here may be used after it.
void cn_abandon(void);

/// Leaves the screen for a while (shell, Ctrl-Z); `cn_resume` takes it over again and draws everything anew. Where
/// another process group has the terminal already, its line settings stay.
void cn_suspend(void);
void cn_resume(void);

int cn_lines(void);
int cn_columns(void);

/// Asks the kernel for the terminal's size and follows it. Returns 1 if the size changed.
int cn_follow_size(void);

/// Colours the terminal type has (0: none) and style pairs that can be defined.
int cn_colors(void);
int cn_pairs(void);
/// 1 if colour -1 means the terminal's own foreground or background.
int cn_has_default_colors(void);
/// Defines `pair` (1...) as `foreground` on `background`; -1 is the terminal's own colour.
int cn_define_pair(int pair, int foreground, int background);

enum {
  CN_BOLD = 1,
  CN_DIM = 2,
  CN_UNDERLINE = 4,
  CN_REVERSE = 8,
};

/// Puts `count` Unicode scalars at row `y`, column `x` with the attributes of the enumeration above and a colour pair.
void cn_put(int y, int x, const uint32_t *scalars, int count, int attributes, int pair);

/// Columns that curses will give to `scalar` in the current locale; -1 if it cannot be shown.
int cn_width(uint32_t scalar);

void cn_erase(void);
/// Prepares what changed since the last refresh for `cn_flush`, and sends what the terminal takes at once. Returns 1
/// where lines are scrolled or the screen is erased, and with them what a terminal has over its text.
int cn_refresh(void);
/// Sends what waits, for as long as the terminal takes something within `milliseconds`. Returns 1 when all is sent.
int cn_flush(int milliseconds);
/// Makes the next refresh repaint the whole screen.
void cn_redraw(void);
void cn_bell(void);
/// Adds bytes that curses knows nothing of to what waits, and sends what the terminal takes at once.
void cn_send(const void *bytes, size_t count);

/// Asks the terminal for the mouse, or no more: buttons, wheel and drags then come as keys (below). Off at first.
void cn_mouse(int on);

/// What curses believes to stand in row `y` of the terminal: at most `count` scalars, from the left. Returns how many.
int cn_row(int y, uint32_t *scalars, int count);

/// Opens a terminal that nobody looks at; returns its end for a program, and the other end in `other_end`; -1 if the
/// system gives none.
int cn_open_pseudo_terminal(int *other_end);
/// Tells the kernel how large a terminal is.
int cn_set_size(int fd, int columns, int rows);

/// Sets the locale of the environment and returns its codeset, such as `UTF-8` or `ANSI_X3.4-1968`.
const char *cn_codeset(void);

// ---- Keys (input.c) -------------------------------------------------------------------------------------------------

enum {
  CN_KEY_NONE = 0,       // nothing was typed
  CN_KEY_CHARACTER = 1,  // *value is a Unicode scalar, control characters included
  CN_KEY_SPECIAL = 2,    // *value is one of the codes below
};

enum {
  CN_UP = 1,
  CN_DOWN,
  CN_LEFT,
  CN_RIGHT,
  CN_HOME,
  CN_END,
  CN_PAGE_UP,
  CN_PAGE_DOWN,
  CN_INSERT,
  CN_DELETE,
  CN_BACKSPACE,
  CN_ENTER,
  CN_BACK_TAB,
  CN_RESIZE,
  CN_PASTE_BEGIN,
  CN_PASTE_END,
  CN_MOUSE,      // the beginning of a report of the mouse, ESC [ <: its numbers follow as characters, up to M or m
  CN_MOUSE_OLD,  // the beginning of one in the old form, ESC [ M: three characters follow
  CN_F1 = 64,  // CN_F1 + n - 1 is function key n
  CN_OTHER = 255,
};

/// The next key that has already been typed; never waits longer than the escape delay.
int cn_key(uint32_t *value);

// ---- Restoring the terminal (restore.c) -----------------------------------------------------------------------------

/// Writes the prepared bytes that undo everything this process did to the terminal, and its first line settings.
/// Any thread, also inside a signal handler; only the first call after `cn_begin` or `cn_resume` does anything.
void cn_restore(void);
/// From now on `cn_restore` first writes these bytes, at most 63.
void cn_restore_first(const char *bytes);

// ---- Signals (signals.c) --------------------------------------------------------------------------------------------

/// From now on HUP does not end the process; it is told of once `cn_catch_signals` has a reader.
void cn_catch_hangup(void);
/// From now on INT, TERM, HUP, USR1, USR2 and ALRM, with a screen also WINCH, TSTP and CONT, are written to a pipe as
/// one byte each (the signal's number), and SIGPIPE is ignored. What was ignored at the start (HUP by nohup) stays
/// ignored. Returns the pipe's reading end, or -1.
int cn_catch_signals(int with_screen);
/// Gives WINCH, TSTP and CONT back.
void cn_release_screen_signals(void);

/// Stops this process as Ctrl-Z does in a shell, and returns when it goes on.
void cn_stop_self(void);

/// From now on a crash (SEGV, BUS, ILL, FPE, ABRT, TRAP, SYS, QUIT) first restores the terminal and copies what waits
/// in the pipe `strays` to `errors`, then takes the course it would have taken without this, with standard output and
/// error on `output` and `errors`. Where nothing is redirected, all three are -1.
void cn_catch_crashes(int strays, int output, int errors);

/// Makes reads and writes on `fd` return at once: 0, or -1.
int cn_set_nonblocking(int fd);

/// Whether this process may use the terminal on `fd` now, that is, runs in the foreground of its shell.
int cn_in_foreground(int fd);

// ---- A process without a terminal (spawn.c) -------------------------------------------------------------------------

/// Starts a program in a session of its own: closing this terminal, or its SIGHUP, does not reach it. It reads nothing,
/// appends what it prints to the file `output`, and has no other descriptor of this process. Returns its number, or an
/// error's with a minus.
int cn_spawn_without_terminal(const char *program, char *const arguments[], const char *output);

#endif
