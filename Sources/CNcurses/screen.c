#define _GNU_SOURCE  // wcwidth
#include "internal.h"
#include "CNcurses.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static FILE *terminal_in, *terminal_out;
static int terminal_fd = -1, sending_fd = -1;
static struct termios original_settings;
static int default_colors, cursor_can_hide;
static int mouse_is_on, mouse_was_on;
WINDOW *cn_keys;

static void send(const char *bytes) {
  fputs(bytes, terminal_out);
  fflush(terminal_out);
}

static void prepare_input(void) {
  raw();  // Ctrl-C, Ctrl-Z and Ctrl-S come as keys
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  typeahead(-1);  // a frame once begun is finished
  cursor_can_hide = curs_set(0) != ERR;
  send(CN_MODES_ON);
  if (mouse_is_on) send(CN_MOUSE_ON);
}

static void leave_modes(void) {
  if (mouse_is_on) send(CN_MOUSE_OFF);
  send(CN_MODES_OFF);
  curs_set(1);
  endwin();
}

/// Reports of the mouse come as codes of their own, followed by their numbers. Curses' own handling of them would wait
/// for clicks to become double clicks, and drop what it does not know.
static void define_mouse(void) {
  const char *report = tigetstr("kmous");
  int is_old = report && report != (const char *)-1 && strcmp(report, "\033[M") == 0;
  define_key(NULL, KEY_MOUSE);
  define_key("\033[<", KEY_MAX - 3);
  if (is_old) define_key("\033[M", KEY_MAX - 4);
}

static void close_files(void) {
  if (terminal_in) fclose(terminal_in);
  if (terminal_out) fclose(terminal_out);
  terminal_in = terminal_out = NULL;
  terminal_fd = -1;
}

/// Asks before newterm does, because newterm already writes to the terminal.
static int check_type(const char *term, int fd) {
  int found = 0;
  if (setupterm(term, fd, &found) != OK) return CN_UNKNOWN_TYPE;
  const char *place = tigetstr("cup");
  int usable = place && place != (const char *)-1;
  del_curterm(cur_term);
  return usable ? 0 : CN_NO_CURSOR;
}

int cn_begin(const char *term, int fd, int escape_delay) {
  if (screen || tcgetattr(fd, &original_settings) != 0) return CN_NO_TERMINAL;
  int reason = check_type(term, fd);
  if (reason) return reason;
  int in = dup(fd), out = dup(fd);
  terminal_in = in < 0 ? NULL : fdopen(in, "r");
  terminal_out = out < 0 ? NULL : fdopen(out, "w");
  if (!terminal_in || !terminal_out) {
    close_files();
    return CN_NO_TERMINAL;
  }
  terminal_fd = out;
  // newterm, not initscr: initscr ends the process where the terminal type is unknown, and the training run with it.
  screen = newterm(term, terminal_out, terminal_in);
  if (!screen) {
    close_files();
    return CN_UNKNOWN_TYPE;
  }
  set_escdelay(escape_delay);
  cn_keys = newpad(1, 1);
  if (!cn_keys) {
    cn_end();
    return CN_NO_TERMINAL;
  }
  keypad(cn_keys, TRUE);
  nodelay(cn_keys, TRUE);
  meta(cn_keys, TRUE);
  define_key("\033[200~", KEY_MAX - 2);
  define_key("\033[201~", KEY_MAX - 1);
  define_mouse();
  mouse_is_on = mouse_was_on = 0;
  default_colors = 0;
  if (has_colors() && start_color() != ERR) default_colors = use_default_colors() != ERR;
  prepare_input();
  cn_follow_size();
  sending_fd = cn_output_begin(terminal_fd, fd);
  cn_arm_restore(sending_fd, &original_settings, 0);
  cn_hold_background_stops();
  return 0;
}

void cn_end(void) {
  if (!screen) return;
  leave_modes();
  cn_disarm_restore();
  tcsetattr(terminal_fd, TCSADRAIN, &original_settings);
  if (cn_keys) delwin(cn_keys);
  cn_keys = NULL;
  delscreen(screen);
  screen = NULL;
  cn_output_end();
  close_files();
}

void cn_abandon(void) {
  // Curses frees nothing: it would first write to the terminal that is gone.
  cn_disarm_restore();
  cn_output_end();
  close_files();
  screen = NULL;
  cn_keys = NULL;
}

void cn_suspend(void) {
  struct termios others;
  if (!screen) return;
  // Whoever has the terminal by now has set its lines already: curses' word on them is taken back.
  int is_taken = !cn_in_foreground(terminal_fd) && tcgetattr(terminal_fd, &others) == 0;
  leave_modes();
  if (is_taken) tcsetattr(terminal_fd, TCSANOW, &others);
  cn_disarm_restore();
}

void cn_resume(void) {
  if (!screen) return;
  reset_prog_mode();
  prepare_input();
  cn_follow_size();
  clearok(curscr, TRUE);
  cn_arm_restore(sending_fd, &original_settings, mouse_was_on);
}

void cn_mouse(int on) {
  if (!screen || on == mouse_is_on) return;
  mouse_is_on = on;
  // However the process ends from now on, the terminal is told.
  if (!mouse_was_on) cn_arm_restore(sending_fd, &original_settings, 1);
  mouse_was_on = 1;
  const char *bytes = on ? CN_MOUSE_ON : CN_MOUSE_OFF;
  cn_send(bytes, strlen(bytes));
}

int cn_lines(void) { return screen ? getmaxy(stdscr) : 0; }
int cn_columns(void) { return screen ? getmaxx(stdscr) : 0; }

int cn_follow_size(void) {
  struct winsize size;
  if (!screen || ioctl(terminal_fd, TIOCGWINSZ, &size) != 0) return 0;
  if (size.ws_row == 0 || size.ws_col == 0 || !is_term_resized(size.ws_row, size.ws_col)) return 0;
  return resizeterm(size.ws_row, size.ws_col) == OK;
}

int cn_colors(void) { return screen && has_colors() ? COLORS : 0; }
int cn_pairs(void) { return screen && has_colors() ? COLOR_PAIRS : 0; }
int cn_has_default_colors(void) { return default_colors; }

int cn_define_pair(int pair, int foreground, int background) {
  return init_extended_pair(pair, foreground, background) == ERR ? -1 : 0;
}

void cn_put(int y, int x, const uint32_t *scalars, int count, int attributes, int pair) {
  wchar_t buffer[256];
  attr_t attrs = A_NORMAL;
  if (attributes & CN_BOLD) attrs |= A_BOLD;
  if (attributes & CN_DIM) attrs |= A_DIM;
  if (attributes & CN_UNDERLINE) attrs |= A_UNDERLINE;
  if (attributes & CN_REVERSE) attrs |= A_REVERSE;
  if (!screen || wmove(stdscr, y, x) == ERR) return;
  wattr_set(stdscr, attrs, 0, pair > 0 ? &pair : NULL);
  while (count > 0) {
    int n = count < 256 ? count : 256;
    for (int i = 0; i < n; i++) buffer[i] = (wchar_t)scalars[i];
    waddnwstr(stdscr, buffer, n);
    scalars += n;
    count -= n;
  }
}

int cn_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

void cn_erase(void) {
  if (!screen) return;
  wattr_set(stdscr, A_NORMAL, 0, NULL);
  werase(stdscr);
}

int cn_refresh(void) {
  if (!screen) return 0;
  cn_output_to_memory();
  if (cursor_can_hide)
    leaveok(stdscr, TRUE);
  else
    wmove(stdscr, getmaxy(stdscr) - 1, 0);  // a cursor that must be seen rests where it covers least
  wnoutrefresh(stdscr);
  doupdate();
  int moved = cn_output_to_terminal();
  cn_flush(0);
  return moved;
}

void cn_redraw(void) {
  if (screen) clearok(curscr, TRUE);
}

void cn_bell(void) {
  if (!screen) return;
  cn_send("\a", 1);
}

const char *cn_codeset(void) {
  setlocale(LC_ALL, "");
  setlocale(LC_NUMERIC, "C");  // numbers are printed and parsed the same everywhere
  return nl_langinfo(CODESET);
}
